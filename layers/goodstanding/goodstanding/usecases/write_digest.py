"""Telling people: the day's digest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from goodstanding.contracts.tasks import WriteDigestInput, WriteDigestOutput
from goodstanding.core import marketplaces
from goodstanding.core.deadlines import DeadlineKind
from goodstanding.core.health import changes
from goodstanding.core.mail.radar import LOOK_BACK, radar
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType
from goodstanding.core.requests.consider import held_by
from goodstanding.core.requests.neutrality import Aftermath, neutrality
from goodstanding.core.requests.record import Reason
from goodstanding.core.requests.tally import tally
from goodstanding.core.runs import run_on
from goodstanding.core.sources import SourceRecord, SourceState
from goodstanding.core.texts.digest import MarketplaceDigest, RequestsDigest, digest
from goodstanding.core.texts.inbox_lines import InboxDigest
from goodstanding.core.windows import rate_window
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.conversations import ConversationStore
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.health import HealthStore
from goodstanding.ports.orders import OrderStore
from goodstanding.ports.requests import RequestLedger
from goodstanding.ports.sellers import Seller, SellerRegistry
from goodstanding.usecases.watch_mailboxes import tell_of_silence

_CLAIMED = frozenset({DeadlineKind.A_TO_Z_RESPONSE, DeadlineKind.A_TO_Z_APPEAL, DeadlineKind.CHARGEBACK_RESPONSE})


@dataclass(frozen=True, slots=True)
class Known:
    """Where all that the digest tells of is known."""

    health: HealthStore
    orders: OrderStore
    requests: RequestLedger
    deadlines: DeadlineStore
    conversations: ConversationStore


def write_digest(
    request: WriteDigestInput,
    known: Known,
    registry: SellerRegistry,
    ledger: AlertLedger,
    *,
    observe: bool,
    stopped: bool,
) -> WriteDigestOutput:
    """Plan the day's digest; a second run of the day plans nothing."""
    day = run_on(request.scheduled_at)
    seller = registry.get(request.seller_id)
    hold = held_by(seller.wishes, observe=observe, stopped=stopped)
    parts = [_part(request, marketplaces.by_country(country), known, day, hold) for country in request.marketplaces]
    inbox = _inbox(seller, known, ledger, request.scheduled_at)
    text = digest(request.seller_id, seller.language, request.scheduled_at, parts, inbox)
    planned = replace(text, key=f"{day}#{text.key}")
    ledger.plan(request.seller_id, day, [planned])
    return WriteDigestOutput(key=planned.key)


def _part(
    request: WriteDigestInput, marketplace: Marketplace, known: Known, day: date, hold: Reason | None
) -> MarketplaceDigest:
    health, seller_id = known.health, request.seller_id
    metrics = health.metrics(seller_id, marketplace, day)
    records = health.sources(seller_id, marketplace)
    sources = [record.source for record in records.values()]
    state = health.state(seller_id, marketplace)
    before = health.state_before(seller_id, marketplace, day)
    _, changed = changes(before, metrics, state.account_status, sources)
    requests = _requests(request, marketplace, known, records, hold)
    return MarketplaceDigest(marketplace, state.account_status, metrics, sources, changed, requests)


def _inbox(seller: Seller, known: Known, ledger: AlertLedger, now: datetime) -> InboxDigest:
    """The open clocks of every seller; the mailbox of one that has connected it. Its silence is an alert, too."""
    seller_id, mails = seller.seller_id, known.conversations
    clocks = tuple(known.deadlines.all(seller_id))
    deadlines = [one for one in clocks if one.closing is None]
    if not seller.mailbox:
        return InboxDigest(deadlines)
    claimed = {one.order_id for one in clocks if one.kind in _CLAIMED and one.order_id}
    threads = (stored.thread for stored in mails.threads(seller_id))
    return InboxDigest(
        deadlines,
        radar(threads, mails.return_requests(seller_id, now - LOOK_BACK), claimed, now),
        mails.unbelieved(seller_id, now - timedelta(days=1)),
        tell_of_silence(seller, mails, ledger, now),
    )


def _requests(
    request: WriteDigestInput,
    marketplace: Marketplace,
    known: Known,
    records: Mapping[ReportType, SourceRecord],
    hold: Reason | None,
) -> RequestsDigest:
    """Of the orders bought in the last 60 local days: one query for the requests, and one for each thing known later."""
    seller_id, as_of = request.seller_id, request.scheduled_at
    asked = tuple(known.requests.requests(seller_id, marketplace, rate_window(as_of, marketplace)))
    feedback, returns = (_standing(records, each) for each in (ReportType.FEEDBACK, ReportType.MFN_RETURNS))
    aftermath = Aftermath(
        stars=_stars(seller_id, marketplace, feedback.snapshot, known.orders) if feedback else None,
        returned=known.orders.returned_orders(seller_id, marketplace) if returns else None,
        late=known.orders.late_orders(seller_id, marketplace),
    )
    return RequestsDigest(tally(asked, as_of, hold), neutrality(asked, aftermath, as_of))


def _standing(records: Mapping[ReportType, SourceRecord], report_type: ReportType) -> SourceRecord | None:
    record = records.get(report_type)
    return None if record is None or record.source.state is SourceState.UNAVAILABLE else record


def _stars(seller_id: str, marketplace: Marketplace, snapshot: str | None, orders: OrderStore) -> Mapping[str, int]:
    if snapshot is None:
        return {}
    return {fact.order_id: fact.rating for fact in orders.feedback(seller_id, marketplace, snapshot)}
