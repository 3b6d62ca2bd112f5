"""docs/data-model.md says what lies in the tables: one of everything is written, and the page is held against it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goodstanding.adapters.dynamodb.alerts import DynamoAlertLedger
from goodstanding.adapters.dynamodb.canaries import DynamoCanaryStore
from goodstanding.adapters.dynamodb.claims import DynamoClaimStore
from goodstanding.adapters.dynamodb.conversations import DynamoConversationStore
from goodstanding.adapters.dynamodb.deadlines import DynamoDeadlineStore
from goodstanding.adapters.dynamodb.health import DynamoHealthStore
from goodstanding.adapters.dynamodb.mailboxes import DynamoMailboxStore
from goodstanding.adapters.dynamodb.orders import DynamoOrderStore
from goodstanding.adapters.dynamodb.pace import DynamoPaceStore
from goodstanding.adapters.dynamodb.promises import DynamoPromiseStore
from goodstanding.adapters.dynamodb.requests import DynamoRequestLedger
from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.claims import ClaimKind, ClaimNotice
from goodstanding.core.deadlines import ClosedBy, Closing, Deadline, DeadlineKind, Step, escalated
from goodstanding.core.fetches import Fetch, FetchState, StoredDocument
from goodstanding.core.health import HealthState
from goodstanding.core.mail.canary import claimed, new_canary
from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.collecting import Cursor
from goodstanding.core.mail.events import EventKind, MailEvent
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.outcomes import Outcome, Payer
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.threads import Message, Thread
from goodstanding.core.mail.trust import Trust
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus, Window
from goodstanding.core.orders import (
    FeedbackFact,
    Fulfillment,
    OrderFacts,
    OrderStatus,
    PromiseFact,
    PromiseSource,
    ReturnFact,
    ShipmentFact,
)
from goodstanding.core.pacing import Bucket
from goodstanding.core.report_types import ReportType
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import RequestWindow
from goodstanding.core.sources import Source, SourceRecord, SourceState
from goodstanding.ports.conversations import StoredThread
from goodstanding.ports.deadlines import Round
from goodstanding.ports.health import AmazonFigures
from goodstanding.ports.promises import PromiseCursor
from goodstanding.ports.requests import Heeded
from tools import function_modules, sam_template

SELLER, DE, DAY, ORDER = "A2EXAMPLE00001", by_country("DE"), date(2026, 11, 20), "302-0000000-0000001"
OTHER_ORDER = "302-0000000-0000002"
PAGE = (sam_template.ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
TABLES = ("OrdersTable", "HealthTable", "DeadlinesTable", "ConversationsTable")


def section(title: str) -> list[list[str]]:
    """The cells of every table row under a heading."""
    text = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:3] == "| `"]


@dataclass(frozen=True)
class Kind:
    """One kind of item as the page describes it."""

    pk: str
    sk: str
    attributes: frozenset[str]
    expires: str

    def fits(self, item: dict) -> bool:
        """Whether an item is of this kind."""
        return all(_pattern(shape).fullmatch(item[key]["S"]) for key, shape in (("pk", self.pk), ("sk", self.sk)))


def _pattern(shape: str) -> re.Pattern[str]:
    filled = shape.replace("<scope>", "<seller>#<country>")
    special = {
        "<key>": ".+",
        "<deadline>": ".+",
        "<return>": ".+",
        "<report type>": "[A-Z0-9_]+",
        "<region>": "(?:NA|EU|FE)",
    }
    special |= {"<country>": "[A-Z]{2}", "<order>": r"\d{3}-\d{7}-\d{7}"}
    return re.compile(
        "".join(
            special.get(part, "[^#]+") if part[:1] == "<" else re.escape(part) for part in re.split("(<[^>]+>)", filled)
        )
    )


def kinds(table: str) -> list[Kind]:
    """The kinds of items of a table."""
    rows = [row for row in section(table) if len(row) == 6]
    return [
        Kind(row[0].strip("`"), row[1].strip("`"), frozenset(re.findall(r"`([a-z_]+)`", row[2])), row[3])
        for row in rows
    ]


@pytest.fixture
def written(aws, clock) -> dict[str, list[dict]]:
    """Every item that the adapters write, complete and with as little as can be."""
    database, names = aws.client("dynamodb"), aws.names
    _write_orders(DynamoOrderStore(database, names["OrdersTable"]), clock.now())
    _write_requests(aws, clock)
    DynamoClaimStore(database, names["OrdersTable"]).note_claim(
        SELLER,
        ClaimNotice(ORDER, ClaimKind.A_TO_Z, clock.now(), decided=True, outcome=Outcome.GRANTED, payer=Payer.SELLER),
    )
    _write_mails(DynamoConversationStore(database, names["ConversationsTable"], clock), clock.now())
    canary = claimed(new_canary(DAY, "0" * 16, clock.now()), clock.now())
    DynamoCanaryStore(database, names["ConversationsTable"]).put_canary(SELLER, canary)
    _write_health(DynamoHealthStore(database, names["HealthTable"]), clock.now())
    ledger = DynamoAlertLedger(database, names["HealthTable"], clock)
    ledger.plan(SELLER, DAY, [_alert("a"), _alert("b")])
    ledger.claim(SELLER, "a")
    ledger.settle(SELLER, "a", "message-id")
    DynamoPaceStore(database, names["HealthTable"], clock).take(SELLER, "EU", "createReport", rate=Decimal(1), burst=1)
    mailboxes = DynamoMailboxStore(database, names["HealthTable"])
    mailboxes.advance(SELLER, "963d9c8a409a327d", Cursor(1, 1))
    mailboxes.failed(SELLER, clock.now())
    _write_deadlines(DynamoDeadlineStore(database, names["DeadlinesTable"], names["HealthTable"]), clock.now())
    return {table: list(_items(database, names[table])) for table in TABLES}


def _items(database, table: str) -> Iterator[dict]:
    for page in database.get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def _write_orders(store: DynamoOrderStore, now) -> None:
    order = OrderFacts(
        ORDER,
        now,
        now,
        OrderStatus.SHIPPED,
        Fulfillment.MFN,
        "Amazon.de",
        "DE",
        frozenset({"A"}),
        frozenset({"B000000001"}),
    )
    store.put_orders(SELLER, DE, [order])
    store.put_shipments(SELLER, DE, [ShipmentFact(ORDER, "S1", now, now)], now)
    store.put_returns(SELLER, DE, [ReturnFact(ORDER, "R1#A", DAY, a_to_z_claim=True)], now)
    store.put_feedback(SELLER, DE, DAY.isoformat(), [FeedbackFact(ORDER, 1, DAY)])


def _write_requests(aws, clock) -> None:
    """A request as far as it can get, and one of which next to nothing is known."""
    now, table = clock.now(), (aws.client("dynamodb"), aws.names["OrdersTable"])
    promises, ledger = DynamoPromiseStore(*table), DynamoRequestLedger(*table, clock)
    late = PromiseFact(
        ORDER, PromiseSource.ORDERS_API, now, OrderStatus.SHIPPED, now, now, now - timedelta(days=1), now,
        is_replacement=True,
        delivered_at=now,
    )  # fmt: skip
    promises.put_promises(SELLER, DE, [late])
    promises.put_promise_cursor(SELLER, DE.region, PromiseCursor(now, now, "token"))
    record = RequestRecord(
        ORDER, RequestWindow(now, now, now), EstimateSource.ORDERS_API, RequestState.PLANNED, Reason.REFUSED, 1, 1, now, 1,
        Reason.REFUSED, now, now, now, now,
    )  # fmt: skip
    ledger.put(SELLER, DE, record, now)
    ledger.put(SELLER, DE, RequestRecord(OTHER_ORDER, record.window, record.estimated_by, RequestState.SENT), now)
    ledger.claim(SELLER, DE, replace(record, state=RequestState.SENDING, revision=1), day=DAY, cap=None)
    ledger.opt_out(SELLER, ORDER, "notice", now)
    ledger.put_heeded(SELLER, DE, Heeded("rules", left_from=DAY))
    ledger.count_looks(SELLER, DE.region, DAY, 1, 1)
    for holder in ("first", "second"):
        ledger.begin_shift(SELLER, DE.region, holder, now)
        ledger.end_shift(SELLER, DE.region, "first", {"getSolicitationActionsForOrder": Bucket(Decimal(5), now)})


def _write_health(store: DynamoHealthStore, now) -> None:
    fetch = Fetch(
        "all-orders-1", ReportType.ALL_ORDERS, now, now, FetchState.FAILED, "1", now, now,
        StoredDocument("b", "k", "0", 1, "utf-8"), "damaged", now,
    )  # fmt: skip
    store.plan(SELLER, DE, DAY, [fetch])
    store.put_fetch(SELLER, DE, DAY, fetch)
    store.put_source(
        SELLER, DE, SourceRecord(Source(ReportType.FEEDBACK, SourceState.STALE, now, "report_fatal"), now, "2026-11-19")
    )
    metric = Metric(
        metric="order_defect_rate", fulfillment=Fulfillment.MFN, source=MetricSource.AMAZON, value=Decimal("0.1"), numerator=1,
        denominator=10, window=Window(DAY, DAY), target=Decimal("0.01"), condition=Condition.LESS_THAN, amazon_status="BAD",
        reason="x",
    )  # fmt: skip
    store.put_amazon(SELLER, DE, AmazonFigures(ReportType.PERFORMANCE_V2, "NORMAL", (metric,)))
    store.put_metrics(SELLER, DE, DAY, [JudgedMetric(metric, MetricStatus.BAD)])
    first = HealthState(revision=1, account_status="NORMAL")
    store.put_state(SELLER, DE, DAY - timedelta(days=1), (HealthState(), first), [])
    store.put_state(SELLER, DE, DAY, (first, HealthState(revision=2, account_status="AT_RISK")), [])


def _write_deadlines(store: DynamoDeadlineStore, now) -> None:
    deadline = Deadline(
        "message_reply#T1#M1", DeadlineKind.MESSAGE_REPLY, "DE", ORDER, "T1", now, now + timedelta(hours=1),
        (Step("due", now + timedelta(hours=1), Severity.CRITICAL),), unconfirmed=True,
    )  # fmt: skip
    store.open(SELLER, deadline)
    store.acknowledge(SELLER, deadline.id, now, now, timedelta(hours=1))
    store.close(SELLER, "message_reply#T2#M1", Closing(now, ClosedBy.REPLY))
    order = store.open(SELLER, replace(deadline, id="ship_by#1", kind=DeadlineKind.SHIP_BY))
    due = [one for one in [escalated(order, order.due_at)] if one is not None]
    store.take_round(SELLER, DAY, replace(_alert("c"), kind=AlertKind.DEADLINE), due, Round("DE", 0))


def _write_mails(store: DynamoConversationStore, now) -> None:
    fields = {
        "kind": MailKind.RETURN_REQUEST,
        "trust": Trust.VERIFIED,
        "key": "mail/x",
        "marketplace": "DE",
        "order_id": ORDER,
    }
    store.put_record(SELLER, MailRecord(mail_id="m1", arrived_at=now, fate=Fate.TAKEN, **fields))
    store.put_record(
        SELLER, MailRecord(mail_id="m2", arrived_at=now, fate=Fate.REFUSED, reason="not_authentic", **fields)
    )
    event = MailEvent("e1", EventKind.BUYER_MESSAGE, now, mid="h1")
    store.put_event(SELLER, event)
    store.put_aside(SELLER, "s1", event)
    message = Message("h1", "t1", "DE", now, Category.OTHER, Urgency.NORMAL)
    store.put_thread(SELLER, StoredThread(Thread("t1", "DE", ORDER, (message,)), {"h1": "c1"}))
    for trust in (Trust.VERIFIED, Trust.UNVERIFIED):
        store.learn_addresses(SELLER, trust, ["us@shop.example"])
    store.note_buyer(SELLER, "a1", ORDER)
    store.note_opt_out(SELLER, ORDER)


def _alert(key: str) -> Alert:
    return Alert(
        key, Topic.ALERTS, Severity.CRITICAL, AlertKind.METRIC_STATUS, "DE", ORDER, "subject", "message", "sms"
    )


@pytest.mark.parametrize("table", TABLES)
def test_every_item_is_of_one_kind_on_the_page(written, table):
    """No kind is missing, none is described that nobody writes."""
    described = kinds(table)
    found = [[kind for kind in described if kind.fits(item)] for item in written[table]]
    assert [len(fitting) for fitting in found] == [1] * len(found), (written[table], found)
    assert {kind for fitting in found for kind in fitting} == set(described)


@pytest.mark.parametrize("table", TABLES)
def test_attributes_are_those_on_the_page(written, table):
    """All of them, and no other."""
    for kind in kinds(table):
        held = {name for item in written[table] if kind.fits(item) for name in item} - {"pk", "sk"}
        assert held == kind.attributes, kind.sk


@pytest.mark.parametrize("table", TABLES)
def test_what_expires_is_what_the_page_says(written, table, stack_tables):
    """`expires_at` is the attribute of the table's TTL, and the days are those on the page."""
    assert stack_tables[table]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    for kind in kinds(table):
        days = re.match(r"\d+", kind.expires)
        assert bool(days) == ("expires_at" in kind.attributes), kind.sk
        for item in written[table]:
            if days and kind.fits(item):
                kept = datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC).date() - timedelta(days=int(days[0]))
                assert abs(kept - DAY) <= timedelta(days=1), kind.sk


