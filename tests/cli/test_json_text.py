"""JSON without float noise."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import json_text
from goodstanding.core.metrics import MetricStatus


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.012295081967213115"), "0.012295081967213115"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("0.0100"), "0.01"),
        (Decimal(100), "100"),
        (MetricStatus.BAD, '"bad"'),
        (date(2026, 11, 20), '"2026-11-20"'),
        (datetime(2026, 11, 20, 7, tzinfo=timezone(timedelta(hours=1))), '"2026-11-20T06:00:00Z"'),
        (datetime(2026, 11, 20, 6, 0, 0, 500_000, tzinfo=UTC), '"2026-11-20T06:00:00.500000Z"'),
        ("Köln\n", '"Köln\\n"'),
        (None, "null"),
        (True, "true"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_values_are_written_as_the_contract_says(value, text):
    """Decimals exact and without exponent, times in UTC with Z, days as dates, letters as themselves."""
    assert json_text.line(value) == text


def test_a_value_of_no_known_kind_is_an_error():
    """Nothing is written that a reader would not understand."""
    with pytest.raises(TypeError, match="set has no place"):
        json_text.line({"a": {1}})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_whatever_is_written_reads_back(value):
    """On one line and indented."""
    assert json.loads(json_text.line(value)) == value
    assert json.loads(json_text.page(value)) == value
    assert "\n" not in json_text.line(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12))
def test_decimals_read_back_exactly(value):
    """No digit is lost or invented."""
    assert json.loads(json_text.line(value), parse_float=Decimal, parse_int=Decimal) == value


def test_pages_are_indented_like_the_standard_library_does():
    """People read health.json too."""
    value = {"a": [1, {"b": []}], "c": {}}
    assert json_text.page(value) == json.dumps(value, indent=2) + "\n"
