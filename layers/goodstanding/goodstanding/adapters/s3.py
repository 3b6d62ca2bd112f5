"""The bucket: raw report bodies. Sellers' settings lie in it too; adapters.sellers reads them, and pays for importing YAML."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from goodstanding.contracts.errors import ReportDamaged
from goodstanding.core.fetches import StoredDocument
from goodstanding.ports.selling_partner import Document

GONE = frozenset({"NoSuchKey", "404"})
"""S3's codes for an object that is not there."""


class S3ReportArchive:
    """Report bodies as first downloaded, under `reports/`."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def store(self, key: str, document: Document) -> StoredDocument:
        """Write a body, streaming in parts; nothing is there until it is complete."""
        body = _Counted(document.body)
        extra = {"Metadata": {"charset": document.charset}} if document.charset else {}
        self._client.upload_fileobj(body, self._bucket, key, ExtraArgs=extra)
        return StoredDocument(self._bucket, key, body.sha256.hexdigest(), body.size, document.charset)

    @contextmanager
    def open(self, stored: StoredDocument) -> Iterator[BinaryIO]:
        """Read a body, streaming."""
        try:
            body = self._client.get_object(Bucket=stored.bucket, Key=stored.key)["Body"]
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise ReportDamaged("the stored report is gone") from None
            raise
        with body:
            yield cast("BinaryIO", body)


class S3MailDrop:
    """Mails as they came, under `mail/`; an object there is what every way in comes down to."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, mail: bytes) -> None:
        """Store a mail; the same key is overwritten."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=mail, ContentType="message/rfc822")


class _Counted:
    """A body that is hashed and counted while it passes."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self.sha256 = hashlib.sha256()
        self.size = 0

    def read(self, amount: int = -1) -> bytes:
        chunk = self._body.read(amount)
        self.sha256.update(chunk)
        self.size += len(chunk)
        return chunk
