"""The rows of one tab-separated report file, by position: dated without being decoded, delivered without being changed.

A row is kept as the bytes it came in, whatever is wrong with it (only UTF-16 becomes UTF-8). Rows that cannot be dated (damage),
blank ones and repeated headers belong to every request.
"""

import math
import mmap
import tempfile
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType
from goodstanding.core.reports.feedback import COLUMN_NAMES, Column, column_names
from goodstanding.core.reports.table import normal_name, normal_names
from local.seller_folder import ReportFile, open_content
from local.sp_api import dates
from local.sp_api.dates import Span
from local.sp_api.encodings import UTF_8_MARK, Encoding, encoding_of, is_wide, narrowed

_IN_MEMORY = 8 << 20  # bytes; larger files are mapped


@dataclass(frozen=True, slots=True)
class Dating:
    """Where a row's date stands: the first of `columns` that the header has, else `position`; `in_days` when it may be a mere day.

    `order` and `known_from` name the columns that tell from when a thing is known before it was last changed. `names_of` gives
    the columns of a header the names by which files are joined.
    """

    columns: tuple[str, ...]
    position: int | None = None
    in_days: bool = False
    order: str | None = None
    known_from: str | None = None
    names_of: Callable[[tuple[str, ...]], tuple[str, ...]] = normal_names


_FEEDBACK_DATES = tuple(name for name, column in COLUMN_NAMES.items() if column is Column.DATE)

DATINGS: dict[ReportType, Dating] = {
    ReportType.ALL_ORDERS: Dating(("last-updated-date",), order="amazon-order-id", known_from="purchase-date"),
    ReportType.FBA_SHIPMENTS: Dating(("shipment-date", "reporting-date")),
    ReportType.MFN_RETURNS: Dating(("return request date",), in_days=True),
    ReportType.FBA_RETURNS: Dating(("return-date",), in_days=True),
    ReportType.FEEDBACK: Dating(_FEEDBACK_DATES, position=0, in_days=True, names_of=column_names),
}
"""By which date Amazon hands out the rows of a report."""

_NEVER = math.inf
_UNDATED = math.nan


