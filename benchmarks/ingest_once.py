"""One ingest in a process of its own, so that its peak memory is its own: `python -m benchmarks.ingest_once FILE URL` prints JSON.

The file is read alone, then downloaded from the URL and ingested with the product's own code, then read alone again. Alone it is
read in two ways: its bytes unzipped, and its lines as text, which is the least that any program with rows must do. What is not the
product's: the HTTP server, S3 and DynamoDB (stubs), the ledger.
"""

import gzip
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, cast

from benchmarks.order_report import COUNTRY
from benchmarks.stubs import DiscardingDynamoDB, FolderS3, OneReport, stored_orders
from goodstanding.adapters.dynamodb.orders import DynamoOrderStore
from goodstanding.adapters.s3 import S3ReportArchive
from goodstanding.adapters.sp_api.download import open_download
from goodstanding.adapters.sp_api.transport import http_client
from goodstanding.contracts.tasks import IngestReportInput
from goodstanding.core.fetches import FetchState, StoredDocument
from goodstanding.core.report_types import ReportType
from goodstanding.usecases.ingest_report import ingest_report

if TYPE_CHECKING:
    from goodstanding.ports.health import HealthStore

_CHUNK = 1 << 17


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the clock and of the processor."""

    wall: float
    cpu: float


def _timed[T](work: Callable[[], T]) -> tuple[Spent, T]:
    wall, cpu = perf_counter(), process_time()
    result = work()
    return Spent(perf_counter() - wall, process_time() - cpu), result


def peak_memory() -> int:
    """The most memory this process has had resident, in bytes.

    Linux tells it for the process itself; what `getrusage` says there may stem from the parent, before the program was loaded.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _unzip(path: Path) -> int:
    """The number of bytes."""
    with gzip.open(path) as file:
        return sum(map(len, _chunks(file)))


def _read_lines(path: Path) -> int:
    """The number of lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return sum(1 for _ in file)


def _chunks(file: gzip.GzipFile) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _download(url: str, archive: S3ReportArchive) -> StoredDocument:
    client = http_client(None, headers={}, judge=lambda _: None)
    with open_download(client, lambda: url) as document:
        return archive.store("report", document)


def _ingest(stored: StoredDocument, archive: S3ReportArchive, dynamodb: DiscardingDynamoDB) -> int:
    """The number of rows read."""
    health = OneReport(stored_orders(stored))
    request = IngestReportInput(
        seller_id="A2EXAMPLE00001",
        marketplace=COUNTRY,
        scheduled_at=datetime(2026, 11, 20, 6, tzinfo=UTC),
        name=health.kept.name,
        report_type=ReportType.ALL_ORDERS,
        cursor=0,
    )
    answer = ingest_report(
        request,
        cast("HealthStore", health),
        DynamoOrderStore(dynamodb, "orders"),
        archive,
        lambda: timedelta(minutes=15),
    )
    assert answer.done, "the benchmark's Lambda has all the time it needs"
    assert health.kept.state is FetchState.INGESTED, health.kept.reason
    return answer.cursor


@contextmanager
def _archive() -> Iterator[S3ReportArchive]:
    with tempfile.TemporaryDirectory() as folder:
        yield S3ReportArchive(FolderS3(Path(folder)), "bucket")


def measure(path: Path, url: str) -> dict[str, object]:
    """What one ingest took."""
    dynamodb = DiscardingDynamoDB()
    unzipped = [_timed(lambda: _unzip(path))[0]]
    read = [_timed(lambda: _read_lines(path))[0]]
    memory_before = peak_memory()
    with _archive() as archive:
        download, stored = _timed(lambda: _download(url, archive))
        memory_download = peak_memory()
        ingest, rows = _timed(lambda: _ingest(stored, archive, dynamodb))
    memory_ingest = peak_memory()
    after, size = _timed(lambda: _unzip(path))
    unzipped.append(after)
    read.append(_timed(lambda: _read_lines(path))[0])
    return {
        "rows": rows,
        "bytes": size,
        "bytes_gzipped": stored.size,
        "order_updates": dynamodb.updates,
        "transactions": dynamodb.transactions,
        "unzip_alone": [asdict(each) for each in unzipped],
        "read_lines_alone": [asdict(each) for each in read],
        "download": asdict(download),
        "ingest": asdict(ingest),
        "peak_bytes_before": memory_before,
        "peak_bytes_download": memory_download,
        "peak_bytes": memory_ingest,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), sys.argv[2])))
