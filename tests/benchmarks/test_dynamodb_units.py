"""What DynamoDB would bill, by its own rules."""

import pytest

from benchmarks.dynamodb_units import Index, Meter, Shape, index_units, item_size, read_units, write_units

SHAPE = Shape(("pk", "sk"), {"by_day": Index(("month", "day"), frozenset({"facts"}))})


def item(size: int = 0, **attributes: str) -> dict[str, dict[str, str]]:
    """An item with these texts, and one that fills it to a size."""
    found = {"pk": {"S": "p"}, "sk": {"S": "s"}} | {name: {"S": text} for name, text in attributes.items()}
    rest = size - item_size(found) - len("filler")
    return found | ({"filler": {"S": "x" * rest}} if rest > 0 else {})


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "größe"}, 7),
        ({"N": "1795737600"}, 6),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"M": {"ab": {"S": "c"}}}, 7),
        ({"L": [{"S": "ab"}]}, 6),
    ],
)
def test_size_is_that_of_names_and_values(value, size):
    """UTF-8 bytes of texts, half a byte for a digit and one more, overhead for maps and lists."""
    assert item_size({"name": value}) == len("name") + size


@pytest.mark.parametrize(
    ("before", "after", "units"), [(None, 1024, 1), (None, 1025, 2), (2049, 10, 3), (10, 2049, 3), (None, None, 1)]
)
def test_write_costs_a_unit_for_each_kilobyte_of_the_larger_version(before, after, units):
    """The item before counts too, and a write that finds nothing still costs one."""
    assert write_units(before and item(before), after and item(after)) == units


@pytest.mark.parametrize(
    ("size", "consistent", "units"), [(0, True, 1), (4096, True, 1), (4097, True, 2), (4097, False, 1)]
)
def test_read_costs_by_four_kilobytes(size, consistent, units):
    """Half when it need not be consistent."""
    assert read_units(size, consistent=consistent) == units


def test_index_is_written_only_when_its_entry_changes():
    """Nothing without its keys or for what it does not hold, one for a new entry or its facts, two when its key moves."""
    bare, entry = item(), item(month="11", day="1", facts="a")
    assert index_units(SHAPE, None, bare) == {}
    assert index_units(SHAPE, bare, entry) == {"by_day": 1}
    assert index_units(SHAPE, entry, item(month="11", day="1", facts="a", skus="b")) == {}
    assert index_units(SHAPE, entry, item(month="11", day="1", facts="b")) == {"by_day": 1}
    assert index_units(SHAPE, entry, item(month="11", day="2", facts="a")) == {"by_day": 2}
    assert index_units(SHAPE, entry, bare) == {"by_day": 1}


def test_transaction_costs_twice_but_not_in_its_indexes():
    """A new item of a transaction: two units in the table, one in the index."""
    store: dict[str, dict[str, dict[str, str]]] = {}
    meter = Meter({"orders": SHAPE}, lambda _, key: store.get(key["sk"]["S"]))
    new = item(month="11", day="1")
    parameters = {"TransactItems": [{"Put": {"TableName": "orders", "Item": new}}]}
    meter.counted("TransactWriteItems", parameters, lambda: store.update(s=new) or {})
    assert dict(meter.writes) == {("orders", "", "transaction"): 2, ("orders", "by_day", "plain"): 1}


def test_write_that_its_condition_turns_away_is_billed():
    """The units of the item that is there."""
    meter = Meter({"orders": SHAPE}, lambda *_: item(1500))

    def refuse() -> None:
        raise ValueError("condition")

    with pytest.raises(ValueError, match="condition"):
        meter.counted("PutItem", {"TableName": "orders", "Item": item()}, refuse)
    assert dict(meter.writes) == {("orders", "", "plain"): 2}
