"""Report bodies in memory; passes the contract tests of its adapter."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from goodstanding.contracts.errors import ReportDamaged
from goodstanding.core.fetches import StoredDocument
from goodstanding.ports.selling_partner import Document


@dataclass
class FakeReportArchive:
    """Bodies by key."""

    bodies: dict[str, bytes] = field(default_factory=dict)

    def store(self, key: str, document: Document) -> StoredDocument:
        """Write a body."""
        body = self.bodies[key] = document.body.read()
        return StoredDocument("archive", key, hashlib.sha256(body).hexdigest(), len(body), document.charset)

    @contextmanager
    def open(self, stored: StoredDocument) -> Iterator[BinaryIO]:
        """Read a body. Raises ReportDamaged when it is gone."""
        if stored.key not in self.bodies:
            raise ReportDamaged("the stored report is gone")
        yield BytesIO(self.bodies[stored.key])
