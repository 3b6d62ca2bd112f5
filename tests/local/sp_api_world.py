"""A caller of the simulator: seller folders to order, a clock that is set by hand, and Amazon's operations in one line each."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from local.seller_folder import load_all
from local.sp_api.faults import Fault
from local.sp_api.simulator import Simulator
from local.sp_api.tables import Visibility
from local.sp_api.transport import SpApiTransport
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
SELLER = "A2EXAMPLE00001"
HOST = "https://sellingpartnerapi-eu.amazon.com"
DE, FR, JP, US = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A1VC38T7YXB528", "ATVPDKIKX0DER"

ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
SHIPMENTS = "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL"
RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
FEEDBACK = "GET_SELLER_FEEDBACK_DATA"
V2 = "GET_V2_SELLER_PERFORMANCE_REPORT"
V1 = "GET_V1_SELLER_PERFORMANCE_REPORT"

ORDER_COLUMNS = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel",
    "sales-channel", "order-channel", "product-name", "sku", "asin", "item-status",
)  # fmt: skip


def order(
    order_id: str, updated: str, *, bought: str | None = None, status: str = "Shipped", **cells: str
) -> dict[str, str]:
    """A row of All Orders, as column → cell."""
    return {
        "amazon-order-id": order_id,
        "purchase-date": bought or updated,
        "last-updated-date": updated,
        "order-status": status,
        "fulfillment-channel": "Merchant",
        "sales-channel": "Amazon.de",
        "item-status": status,
        **cells,
    }


def tsv(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ORDER_COLUMNS) -> str:
    """A tab-separated file."""
    lines = ["\t".join(columns), *("\t".join(row.get(column, "") for column in columns) for row in rows)]
    return "".join(f"{line}\r\n" for line in lines)


def at(text: str) -> str:
    """`11-05` as an instant of 2026, the way reports write it."""
    return f"2026-{text}T10:00:00+00:00"


def seller_folder(
    path: Path, files: Mapping[str, str | bytes], seller_id: str = SELLER, marketplaces: str = "DE, FR, JP, US"
) -> Path:
    """Write a seller folder; `files` maps `DE/orders.txt` to content, gzipped when the name ends in .gz."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "seller.yaml").write_text(f"seller_id: {seller_id}\nmarketplaces: [{marketplaces}]\n")
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(exist_ok=True)
        raw = content.encode() if isinstance(content, str) else content
        target.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


@dataclass
class Amazon:
    """The simulator and one seller that talks to it, in-process unless a client for another base is given."""

    simulator: Simulator
    clock: FakeClock
    client: httpx.Client
    base: str = HOST
    seller_id: str = SELLER
    headers: dict[str, str] = field(default_factory=dict)

    def log_in(self, refresh_token: str | None = None, **form: str) -> httpx.Response:
        """Ask LWA for an access token, and use it from then on."""
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token or f"local-{self.seller_id}",
            "client_id": "amzn1.application-oa2-client.x",
            "client_secret": "secret-canary",
        }
        answer = self.client.post(f"{self.base}/auth/o2/token", data={**fields, **form})
        if answer.status_code == 200:
            self.headers["x-amz-access-token"] = answer.json()["access_token"]
        return answer

    def create(self, report_type: str, marketplaces: Sequence[str] = (DE,), **body: Any) -> httpx.Response:
        """The answer of createReport."""
        return self.call(
            "POST", "/reports", json={"reportType": report_type, "marketplaceIds": [*marketplaces], **body}
        )

    def get(self, report_id: str) -> dict[str, Any]:
        """What getReport shows."""
        shown: dict[str, Any] = self.call("GET", f"/reports/{report_id}").raise_for_status().json()
        return shown

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """An operation of the Reports API."""
        return self.client.request(method, f"{self.base}/reports/2021-06-30{path}", headers=self.headers, **more)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.wait(timedelta(seconds=seconds))

    def finished(self, report_type: str, marketplaces: Sequence[str] = (DE,), **body: Any) -> dict[str, Any]:
        """A report after all its time."""
        report_id = self.create(report_type, marketplaces, **body).raise_for_status().json()["reportId"]
        self.wait(90)
        return self.get(report_id)

    def document(self, report: Mapping[str, Any]) -> httpx.Response:
        """The answer of getReportDocument."""
        return self.call("GET", f"/documents/{report['reportDocumentId']}")

    def download(self, report: Mapping[str, Any]) -> httpx.Response:
        """The document, as it is delivered."""
        return self.client.get(self.document(report).raise_for_status().json()["url"])

    def body(self, report_type: str, marketplaces: Sequence[str] = (DE,), **body: Any) -> bytes:
        """The content of a report, decompressed; empty when Amazon had no data."""
        report = self.finished(report_type, marketplaces, **body)
        if report["processingStatus"] == "CANCELLED":
            return b""
        raw = self.download(report).raise_for_status().content
        return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw

    def order_ids(self, start: str, end: str | None = None, **body: Any) -> list[str]:
        """The order ids of an All Orders report over a range, given as `11-05`."""
        until = {} if end is None else {"dataEndTime": at(end)}
        content = self.body(ORDERS, dataStartTime=at(start), **until, **body)
        return [line.split(b"\t")[0].decode() for line in content.splitlines()[1:]]


def amazon(
    *folders: Path, visibility: Visibility = Visibility.SNAPSHOT, faults: Sequence[Fault] = (), **more: Any
) -> Amazon:
    """A simulator over folders, its first seller logged in."""
    clock = FakeClock()
    sellers = load_all(folders)
    simulator = Simulator(sellers, clock, visibility=visibility, faults=faults, **more)
    caller = Amazon(simulator, clock, httpx.Client(transport=SpApiTransport(simulator)), seller_id=sellers[0].seller_id)
    if not any(
        fault.operation == "logInWithAmazon" or fault.kind in {"invalid_grant", "invalid_client"} for fault in faults
    ):
        caller.log_in().raise_for_status()
    return caller
