"""Asking buyers for feedback, once each: look, claim, post, settle; a claim without an answer is settled by looking again.

Who sends has a turn (one sender for each seller and region), paces itself by Amazon's rates, and stops early enough to hand the
rest to its next batch. Everything here may be killed between any two lines: what was claimed and not settled is looked at again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil

from goodstanding.contracts.errors import (
    AmazonCallsStopped,
    SellerNotAuthorized,
    SpApiThrottled,
    SpApiUnavailable,
)
from goodstanding.contracts.tasks import SendOutcome, SendRequestsInput, SendRequestsOutput
from goodstanding.core.marketplaces import Marketplace, Region
from goodstanding.core.pacing import Bucket, take
from goodstanding.core.rate_limits import CREATE_SOLICITATION, GET_SOLICITATION_ACTIONS, UsagePlan
from goodstanding.core.requests.consider import AskingRules, KnownOrder, consider, held_by
from goodstanding.core.requests.decide import (
    Answer,
    Place,
    after_look,
    after_post,
    claimed,
    freed,
    gated,
    held_to_the_end,
    opted_out,
    put_off,
    released,
    unreadable,
    unshipped,
)
from goodstanding.core.requests.drought import DayOfLooks, drought_since
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import next_day
from goodstanding.core.runs import run_on
from goodstanding.core.texts.requests import authorization_alert, drought_alert
from goodstanding.core.windows import local_day
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.clock import Clock, Remaining
from goodstanding.ports.requests import ClaimOutcome, OpenRequest, RequestLedger
from goodstanding.ports.sellers import Seller, SellerRegistry
from goodstanding.ports.solicitations import Solicitations
from goodstanding.usecases.asking_rules import asking_rules

type Connect = Callable[[str, Region], Solicitations]

TURN = timedelta(minutes=6)
"""How long a turn may last: longer than a batch may run."""

_ENOUGH = timedelta(seconds=60)
"""What must be left of a Lambda's time to begin another order: two calls that time out."""

_HORIZON = timedelta(minutes=5)
"""What becomes due within this is waited for; the rest is for the next run."""

_LONGEST_PAUSE = timedelta(seconds=30)

_NEXT_RUN = timedelta(hours=2)
"""By then the next hourly run has come to every order, even when this one is late."""

_ERRORS: Mapping[Answer, type[SpApiThrottled | SpApiUnavailable]] = {
    Answer.THROTTLED: SpApiThrottled,
    Answer.LOST: SpApiUnavailable,
}

_PATIENCE = 3
"""So many orders in a row without a readable answer are an outage, not an order's own trouble."""


def send_requests(
    request: SendRequestsInput,
    registry: SellerRegistry,
    ledger: RequestLedger,
    alerts: AlertLedger,
    connect: Connect,
    clock: Clock,
    remaining: Remaining,
    *,
    observe: bool,
) -> SendRequestsOutput:
    """Send what is due for one seller and region, until nothing is or time is short.

    Raises SpApiUnavailable and SpApiThrottled when it is not one order's trouble; the next batch goes on where this one stopped.
    """
    seller = registry.get(request.seller_id)
    shift = ledger.begin_shift(seller.seller_id, request.region, request.holder, clock.now() + TURN)
    if shift is None:
        return SendRequestsOutput(outcome=SendOutcome.BUSY, sent=0, answered=0, unanswered=0, wait_seconds=0)
    sender = _Sender(request, seller, ledger, clock, remaining, _Pacers(clock, dict(shift.buckets)))
    try:
        outcome = sender.work(connect, observe=observe)
    except (SpApiUnavailable, SpApiThrottled) as error:
        sender.blame(Reason.THROTTLED if isinstance(error, SpApiThrottled) else Reason.UNAVAILABLE)
        raise
    except SellerNotAuthorized:
        outcome = SendOutcome.REFUSED
        sender.blame(Reason.NOT_AUTHORIZED)
        day = run_on(request.scheduled_at)
        alerts.plan(
            seller.seller_id, day, [authorization_alert(request.region, seller.seller_id, day, seller.language)]
        )
    finally:
        sender.count()
        ledger.end_shift(seller.seller_id, request.region, request.holder, sender.pacers.buckets)
    since = sender.drought_since()
    if since is not None:
        alerts.plan(seller.seller_id, since, [drought_alert(request.region, seller.seller_id, since, seller.language)])
    return SendRequestsOutput(
        outcome=outcome,
        sent=sender.sent,
        answered=sender.answered,
        unanswered=sender.unanswered,
        wait_seconds=sender.wait_seconds,
    )


