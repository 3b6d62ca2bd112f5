"""The ports of the use cases in memory.

Stores, paces, archive and Amazon pass the contract tests of their adapters, in tests/adapters; SNS and the sellers' settings only
hand on what they are given.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO

from goodstanding.contracts.errors import Conflict, MailboxRefused, ReportDamaged, SellerNotConfigured, SpApiRefused
from goodstanding.core.alerts import Alert, Claim
from goodstanding.core.claims import ClaimFact, ClaimKind, counts
from goodstanding.core.deadlines import (
    Closing,
    Deadline,
    Escalation,
    acknowledged,
    closed,
    next_step_at,
    opened,
)
from goodstanding.core.fetches import Fetch, ProcessingStatus, StoredDocument
from goodstanding.core.health import HealthState
from goodstanding.core.mail.collecting import Cursor, MailSize, Outage
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import JudgedMetric, Window
from goodstanding.core.orders import FeedbackFact, OrderFacts, ReturnFact, ShipmentFact, WindowOrder
from goodstanding.core.pacing import Bucket, take
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import SourceRecord
from goodstanding.core.windows import local_day
from goodstanding.ports.clock import Clock
from goodstanding.ports.deadlines import DuePage, Round
from goodstanding.ports.health import AmazonFigures
from goodstanding.ports.sellers import Seller
from goodstanding.ports.selling_partner import Document, ReportStatus

LEASE = timedelta(seconds=90)
ATTEMPTS = 2

type Place = tuple[str, str]


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    time: datetime = datetime(2026, 11, 20, 6, tzinfo=UTC)

    def now(self) -> datetime:
        """Aware, UTC."""
        return self.time

    def wait(self, for_: timedelta) -> None:
        """Let time pass."""
        self.time += for_


# ---- alerts -------------------------------------------------------------------------------------------------------------------


@dataclass
class _Entry:
    alert: Alert
    day: date
    state: str = "planned"
    attempts: int = 0
    claimed_at: datetime | None = None


@dataclass
class FakeAlertLedger:
    """Planned, claimed, sent."""

    clock: Clock
    entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)

    def plan(self, seller_id: str, day: date, alerts: Sequence[Alert]) -> None:
        """Add those whose key is new."""
        for alert in alerts:
            self.entries.setdefault((seller_id, alert.key), _Entry(alert, day))

    def unsent(self, seller_id: str) -> Sequence[Alert]:
        """Planned or claimed and not settled, in the order of their keys."""
        return tuple(entry.alert for entry in self._of(seller_id) if entry.state in {"planned", "claimed"})

    def sellers_with_unsent(self, limit: int) -> Sequence[str]:
        """Those with something left to be said."""
        return sorted({seller_id for seller_id, _ in self.entries if self.unsent(seller_id)})[:limit]

    def planned_on(self, seller_id: str, day: date) -> Sequence[Alert]:
        """What a day's run planned, sent or not."""
        return tuple(entry.alert for entry in self._of(seller_id) if entry.day == day)

    def claim(self, seller_id: str, key: str) -> Claim:
        """Claim for sending."""
        if (seller_id, key) not in self.entries:
            return Claim.SPENT
        entry, now = self.entries[seller_id, key], self.clock.now()
        lapsed = entry.claimed_at is not None and entry.claimed_at <= now - LEASE
        if entry.state == "planned" or (entry.state == "claimed" and lapsed and entry.attempts < ATTEMPTS):
            entry.state, entry.claimed_at, entry.attempts = "claimed", now, entry.attempts + 1
            return Claim.FIRST if entry.attempts == 1 else Claim.REPEAT
        if entry.state == "claimed" and not lapsed:
            return Claim.LEASED
        entry.state = "sent"
        return Claim.SPENT

    def settle(self, seller_id: str, key: str, message_id: str) -> None:
        """It was sent."""
        self.entries[seller_id, key].state = "sent"

    def release(self, seller_id: str, key: str) -> None:
        """It was certainly not sent."""
        entry = self.entries[seller_id, key]
        entry.state, entry.attempts = "planned", entry.attempts - 1

    def _of(self, seller_id: str) -> Iterator[_Entry]:
        return (entry for (seller, _), entry in sorted(self.entries.items()) if seller == seller_id)


