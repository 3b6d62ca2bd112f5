"""A seller full of canaries: words that stand for secrets and buyers' data, wherever such data enters, and nowhere else.

The simulator is the real one; what it says on errors and in links is only made more talkative, as Amazon's own answers may be.
"""

import gzip
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, Self

from botocore.client import BaseClient

from goodstanding.core.report_types import ReportType
from local.sp_api.faults import Fault, FaultKind
from local.sp_api.limits import Operation
from local.sp_api.simulator import Simulator
from local.sp_api.wire import Answer, Request
from local.stack import EmbeddedStack, Execution
from tests.mail_world import BODIES, FAILED, GOOD, SUBJECTS, build_mail

SELLER = "A2CANARY00001"
CLIENT_SECRET = "local-secret"
REFRESH_TOKEN = f"local-{SELLER}"
OWN_ADDRESS = "canaryowner@seller.example"
UNREADABLE_SELLER, UNREADABLE_ADDRESS = "A2UNREADABLE1", "canarynoaddress at seller.example"
AS_OF = "2026-11-20T06:00:00Z"

ERROR_MESSAGE, ERROR_DETAILS, ERROR_CODE = "canaryerrormessage", "canaryerrordetails", "canary error code"
ERROR_PAGE, EXPIRED_PAGE = "canaryerrorpage", "canaryexpiredpage"
LWA_DESCRIPTION, LWA_PAGE = "canarylwadescription", "canarylwapage"
SIGNATURE, LINK_TOKEN = "canarysignature", "canarylinktoken"
FATAL_REMARK, FATAL_BODY = "canaryfatalremark", "canaryfatalbody"
SAID = (
    *(ERROR_MESSAGE, ERROR_DETAILS, ERROR_CODE, ERROR_PAGE, EXPIRED_PAGE, LWA_DESCRIPTION, LWA_PAGE, SIGNATURE),
    *(LINK_TOKEN, FATAL_REMARK),
)
"""What the simulator says beside the reports."""

BROKEN_CELL = "canarybrokencell"


# ---- the seller's folder ------------------------------------------------------------------------------------------------------

_SHIPMENT = (
    "amazon-order-id",
    "shipment-id",
    "shipment-date",
    "buyer-email",
    "buyer-name",
    "buyer-phone-number",
    "recipient-name",
    "ship-address-1",
    "ship-city",
    "ship-postal-code",
    "ship-country",
    "estimated-arrival-date",
)
_ORDER = (
    "amazon-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
)
_RETURN = (
    *("Order ID", "Return request date", "Amazon RMA ID", "Merchant SKU", "A-to-Z Claim", "Return Reason"),
    *("Buyer comments", "Return address"),
)
_FEEDBACK = ("Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email")
_PERSONAL = frozenset(
    {
        *(
            "buyer-email",
            "buyer-name",
            "buyer-phone-number",
            "recipient-name",
            "ship-address-1",
            "ship-city",
            "ship-state",
        ),
        *("ship-postal-code", "Buyer comments", "Return address", "Comments", "Your Response", "Rater Email"),
    }
)


def order_id(number: int) -> str:
    """An order of this seller."""
    return f"302-0000000-{number:07}"


