"""The All Orders report: rows to facts, and facts of one order into one."""

from datetime import UTC, datetime

import pytest

from goodstanding.core.orders import Fulfillment, OrderFacts, OrderStatus
from goodstanding.core.reports import all_orders
from goodstanding.core.reports.all_orders import OPTIONAL, REQUIRED, fold_orders, parse_all_orders
from goodstanding.core.reports.damage import Damage

HEADER = (*REQUIRED, *OPTIONAL)
ROW = {
    "amazon-order-id": "302-1234567-1234567",
    "purchase-date": "2026-10-05T08:00:00+00:00",
    "last-updated-date": "2026-10-06T08:00:00+00:00",
    "order-status": "Shipped",
    "fulfillment-channel": "Amazon",
    "sales-channel": "Amazon.de",
    "ship-country": "DE",
    "sku": "SKU-1",
    "asin": "B000000001",
    "is-replacement-order": "false",
}


def lines(*rows: dict[str, str], header: tuple[str, ...] = HEADER) -> list[str]:
    """The lines of a report with these rows."""
    return ["\t".join(header), *("\t".join((ROW | row)[name] for name in header) for row in rows), ""]


def parsed(*rows: dict[str, str], header: tuple[str, ...] = HEADER) -> list[OrderFacts | Damage]:
    """What is read from these rows."""
    return list(parse_all_orders(lines(*rows, header=header)))


def facts(**changes: object) -> OrderFacts:
    """The facts of the usual row, changed."""
    (fact,) = parsed({})
    return fact._replace(**changes)


def test_row_gives_the_facts_of_an_order():
    """Each cell in its place, the item's SKU and ASIN beside them."""
    assert parsed({}) == [
        OrderFacts(
            order_id="302-1234567-1234567",
            purchased_at=datetime(2026, 10, 5, 8, tzinfo=UTC),
            last_updated_at=datetime(2026, 10, 6, 8, tzinfo=UTC),
            status=OrderStatus.SHIPPED,
            fulfillment=Fulfillment.AFN,
            sales_channel="Amazon.de",
            ship_country="DE",
            skus=frozenset({"SKU-1"}),
            asins=frozenset({"B000000001"}),
        )
    ]


def test_columns_are_found_by_name_whatever_their_order_and_case():
    """New columns come at any place."""
    header = (*reversed(HEADER), "sku")
    text = lines({}, header=header)
    text[0] = "\t".join(name.upper() for name in header)
    assert list(parse_all_orders(text)) == parsed({})


@pytest.mark.parametrize(
    ("cell", "expected"), [("true", True), ("TRUE ", True), ("yes", True), ("false", False), ("", False)]
)
def test_report_that_tells_of_replacements_is_believed(cell, expected):
    """Not every account's has the column; its words are those of a flat file."""
    (order,) = parsed({"is-replacement-order": cell})
    assert order.is_replacement is expected


def test_row_that_was_shifted_gives_no_postal_code_for_a_country():
    """A tab in a product's name moves the cells behind it; what a buyer's address holds is dropped."""
    assert [fact.ship_country for fact in parsed({}, {"ship-country": "80331"}, {})] == ["DE", "", "DE"]


@pytest.mark.parametrize("absent", OPTIONAL)
def test_optional_column_that_is_absent_is_empty(absent):
    """Also when a row has more cells than the header."""
    header = tuple(name for name in HEADER if name != absent)
    text = lines({}, header=header)
    text[1] += "\tsurplus"
    (fact,) = parse_all_orders(text)
    field = {"sku": "skus", "asin": "asins", "is-replacement-order": "is_replacement"}.get(
        absent, absent.replace("-", "_")
    )
    assert getattr(fact, field) in ("", frozenset(), False)


@pytest.mark.parametrize("missing", REQUIRED)
def test_missing_required_column_ends_it(missing):
    """One damage on the header's line, no facts."""
    header = tuple(name for name in HEADER if name != missing)
    assert parsed({}, header=header) == [Damage(1, missing, "missing_column")]


def test_file_without_a_header_is_damaged():
    """Nothing to read."""
    assert list(parse_all_orders([""])) == [Damage(1, None, "no_header")]


@pytest.mark.parametrize("column", ["purchase-date", "last-updated-date"])
@pytest.mark.parametrize("cell", ["", "yesterday", "2026-10-05T08:00:00", "0001-01-01T00:00:00+10:00"])
def test_unreadable_date_is_damage_and_the_rest_is_kept(column, cell):
    """The line and column are named, other rows read."""
    assert parsed({column: cell}, {}) == [Damage(2, column, "unreadable_date"), *parsed({})]


