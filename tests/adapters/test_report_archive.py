"""Report bodies: in S3, and in the fake."""

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest

from goodstanding.adapters.s3 import S3ReportArchive
from goodstanding.contracts.errors import ReportDamaged
from goodstanding.ports.report_archive import ReportArchive
from goodstanding.ports.selling_partner import Document
from tests.fakes.report_archive import FakeReportArchive

BODY = "späte Sendung\r\n".encode("cp1252")


@pytest.fixture
def archive(is_fake, request) -> ReportArchive:
    """Empty."""
    if is_fake:
        return FakeReportArchive()
    aws = request.getfixturevalue("aws")
    return S3ReportArchive(aws.client("s3"), aws.names["DataBucket"])


def test_body_comes_back_byte_by_byte(archive):
    """What was downloaded first is what is read, and its record says how large it is, what it hashes to and its charset."""
    stored = archive.store("reports/a", Document(BytesIO(BODY), "cp1252"))
    with archive.open(stored) as body:
        assert body.read() == BODY
    assert (stored.key, stored.size, stored.charset) == ("reports/a", len(BODY), "cp1252")
    assert stored.sha256 == hashlib.sha256(BODY).hexdigest()


def test_body_that_is_gone_is_a_damaged_report(archive):
    """Not an outage: no retry brings it back."""
    stored = archive.store("reports/a", Document(BytesIO(BODY), None))
    with pytest.raises(ReportDamaged), archive.open(replace(stored, key="reports/b")):
        pass