@dataclass
class Pen:
    """Writes rows whose personal cells hold canaries, one for each row and column, and remembers them."""

    place: str
    planted: list[str] = field(default_factory=list)

    def row(self, columns: tuple[str, ...], known: dict[str, str]) -> list[str]:
        """The cells of a row."""
        return [self._canary(name) if name in _PERSONAL else known.get(name, "") for name in columns]

    def _canary(self, column: str) -> str:
        word = f"canary{self.place}{len(self.planted)}{''.join(filter(str.isalpha, column))}".lower()
        self.planted.append(word)
        return f"{word}@marketplace.amazon.de" if "email" in column.casefold() else word

    def sound(self, columns: tuple[str, ...], number: int) -> list[str]:
        """A row with nothing wrong in it."""
        known = {
            "amazon-order-id": order_id(number), "Order ID": order_id(number), "shipment-id": f"S{number}",
            "shipment-date": "2026-11-10T10:00:00+00:00", "estimated-arrival-date": "2026-11-12T10:00:00+00:00",
            "purchase-date": "2026-11-09T10:00:00+00:00", "last-updated-date": "2026-11-10T10:00:00+00:00",
            "order-status": "Shipped", "fulfillment-channel": "Merchant", "sales-channel": "Amazon.de",
            "product-name": "Mill", "sku": "SKU1", "asin": "B000000001", "ship-country": "DE",
            "item-status": "Shipped", "quantity": "1", "Return request date": "12-Nov-2026",
            "Amazon RMA ID": f"R{number}", "Merchant SKU": "SKU1", "A-to-Z Claim": "Y", "Return Reason": "X",
            "Date": "12.11.2026", "Rating": "1",
        }  # fmt: skip
        return self.row(columns, known)

    def table(self, columns: tuple[str, ...], *, breaks_at: str) -> str:
        """A report with a sound row and each kind of damage: bad and empty cells, a line torn in two, shifts, a cut at the end."""
        rows = [self.sound(columns, number + 1) for number in range(8)]
        dated = next(place for place, name in enumerate(columns) if "date" in name.casefold())
        rows[1][dated] = BROKEN_CELL
        ordered = columns.index("Order ID" if "Order ID" in columns else "amazon-order-id")
        rows[2][ordered] = ""
        torn = columns.index(breaks_at)
        rows[3][torn] += "\n" + rows[3][torn] + "rest"
        rows[4].insert(columns.index("product-name") if "product-name" in columns else dated, "one cell too many")
        del rows[5][torn - 1]
        del rows[6][ordered]
        lines = ["\t".join(row) for row in (columns, *rows)]
        # What is torn off may look like a row: its first cell is then taken for an order, and empty cells for unknown dates.
        lines.insert(4, "\t".join([rows[0][torn], "S9"]))
        return "\n".join(lines)[: -len(rows[-1][-1]) - 2]


def write_folder(folder: Path) -> list[str]:
    """A seller in Germany with every kind of damaged row, and in France with damaged reports. The canaries in it."""
    planted: list[str] = []
    (folder / "DE").mkdir(parents=True)
    (folder / "FR").mkdir()
    (folder / "seller.yaml").write_text(
        f"seller_id: {SELLER}\nmarketplaces: [DE, FR]\nlanguage: en\nown_addresses: [{OWN_ADDRESS}]\n"
    )
    reports = {
        "orders.txt": (_ORDER, "ship-city"),
        "shipments.txt": (_SHIPMENT, "buyer-name"),
        "returns.txt": (_RETURN, "Buyer comments"),
        "feedback.txt": (_FEEDBACK, "Comments"),
    }
    for name, (columns, breaks_at) in reports.items():
        pen = Pen(name.removesuffix(".txt"))
        (folder / "DE" / name).write_text(pen.table(columns, breaks_at=breaks_at), encoding="utf-8")
        planted += [word for word in pen.planted if word in (folder / "DE" / name).read_text()]
    pen = Pen("cutoff")
    whole = "\n".join("\t".join(row) for row in (_RETURN, pen.sound(_RETURN, 1), pen.sound(_RETURN, 2)))
    (folder / "FR" / "returns.txt").write_text(whole.rpartition("\t")[0])
    planted += pen.planted[:-1]
    pen = Pen("defect")
    (folder / "FR" / "shipments.txt").write_text(
        "\n".join("\t".join(row) for row in (_SHIPMENT, pen.sound(_SHIPMENT, 1), ""))
    )
    planted += pen.planted
    (folder / "FR" / "performance.json").write_text('{"accountStatuses": [{"buyer": "canarybrokenjson"')
    (folder / "FR" / "performance.xml").write_text(
        "<sellerPerformanceReports><sellerPerformanceReport><note>canarybrokenxml</note><x"
    )
    return [*planted, BROKEN_CELL, "canarybrokenjson", "canarybrokenxml", *_write_mail(folder / "mail")]


