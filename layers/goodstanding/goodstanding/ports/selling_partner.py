"""Reports, as Amazon makes and hands them out."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from goodstanding.core.fetches import ProcessingStatus
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """Where a report stands."""

    status: ProcessingStatus
    document_id: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """An open download: raw bytes as Amazon sends them (gzip or not, whatever a flag says) and the charset its header names."""

    body: BinaryIO
    charset: str | None


class SellingPartner(Protocol):
    """One seller's SP-API, one region.

    Every method raises SpApiThrottled, SpApiUnavailable, SellerNotAuthorized, SellerNotConfigured or SpApiRefused, and nothing else.
    """

    def create_report(
        self, report_type: ReportType, marketplace: Marketplace, start: datetime | None, end: datetime | None
    ) -> str:
        """Ask for a report; its id."""
        ...

    def get_report(self, report_id: str) -> ReportStatus:
        """Where it stands."""
        ...

    def open_document(self, document_id: str) -> AbstractContextManager[Document]:
        """Open a report's document; an expired link is asked for anew, once."""
        ...
