"""What Amazon holds of a seller: the folder's files, read when first asked for."""

from collections.abc import Sequence
from typing import BinaryIO, Protocol

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType
from local.seller_folder import SellerFolder
from local.sp_api.rows import DATINGS
from local.sp_api.snapshots import PerformanceReport, current, read_performance
from local.sp_api.tables import Range, Table, Visibility


class Content(Protocol):
    """A document's body, not yet written."""

    @property
    def empty(self) -> bool:
        """There is nothing to tell: Amazon cancels such a report."""
        ...

    @property
    def size(self) -> int:
        """About how many bytes."""
        ...

    @property
    def charset(self) -> str:
        """Amazon's name of the encoding."""
        ...

    def write(self, out: BinaryIO) -> None:
        """Write it."""
        ...


class Shelf:
    """One seller's reports."""

    def __init__(self, folder: SellerFolder, visibility: Visibility) -> None:
        self.folder = folder
        self._visibility = visibility
        self._tables: dict[tuple[ReportType, tuple[Marketplace, ...]], Table] = {}
        self._performance: dict[tuple[ReportType, Marketplace], list[PerformanceReport]] = {}

    def content(self, report_type: ReportType, marketplaces: Sequence[Marketplace], asked: Range) -> Content | None:
        """What a request gets; None for nothing. Of a performance report only the first marketplace that has one answers."""
        if report_type in DATINGS:
            return self.table(report_type, marketplaces).select(asked)
        at = asked.now if self._visibility is Visibility.TIMELINE else None
        found = (current(self._reports(report_type, marketplace), at) for marketplace in marketplaces)
        return next((report for report in found if report is not None), None)

    def table(self, report_type: ReportType, marketplaces: Sequence[Marketplace]) -> Table:
        """The files of a tab-separated report."""
        key = report_type, tuple(marketplaces)
        if key not in self._tables:
            self._tables[key] = Table(
                [
                    (file, marketplace)
                    for marketplace in marketplaces
                    for file in self.folder.files[marketplace]
                    if file.report_type is report_type
                ],
                self._visibility,
            )
        return self._tables[key]

    def _reports(self, report_type: ReportType, marketplace: Marketplace) -> list[PerformanceReport]:
        key = report_type, marketplace
        if key not in self._performance:
            self._performance[key] = [
                read_performance(file, marketplace)
                for file in self.folder.files[marketplace]
                if file.report_type is report_type
            ]
        return self._performance[key]
