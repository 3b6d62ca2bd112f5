"""What the use cases ask of the world. Adapters answer with AWS and SP-API, tests with fakes that pass the same contract tests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO, Protocol

from goodstanding.core.alerts import Alert, Claim
from goodstanding.core.claims import ClaimFact, ClaimNotice
from goodstanding.core.deadlines import Closing, Deadline, Escalation
from goodstanding.core.fetches import Fetch, ProcessingStatus, StoredDocument
from goodstanding.core.health import HealthState
from goodstanding.core.mail.canary import Canary
from goodstanding.core.mail.collecting import Cursor, MailSize, Outage
from goodstanding.core.mail.events import MailEvent
from goodstanding.core.mail.record import MailRecord
from goodstanding.core.mail.threads import Thread
from goodstanding.core.mail.trust import Trust
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import JudgedMetric, Metric, Window
from goodstanding.core.orders import FeedbackFact, OrderFacts, PromiseFact, ReturnFact, ShipmentFact, WindowOrder
from goodstanding.core.pacing import Bucket
from goodstanding.core.report_types import ReportType
from goodstanding.core.requests.consider import KnownOrder, Wishes
from goodstanding.core.requests.decide import Answer
from goodstanding.core.requests.drought import DayOfLooks
from goodstanding.core.requests.record import RequestRecord
from goodstanding.core.sources import SourceRecord


class Clock(Protocol):
    """The time of an effect (when something was fetched or sent). Never the logical date of a run: that comes from the schedule."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that much time has passed: for the pauses between two calls, never for waiting on somebody."""
        ...


# ---- SP-API ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """Where a report stands."""

    status: ProcessingStatus
    document_id: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """An open download: raw bytes as Amazon sends them (gzip or not, whatever a flag says) and the charset its header names."""

    body: BinaryIO
    charset: str | None


class SellingPartner(Protocol):
    """One seller's SP-API, one region.

    Every method raises SpApiThrottled, SpApiUnavailable, SellerNotAuthorized, SellerNotConfigured or SpApiRefused, and nothing else.
    """

    def create_report(
        self, report_type: ReportType, marketplace: Marketplace, start: datetime | None, end: datetime | None
    ) -> str:
        """Ask for a report; its id."""
        ...

    def get_report(self, report_id: str) -> ReportStatus:
        """Where it stands."""
        ...

    def open_document(self, document_id: str) -> AbstractContextManager[Document]:
        """Open a report's document; an expired link is asked for anew, once."""
        ...


class Solicitations(Protocol):
    """One seller's Solicitations API, one region.

    What Amazon says of one order is an answer, never an error. Both methods raise SpApiThrottled (certainly not done),
    SpApiUnavailable, SellerNotAuthorized, SellerNotConfigured or SpApiRefused (the login, never the order), and nothing else.
    """

    def look(self, order_id: str, marketplace: Marketplace) -> Answer:
        """Whether a request may be sent for the order now."""
        ...

    def post(self, order_id: str, marketplace: Marketplace) -> Answer:
        """Have the buyer asked. SpApiUnavailable: it may have been done."""
        ...

    def limit(self, operation: str) -> Decimal | None:
        """The rate that Amazon named last for an operation, in calls a second."""
        ...


@dataclass(frozen=True, slots=True)
class PromisePage:
    """A page of promises and the token of the next one."""

    promises: Sequence[tuple[Marketplace, PromiseFact]]
    next_token: str | None


class OrdersApi(Protocol):
    """One seller's Orders API 2026-01-01, one region. Raises what SellingPartner raises."""

    def promises(
        self, marketplaces: Sequence[Marketplace], changed_after: datetime, changed_before: datetime, token: str | None
    ) -> PromisePage:
        """The seller-fulfilled orders that changed in between, a hundred at a time."""
        ...


# ---- S3 ---------------------------------------------------


class ReportArchive(Protocol):
    """The raw bucket: report bodies as first downloaded."""

    def store(self, key: str, document: Document) -> StoredDocument:
        """Write a body, streaming; the same key is overwritten by the same content."""
        ...

    def open(self, stored: StoredDocument) -> AbstractContextManager[BinaryIO]:
        """Read a body, streaming. Raises ReportDamaged when it is gone."""
        ...


