"""Tab-separated reports: what Amazon delivers, and the one thing that is damage."""

import pytest

from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.table import missing_columns, table


def rows(*lines: str) -> list[object]:
    """The rows below the header."""
    found = table(lines)
    assert found is not None
    return list(found.rows)


def test_blank_text_is_no_table():
    """Neither an empty file nor one of blank lines has a header."""
    assert table([""]) is None
    assert table(["", " \t ", ""]) is None


def test_header_is_the_first_line_that_is_not_blank():
    """Its line is counted from 1, blank lines before it included."""
    found = table(["", "A\tB", "1\t2", ""])
    assert (found.header, found.line, list(found.rows)) == (("A", "B"), 2, [(3, ["1", "2"])])


def test_columns_are_found_by_name_in_any_case():
    """Quotes and blanks around a name, and a mark before it, are no part of it; the first of two of a name counts."""
    found = table(['\ufeff"Order ID"\t Date \tDATE', ""])
    assert found.columns() == {"order id": 0, "date": 1}


def test_missing_columns_are_named_with_the_headers_line():
    """One damage for each."""
    found = table(["", "a\tb", ""])
    assert missing_columns(found, ("a", "c", "d")) == (
        Damage(2, "c", "missing_column"),
        Damage(2, "d", "missing_column"),
    )


def test_short_rows_are_padded():
    """Trailing empty cells are dropped by Amazon."""
    assert rows("a\tb\tc", "1", "1\t2\t3", "") == [(2, ["1", "", ""]), (3, ["1", "2", "3"])]


def test_repeated_headers_and_blank_lines_are_skipped():
    """They are no rows, and the count of lines goes on."""
    assert rows("a\tb", "1\t2", "a\tb", "", "\t", " ", "3\t4", "") == [(2, ["1", "2"]), (7, ["3", "4"])]


def test_quotes_are_characters():
    """There is no quoting."""
    assert rows("a\tb", '"1\t2" x', "") == [(2, ['"1', '2" x'])]


def test_row_cut_off_at_the_end_is_damage():
    """No newline behind it, and fewer cells than all others have."""
    assert rows("a\tb\tc", "1\t2\t3", "1\t2") == [(2, ["1", "2", "3"]), Damage(3, None, "row_cut_off")]


@pytest.mark.parametrize(
    "lines",
    [
        ("a\tb\tc", "1\t2\t3", "1\t2", ""),  # its newline is there
        ("a\tb\tc", "1\t2", "1\t2\t3", "1\t2"),  # rows drop their trailing cells
        ("a\tb\tc", "1\t2"),  # nothing to compare with
        ("a\tb\tc", "1\t2\t3", "1\t2\t3"),
    ],
)
def test_last_row_that_may_be_whole_is_kept(lines):
    """A missing newline alone is no damage."""
    assert not any(isinstance(row, Damage) for row in rows(*lines))


def test_damage_says_where_without_content():
    """The reason names line and column."""
    assert Damage(3, "Date", "unreadable_date").reason == "damaged: unreadable_date (line 3, column Date)"
    assert Damage(3, None, "row_cut_off").reason == "damaged: row_cut_off (line 3)"