@pytest.fixture
def stack_tables() -> dict[str, dict]:
    """The tables of the template."""
    resources = sam_template.load()["Resources"]
    return {name: resources[name]["Properties"] for name in TABLES}


@pytest.mark.parametrize("table", TABLES)
def test_indexes_are_those_of_the_template(stack_tables, table):
    """Keys and projections."""
    on_page = {
        row[0].strip("`"): (row[1].strip("`"), row[2].strip("`"), set(re.findall(r"`(\w+)`", row[3])))
        for row in section(table)
        if len(row) == 5
    }
    declared = {
        index["IndexName"]: (
            *(key["AttributeName"] for key in index["KeySchema"]),
            set(index["Projection"].get("NonKeyAttributes", ())),
        )
        for index in stack_tables[table].get("GlobalSecondaryIndexes", ())
    }
    assert on_page == declared


@pytest.mark.parametrize("table", TABLES)
def test_who_writes_and_reads_may_do_so(table):
    """Named functions exist, and their roles know the table."""
    functions = sam_template.resources(sam_template.load(), "AWS::Serverless::Function")
    for row in section(table):
        named = {name for cell in row[4:6] for name in cell.split(", ")} - {"nobody yet"} if len(row) == 6 else set()
        assert named <= set(function_modules.names())
        for name in named:
            policies = functions[function_modules.logical_id(name)]["Policies"]
            assert table in set(sam_template.references(policies)), name
