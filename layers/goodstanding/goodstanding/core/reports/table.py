"""Tab-separated reports: a header, then rows, with no quoting.

What Amazon really delivers and what is made of it: columns come in any order and new ones appear, so they are found by
name, whatever its case; rows lack trailing empty cells, they are padded; the header is repeated among the rows, it is
skipped; a `"` is a character like any other; blank lines mean nothing. One thing is damage: a last line without a newline
that has fewer cells than every row before it was cut off, and so may be the rows behind it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from goodstanding.core.reports.damage import Damage

type Row = tuple[int, list[str]]
"""The number of a line, counted from 1, and its cells, at least as many as the header has."""


@dataclass(frozen=True, slots=True)
class Table:
    """A report's header as written, the line it is on, and the rows behind it (to be read once)."""

    header: tuple[str, ...]
    line: int
    rows: Iterator[Row | Damage]

    def columns(self) -> dict[str, int]:
        """The place of each column by its name in lower case; the first of two columns of one name."""
        return {normal_name(name): place for place, name in reversed(list(enumerate(self.header)))}


def normal_name(cell: str) -> str:
    """A header cell as column names are compared: lower case, without surrounding blanks and quotes."""
    return cell.strip('\ufeff "').casefold()


def normal_names(cells: Iterable[str]) -> tuple[str, ...]:
    """A header's cells as column names are compared."""
    return tuple(map(normal_name, cells))


def table(lines: Iterable[str]) -> Table | None:
    """The table these lines are (as `decoding.lines` gives them); None if all are blank."""
    rest = iter(lines)
    for number, line in enumerate(rest, start=1):
        if line and not line.isspace():
            header = line.split("\t")
            return Table(tuple(header), number, _rows(rest, number, line, len(header)))
    return None


def missing_columns(found: Table, required: Sequence[str]) -> tuple[Damage, ...]:
    """One damage for each required column that the header lacks; without it no row can be read."""
    columns = found.columns()
    return tuple(Damage(found.line, name, "missing_column") for name in required if name not in columns)


def _rows(lines: Iterator[str], number: int, header: str, width: int) -> Iterator[Row | Damage]:
    held: Row | None = None  # a short row, until another line shows that it was written to its end
    held_width = 0
    narrowest = 0  # of the rows released, 0 before the first
    for line in lines:
        number += 1
        if held:
            yield held
            narrowest = min(narrowest or held_width, held_width)
            held = None
        cells = line.split("\t")
        if len(cells) >= width:
            if line != header and not line.isspace():
                narrowest = narrowest or width
                yield number, cells
        elif line and not line.isspace():
            held_width = len(cells)
            held = number, cells + [""] * (width - held_width)
    if held:
        yield Damage(number, None, "row_cut_off") if held_width < narrowest else held
