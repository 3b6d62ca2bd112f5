"""Where report bodies are kept."""

from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from goodstanding.core.fetches import StoredDocument
from goodstanding.ports.selling_partner import Document


class ReportArchive(Protocol):
    """The raw bucket: report bodies as first downloaded."""

    def store(self, key: str, document: Document) -> StoredDocument:
        """Write a body, streaming; the same key is overwritten by the same content."""
        ...

    def open(self, stored: StoredDocument) -> AbstractContextManager[BinaryIO]:
        """Read a body, streaming. Raises ReportDamaged when it is gone."""
        ...
