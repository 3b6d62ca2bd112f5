"""A caller of the simulator: seller folders to order, a clock that is set by hand, and Amazon's operations in one line each."""

import gzip
import json
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
from tests.fakes.clock import FakeClock

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

SHIPMENT_COLUMNS = (
    "amazon-order-id", "shipment-id", "shipment-item-id", "shipment-date", "reporting-date", "sku", "quantity-shipped",
    "estimated-arrival-date", "fulfillment-center-id", "fulfillment-channel", "sales-channel",
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


def many_orders(count: int, updated: str, **cells: str) -> list[dict[str, str]]:
    """Rows of that many orders, all shipped unless `status` says otherwise; `many_orders(n)` begins every longer list."""
    return [order(f"302-{number:07}-{number % 97:07}", updated, **cells) for number in range(count)]


def shipment(order_id: str, shipped: str, arrives: str, **cells: str) -> dict[str, str]:
    """A row of the FBA shipments report, to be written under SHIPMENT_COLUMNS."""
    return {
        "amazon-order-id": order_id,
        "shipment-id": f"D{order_id}/{arrives}",
        "shipment-date": shipped,
        "reporting-date": shipped,
        "estimated-arrival-date": arrives,
        "fulfillment-channel": "AFN",
        **cells,
    }


def order_change(order_id: str, changed: str, **summary: Any) -> str:
    """An ORDER_CHANGE notification as it comes out of SQS."""
    change = {
        "NotificationLevel": "OrderLevel",
        "SellerId": SELLER,
        "AmazonOrderId": order_id,
        "OrderChangeType": "OrderStatusChange",
        "OrderChangeTrigger": {"TimeOfOrderChange": changed, "ChangeReason": "Order status changed"},
        "Summary": {
            "MarketplaceId": DE,
            "OrderStatus": "Shipped",
            "FulfillmentType": "MFN",
            "OrderItems": [],
            **summary,
        },
    }
    return json.dumps(
        {
            "NotificationVersion": "1.0",
            "NotificationType": "ORDER_CHANGE",
            "PayloadVersion": "1.0",
            "EventTime": changed,
            "Payload": {"OrderChangeNotification": change},
            "NotificationMetadata": {"NotificationId": f"{order_id}/{changed}"},
        }
    )


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
        return self.request(method, f"/reports/2021-06-30{path}", **more)

    def actions(self, order_id: str, **params: str) -> httpx.Response:
        """GET what may be sent for an order."""
        return self.request("GET", f"/solicitations/v1/orders/{order_id}", params=params or {"marketplaceIds": DE})

    def offered(self, order_id: str) -> list[str]:
        """The names of what may be sent."""
        return [action["name"] for action in self.actions(order_id).raise_for_status().json()["_links"]["actions"]]

    def ask(self, order_id: str, **params: str) -> httpx.Response:
        """POST the request for a review."""
        path = f"/solicitations/v1/orders/{order_id}/solicitations/productReviewAndSellerFeedback"
        return self.request("POST", path, params=params or {"marketplaceIds": DE})

    def search(self, **params: Any) -> httpx.Response:
        """The answer of searchOrders."""
        return self.request("GET", "/orders/2026-01-01/orders", params=params)

    def order(self, order_id: str, **params: Any) -> httpx.Response:
        """The answer of getOrder."""
        return self.request("GET", f"/orders/2026-01-01/orders/{order_id}", params=params)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Any operation."""
        return self.client.request(method, self.base + path, headers=self.headers, **more)

    def travel(self, moment: datetime) -> None:
        """Set the clock, and log in anew if that is how long it took."""
        self.clock.time = moment
        self.log_in().raise_for_status()

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


def asked_again(simulator: Simulator, seller_id: str = SELLER) -> list[str]:
    """The orders that were posted once more after a POST was accepted: none, or buyers are asked twice."""
    posts = simulator.posts(seller_id).items()
    return [order_id for order_id, made in posts if any(post.accepted for post in made[:-1])]