@dataclass
class FakeAlerts:
    """SNS: what was published; `failures` befall the next calls, None is a call that goes well."""

    published: list[tuple[str, Alert]] = field(default_factory=list)
    failures: list[Exception | None] = field(default_factory=list)

    def publish(self, seller_id: str, alert: Alert) -> str:
        """Publish."""
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.published.append((seller_id, alert))
        return f"m-{len(self.published)}"


# ---- health -------------------------------------------------------------------------------------------------------------------


@dataclass
class FakeHealthStore:
    """One marketplace's fetches, sources, figures, metrics and statuses beside the other's; its alerts go to the ledger."""

    ledger: FakeAlertLedger
    plans: dict[tuple[Place, date], Sequence[str]] = field(default_factory=dict)
    reached: dict[tuple[Place, date], dict[str, Fetch]] = field(default_factory=dict)
    known: dict[Place, dict[ReportType, SourceRecord]] = field(default_factory=dict)
    figures: dict[Place, dict[ReportType, AmazonFigures]] = field(default_factory=dict)
    judged: dict[tuple[Place, date], Sequence[JudgedMetric]] = field(default_factory=dict)
    states: dict[Place, HealthState] = field(default_factory=dict)
    before: dict[tuple[Place, date], HealthState] = field(default_factory=dict)

    def plan(self, seller_id: str, marketplace: Marketplace, run_on: date, fetches: Sequence[Fetch]) -> Sequence[Fetch]:
        """Write the plan of a run, unless it has one."""
        key = (_place(seller_id, marketplace), run_on)
        if key not in self.plans:
            self.plans[key] = [fetch.name for fetch in fetches]
            self.reached[key] = {fetch.name: fetch for fetch in fetches}
        return self.fetches(seller_id, marketplace, run_on)

    def fetches(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[Fetch]:
        """The fetches of a run, in the order of the plan."""
        key = (_place(seller_id, marketplace), run_on)
        return tuple(self.reached[key][name] for name in self.plans.get(key, ()))

    def fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, name: str) -> Fetch:
        """One of them. Raises KeyError."""
        return self.reached.get((_place(seller_id, marketplace), run_on), {})[name]

    def put_fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, fetch: Fetch) -> None:
        """Overwrite the ledger record."""
        self.reached.setdefault((_place(seller_id, marketplace), run_on), {})[fetch.name] = fetch

    def sources(self, seller_id: str, marketplace: Marketplace) -> Mapping[ReportType, SourceRecord]:
        """What is known of each report."""
        return dict(self.known.get(_place(seller_id, marketplace), {}))

    def put_source(self, seller_id: str, marketplace: Marketplace, record: SourceRecord) -> None:
        """Overwrite by report type."""
        self.known.setdefault(_place(seller_id, marketplace), {})[record.source.report_type] = record

    def put_amazon(self, seller_id: str, marketplace: Marketplace, figures: AmazonFigures) -> None:
        """Overwrite by report type."""
        self.figures.setdefault(_place(seller_id, marketplace), {})[figures.report_type] = figures

    def amazon(self, seller_id: str, marketplace: Marketplace) -> Sequence[AmazonFigures]:
        """One for each performance report that was ever read."""
        return tuple(self.figures.get(_place(seller_id, marketplace), {}).values())

    def put_metrics(
        self, seller_id: str, marketplace: Marketplace, run_on: date, metrics: Sequence[JudgedMetric]
    ) -> None:
        """Replace the day's rows."""
        self.judged[_place(seller_id, marketplace), run_on] = tuple(metrics)

    def metrics(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[JudgedMetric]:
        """The day's rows."""
        return self.judged.get((_place(seller_id, marketplace), run_on), ())

    def state(self, seller_id: str, marketplace: Marketplace) -> HealthState:
        """The statuses that stood at the end of the last judged run."""
        return self.states.get(_place(seller_id, marketplace), HealthState())

    def state_before(self, seller_id: str, marketplace: Marketplace, run_on: date) -> HealthState:
        """The statuses that stood before the day's first change; today's, if none changed."""
        return self.before.get((_place(seller_id, marketplace), run_on), self.state(seller_id, marketplace))

    def put_state(
        self,
        seller_id: str,
        marketplace: Marketplace,
        run_on: date,
        change: tuple[HealthState, HealthState],
        alerts: Sequence[Alert],
    ) -> None:
        """The new statuses and their alerts, or Conflict and neither."""
        before, after = change
        self.before.setdefault((_place(seller_id, marketplace), run_on), before)
        if self.state(seller_id, marketplace).revision != before.revision:
            raise Conflict("the marketplace was judged by somebody else")
        self.states[_place(seller_id, marketplace)] = after
        self.ledger.plan(seller_id, run_on, alerts)


# ---- deadlines ----------------------------------------------------------------------------------------------------------------


@dataclass
class FakeDeadlineStore:
    """Every clock by seller and id, an end that waits for its opening among them; its alerts go to the ledger."""

    ledger: FakeAlertLedger
    known: dict[Place, Deadline | Closing] = field(default_factory=dict)
    rounds: dict[Place, int] = field(default_factory=dict)

    def open(self, seller_id: str, deadline: Deadline) -> Deadline:
        """Note an opening."""
        return self._write((seller_id, deadline.id), opened(self.known.get((seller_id, deadline.id)), deadline))

    def close(self, seller_id: str, deadline_id: str, closing: Closing) -> Deadline | None:
        """Note an end."""
        after = closed(self.known.get((seller_id, deadline_id)), closing)
        if isinstance(after, Deadline):
            return self._write((seller_id, deadline_id), after)
        self.known[seller_id, deadline_id] = after
        return None

    def acknowledge(
        self, seller_id: str, deadline_id: str, now: datetime, until: datetime, longest: timedelta
    ) -> Deadline | None:
        """Pause a deadline's warnings."""
        known = self.known.get((seller_id, deadline_id))
        if not isinstance(known, Deadline):
            return None
        return self._write((seller_id, deadline_id), acknowledged(known, now, until, longest))

    def read(self, seller_id: str, deadline_ids: Iterable[str]) -> Sequence[Deadline]:
        """Those that are known, in the order of their ids."""
        wanted = set(deadline_ids)
        return tuple(one for one in self.all(seller_id) if one.id in wanted)

    def all(self, seller_id: str, prefix: str = "") -> Iterator[Deadline]:
        """In the order of their ids."""
        for (seller, identifier), one in sorted(self.known.items(), key=lambda entry: entry[0]):
            if seller == seller_id and isinstance(one, Deadline) and identifier.startswith(prefix):
                yield one

    def next_step_at(self) -> datetime | None:
        """When the next step of any seller is due."""
        return min((at for at, _ in self._steps()), default=None)

    def due(self, now: datetime, limit: int, cursor: str | None = None) -> DuePage:
        """Pages by place, so that what is taken meanwhile moves none of the others."""
        found = sorted(
            place for at, place in self._steps() if at <= now and (cursor is None or "/".join(place) > cursor)
        )
        page = tuple(found[:limit])
        return DuePage(page, "/".join(page[-1]) if len(found) > limit else None)

    def take(self, seller_id: str, day: date, alert: Alert, escalation: Escalation) -> bool:
        """The steps and their alert, or neither."""
        return self._take(seller_id, day, alert, [escalation])

    def round(self, seller_id: str, marketplace: str) -> Round:
        """The marketplace's last round."""
        return Round(marketplace, self.rounds.get((seller_id, marketplace), 0))

    def take_round(
        self, seller_id: str, day: date, alert: Alert, escalations: Sequence[Escalation], after: Round
    ) -> bool:
        """All of it, or nothing."""
        if self.round(seller_id, after.marketplace) != after or not self._take(seller_id, day, alert, escalations):
            return False
        self.rounds[seller_id, after.marketplace] = after.number + 1
        return True

    def _take(self, seller_id: str, day: date, alert: Alert, escalations: Sequence[Escalation]) -> bool:
        stands = all(self.known.get((seller_id, one.before.id)) == one.before for one in escalations)
        if not stands or (seller_id, alert.key) in self.ledger.entries:
            return False
        self.ledger.plan(seller_id, day, [alert])
        for one in escalations:
            self._write((seller_id, one.before.id), one.after)
        return True

    def _steps(self) -> Iterator[tuple[datetime, Place]]:
        for place, one in self.known.items():
            at = next_step_at(one) if isinstance(one, Deadline) else None
            if at is not None:
                yield at, place

    def _write(self, place: Place, after: Deadline) -> Deadline:
        known = self.known.get(place)
        if after != known:
            waiting = isinstance(known, Closing)
            after = replace(after, revision=(known.revision if isinstance(known, Deadline) else int(waiting)) + 1)
            self.known[place] = after
        return after


# ---- orders -------------------------------------------------------------------------------------------------------------------


@dataclass
class FakeOrderStore:
    """Order facts, by marketplace and order."""

    orders: dict[Place, dict[str, OrderFacts]] = field(default_factory=dict)
    claims: dict[str, Sequence[ClaimFact]] = field(default_factory=dict)
    shipments: dict[tuple[Place, str, str], tuple[datetime, ShipmentFact]] = field(default_factory=dict)
    returns: dict[Place, dict[tuple[str, str], ReturnFact]] = field(default_factory=dict)
    snapshots: dict[tuple[Place, str], dict[str, FeedbackFact]] = field(default_factory=dict)
    late: dict[Place, set[str]] = field(default_factory=dict)

    def put_orders(self, seller_id: str, marketplace: Marketplace, orders: Iterable[OrderFacts]) -> None:
        """Older facts never replace newer ones; SKUs and ASINs accumulate."""
        known = self.orders.setdefault(_place(seller_id, marketplace), {})
        for order in orders:
            stood = known.get(order.order_id)
            if stood is None:
                known[order.order_id] = order
            elif order.version >= stood.version:
                known[order.order_id] = order._replace(skus=stood.skus | order.skus, asins=stood.asins | order.asins)

    def put_shipments(
        self, seller_id: str, marketplace: Marketplace, shipments: Iterable[ShipmentFact], seen_at: datetime
    ) -> None:
        """Guarded by when the report was fetched."""
        for one in shipments:
            key = (_place(seller_id, marketplace), one.order_id, one.shipment_id)
            if key not in self.shipments or self.shipments[key][0] <= seen_at:
                self.shipments[key] = (seen_at, one)

    def put_returns(
        self, seller_id: str, marketplace: Marketplace, returns: Iterable[ReturnFact], seen_at: datetime
    ) -> None:
        """A claim once flagged stays flagged."""
        known = self.returns.setdefault(_place(seller_id, marketplace), {})
        for one in returns:
            stood = known.get((one.order_id, one.key))
            flagged = one.a_to_z_claim or (stood is not None and stood.a_to_z_claim)
            known[one.order_id, one.key] = replace(one, a_to_z_claim=flagged)

    def put_feedback(
        self, seller_id: str, marketplace: Marketplace, snapshot: str, feedback: Iterable[FeedbackFact]
    ) -> None:
        """The feedback of one snapshot."""
        known = self.snapshots.setdefault((_place(seller_id, marketplace), snapshot), {})
        known |= {one.order_id: one for one in feedback}

    def window_orders(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[WindowOrder]:
        """Orders bought on the marketplace-local days of a window."""
        for one in self.orders.get(_place(seller_id, marketplace), {}).values():
            if window.from_ <= local_day(one.purchased_at, marketplace) <= window.to:
                yield WindowOrder(one.order_id, one.purchased_at, one.status, one.fulfillment, one.is_amazon)

    def feedback(self, seller_id: str, marketplace: Marketplace, snapshot: str) -> Iterator[FeedbackFact]:
        """The feedback of one snapshot."""
        yield from self.snapshots.get((_place(seller_id, marketplace), snapshot), {}).values()

    def claimed_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with an A-to-z claim that counts."""
        returns = self.returns.get(_place(seller_id, marketplace), {}).values()
        flagged = frozenset(one.order_id for one in returns if one.a_to_z_claim)
        return self._counting(seller_id, ClaimKind.A_TO_Z) | (flagged - self._told(seller_id, ClaimKind.A_TO_Z))

    def charged_back_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with a chargeback that is not reversed."""
        return self._counting(seller_id, ClaimKind.CHARGEBACK)

    def _told(self, seller_id: str, kind: ClaimKind) -> frozenset[str]:
        return frozenset(one.order_id for one in self.claims.get(seller_id, ()) if one.kind is kind)

    def _counting(self, seller_id: str, kind: ClaimKind) -> frozenset[str]:
        return frozenset(one.order_id for one in self.claims.get(seller_id, ()) if one.kind is kind and counts(one))

    def returned_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders of which a return is known."""
        return frozenset(order_id for order_id, _ in self.returns.get(_place(seller_id, marketplace), {}))

    def late_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders shipped late: what the test says."""
        return frozenset(self.late.get(_place(seller_id, marketplace), ()))


# ---- Amazon, bucket, paces, sellers -------------------------------------------------------------------------------------------


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


@dataclass
class FakeMailboxStore:
    """How far mailboxes were read, and which cannot be."""

    cursors: dict[tuple[str, str], Cursor] = field(default_factory=dict)
    outages: dict[str, Outage] = field(default_factory=dict)

    def cursor(self, seller_id: str, folder_id: str) -> Cursor | None:
        """How far a folder was read."""
        return self.cursors.get((seller_id, folder_id))

    def advance(self, seller_id: str, folder_id: str, cursor: Cursor) -> None:
        """It was read that far; never back within one UIDVALIDITY."""
        known = self.cursors.get((seller_id, folder_id))
        if known is None or known.uid_validity != cursor.uid_validity or known.uid < cursor.uid:
            self.cursors[seller_id, folder_id] = cursor

    def failed(self, seller_id: str, at: datetime) -> Outage:
        """Count a failure; the outage that it is part of."""
        before = self.outages.get(seller_id, Outage(0, at))
        self.outages[seller_id] = Outage(before.failures + 1, before.since)
        return self.outages[seller_id]

    def recovered(self, seller_id: str) -> None:
        """The mailbox was read."""
        self.outages.pop(seller_id, None)


@dataclass
class FakeMailDrop:
    """Where mails arrive."""

    mails: dict[str, bytes] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)

    def put(self, key: str, mail: bytes) -> None:
        """Store a mail; the same key is overwritten."""
        self.mails[key] = mail
        self.puts.append(key)


@dataclass
class FakeFolder:
    """An open folder: each mail with its UID, the day it arrived, and its size if that is another than it has."""

    id: str
    uid_validity: int = 1
    mails: dict[int, tuple[date, bytes]] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    failures: list[Exception | None] = field(default_factory=list)

    def after(self, uid: int, oldest: date, most: int) -> Sequence[MailSize]:
        """The mails behind a UID."""
        found = sorted(number for number, (day, _) in self.mails.items() if number > uid and day >= oldest)
        return [MailSize(number, self.sizes.get(number, len(self.mails[number][1]))) for number in found[:most]]

    def read(self, uid: int) -> bytes | None:
        """A mail; `failures` befall the next reads, None is one that goes well."""
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        return self.mails[uid][1] if uid in self.mails else None


@dataclass
class FakeMailbox:
    """Folders by name; one that is wanted and not there is refused."""

    places: dict[str, FakeFolder]
    folders: Sequence[str] = ("Sent", "INBOX")

    def examine(self, folder: str) -> FakeFolder:
        """Open a folder."""
        if folder not in self.places:
            raise MailboxRefused("there is no such folder")
        return self.places[folder]


@dataclass
class FakeMailboxes:
    """A mailbox, or what opening it raises, for each seller that has credentials."""

    mailboxes: dict[str, FakeMailbox | Exception | None]
    patience: dict[str, timedelta] = field(default_factory=dict)

    @contextmanager
    def open(self, seller_id: str, patience: timedelta) -> Iterator[FakeMailbox | None]:
        """Log in."""
        self.patience[seller_id] = patience
        mailbox = self.mailboxes.get(seller_id)
        if isinstance(mailbox, Exception):
            raise mailbox
        yield mailbox


@dataclass
class FakePaceStore:
    """Token buckets."""

    clock: Clock
    buckets: dict[tuple[str, str, str], Bucket] = field(default_factory=dict)

    def take(self, seller_id: str, region: str, operation: str, *, rate: Decimal, burst: int) -> timedelta:
        """Take a token, if need be one of the future; how long until it may be used."""
        key = (seller_id, region, operation)
        self.buckets[key], wait = take(self.buckets.get(key), self.clock.now(), rate, burst)
        return wait


@dataclass
class FakeSellingPartner:
    """Amazon with a body for each report; a report takes 90 seconds, one without a body has no data.

    `failures` befall the next calls, whichever they are; None is a call that goes well.
    """

    clock: Clock
    bodies: Mapping[ReportType, bytes] = field(default_factory=dict)
    failures: list[Exception | None] = field(default_factory=list)
    asked: list[tuple[ReportType, datetime]] = field(default_factory=list)

    TAKES = timedelta(seconds=90)

    def create_report(
        self, report_type: ReportType, marketplace: Marketplace, start: datetime | None, end: datetime | None
    ) -> str:
        """Ask for a report; its id."""
        self._fail()
        self.asked.append((report_type, self.clock.now()))
        return str(len(self.asked))

    def get_report(self, report_id: str) -> ReportStatus:
        """Where it stands."""
        self._fail()
        report_type, asked_at = self._asked(report_id)
        if self.clock.now() - asked_at < self.TAKES:
            return ReportStatus(ProcessingStatus.IN_PROGRESS, None)
        if report_type not in self.bodies:
            return ReportStatus(ProcessingStatus.CANCELLED, None)
        return ReportStatus(ProcessingStatus.DONE, report_id)

    @contextmanager
    def open_document(self, document_id: str) -> Iterator[Document]:
        """Open a report's document."""
        self._fail()
        report_type, _ = self._asked(document_id)
        yield Document(BytesIO(self.bodies[report_type]), None)

    def _asked(self, report_id: str) -> tuple[ReportType, datetime]:
        if not report_id.isdecimal() or not 0 < int(report_id) <= len(self.asked):
            raise SpApiRefused("404: no such report")
        return self.asked[int(report_id) - 1]

    def _fail(self) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure


@dataclass
class FakeSellerRegistry:
    """Sellers by id, and the manifests that were written."""

    sellers: dict[str, Seller]
    manifests: dict[str, Sequence[Seller]] = field(default_factory=dict)

    def list(self) -> Sequence[str]:
        """Seller ids, sorted."""
        return sorted(self.sellers)

    def get(self, seller_id: str) -> Seller:
        """Raises SellerNotConfigured."""
        if seller_id not in self.sellers:
            raise SellerNotConfigured(seller_id)
        return self.sellers[seller_id]

    def write_manifest(self, name: str, sellers: Sequence[Seller]) -> tuple[str, str]:
        """Bucket and key."""
        self.manifests[name] = sellers
        return "manifests", name


def _place(seller_id: str, marketplace: Marketplace) -> Place:
    return seller_id, marketplace.country
