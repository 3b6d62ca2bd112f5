"""The two reports of what was sent back and what was sent."""

from datetime import UTC, date, datetime

import pytest

from goodstanding.core.marketplaces import by_country
from goodstanding.core.orders import ReturnFact, ShipmentFact
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.returns import parse_returns
from goodstanding.core.reports.shipments import parse_shipments

RETURNS = "Order ID\tReturn request date\tAmazon RMA ID\tMerchant SKU\tA-to-Z Claim"
SHIPMENTS = "amazon-order-id\tshipment-id\tshipment-date\testimated-arrival-date"


def returned(*lines: str, country: str | None = None) -> list[ReturnFact | Damage]:
    """What is read from a returns report."""
    return list(parse_returns([*lines, ""], by_country(country) if country else None))


def shipped(*lines: str) -> list[ShipmentFact | Damage]:
    """What is read from a shipments report."""
    return list(parse_shipments([*lines, ""]))


@pytest.mark.parametrize(
    ("cell", "claim"), [("Y", True), ("y", True), ("Yes", True), ("N", False), (" ", False), ("?", False)]
)
def test_claim_of_a_return_is_told_by_yes(cell, claim):
    """A word not known is no claim."""
    assert returned(RETURNS, f"302-1\t10-Jul-2025\tD1\tS1\t{cell}") == [
        ReturnFact("302-1", "D1#S1", date(2025, 7, 10), claim)
    ]


def test_return_with_blank_cells_is_read():
    """A blank cell is a single space."""
    assert returned(RETURNS, "302-1\t \t \t \tN") == [ReturnFact("302-1", "#", None, a_to_z_claim=False)]


def test_return_without_rma_is_told_apart_by_its_day():
    """Its key stays the same from report to report."""
    header = "Order ID\tReturn request date\tASIN\tA-to-Z Claim"
    (fact,) = returned(header, "302-1\t10-Jul-2025\tB01\tN")
    assert fact.key == "10-Jul-2025#B01"


def test_short_return_row_is_padded():
    """Trailing empty cells are dropped."""
    header = "Order ID\tA-to-Z Claim\tReturn request date\tResolution"
    assert returned(header, "302-1\tN") == [ReturnFact("302-1", "#", None, a_to_z_claim=False)]


def test_numeric_day_of_a_return_follows_the_marketplace():
    """Without one it is not guessed."""
    row = "302-1\t10.07.2025\tD1\tS1\tN"
    assert returned(RETURNS, row, country="DE") == [ReturnFact("302-1", "D1#S1", date(2025, 7, 10), a_to_z_claim=False)]
    assert returned(RETURNS, row) == [Damage(2, "return request date", "unreadable_date")]


def test_damaged_returns_are_said_and_the_rest_is_kept():
    """Line and column are named."""
    good = "302-1\t10-Jul-2025\tD1\tS1\tY"
    assert returned(RETURNS, " \t10-Jul-2025\tD1\tS1\tY", good)[0] == Damage(2, "order id", "empty")
    assert len(returned(RETURNS, "\t10-Jul-2025\tD1\tS1\tY", good)) == 2
    assert returned(RETURNS, "came in pieces\t \t \t \tY") == [Damage(2, "order id", "unreadable_order_id")]
    assert returned("Order ID\tASIN", "302-1\tB01") == [Damage(1, "a-to-z claim", "missing_column")]
    assert returned() == [Damage(1, None, "no_header")]
    assert list(parse_returns([RETURNS, good, "302-2\t10-J"]))[-1] == Damage(3, None, "row_cut_off")


def test_shipment_is_read_with_its_times():
    """Times are instants in UTC, empty ones None."""
    row = "302-1\tS1\t2026-10-05T10:00:00+02:00\t"
    assert shipped(SHIPMENTS, row) == [ShipmentFact("302-1", "S1", datetime(2026, 10, 5, 8, tzinfo=UTC), None)]


@pytest.mark.parametrize(
    ("row", "damage"),
    [
        (" \tS1\t\t", Damage(2, "amazon-order-id", "empty")),
        ("302-1\t\t\t", Damage(2, "shipment-id", "empty")),
        ("Jane Doe\tS1\t\t", Damage(2, "amazon-order-id", "unreadable_order_id")),
        ("302-1\tS1\tx\t", Damage(2, "shipment-date", "unreadable_date")),
        ("302-1\tS1\t\tx", Damage(2, "estimated-arrival-date", "unreadable_date")),
    ],
)
def test_damaged_shipment_is_said_and_the_rest_is_kept(row, damage):
    """Line and column are named."""
    assert shipped(SHIPMENTS, row, "302-1\tS1\t\t") == [damage, ShipmentFact("302-1", "S1", None, None)]


def test_damaged_shipments_file_is_said():
    """No header, no column, no end."""
    assert shipped() == [Damage(1, None, "no_header")]
    assert shipped("amazon-order-id\tshipment-id\tshipment-date", "1\t2\t") == [
        Damage(1, "estimated-arrival-date", "missing_column")
    ]
    assert list(parse_shipments([SHIPMENTS, "302-1\tS1\t\t", "302-"]))[-1] == Damage(3, None, "row_cut_off")
