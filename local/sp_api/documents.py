"""Report documents: links that expire, and bodies that are compressed when they are long."""

import gzip
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from local.sp_api.encodings import contradicting
from local.sp_api.faults import FaultKind
from local.sp_api.reports import Report
from local.sp_api.shelves import Content
from local.sp_api.wire import Answer, Refused, Request, as_bytes, as_json

LINK_PREFIX = "/documents/"
LINK_LIFETIME = timedelta(minutes=5)
COMPRESSED_FROM = 4096  # bytes
_IN_MEMORY = 8 << 20

_EXPIRED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>300</X-Amz-Expires></Error>"
)
_NO_SUCH_KEY = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>'


@dataclass(frozen=True, slots=True)
class Link:
    """One answer of getReportDocument: everybody who has it may download until it expires."""

    seller_id: str
    report: Report
    content: Content
    expires_at: datetime
    fault: FaultKind | None

    @property
    def compressed(self) -> bool:
        """Whether the body is gzip."""
        match self.fault:
            case FaultKind.LYING_GZIP_FLAG:
                return False
            case FaultKind.MISSING_GZIP_FLAG:
                return True
        return self.content.size >= COMPRESSED_FROM

    @property
    def flagged(self) -> bool:
        """Whether the answer says that it is."""
        match self.fault:
            case FaultKind.LYING_GZIP_FLAG:
                return True
            case FaultKind.MISSING_GZIP_FLAG:
                return False
        return self.compressed


class DocumentStore:
    """The links given out."""

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}

    def open_link(
        self, seller_id: str, report: Report | None, request: Request, now: datetime, fault: FaultKind | None
    ) -> Answer:
        """GET documents/{reportDocumentId}. Raises Refused."""
        if report is None or report.content is None:
            raise Refused(404, "NotFound", "The report document was not found")
        lifetime = timedelta(0) if fault is FaultKind.LINK_EXPIRED else LINK_LIFETIME
        link = Link(seller_id, report, report.content, now + lifetime, fault)
        key = f"{len(self._links) + 1:06d}"
        self._links[key] = link
        issued = f"{now:%Y%m%dT%H%M%SZ}"
        shown = {
            "reportDocumentId": report.document_id,
            "url": f"{request.base_url}{LINK_PREFIX}{key}?X-Amz-Date={issued}&X-Amz-Expires=300&response-content-encoding=identity",
        }
        if link.flagged:
            shown["compressionAlgorithm"] = "GZIP"
        return as_json(200, shown)

    def find(self, key: str) -> Link | None:
        """The link of a URL."""
        return self._links.get(key)

    def download(self, key: str, now: datetime) -> Answer:
        """What lies behind a link; S3's own error pages when nothing does or it has expired."""
        link = self._links.get(key)
        if link is None:
            return as_bytes(404, _NO_SUCH_KEY, "application/xml")
        if now >= link.expires_at:
            return as_bytes(403, _EXPIRED, "application/xml")
        body = _written(link)
        length = body.seek(0, 2)
        body.seek(0)
        charset = link.content.charset
        if link.fault is FaultKind.WRONG_CHARSET:
            charset = contradicting(charset)
        cut = length // 2 if link.fault is FaultKind.TRUNCATED_DOWNLOAD else None
        return Answer(200, {"Content-Type": f"text/plain;charset={charset}"}, body, length, cut)


def _written(link: Link) -> BinaryIO:
    with ExitStack() as unfinished:
        body = _spool(unfinished)
        if link.compressed:
            with ExitStack() as used_up:
                plain = _spool(used_up)
                link.content.write(plain)
                plain.seek(0)
                with gzip.GzipFile(fileobj=body, mode="wb", compresslevel=1, mtime=0) as packed:
                    shutil.copyfileobj(plain, packed)
        else:
            link.content.write(body)
        unfinished.pop_all()
        return body


def _spool(owner: ExitStack) -> BinaryIO:
    return cast("BinaryIO", owner.enter_context(SpooledTemporaryFile(_IN_MEMORY)))