def test_empty_order_id_is_damage():
    """Facts of no order are none."""
    assert parsed({"amazon-order-id": " "}) == [Damage(2, "amazon-order-id", "empty")]


def test_dates_of_any_offset_are_instants_in_utc():
    """Amazon writes offsets; one of them local is enough to convert both."""
    (fact,) = parsed({"purchase-date": "2026-10-05T01:00:00-07:00", "last-updated-date": "2026-10-06T08:00:00Z"})
    assert fact == facts()
    assert fact.purchased_at.tzinfo is UTC


def test_one_unreadable_date_does_not_accuse_the_other():
    """Both are accused when both are unreadable."""
    assert parsed({"purchase-date": "x", "last-updated-date": "y"}) == [
        Damage(2, "purchase-date", "unreadable_date"),
        Damage(2, "last-updated-date", "unreadable_date"),
    ]


def test_row_without_any_date_is_damage_wherever_it_stands():
    """The first row, which follows no other, and one between two rows that say the same times."""
    undated = {"purchase-date": "", "last-updated-date": ""}
    first, second, _, *damages, _ = parsed(undated, {}, undated, {})
    assert [first, second] == [Damage(2, name, "unreadable_date") for name in undated]
    assert damages == [Damage(4, name, "unreadable_date") for name in undated]


@pytest.mark.parametrize(
    "cell",
    [
        " 2026-10-05T08:00:00+00:00",
        "2026-10-05 08:00:00+00:00",
        "2026-10-05T08:00:00-00:00",
        "2026-10-05T08:00:00.000000+00:00",
        "20261005T080000.000+00:00",
        "2026-10-05T10:00:00+02:00",
        "2026-10-05T08:00+00:00:00",
    ],
)
def test_instant_in_another_spelling_is_the_same_instant(cell):
    """Neither dropped nor another order's version, also between rows that spell it as usual."""
    assert parsed({}, {"purchase-date": cell}, {}) == [facts()] * 3
    assert parsed({"purchase-date": cell})[0].purchased == "2026-10-05T08:00:00+00:00"


def test_row_cut_off_at_the_end_is_damage():
    """The last row of a file that broke off is not believed."""
    *whole, _ = lines({}, {})
    whole[-1] = whole[-1][:-30]
    assert list(parse_all_orders(whole)) == [facts(), Damage(3, None, "row_cut_off")]


def test_repeated_header_and_stray_quotes_are_survived():
    """Neither is damage."""
    text = lines({"sku": '19" rack'}, {})
    text.insert(2, text[0])
    assert [fact.skus for fact in parse_all_orders(text)] == [{'19" rack'}, {"SKU-1"}]


def test_many_different_items_are_not_all_remembered(monkeypatch):
    """What is kept for speed is bounded, and forgetting changes nothing."""
    monkeypatch.setattr(all_orders, "_REMEMBERED", 3)
    found = parsed(*({"sku": f"S{number}", "asin": f"A{number}"} for number in range(10)))
    assert [fact.skus for fact in found] == [{f"S{number}"} for number in range(10)]


def test_empty_item_is_no_item():
    """A blank cell names nothing."""
    (fact,) = parsed({"sku": " ", "asin": ""})
    assert (fact.skus, fact.asins) == (frozenset(), frozenset())


def test_rows_of_one_order_are_folded_into_one():
    """The newest says what it is; items of all rows are its items."""
    old = facts(last_updated_at=datetime(2026, 10, 5, 9, tzinfo=UTC), status=OrderStatus.PENDING, skus=frozenset({"A"}))
    new = facts(skus=frozenset({"B"}))
    assert list(fold_orders([old, new])) == list(fold_orders([new, old])) == [new._replace(skus=frozenset("AB"))]


def test_rows_of_the_same_second_fold_alike_in_any_order():
    """Status, then content decide."""
    shipped = facts()
    cancelled = facts(status=OrderStatus.CANCELLED)
    assert list(fold_orders([shipped, cancelled])) == list(fold_orders([cancelled, shipped])) == [shipped]


def test_orders_are_handed_on_before_the_window_is_passed():
    """At most the window is held."""
    held = []

    def rows():
        for number in range(100):
            held.append(number)
            yield facts(order_id=str(number))

    folded = fold_orders(rows(), window=10)
    for count, _ in enumerate(folded, start=1):
        assert len(held) - count <= 10
    assert count == 100


def test_order_within_the_window_is_merged_across_generations():
    """An order whose rows lie near each other comes once."""
    rows = [facts(order_id="x"), *(facts(order_id=str(number)) for number in range(6)), facts(order_id="x")]
    assert [fact.order_id for fact in fold_orders(rows, window=10)].count("x") == 1