_BEFORE = datetime.fromisoformat(AS_OF) - timedelta(days=1)
_FAULTY_HEADER = b"Subject: =?utf-8?q?canarybrokensubject\nFrom: canarybrokenaddress@\n\ncanarybrokenbody\n"


def _write_mail(folder: Path) -> list[str]:
    """Mails of every kind and trust, with a canary in each place where a person's word can stand. The canaries in them."""
    folder.mkdir()
    planted = []
    for number, (kind, authentication) in enumerate(
        (kind, proof) for kind in SUBJECTS for proof in (GOOD, None, FAILED)
    ):
        said = {
            name: f"canarymail{number}{name}" for name in ("name", "alias", "case", "text", "message_id", "in_reply_to")
        }
        subject = f"{SUBJECTS[kind]['de']} canarymail{number}subject"
        attached = (("X-Canary-Attachment", f"canarymail{number}header"),)
        mail = build_mail(
            kind,
            at=_BEFORE,
            subject=subject,
            sender=OWN_ADDRESS if kind in {"own_reply", "auto_reply"} else None,
            order=order_id(1),
            authentication=authentication,
            headers=attached,
            **said | {"text": f"{BODIES.get(kind, {}).get('de', '')} {said['text']}".format(order=order_id(1))},
        )
        (folder / f"{number:02}.eml").write_bytes(mail)
        planted += [
            word for word in (*said.values(), f"canarymail{number}subject", attached[0][1]) if word in mail.decode()
        ]
    (folder / "broken.eml").write_bytes(_FAULTY_HEADER)
    (folder / "rubbish.eml").write_bytes(b"\x00canaryrubbish\x00")
    return [*planted, "canarybrokensubject", "canarybrokenaddress", "canarybrokenbody", "canaryrubbish"]


# ---- Amazon, talkative --------------------------------------------------------------------------------------------------------

_HITS = (
    *((FaultKind.THROTTLE_429, 1), (FaultKind.THROTTLE_HTML, 2), (FaultKind.SERVER_500_EMPTY, 3)),
    *((FaultKind.UNAVAILABLE_503_HTML, 4), (FaultKind.FORBIDDEN_MESSAGE, 5), (FaultKind.CONNECTION_RESET, 6)),
    *((FaultKind.TIMEOUT, 7), (FaultKind.INVALID_JSON, 8), (FaultKind.EMPTY_BODY, 9), (FaultKind.ANSWER_LOST, 10)),
)
FAULTS = (
    Fault(FaultKind.INVALID_GRANT, nth=1),
    Fault(FaultKind.INVALID_CLIENT, nth=2),
    Fault(FaultKind.LWA_500_HTML, nth=3),
    Fault(FaultKind.ACCESS_DENIED, Operation.CREATE_REPORT, ReportType.ALL_ORDERS, "FR"),
    Fault(FaultKind.REPORT_FATAL_WITH_DOCUMENT, report_type=ReportType.FEEDBACK, marketplace="FR"),
    *(Fault(kind, Operation.CREATE_REPORT, nth=nth) for kind, nth in _HITS),
    Fault(FaultKind.INVALID_JSON, Operation.GET_REPORT, nth=2),
    Fault(FaultKind.THROTTLE_429, Operation.GET_REPORT_DOCUMENT, nth=1),
    Fault(FaultKind.INVALID_JSON, Operation.GET_REPORT_DOCUMENT, nth=2),
    Fault(FaultKind.LINK_EXPIRED, report_type=ReportType.MFN_RETURNS, marketplace="DE"),
    Fault(FaultKind.WRONG_CHARSET, report_type=ReportType.FEEDBACK, marketplace="DE"),
    Fault(FaultKind.TRUNCATED_DOWNLOAD, report_type=ReportType.FBA_SHIPMENTS, marketplace="DE"),
    Fault(FaultKind.UNAVAILABLE_503_HTML, Operation.DOWNLOAD_DOCUMENT, nth=1),
)


