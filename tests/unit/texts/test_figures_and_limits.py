"""Numbers and dates as people write them, and what SMS and SNS subjects can carry."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.core.texts.figures import day, long_day, moment, number, percent, span
from goodstanding.core.texts.limits import SMS_LENGTH, SUBJECT_LENGTH, is_gsm, septets, sms, subject


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        ("0.0123", "1,23 %", "1.23 %"),
        ("0.01", "1 %", "1 %"),
        ("0.428571428", "42,86 %", "42.86 %"),
        ("0", "0 %", "0 %"),
    ],
)
def test_fractions_are_shown_as_percentages_of_the_language(value, german, english):
    """People read percentages with their own decimal sign."""
    assert (percent(Decimal(value), "de"), percent(Decimal(value), "en")) == (german, english)


def test_a_value_close_to_its_target_is_told_apart_from_it():
    """0.99996 % under a target of 1 % is not shown as 1 %, and one that equals it is."""
    assert percent(Decimal("0.0099996"), "en", apart_from=Decimal("0.01")) == "0.99996 %"
    assert percent(Decimal("0.01"), "en", apart_from=Decimal("0.01")) == "1 %"
    assert percent(Decimal("0.0100000000001"), "en", apart_from=Decimal("0.01")) == "1 %"


@pytest.mark.parametrize(
    ("value", "german", "english"), [(1234567, "1.234.567", "1,234,567"), (Decimal("10.50"), "10,5", "10.5")]
)
def test_numbers_have_the_separators_of_the_language(value, german, english):
    """Thousands and decimals are separated as the language does, idle zeros are left out, whole tens are kept."""
    assert (number(value, "de"), number(value, "en")) == (german, english)
    assert number(100, "en") == "100"


def test_dates_and_times_are_written_as_people_write_them():
    """Short in tables, long in headings, times with the name of their zone."""
    first = date(2026, 3, 1)
    assert (day(first, "de"), day(first, "en")) == ("01.03.2026", "1 Mar 2026")
    assert (long_day(first, "de"), long_day(first, "en")) == ("1. März 2026", "1 March 2026")
    assert moment(datetime(2026, 3, 1, 7, 5, tzinfo=UTC), "de") == "01.03.2026, 07:05 UTC"


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_text_becomes_one_sms(text, ending):
    """Whatever the text, the SMS is GSM-7, on one line and at most 140 septets."""
    short = sms(text, ending=ending)
    assert is_gsm(short)
    assert septets(short) <= SMS_LENGTH


def test_a_long_sms_loses_words_before_its_ending():
    """The cut falls between words, is marked, and the ending survives."""
    short = sms("word " * 60, ending="See e-mail.")
    assert short.endswith("word... See e-mail.")
    assert septets(short) <= SMS_LENGTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rate an Bestellmängeln über 1 %", "Rate an Bestellmängeln über 1 %"),
        ("“Łódź” → 5 € \u2013 ça va…", '"Lodz" -> 5 € - ca va...'),
        ("line\nbreak\t and\u00a0space", "line break and space"),
        ("日本", "??"),
    ],
)
def test_an_sms_keeps_umlauts_and_replaces_what_gsm_lacks(text, expected):
    """German letters are in the GSM alphabet; others are replaced by their plainest form."""
    assert sms(text) == expected


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (timedelta(days=2, minutes=5), "2 days"),
        (timedelta(hours=25), "1 day 1 hour"),
        (timedelta(hours=1, seconds=59), "1 hour"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(seconds=59), "0 minutes"),
        (timedelta(minutes=-5), "0 minutes"),
    ],
)
def test_a_span_is_said_in_its_two_largest_parts(value, said):
    """Whole ones, never rounded up."""
    assert span(value, "en") == said


def test_extension_characters_count_twice():
    """A euro sign takes two septets."""
    assert septets(sms("€" * 100)) <= SMS_LENGTH
    assert sms("€" * 70) == "€" * 70


@given(st.text(max_size=300))
def test_any_text_becomes_a_subject_that_sns_accepts(text):
    """ASCII, no control characters, fewer than 100 characters, beginning with something visible."""
    line = subject(text)
    assert line.isascii()
    assert line.isprintable()
    assert 0 < len(line) <= SUBJECT_LENGTH
    assert line[0] != " "


def test_umlauts_in_subjects_are_written_out():
    """SNS takes no umlauts in subjects."""
    assert subject("Rate an Bestellmängeln für Übergröße: 5 €") == "Rate an Bestellmaengeln fuer Uebergroesse: 5 EUR"


def test_one_word_too_long_is_cut_inside():
    """A text without spaces is still shortened."""
    assert subject("x" * 300) == "x" * 96 + "..."


def test_a_cut_that_falls_between_words_keeps_the_word_before_it():
    """A word that fits exactly is kept."""
    assert subject("x" * 96 + " y" * 10) == "x" * 96 + "..."
