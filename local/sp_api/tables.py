"""A tab-separated report as Amazon would hand it out: the rows of all its files that belong to a request, as one document."""

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import BinaryIO

from goodstanding.core.marketplaces import Marketplace
from local.seller_folder import ReportFile
from local.sp_api.dates import Span
from local.sp_api.encodings import UTF_8, Encoding
from local.sp_api.rows import RowFile

ORDER_ID = "amazon-order-id"
_UP_TO_NOW = timedelta(minutes=5)  # a request that ends this close to now means "until now"


class Visibility(StrEnum):
    """What a folder stands for.

    snapshot: everything in it is known already, whatever dates it states (one day's run over today's downloads).
    timeline: a row comes to light at its own date (a span of virtual time over downloads made at its end).
    """

    SNAPSHOT = "snapshot"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class Range:
    """What a request asks for: from `start` to before `end`, asked at `now`. `opened_at` is when the simulation began."""

    start: datetime
    end: datetime
    now: datetime
    opened_at: datetime

    def is_open(self, visibility: Visibility) -> bool:
        """Whether it asks for all there is since `start`.

        In a snapshot "now" is when the simulation began, however much time the caller has spent waiting since.
        """
        now = self.opened_at if visibility is Visibility.SNAPSHOT else self.now
        return self.end >= now - _UP_TO_NOW


class Table:
    """The files of one report type, of the marketplaces of a request. Reads them once, when made."""

    def __init__(self, sources: Sequence[tuple[ReportFile, Marketplace]], visibility: Visibility) -> None:
        self._visibility = visibility
        files = [RowFile(file, marketplace) for file, marketplace in sources]
        # A file that was cut off shows it by its last line, and only at the end of a document.
        self._files = sorted(files, key=lambda file: (not file.ends_in_line, file.cut_off))
        if visibility is Visibility.TIMELINE:
            earliest: dict[bytes, float] = {}
            for file in self._files:
                file.note_earliest(earliest)
            for file in self._files:
                file.know_from(earliest)

    def select(self, asked: Range) -> "Selection":
        """The rows of a request, in the order of the files."""
        timeline = self._visibility is Visibility.TIMELINE
        now = asked.now.timestamp() if timeline else None
        start = asked.start.timestamp()
        end = asked.end.timestamp()
        is_open = asked.is_open(self._visibility)

        def chosen(file: RowFile) -> list[int]:
            return [number for number in range(len(file)) if belongs(file.at(number, now))]

        def belongs(happened: Span | None) -> bool:
            if happened is None:
                return True
            if happened.last < start:
                return False
            if is_open:
                return now is None or happened.first <= now
            return happened.first < end

        return Selection([(file, _with_company(file, now, chosen(file))) for file in self._files])

    @cached_property
    def by_order(self) -> Mapping[str, Sequence[tuple[RowFile, int]]]:
        """Where the rows of each order stand, found in one reading of the files."""
        found: dict[str, list[tuple[RowFile, int]]] = {}
        for file in self._files:
            for number, order_id in file.values(ORDER_ID):
                if order_id:
                    found.setdefault(order_id, []).append((file, number))
        return found

    def known(self, order_id: str, now: datetime) -> list[dict[str, str]]:
        """The rows of an order that have come to light, as column → cell, the oldest first; what cannot be dated is the oldest."""
        at = now.timestamp() if self._visibility is Visibility.TIMELINE else None

        def dated(file: RowFile, number: int) -> float:
            own = file.at(number, None)
            return -math.inf if own is None else own.first

        def has_come(file: RowFile, number: int) -> bool:
            span = file.at(number, at)
            return at is None or span is None or span.first <= at

        places = [place for place in self.by_order.get(order_id, ()) if has_come(*place)]
        return [file.record(number) for file, number in sorted(places, key=lambda place: dated(*place))]


def _with_company(file: RowFile, now: float | None, chosen: list[int]) -> array[int]:
    """The rows; a row that was cut off and is left alone gets the one before it along, for only beside others it looks short."""
    last = len(file) - 1
    if file.cut_off and chosen == [last] and last > 0:
        before = file.at(last - 1, now)
        if before is None or before.first < math.inf:
            chosen = [last - 1, last]
    return array("Q", chosen)


class Selection:
    """Chosen rows of files, and the document that they make.

    Files of one layout and encoding are joined row by row as they are; a single file of which nothing is left out is delivered
    untouched. Else columns are joined by name, in the encoding of the first file if that can hold all; repeated headers, which
    would no longer be the header's words, are left out.
    """

    def __init__(self, parts: Sequence[tuple[RowFile, array[int]]]) -> None:
        self._parts = [
            (file, numbers)
            for file, numbers in parts
            if file.damaged_header or any(file.is_data(number) for number in numbers)
        ]

    @property
    def empty(self) -> bool:
        """No row at all: Amazon cancels such a report."""
        return not self._parts

    @cached_property
    def size(self) -> int:
        """About how many bytes the document has."""
        return sum(file.size(number) for file, numbers in self._parts for number in numbers)

    @cached_property
    def charset(self) -> str:
        """Amazon's name of the document's encoding."""
        return self._encoding.charset

    def write(self, out: BinaryIO) -> None:
        """Write the document."""
        if self._alike:
            self._write_as_they_are(out)
        else:
            out.writelines(self._encoding.encode(line) for line in self._joined_by_name())

    @cached_property
    def _alike(self) -> bool:
        """One layout and one encoding; UTF-8 files without any special character fit all."""
        layouts = {file.header for file, _ in self._parts}
        codecs = {file.encoding.codec for file, _ in self._parts}
        return len(layouts) == 1 and len(codecs) == 1

    def _write_as_they_are(self, out: BinaryIO) -> None:
        out.write(self._parts[0][0].head)
        in_line = False
        for file, numbers in self._parts:
            for number in numbers:
                if in_line:
                    out.write(b"\n")
                row = file.row(number)
                out.write(row)
                in_line = not row.endswith(b"\n")

    @cached_property
    def _encoding(self) -> Encoding:
        first = self._parts[0][0].encoding
        if self._alike:
            return first
        try:
            for line in self._joined_by_name():
                first.encode(line)
        except UnicodeEncodeError:
            return UTF_8
        return first

    def _joined_by_name(self) -> Iterator[str]:
        layouts = {file.columns: _places(file.column_names) for file, _ in self._parts}
        names: dict[tuple[str, int], str] = {}
        for columns, own_places in layouts.items():
            for place, name in zip(own_places, columns, strict=True):
                names.setdefault(place, name)
        last = next(((file, numbers[-1]) for file, numbers in reversed(self._parts) if numbers), None)
        positions = {place: position for position, place in enumerate(names)}
        yield "\t".join(names.values()) + "\r\n"
        for file, numbers in self._parts:
            places = [positions[place] for place in layouts[file.columns]]
            for number in filter(file.is_data, numbers):
                cells = file.cells(number)
                joined = [""] * len(names)
                for position, cell in zip(places, cells, strict=False):
                    joined[position] = cell
                surplus = cells[len(places) :]
                # A row that is short stays short, and one without an end has none: that may be what is wrong with it.
                width = len(names) if len(cells) >= len(places) else max(places[: len(cells)]) + 1
                end = "\r\n" if file.row(number).endswith(b"\n") or (file, number) != last else ""
                yield "\t".join([*joined[:width], *surplus]) + end


def _places(names: Sequence[str]) -> list[tuple[str, int]]:
    """What tells columns apart: the name, and its turn where a name occurs twice."""
    return [(name, names[:turn].count(name)) for turn, name in enumerate(names)]