# ---- sellers ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller as the daily run sees it; `mailbox` tells whether its notification mailbox is connected."""

    seller_id: str
    marketplaces: tuple[Marketplace, ...]
    language: str
    mailbox: bool
    wishes: Wishes = field(default_factory=Wishes)
    own_addresses: frozenset[str] = frozenset()


class SellerRegistry(Protocol):
    """Who is served: settings objects under `sellers/` in the bucket, a manifest of them for the Distributed Map."""

    def list(self) -> Sequence[str]:
        """Seller ids, sorted."""
        ...

    def get(self, seller_id: str) -> Seller:
        """Raises SellerNotConfigured."""
        ...

    def write_manifest(self, name: str, sellers: Sequence[Seller]) -> tuple[str, str]:
        """The item source of a Distributed Map: a JSON array of {"seller_id", "marketplaces", "regions"}; (bucket, key)."""
        ...


class PaceStore(Protocol):
    """Token buckets that outlive a Lambda: one for each seller, region and operation."""

    def take(self, seller_id: str, region: str, operation: str, *, rate: Decimal, burst: int) -> timedelta:
        """Take a token, if need be one of the future; how long until it may be used."""
        ...


# ---- order facts ---------------------------------------------------


class OrderStore(Protocol):
    """Order facts: everything about one order of one marketplace in one partition."""

    def put_orders(self, seller_id: str, marketplace: Marketplace, orders: Iterable[OrderFacts]) -> None:
        """Upsert, each guarded by `version`: older facts never replace newer ones; SKUs and ASINs accumulate."""
        ...

    def put_shipments(
        self, seller_id: str, marketplace: Marketplace, shipments: Iterable[ShipmentFact], seen_at: datetime
    ) -> None:
        """Upsert by order and shipment, guarded by when the report was fetched."""
        ...

    def put_returns(
        self, seller_id: str, marketplace: Marketplace, returns: Iterable[ReturnFact], seen_at: datetime
    ) -> None:
        """Upsert by order and return; a claim once flagged stays flagged."""
        ...

    def put_feedback(
        self, seller_id: str, marketplace: Marketplace, snapshot: str, feedback: Iterable[FeedbackFact]
    ) -> None:
        """Write the feedback of one snapshot (one per order: the latest)."""
        ...

    def window_orders(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[WindowOrder]:
        """Orders bought on the marketplace-local days of a window, streaming."""
        ...

    def feedback(self, seller_id: str, marketplace: Marketplace, snapshot: str) -> Iterator[FeedbackFact]:
        """The feedback of one snapshot."""
        ...

    def claimed_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with an A-to-z claim that counts: by its notices, else by the returns report."""
        ...

    def charged_back_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with a chargeback that is not reversed."""
        ...

    def returned_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders of which a return is known, with a claim or without."""
        ...

    def late_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders of which a promise ever told that they were shipped after their latest ship time."""
        ...


# ---- feedback requests ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flagged:
    """An order of which something became known since its request was last considered; `marks` tell what was seen of it."""

    order_id: str
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DueRequest:
    """A request that is due, and when its window ends."""

    order_id: str
    marketplace: Marketplace
    closes_at: datetime


class ClaimOutcome(StrEnum):
    """What came of claiming a request: only CLAIMED allows a post."""

    CLAIMED = "claimed"
    OPTED_OUT = "opted_out"
    CAPPED = "capped"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Shift:
    """A sender's turn for one seller and region: nobody else sends until it ends. `buckets` by operation."""

    buckets: Mapping[str, Bucket]


class RequestLedger(Protocol):
    """Feedback requests: one record for each order, in the order's partition."""

    def flagged(self, seller_id: str, marketplace: Marketplace) -> Iterator[Flagged]:
        """Orders to be considered (again)."""
        ...

    def unflag(self, seller_id: str, marketplace: Marketplace, flagged: Flagged) -> None:
        """They were considered; what became known in the meantime keeps its flag."""
        ...

    def known(
        self, seller_id: str, marketplace: Marketplace, order_id: str
    ) -> tuple[KnownOrder | None, RequestRecord | None]:
        """All that matters for a request; no order while no report has told of it."""
        ...

    def promises_of(self, seller_id: str, marketplace: Marketplace, order_id: str) -> Sequence[PromiseFact]:
        """What was promised about an order, also before a report has told of it."""
        ...

    def put(self, seller_id: str, marketplace: Marketplace, record: RequestRecord, purchased_at: datetime) -> bool:
        """Write a record over the revision it was made from; False when somebody else wrote in between."""
        ...

    def claim(
        self, seller_id: str, marketplace: Marketplace, record: RequestRecord, *, day: date, cap: int | None
    ) -> ClaimOutcome:
        """Write a record that is about to be posted, unless the buyer opted out, the day's cap is reached, or it changed.

        Each post counts towards the cap of `day`.
        """
        ...

    def uncount(self, seller_id: str, day: date) -> None:
        """A claimed post was certainly not sent: it does not count towards the cap."""
        ...

    def due(self, seller_id: str, region: str, now: datetime) -> Sequence[DueRequest]:
        """What is due, the one whose window ends first at the head."""
        ...

    def requests(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[RequestRecord]:
        """The records of orders bought in a window of local days."""
        ...

    def opt_out(
        self, seller_id: str, order_id: str, source: str, at: datetime, marketplaces: Iterable[Marketplace] = ()
    ) -> None:
        """The buyer of an order wants no messages; where the order is known among `marketplaces`, it is flagged."""
        ...

    def begin_shift(self, seller_id: str, region: str, holder: str, until: datetime) -> Shift | None:
        """Take the turn until then; None while somebody else has it. The same holder may take it again."""
        ...

    def end_shift(self, seller_id: str, region: str, holder: str, buckets: Mapping[str, Bucket]) -> None:
        """Give it back, with what is left of the rates."""
        ...

    def count_looks(self, seller_id: str, region: str, day: date, looks: int, offers: int) -> None:
        """Add to how many orders were looked at on a day, and how many were offered."""
        ...

    def looks(self, seller_id: str, region: str) -> Sequence[DayOfLooks]:
        """The days of the last weeks, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class PromiseCursor:
    """How far promises were read: all that changed before `until`; of the span after it, up to `before`, `token` has the rest."""

    until: datetime
    before: datetime | None = None
    token: str | None = None


class PromiseStore(Protocol):
    """Promises of delivery, in the orders' partitions."""

    def put_promises(self, seller_id: str, marketplace: Marketplace, promises: Iterable[PromiseFact]) -> None:
        """Keep each, by order, source and when it was said."""
        ...

    def promise_cursor(self, seller_id: str, region: str) -> PromiseCursor | None:
        """How far the Orders API was read."""
        ...

    def put_promise_cursor(self, seller_id: str, region: str, cursor: PromiseCursor) -> None:
        """Remember it."""
        ...


# ---- health ---------------------------------------------------


class HealthStore(Protocol):
    """What the account-health workflow knows: fetches, sources, Amazon's figures, daily metrics, standing statuses."""

    def plan(self, seller_id: str, marketplace: Marketplace, run_on: date, fetches: Sequence[Fetch]) -> Sequence[Fetch]:
        """Write the plan of a run, unless it has one; the plan that stands."""
        ...

    def fetches(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[Fetch]:
        """The fetches of a run, in the order of the plan; empty when nothing was planned."""
        ...

    def fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, name: str) -> Fetch:
        """One of them. Raises KeyError."""
        ...

    def put_fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, fetch: Fetch) -> None:
        """Overwrite the ledger record."""
        ...

    def sources(self, seller_id: str, marketplace: Marketplace) -> Mapping[ReportType, SourceRecord]:
        """What is known of each report."""
        ...

    def put_source(self, seller_id: str, marketplace: Marketplace, record: SourceRecord) -> None:
        """Overwrite by report type."""
        ...

    def put_amazon(self, seller_id: str, marketplace: Marketplace, figures: "AmazonFigures") -> None:
        """Overwrite Amazon's own figures by report type."""
        ...

    def amazon(self, seller_id: str, marketplace: Marketplace) -> Sequence["AmazonFigures"]:
        """Amazon's own figures, one for each performance report that was ever read."""
        ...

    def put_metrics(
        self, seller_id: str, marketplace: Marketplace, run_on: date, metrics: Sequence[JudgedMetric]
    ) -> None:
        """Replace the day's rows."""
        ...

    def metrics(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[JudgedMetric]:
        """The day's rows, in reading order."""
        ...

    def state(self, seller_id: str, marketplace: Marketplace) -> HealthState:
        """The statuses that stood at the end of the last judged run."""
        ...

    def state_before(self, seller_id: str, marketplace: Marketplace, run_on: date) -> HealthState:
        """The statuses that stood before the day's first change; today's, if none changed."""
        ...

    def put_state(
        self,
        seller_id: str,
        marketplace: Marketplace,
        run_on: date,
        change: tuple[HealthState, HealthState],
        alerts: Sequence[Alert],
    ) -> None:
        """In one transaction: the new statuses (`change` is before and after) and the alerts that their change calls for.

        Raises Conflict when "before" no longer stands.
        """
        ...


@dataclass(frozen=True, slots=True)
class AmazonFigures:
    """What one performance report said."""

    report_type: ReportType
    account_status: str | None
    metrics: tuple[Metric, ...]


# ---- deadlines ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class DuePage:
    """Deadlines that may have a step to take, as (seller id, deadline id), and where to go on; None when these are all."""

    found: tuple[tuple[str, str], ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Round:
    """Which message about a marketplace's orders to be shipped was the last one. Who takes the next has to name it."""

    marketplace: str
    number: int


class DeadlineStore(Protocol):
    """The clocks of all sellers. Every method that writes raises Conflict when somebody else keeps writing the same deadline."""

    def open(self, seller_id: str, deadline: Deadline) -> Deadline:
        """Note an opening; what stands after it (`core.deadlines.opened`)."""
        ...

    def close(self, seller_id: str, deadline_id: str, closing: Closing) -> Deadline | None:
        """Note an end; what stands after it, None while no opening is known: then the end waits for it."""
        ...

    def acknowledge(
        self, seller_id: str, deadline_id: str, now: datetime, until: datetime, longest: timedelta
    ) -> Deadline | None:
        """Pause a deadline's warnings; None for one that is not known."""
        ...

    def read(self, seller_id: str, deadline_ids: Iterable[str]) -> Sequence[Deadline]:
        """Those that are known, as they stand this moment, in the order of their ids."""
        ...

    def all(self, seller_id: str, prefix: str = "") -> Iterator[Deadline]:
        """Every clock that runs or ran and whose id begins so, in the order of their ids."""
        ...

    def next_step_at(self) -> datetime | None:
        """When the next step of any seller is due; None when no step is left. It may be a moment old."""
        ...

    def due(self, now: datetime, limit: int, cursor: str | None = None) -> DuePage:
        """Open deadlines with a step to take by `now`, at most `limit`. A page may be a moment old: read before deciding."""
        ...

    def take(self, seller_id: str, day: date, alert: Alert, escalation: Escalation) -> bool:
        """In one transaction: mark the steps as taken, and plan their alert. False, and nothing done, when `before` no longer stands."""
        ...

    def round(self, seller_id: str, marketplace: str) -> Round:
        """The marketplace's last round, after finishing what it left open. Read it before reading the deadlines."""
        ...

    def take_round(
        self, seller_id: str, day: date, alert: Alert, escalations: Sequence[Escalation], after: Round
    ) -> bool:
        """One alert for many deadlines, all or nothing: False when one of them, or the round, no longer stands."""
        ...


# ---- mail ---------------------------------------------------


class MailArchive(Protocol):
    """Raw mails, under `mail/` in the bucket."""

    def read(self, key: str, most: int) -> bytes:
        """At most so many bytes of a mail, and one more if there are more. Raises MailGone."""
        ...


@dataclass(frozen=True, slots=True)
class StoredThread:
    """A thread as it was folded last; `clocks` names the clock that each of its messages ran under."""

    thread: Thread
    clocks: Mapping[str, str]


class ConversationStore(Protocol):
    """What is kept of mails: records, events, threads. No names, addresses or texts, only keyed hashes of them."""

    def is_known(self, seller_id: str, mail_id: str) -> bool:
        """Whether a mail was received to the end."""
        ...

    def put_record(self, seller_id: str, record: MailRecord) -> None:
        """It was received to the end; counted once."""
        ...

    def unbelieved(self, seller_id: str, since: datetime) -> Sequence[MailRecord]:
        """Records of mails that were refused or could not be read, oldest first."""
        ...

    def return_requests(self, seller_id: str, since: datetime) -> Sequence[MailRecord]:
        """Records of mails in which buyers asked for a return, oldest first."""
        ...

    def arrivals(self, seller_id: str) -> Sequence[datetime]:
        """When the last mails arrived: enough of them to tell what is usual."""
        ...

    def put_event(self, seller_id: str, event: MailEvent) -> None:
        """Keep an event, to be found by each of its links."""
        ...

    def sharing(self, seller_id: str, link: str) -> Sequence[MailEvent]:
        """The events that have a link."""
        ...

    def thread(self, seller_id: str, thread_id: str) -> StoredThread | None:
        """One thread."""
        ...

    def threads(self, seller_id: str) -> Iterator[StoredThread]:
        """Every thread of the last months."""
        ...

    def put_thread(self, seller_id: str, stored: StoredThread) -> None:
        """Overwrite a thread."""
        ...

    def drop_thread(self, seller_id: str, thread_id: str) -> None:
        """Forget a thread that a later mail made part of another."""
        ...

    def learn_addresses(self, seller_id: str, trust: Trust, addresses: Iterable[str]) -> None:
        """Whom Amazon writes to: the seller's own addresses, where none are set."""
        ...

    def own_addresses(self, seller_id: str) -> frozenset[str]:
        """Those learned from verified mails; from others only where none is verified."""
        ...

    def note_buyer(self, seller_id: str, alias: str, order_id: str) -> None:
        """An order is of the buyer with this alias (a keyed hash)."""
        ...

    def orders_of_same_buyer(self, seller_id: str, order_id: str) -> frozenset[str]:
        """Every order known to be of the same buyer, this one among them: by one alias, or by several that share an order."""
        ...

    def note_opt_out(self, seller_id: str, order_id: str) -> None:
        """A notice said of this order that its buyer wants no messages."""
        ...

    def opt_outs(self, seller_id: str, order_ids: Iterable[str]) -> frozenset[str]:
        """Those of the orders of which a notice said so."""
        ...

    def put_aside(self, seller_id: str, sender: str, event: MailEvent) -> None:
        """Keep an answer until it is known whether its sender (a keyed hash of the address) is the seller."""
        ...

    def set_aside(self, seller_id: str, sender: str) -> Sequence[MailEvent]:
        """The answers kept of a sender."""
        ...

    def take_up(self, seller_id: str, sender: str, event: MailEvent) -> None:
        """It has found its conversation: forget that it was kept."""
        ...


class CanaryStore(Protocol):
    """The canaries that were sent to the sellers' mailboxes, one for each day."""

    def canaries(self, seller_id: str) -> Sequence[Canary]:
        """Those of the last weeks, oldest first."""
        ...

    def put_canary(self, seller_id: str, canary: Canary) -> bool:
        """Write a canary over the revision it was made from; False when somebody else wrote in between."""
        ...

    def note_canary(self, seller_id: str, token: str) -> bool:
        """One with this token came through; False when it is none of ours."""
        ...


class Mailer(Protocol):
    """SES."""

    def send(self, sender: str, to: str, canary: Canary) -> None:
        """Send a canary. Raises AwsUnavailable (not sent), AwsAnswerLost (perhaps sent)."""
        ...


class ClaimStore(Protocol):
    """A-to-z claims and chargebacks, in the orders' partitions."""

    def note_claim(self, seller_id: str, notice: ClaimNotice) -> ClaimFact:
        """Add what a verified notice says; what stands after it. The order need not be known yet."""
        ...

    def marketplace_of(self, seller_id: str, order_id: str, candidates: Sequence[Marketplace]) -> Marketplace | None:
        """In which of these marketplaces the order is known."""
        ...


# ---- mailboxes ---------------------------------------------------


class MailFolder(Protocol):
    """An open folder, read-only: looking at mails changes nothing in it. Its methods raise MailboxUnreachable."""

    @property
    def id(self) -> str:
        """`core.mail.collecting.folder_id`."""
        ...

    @property
    def uid_validity(self) -> int:
        """What its UIDs are good for."""
        ...

    def after(self, uid: int, oldest: date, most: int) -> Sequence[MailSize]:
        """The mails behind a UID that arrived on `oldest` or later, the oldest UIDs first, at most so many."""
        ...

    def read(self, uid: int) -> bytes | None:
        """A mail as it came; None when it was deleted in the meantime."""
        ...


class Mailbox(Protocol):
    """One seller's mailbox, logged in."""

    @property
    def folders(self) -> Sequence[str]:
        """What was sent, then the inbox: so that an answer is known before its question is, and nobody is alarmed for nothing."""
        ...

    def examine(self, folder: str) -> MailFolder:
        """Open a folder; the one before is closed. Raises MailboxUnreachable, or MailboxRefused when there is no such folder."""
        ...


class Mailboxes(Protocol):
    """The mailboxes of all sellers."""

    def open(self, seller_id: str, patience: timedelta) -> AbstractContextManager[Mailbox | None]:
        """Log in; None for a seller without credentials, whose mail comes another way. No answer takes longer than `patience`.

        Raises MailboxUnreachable, MailboxRefused, or SellerNotConfigured for credentials that are malformed.
        """
        ...


class MailboxStore(Protocol):
    """What is known of the mailboxes: how far each folder was read, and which cannot be read."""

    def cursor(self, seller_id: str, folder_id: str) -> Cursor | None:
        """How far a folder was read."""
        ...

    def advance(self, seller_id: str, folder_id: str, cursor: Cursor) -> None:
        """It was read that far. Within one UIDVALIDITY a cursor never goes back."""
        ...

    def failed(self, seller_id: str, at: datetime) -> Outage:
        """Count a failure; the outage that it is part of."""
        ...

    def recovered(self, seller_id: str) -> None:
        """The mailbox was read; its next failure is the first."""
        ...


class MailDrop(Protocol):
    """Where mails arrive: `mail/` in the bucket."""

    def put(self, key: str, mail: bytes) -> None:
        """Store a mail; the same key is overwritten."""
        ...


# ---- alerts ---------------------------------------------------


class AlertLedger(Protocol):
    """Alerts to be sent: planned, claimed, sent. Keys begin with the day of the run."""

    def plan(self, seller_id: str, day: date, alerts: Sequence[Alert]) -> None:
        """Add those whose key is new."""
        ...

    def unsent(self, seller_id: str) -> Sequence[Alert]:
        """Planned or claimed and not settled, in the order of their keys."""
        ...

    def sellers_with_unsent(self, limit: int) -> Sequence[str]:
        """At most so many sellers, in the order of their ids; one whose alert was planned just now may be missing."""
        ...

    def planned_on(self, seller_id: str, day: date) -> Sequence[Alert]:
        """What a day's run planned, sent or not."""
        ...

    def claim(self, seller_id: str, key: str) -> Claim:
        """Claim for sending; only FIRST and REPEAT allow it."""
        ...

    def settle(self, seller_id: str, key: str, message_id: str) -> None:
        """It was sent."""
        ...

    def release(self, seller_id: str, key: str) -> None:
        """It was certainly not sent: as if never claimed."""
        ...


class Alerts(Protocol):
    """SNS."""

    def publish(self, seller_id: str, alert: Alert) -> str:
        """Publish; SNS's message id. Raises AwsUnavailable (not sent), AwsAnswerLost (perhaps sent)."""
        ...