class TalkativeSimulator(Simulator):
    """Says more than it must, and keeps all that it heard and said."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options, faults=FAULTS)
        self.heard: list[str] = []
        self.said: list[bytes] = []
        self.access_tokens: set[str] = set()
        amazon.append(self)

    def answer(self, request: Request) -> Answer:
        """The simulator's answer, with canaries in it."""
        self.heard.append(f"{request.body.decode()} {dict(request.headers)}")
        answer = super().answer(request)
        with answer.body as said:
            body = _with_canaries(request.path, answer.status, said.read())
        answer.body, answer.length = BytesIO(body), len(body)
        if answer.deliver_only is not None:
            answer.deliver_only = min(answer.deliver_only, len(body) - 1)
        self.said.append(body)
        if request.path.startswith("/auth") and answer.status < 400:
            self.access_tokens.add(json.loads(body)["access_token"])
        return answer


amazon: list[TalkativeSimulator] = []
"""The simulators that were made, so that a test finds the one its run talks to."""


def _with_canaries(path: str, status: int, body: bytes) -> bytes:
    login = path.startswith("/auth")
    if body.startswith(b"<html"):
        return body.replace(b"</body>", f"<!-- {LWA_PAGE if login else ERROR_PAGE} --></body>".encode())
    if body.startswith(b"<?xml") and path.startswith("/documents") and status >= 400:
        return body.replace(b"</Error>", f"<RequestId>{EXPIRED_PAGE}</RequestId></Error>".encode())
    if b'"url": "' in body:
        return body.replace(
            b"X-Amz-Date=", f"X-Amz-Signature={SIGNATURE}&X-Amz-Security-Token={LINK_TOKEN}&X-Amz-Date=".encode()
        )
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    if not isinstance(answer, dict):
        return body
    if "error_description" in answer:
        answer["error_description"] += f" {LWA_DESCRIPTION}"
    if answer.get("message") == "Forbidden":
        answer["message"] += f" {ERROR_MESSAGE}"
    for error in answer.get("errors", ()):
        error["message"] += f" {ERROR_MESSAGE}"
        error["details"] += f" {ERROR_DETAILS}"
        error["code"] += f" {ERROR_CODE}" if status == 429 else ""
    if answer.get("processingStatus") == "FATAL":
        answer["remark"] = FATAL_REMARK
    return json.dumps(answer).encode()


# ---- what is asked of AWS -------------------------------------------------------------------------------------------------------


class AwsCall(NamedTuple):
    """What a function needs a permission for: an action of IAM on a resource, by its physical name."""

    function: str
    action: str
    resource: str


_IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_OF_S3 = {
    "ListObjectsV2": "ListBucket", "HeadObject": "GetObject", "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}  # fmt: skip


def needs(service: str, operation: str, asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The permissions of one call, as (action, resource). A transaction has none of its own, a batch has."""
    match service, operation:
        case "dynamodb", "TransactWriteItems":
            for action in asked["TransactItems"]:
                ((kind, body),) = action.items()
                yield f"dynamodb:{_IN_TRANSACTION[kind]}", body["TableName"]
        case "dynamodb", "BatchWriteItem" | "BatchGetItem":
            for table in asked["RequestItems"]:
                yield f"dynamodb:{operation}", table
        case "dynamodb", _:
            yield f"dynamodb:{operation}", asked["TableName"]
        case "s3", _:
            yield f"s3:{_OF_S3.get(operation, operation)}", asked["Bucket"]
        case "sns", _:
            yield f"sns:{operation}", asked["TopicArn"]
        case "secretsmanager", _:
            yield f"secretsmanager:{operation}", asked["SecretId"]
        case _:
            yield f"{service}:{operation}", "*"


# ---- the stack, watched -------------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """What a run left inside the stack. `places` is what is searched; `raw` is the one place where buyers' data may be."""

    places: dict[str, str]
    raw: str
    settings: str
    calls: frozenset[AwsCall]


found: list[Found] = []
"""What the stacks of this process left, newest last."""


class WatchedStack(EmbeddedStack):
    """The embedded stack at log level DEBUG; keeps what it left behind, because a run takes its stack down."""

    def __init__(self, template: Path, parameters: dict[str, str], *arguments: Any) -> None:
        super().__init__(
            template,
            parameters | {"LogLevel": "DEBUG", "AlertEmail": "a@ops.example", "DigestEmail": "d@ops.example"},
            *arguments,
        )

    def __enter__(self) -> Self:
        super().__enter__()
        self._calls: set[AwsCall] = set()
        self._unwatch = ExitStack()
        self._unwatch.enter_context(self._watched())
        settings = f"seller_id: {UNREADABLE_SELLER}\nmarketplaces: [DE]\nown_addresses: [{UNREADABLE_ADDRESS}]\n"
        self.client("s3").put_object(
            Bucket=self.resource("DataBucket"), Key=f"sellers/{UNREADABLE_SELLER}.yaml", Body=settings.encode()
        )
        return self

    def __exit__(self, *error: object) -> None:
        bucket = self.resource("DataBucket")
        objects = dict(self._objects(bucket))
        found.append(
            Found(
                {
                    "logs": "\n".join(line.text for line in self.logs),
                    "messages": "\n".join(repr(each) for each in self.published),
                    "histories": "\n".join(_history(execution) for execution in self.history),
                    "orders table": self._table("OrdersTable"),
                    "health table": self._table("HealthTable"),
                    "deadlines table": self._table("DeadlinesTable"),
                    "conversations table": self._table("ConversationsTable"),
                    "manifests": "\n".join(text for key, text in objects.items() if key.startswith("runs/")),
                    "keys and metadata": "\n".join(
                        f"{key} {self.client('s3').head_object(Bucket=bucket, Key=key)['Metadata']}" for key in objects
                    ),
                },
                "\n".join(text for key, text in objects.items() if key.startswith(("reports/", "mail/"))),
                "\n".join(text for key, text in objects.items() if key.startswith("sellers/")),
                frozenset(self._calls),
            )
        )
        self._unwatch.close()
        super().__exit__(*error)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Note what each function asks of AWS."""
        inside = BaseClient._make_api_call

        def call(client: Any, operation: str, asked: dict[str, Any]) -> Any:
            if self.trace.caller.endswith("Function"):
                for action, resource in needs(client.meta.service_model.service_name, operation, asked):
                    self._calls.add(AwsCall(self.trace.caller, action, self._logical.get(resource, resource)))
            return inside(client, operation, asked)

        BaseClient._make_api_call = call
        try:
            yield
        finally:
            BaseClient._make_api_call = inside

    @property
    def _logical(self) -> dict[str, str]:
        stores = ("OrdersTable", "HealthTable", "DeadlinesTable", "ConversationsTable", "DataBucket")
        return {self.resource(name): name for name in (*stores, "AlertsTopic", "DigestTopic")}

    def _objects(self, bucket: str) -> Iterator[tuple[str, str]]:
        for page in self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for item in page.get("Contents", ()):
                body = self.client("s3").get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
                yield (
                    item["Key"],
                    (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode("utf-8", "replace"),
                )

    def _table(self, logical_id: str) -> str:
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.resource(logical_id))
        return "\n".join(json.dumps(item, default=repr) for page in pages for item in page["Items"])


def _history(execution: Execution) -> str:
    return json.dumps(
        [execution.name, execution.output, execution.error, execution.cause, *execution.events], default=repr
    )
