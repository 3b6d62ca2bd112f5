"""Dates as Amazon writes them."""

from datetime import UTC, date, datetime

import pytest

from goodstanding.core.marketplaces import MARKETPLACES, by_country
from goodstanding.core.reports import dates


@pytest.mark.parametrize(
    "text",
    ["2026-10-05T08:00:00+00:00", "2026-10-05T08:00:00Z", " 2026-10-05T01:00:00-07:00", "2026-10-05T17:00:00+0900"],
)
def test_instant_of_any_offset_is_utc(text):
    """One moment, however written."""
    at = dates.instant(text)
    assert (at, at.tzinfo) == (datetime(2026, 10, 5, 8, tzinfo=UTC), UTC)


@pytest.mark.parametrize("text", ["", "2026-10-05T08:00:00", "soon", "0001-01-01T00:00:00+10:00", "2026-13-01T00:00Z"])
def test_text_that_is_no_instant_is_refused(text):
    """A time without offset could be anybody's."""
    with pytest.raises(ValueError, match=r".+"):
        dates.instant(text)


NEVER = ["9999-12-31T23:59:59+00:00", "2200-01-01T00:00:00Z", "1994-12-31T23:59:59+00:00", "0001-01-01T00:00:00Z"]
"""Sellers' systems write such dates for "never"; in their own shape and in another."""


@pytest.mark.parametrize("text", NEVER)
def test_date_that_stands_for_never_is_refused(text):
    """Weeks cannot be added to it, and one such row must not stop what is made of all the others."""
    for read in (dates.instant, dates.instant_text, dates.iso_day):
        with pytest.raises(ValueError, match="out of range"):
            read(text)


@pytest.mark.parametrize("text", ["31.12.9999", "31-Dec-9999", "9999-12-31", "1.1.1900"])
def test_day_that_stands_for_never_is_refused(text):
    """In any shape."""
    with pytest.raises(ValueError, match="out of range"):
        dates.day(text, by_country("DE"))


@pytest.mark.parametrize("text", ["1995-01-01T00:00:00+00:00", "2199-12-31T23:59:59+00:00"])
def test_first_and_last_instant_that_are_meant_are_read(text):
    """From Amazon's first year on."""
    assert dates.instant_text(text) == dates.instant(text).isoformat() == text


@pytest.mark.parametrize("text", ["2026-10-05", "2026-10-05T23:59Z", "2026-10-05T23:59:59Z", "2026-10-05 00:00"])
def test_iso_day_is_the_day_as_written(text):
    """No change of zone."""
    assert dates.iso_day(text) == date(2026, 10, 5)


@pytest.mark.parametrize("text", ["", "5.10.2026", "2026-10-5", "2026-10-051", "None"])
def test_text_that_is_no_iso_day_is_refused(text):
    """Only ISO 8601."""
    with pytest.raises(ValueError, match=r".+"):
        dates.iso_day(text)


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("US", "10/5/26"),
        ("US", "10/05/2026"),
        ("GB", "5/10/26"),
        ("DE", "5.10.26"),
        ("DE", "05.10.2026"),
        ("FR", "05/10/2026"),
        ("NL", "5-10-26"),
        ("JP", "2026/10/05"),
        ("JP", "26/10/05"),
        ("DE", "2026/10/5"),
        ("DE", "2026-10-05"),
        ("US", "05-Oct-2026"),
        ("DE", "5 oct 26"),
    ],
)
def test_day_is_read_as_the_marketplace_writes_it(country, text):
    """October 5, in every marketplace's own way."""
    assert dates.day(text, by_country(country)) == date(2026, 10, 5)


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("US", "15/10/26"),
        ("GB", "10/15/26"),
        ("JP", "05/10/2026"),
        ("DE", "31.2.26"),
        ("DE", "5.10.026"),
        ("DE", "5.10/26"),
        ("DE", "5-Foo-2026"),
        ("DE", "gestern"),
        ("DE", ""),
    ],
)
def test_day_is_never_guessed(country, text):
    """What does not fit the marketplace's order is refused, not turned round."""
    with pytest.raises(ValueError, match=r".+"):
        dates.day(text, by_country(country))


def test_numbers_without_a_marketplace_need_the_year_first():
    """Nothing else is without doubt."""
    assert dates.day("2026/10/05", None) == date(2026, 10, 5)
    with pytest.raises(ValueError, match=r".+"):
        dates.day("10/05/2026", None)


def test_every_marketplace_has_its_order():
    """No marketplace is left to chance."""
    assert set(dates.DAY_ORDERS) == {marketplace.country for marketplace in MARKETPLACES}


@pytest.mark.parametrize(
    ("text", "expected"), [("10/5/26", True), ("5-Oct-2026", True), ("2026-10-05", True), ("x", False)]
)
def test_shape_of_a_day_is_told(text, expected):
    """Without knowing whose it is."""
    assert dates.looks_like_a_day(text) is expected
