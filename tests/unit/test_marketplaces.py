"""Amazon's marketplaces."""

import pytest

from goodstanding.core.marketplaces import MARKETPLACES, by_country, by_id


def test_there_are_23_with_a_zone_each():
    """Every zone is known to the machine."""
    assert len({marketplace.marketplace_id for marketplace in MARKETPLACES}) == 23
    assert all(marketplace.zone.key == marketplace.time_zone for marketplace in MARKETPLACES)


@pytest.mark.parametrize("code", ["GB", "gb", "UK", "uk"])
def test_great_britain_goes_by_two_codes(code):
    """Amazon uses both."""
    assert by_country(code).country == "GB"


def test_unknown_country_is_refused():
    """No other code has an alias."""
    with pytest.raises(KeyError):
        by_country("XX")


def test_pseudo_marketplaces_are_none():
    """Amazon lists "Non-Amazon" ids beside real ones."""
    assert by_id("A2ZV50J4W1RKNI") is None
    assert by_id("A1PA6795UKMFR9") is by_country("DE")