@dataclass
class _Pacers:
    """Amazon's rates for the two operations; nobody else uses them during the turn, so they are kept in memory."""

    clock: Clock
    buckets: dict[str, Bucket]
    rates: dict[str, Decimal] = field(default_factory=dict)

    def wait(self, plan: UsagePlan) -> None:
        """Return when a call is allowed. Raises SpApiThrottled when that is too long to wait for here: it is waited for outside."""
        rate = self.rates.get(plan.operation, plan.rate)
        bucket, pause = take(self.buckets.get(plan.operation), self.clock.now(), rate, plan.burst)
        if pause > _LONGEST_PAUSE:
            raise SpApiThrottled(f"Amazon allows {plan.operation} {rate} times a second")
        self.buckets[plan.operation] = bucket
        self.clock.sleep(pause.total_seconds())

    def adapt(self, plan: UsagePlan, limit: Decimal | None) -> None:
        """Go by the rate that Amazon names, if it names one."""
        if limit is not None and limit > 0:
            self.rates[plan.operation] = limit

    def drain(self, plan: UsagePlan) -> None:
        """Amazon says that nothing is left."""
        self.buckets[plan.operation] = Bucket(Decimal(0), self.clock.now())


class _Sender:
    """One batch of one turn."""

    def __init__(
        self,
        request: SendRequestsInput,
        seller: Seller,
        ledger: RequestLedger,
        clock: Clock,
        remaining: Remaining,
        pacers: _Pacers,
    ) -> None:
        self.sent = self.answered = self.unanswered = 0
        self.pacers = pacers
        self._request = request
        self._seller = seller
        self._ledger = ledger
        self._clock = clock
        self._remaining = remaining
        self._solicitations: Solicitations | None = None
        self._rules: Mapping[Marketplace, AskingRules] = {
            marketplace: asking_rules(seller.wishes, marketplace, clock.now())
            for marketplace in seller.stores_in(request.region)
        }
        self._today = clock.now().date()
        self._earlier_looks = ledger.looks(seller.seller_id, request.region)
        self._looks = self._offers = 0
        self._unreadable_in_a_row = 0
        self._verdicts: list[tuple[OpenRequest, KnownOrder, RequestRecord]] = []
        self._next_at: datetime | None = None

    # ---- the batch ------------------------------------------------------------------------------------------------------------

    def work(self, connect: Connect, *, observe: bool) -> SendOutcome:
        """Take what is due in the order of the windows' ends."""
        hold = self._hold(connect, observe=observe)
        if hold is not None:
            return self._wind_up(hold)
        try:
            return self._work_off()
        finally:
            self._pass_verdicts()

    def _work_off(self) -> SendOutcome:
        for waiting in self._open_requests():
            if waiting.next_at > self._clock.now():
                self._come_back(waiting.next_at)  # for a claim, perhaps, that a broken-off batch left
                continue
            if self._remaining() < _ENOUGH:
                return SendOutcome.MORE
            self._work_on(waiting)
        return SendOutcome.UNSETTLED if self.wait_seconds else SendOutcome.DONE

    def _pass_verdicts(self) -> None:
        """That Amazon does not offer an order is decided when all have been looked at: by then a drought may be known as one."""
        drought = self.drought_since() is not None
        for due, known, record in self._verdicts:
            place = Place(due.marketplace, self._seller.wishes.send_hour)
            after = after_look(record, Answer.NOT_OFFERED, self._clock.now(), place, drought=drought)
            if after is not None:
                self._put(due, known, after)

    def blame(self, reason: Reason) -> None:
        """Nothing can be asked now: whose window ends before the next run may come to it says why."""
        now = self._clock.now()
        for due in self._open_requests():
            if due.closes_at > now + _NEXT_RUN:
                return
            known, record = self._ledger.known(self._seller.seller_id, due.marketplace, due.order_id)
            if known and record and record.state is RequestState.PLANNED and record.reason is None:
                self._put(due, known, replace(record, reason=reason))

    def _wind_up(self, hold: Reason) -> SendOutcome:
        """Nothing may be sent: only what has no more time comes to its end."""
        for waiting in self._open_requests():
            if waiting.closes_at > self._clock.now():
                break
            if self._remaining() < _ENOUGH:
                return SendOutcome.MORE
            self._close(waiting, hold)
        return SendOutcome.HELD

    def _open_requests(self) -> Iterator[OpenRequest]:
        """What is open, but for parcels that have not arrived. In a marketplace that the seller left, requests wait for its return."""
        longest = max((rules.closes_after for rules in self._rules.values()), default=timedelta(0))
        for waiting in self._ledger.open_requests(self._seller.seller_id, self._request.region):
            if waiting.closes_at > self._clock.now() + longest:
                return
            if waiting.marketplace in self._rules:
                yield waiting

    @property
    def wait_seconds(self) -> int:
        """How long until something is due again that is worth waiting for."""
        if self._next_at is None or (left := self._next_at - self._clock.now()) > _HORIZON:
            return 0
        return max(1, ceil(left.total_seconds()))

    def _come_back(self, at: datetime) -> None:
        self._next_at = min(at, self._next_at or at)

    def count(self) -> None:
        """Remember how many orders Amazon offered."""
        if self._looks:
            self._ledger.count_looks(
                self._seller.seller_id, self._request.region, self._today, self._looks, self._offers
            )

    def drought_since(self) -> date | None:
        """Since when Amazon has offered nothing to anybody."""
        return drought_since([*self._earlier_looks, DayOfLooks(self._today, self._looks, self._offers)], self._today)

    def _hold(self, connect: Connect, *, observe: bool) -> Reason | None:
        """Why nothing may be sent at all."""
        hold = held_by(self._seller.wishes, observe=observe, stopped=False)
        if hold is not None:
            return hold
        try:
            self._solicitations = connect(self._seller.seller_id, self._request.region)
        except AmazonCallsStopped:
            return Reason.STOPPED
        return None

    def _close(self, due: OpenRequest, hold: Reason) -> None:
        known, record = self._ledger.known(self._seller.seller_id, due.marketplace, due.order_id)
        if known is not None and record is not None and (ended := held_to_the_end(record, hold)) != record:
            self._put(due, known, ended)

    # ---- one order ------------------------------------------------------------------------------------------------------------

    def _work_on(self, due: OpenRequest) -> None:
        now = self._clock.now()
        known, record = self._ledger.known(self._seller.seller_id, due.marketplace, due.order_id)
        if known is None or record is None or record.next_at is None or record.next_at > now:
            return  # the index was behind
        place = Place(due.marketplace, self._seller.wishes.send_hour)
        planned = record.state is RequestState.PLANNED
        if planned and (after := self._gated(due, known, record, place)):
            self._put(due, known, after)
            return
        answer = self._look(due)
        now = self._clock.now()
        if answer in _ERRORS:
            self._put(due, known, unreadable(record, answer, now, place))
            self._bear(answer)
            return
        self.answered += 1
        self._looks += planned
        self._offers += planned and answer is Answer.OFFERED
        after = after_look(record, answer, now, place, drought=self.drought_since() is not None)
        if after is not None:
            self._unreadable_in_a_row = 0
            if answer is Answer.NOT_OFFERED and not after.is_open and planned:
                self._verdicts.append((due, known, record))
            else:
                self._put(due, known, after)
            return
        self.pacers.wait(CREATE_SOLICITATION)
        if after := self._gated(due, known, record, place):  # waiting may have passed an hour, a day, the window's end
            self._put(due, known, after)
            return
        self._post(due, known, record, place)

    def _gated(self, due: OpenRequest, known: KnownOrder, record: RequestRecord, place: Place) -> RequestRecord | None:
        """The record when it may not be posted at this moment; None: it may."""
        now = self._clock.now()
        judged = consider(known, self._rules[due.marketplace], due.marketplace, now)
        return gated(record, judged, now, place) if judged else unshipped(record, now, place)

    def _look(self, due: OpenRequest) -> Answer:
        """What Amazon says; THROTTLED and LOST say nothing."""
        plan = GET_SOLICITATION_ACTIONS
        self.pacers.wait(plan)
        try:
            answer = self._amazon.look(due.order_id, due.marketplace)
        except SpApiThrottled:
            self.pacers.drain(plan)
            return Answer.THROTTLED
        except SpApiUnavailable:
            return Answer.LOST
        self.pacers.adapt(plan, self._amazon.limit(plan.operation))
        return answer

    def _post(self, due: OpenRequest, known: KnownOrder, record: RequestRecord, place: Place) -> None:
        now = self._clock.now()
        day = local_day(now, due.marketplace)
        claim = claimed(record, now)
        outcome = self._ledger.claim(
            self._seller.seller_id, due.marketplace, claim, day=day, cap=self._seller.wishes.daily_cap
        )
        if outcome is not ClaimOutcome.CLAIMED:
            self._turned_away(due, known, record, place, outcome)
            return
        claim = replace(claim, revision=claim.revision + 1)
        try:
            answer = self._answer_to_post(due)
        except SellerNotAuthorized:
            self._put(due, known, released(claim, Reason.NOT_AUTHORIZED, now))
            self._ledger.uncount(self._seller.seller_id, day)
            raise
        after = after_post(claim, answer, self._clock.now(), place)
        self.sent += after.state is RequestState.SENT
        if after.state is RequestState.PLANNED:
            self._ledger.uncount(self._seller.seller_id, day)
        self._put(due, known, after)
        if answer in _ERRORS:
            self._bear(answer)
        else:
            self.answered += 1
            self._unreadable_in_a_row = 0

    def _answer_to_post(self, due: OpenRequest) -> Answer:
        plan = CREATE_SOLICITATION
        try:
            answer = self._amazon.post(due.order_id, due.marketplace)
        except SpApiThrottled:
            self.pacers.drain(plan)
            return Answer.THROTTLED
        except SpApiUnavailable:
            return Answer.LOST
        self.pacers.adapt(plan, self._amazon.limit(plan.operation))
        return answer

    def _turned_away(
        self, due: OpenRequest, known: KnownOrder, record: RequestRecord, place: Place, outcome: ClaimOutcome
    ) -> None:
        """The claim was not written: nothing was posted."""
        now = self._clock.now()
        if outcome is ClaimOutcome.OPTED_OUT:
            self._put(due, known, opted_out(record, Reason.BUYER_OPT_OUT))
        elif outcome is ClaimOutcome.CAPPED:
            tomorrow = next_day(now, place.send_hour, due.marketplace)
            self._put(due, known, put_off(freed(record), Reason.DAILY_CAP, tomorrow, place))

    def _put(self, due: OpenRequest, known: KnownOrder, record: RequestRecord) -> None:
        """Write; somebody who wrote in between knows more, and what he wrote is looked at next time."""
        self._ledger.put(self._seller.seller_id, due.marketplace, record, known.order.purchased_at)
        if record.next_at is not None:
            self._come_back(record.next_at)

    def _bear(self, answer: Answer) -> None:
        """One order's trouble is its own; three in a row are everybody's. Each has been put off: the next batch goes on behind them."""
        self.unanswered += 1
        self._unreadable_in_a_row += 1
        if self._unreadable_in_a_row >= _PATIENCE:
            raise _ERRORS[answer](f"{_PATIENCE} answers in a row")

    @property
    def _amazon(self) -> Solicitations:
        if self._solicitations is None:
            raise AmazonCallsStopped("nobody to talk to")
        return self._solicitations
