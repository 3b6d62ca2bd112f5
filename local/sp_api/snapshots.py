"""The performance reports: of several downloads, the one that Amazon would answer with."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType
from local.seller_folder import ReportFile, open_content
from local.sp_api.encodings import encoding_of

_FRAME_END = re.compile(rb"<end>\s*([^<\s]+)\s*</end>", re.IGNORECASE)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PerformanceReport:
    """One download, untouched. `until` is the latest day its figures speak of; None when it cannot be read at all."""

    name: str
    content: bytes
    charset: str
    until: datetime | None

    @property
    def empty(self) -> bool:
        """Never: such a file says something even when broken."""
        return False

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    def write(self, out: BinaryIO) -> None:
        """Write the document."""
        out.write(self.content)


def read_performance(file: ReportFile, marketplace: Marketplace) -> PerformanceReport:
    """Read one download."""
    content = b"".join(open_content(file.path))
    read = _until_v2 if file.report_type is ReportType.PERFORMANCE_V2 else _until_v1
    return PerformanceReport(file.path.name, content, encoding_of(content, marketplace).charset, read(content))


def current(reports: Sequence[PerformanceReport], at: datetime | None) -> PerformanceReport | None:
    """The latest that speaks of nothing after `at` (None: the latest of all), else the earliest. One that cannot be read comes last."""
    readable = sorted((report.until, report.name, report) for report in reports if report.until is not None)
    known = [report for until, _, report in readable if at is None or until <= at]
    if known:
        return known[-1]
    if readable:
        return readable[0][-1]
    return max(reports, key=lambda report: report.name, default=None)


def _until_v2(content: bytes) -> datetime | None:
    try:
        ends = [_moment(text) for text in _range_ends(json.loads(content.decode("utf-8-sig", "replace")))]
    except (ValueError, RecursionError):
        return None
    return max((end for end in ends if end is not None), default=_EARLIEST)


def _range_ends(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "reportingDateTo" and isinstance(inner, str):
                yield inner
            else:
                yield from _range_ends(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _range_ends(inner)


def _until_v1(content: bytes) -> datetime:
    """Amazon's XML was malformed before, so nothing more than the ends of its frames is looked for."""
    ends = (_moment(match.group(1).decode("ascii", "replace")) for match in _FRAME_END.finditer(content))
    return max((end for end in ends if end is not None), default=_EARLIEST)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