class RowFile:
    """One file. Rows are numbered from 0; the header (the first line that is not blank) is no row."""

    def __init__(self, source: ReportFile, marketplace: Marketplace) -> None:
        self.marketplace = marketplace
        self._dating = DATINGS[source.report_type]
        self._content = _content(source.path)
        self.header, rows_start = _header(self._content)
        self.head = bytes(self._content[:rows_start])
        self._starts = array("Q", _line_starts(self._content, rows_start))
        self._first = array("d")
        self._last = array("d")
        self._known_from = array("d")
        self._junk = bytearray(len(self._starts))
        self._date_rows()

    def __len__(self) -> int:
        return len(self._starts)

    @cached_property
    def encoding(self) -> Encoding:
        """Told by the whole of the file; of rows and header."""
        return encoding_of(self._content, self.marketplace)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The header's cells as written."""
        return tuple(self.encoding.decode(self.header).split("\t"))

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """The columns by names that are the same in every file of the report, whatever the header's case and language."""
        return self._dating.names_of(self.columns)

    @cached_property
    def damaged_header(self) -> bool:
        """Whether no row can be dated, for want of a column."""
        return self._dated_at is None

    @property
    def ends_in_line(self) -> bool:
        """Whether the last line is ended; a file that was cut off mostly is not."""
        return self._content[-1:] == b"\n"

    @property
    def cut_off(self) -> bool:
        """Whether the last row looks cut off: it has no end, and too few cells."""
        return (
            len(self) > 0 and not self.ends_in_line and self.row(len(self) - 1).count(b"\t") < self.header.count(b"\t")
        )

    def row(self, number: int) -> bytes:
        """The row's bytes, line end included."""
        return bytes(self._content[self._starts[number] : self._end(number)])

    def cells(self, number: int) -> list[str]:
        """The row's cells, in the order of the columns; a short row has fewer."""
        return self.encoding.decode(self.row(number)).rstrip("\r\n").split("\t")

    def record(self, number: int) -> dict[str, str]:
        """The row as column (in lower case; the first of two alike) → cell; what a short row lacks is missing."""
        pairs = zip((normal_name(name) for name in self.columns), self.cells(number), strict=False)
        return dict(reversed([*pairs]))

    def values(self, column: str) -> Iterator[tuple[int, str]]:
        """The number of each row of data and its cell of a column, decoded no further than ids need; nothing without the column."""
        index = self._index((column,))
        if index is not None:
            for number in range(len(self)):
                if self.is_data(number):
                    yield number, self._cell(number, index).decode("ascii", "replace")

    def size(self, number: int) -> int:
        """Bytes of a row."""
        return self._end(number) - self._starts[number]

    def is_data(self, number: int) -> bool:
        """Neither blank nor a repeated header."""
        return not self._junk[number]

    def at(self, number: int, now: float | None) -> Span | None:
        """When a row happened; None when it cannot be told.

        With `now` (rows come to light one by one): the rows of an order's first report count from the order's purchase on until
        their own date has come; a row that is not known yet lies in the infinite future.
        """
        first, last = self._first[number], self._last[number]
        if math.isnan(first):
            return None
        if now is None or first <= now:
            return Span(first, last)
        known_from = self._known_from[number] if self._known_from else _NEVER
        return Span(known_from, known_from) if known_from <= now else Span(_NEVER, _NEVER)

    def note_earliest(self, earliest: dict[bytes, float]) -> None:
        """Add each order's first known date to `earliest`, which all files of a report share."""
        order_at = self._index((self._dating.order,))
        if order_at is None:
            return
        for number in range(len(self)):
            first = self._first[number]
            if not math.isnan(first):
                order = self._cell(number, order_at)
                earliest[order] = min(first, earliest.get(order, _NEVER))

    def know_from(self, earliest: Mapping[bytes, float]) -> None:
        """Let the rows of an order's first report be known from the order's purchase on."""
        order_at, bought_at = self._index((self._dating.order,)), self._index((self._dating.known_from,))
        if order_at is None or bought_at is None:
            return
        for number in range(len(self)):
            is_first = earliest.get(self._cell(number, order_at)) == self._first[number]
            bought = self._span(number, bought_at) if is_first else None
            self._known_from.append(bought.first if bought else _NEVER)

    def _end(self, number: int) -> int:
        return self._starts[number + 1] if number + 1 < len(self._starts) else len(self._content)

    @cached_property
    def _dated_at(self) -> int | None:
        index = self._index(self._dating.columns)
        return self._dating.position if index is None else index

    def _date_rows(self) -> None:
        for number in range(len(self)):
            row = self.row(number).strip()
            self._junk[number] = not row or row == self.header.strip()
            happened = None if self._dated_at is None else self._span(number, self._dated_at)
            self._first.append(happened.first if happened else _UNDATED)
            self._last.append(happened.last if happened else _UNDATED)

    def _index(self, columns: tuple[str | None, ...]) -> int | None:
        names = [normal_name(name) for name in self.columns]
        return next((names.index(column) for column in columns if column in names), None)

    def _span(self, number: int, index: int) -> Span | None:
        text = self._cell(number, index).decode("utf-8", "replace")
        found = dates.moment(text)
        return dates.day(text, self.marketplace) if found is None and self._dating.in_days else found

    def _cell(self, number: int, index: int) -> bytes:
        cells = self.row(number).split(b"\t", index + 1)
        return cells[index].strip() if index < len(cells) else b""


def _content(path: Path) -> bytes | mmap.mmap:
    """The decompressed bytes, mapped when they are many. Nothing stays open."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        for chunk in open_content(path):
            spool.write(chunk)
        length = spool.tell()
        spool.seek(0)
        if length <= _IN_MEMORY or is_wide(spool.read(2)):
            spool.seek(0)
            return narrowed(spool.read())
        spool.flush()
        return mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ)


def _header(content: bytes | mmap.mmap) -> tuple[bytes, int]:
    """The header without its line end, and where the rows begin."""
    start = len(UTF_8_MARK) if content[: len(UTF_8_MARK)] == UTF_8_MARK else 0
    for at in _line_starts(content, start):
        end = _line_end(content, at)
        line = bytes(content[at:end])
        if line.strip():
            return line.rstrip(b"\r\n"), end
    return b"", len(content)


def _line_end(content: bytes | mmap.mmap, start: int) -> int:
    at = content.find(b"\n", start)
    return len(content) if at < 0 else at + 1


def _line_starts(content: bytes | mmap.mmap, start: int) -> Iterator[int]:
    while start < len(content):
        yield start
        start = _line_end(content, start)
