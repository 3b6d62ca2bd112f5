"""What happens to one order's request next: by what is known of the order, and by what Amazon answers. Each step is the next record.

An empty list of actions is weak evidence (Amazon's lists are now and then empty by chance), so it takes two of them, a day apart,
the last near the window's end; or a refusal before them. A refusal of one order is believed when it comes a second time, on another
day. What became of a
post whose answer was lost is found by asking for the actions: gone, it was sent; there, it was not. As the list may have been empty
by chance, the request that counts as sent is looked at again each day for a month; if Amazon offers it then, it was not sent.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.requests.consider import Considered
from goodstanding.core.requests.record import Reason, RequestEvent, RequestRecord, RequestState, after
from goodstanding.core.requests.window import next_sending

A_DAY = timedelta(days=1)

LAST_LOOK = timedelta(hours=36)
"""Only a look this near to the window's end may conclude that Amazon does not offer a request."""

SETTLING = timedelta(minutes=1)
"""How long Amazon is given before it is asked what became of a post; each further one waits four times as long as the one before."""

A_WHILE = timedelta(minutes=15)
"""How soon, at the earliest, an order is looked at again whose answer could not be read twice."""

LOOKED_FOR = timedelta(days=30)
"""How long after a post without an answer Amazon may turn out not to have sent it: the length of the longest window."""

_MANY = 8  # posts: four times as long after each is more than a day by then
_ENOUGH = 2  # of the same evidence
_TAKEN_BACK = frozenset({RequestState.EXCLUDED, RequestState.WINDOW_CLOSED})  # no ends: they follow what is known


class Answer(StrEnum):
    """What Amazon said about one order, to a look at its actions or to a post."""

    OFFERED = "offered"  # the action is there
    NOT_OFFERED = "not_offered"  # the list of actions has none for us
    ACCEPTED = "accepted"  # it was sent
    NOT_AVAILABLE = "not_available"  # 403: asked before, cancelled, opted out or otherwise not eligible
    OUTSIDE_WINDOW = "outside_window"  # 403: not between 5 and 30 days
    NOT_FOUND = "not_found"  # 404
    REFUSED = "refused"  # any other 4xx
    THROTTLED = "throttled"  # 429: certainly not done
    LOST = "lost"  # no answer, or none that can be read: perhaps done


_REASONS = {
    Answer.NOT_AVAILABLE: Reason.NOT_AVAILABLE,
    Answer.OUTSIDE_WINDOW: Reason.OUTSIDE_AMAZON_WINDOW,
    Answer.NOT_FOUND: Reason.ORDER_NOT_FOUND,
    Answer.REFUSED: Reason.REFUSED,
}

_TWICE = {
    Answer.NOT_AVAILABLE: RequestEvent.FORESTALL,
    Answer.NOT_FOUND: RequestEvent.FAIL,
    Answer.REFUSED: RequestEvent.FAIL,
}
"""What a refusal that comes again on another day comes to. (That it is outside Amazon's window is no end before ours is over.)"""


_UNREADABLE = {Answer.LOST: Reason.UNAVAILABLE, Answer.THROTTLED: Reason.THROTTLED}
_OTHERWISE_TOMORROW = frozenset({Answer.NOT_OFFERED, Answer.OUTSIDE_WINDOW})


@dataclass(frozen=True, slots=True)
class Place:
    """Where and from which hour of the day a request may be sent."""

    marketplace: Marketplace
    send_hour: int

    def next_sending(self, at: datetime) -> datetime:
        """The first instant from `at` on at which a request may be sent."""
        return next_sending(at, self.send_hour, self.marketplace)


# ---- what is known of the order -----------------------------------------------------------------------------------------------


def planned(record: RequestRecord | None, considered: Considered, order_id: str) -> RequestRecord | None:
    """The record after an order was considered, for the first time or again; None for one that needs none.

    A cancelled order that was never shipped needs none. What is being sent, or at its end, keeps the window by which it got there.
    """
    if record is None and considered.reason is Reason.CANCELLED:
        return None
    before = record or RequestRecord(order_id, considered.window, considered.estimate.source)
    state = after(before.state, considered.event)
    if state is RequestState.PLANNED:
        return _replanned(before, considered)
    if state is before.state and state not in _TAKEN_BACK:
        return before
    moved = replace(before, window=considered.window, estimated_by=considered.estimate.source)
    if record is not None and considered.event is RequestEvent.CLOSE:
        return closed(moved)
    return replace(moved, state=state, reason=considered.reason, next_at=None)


def _replanned(before: RequestRecord, considered: Considered) -> RequestRecord:
    moved = replace(
        before,
        state=RequestState.PLANNED,
        window=considered.window,
        estimated_by=considered.estimate.source,
    )
    if moved == before:
        return before
    put_off_until = before.next_at if before.state is RequestState.PLANNED and before.reason is not None else None
    due = max(considered.window.eligible_from, put_off_until or considered.window.eligible_from)
    return replace(moved, reason=before.reason if put_off_until else None, next_at=min(due, moved.window.closes_at))


def gated(record: RequestRecord, considered: Considered, now: datetime, place: Place) -> RequestRecord | None:
    """The record when it may not be posted at `now` after all; None: it may.

    Looked at anew right before each post: rules, opt-outs, cancellations and better dates may have come since it was planned.
    """
    current = replace(freed(record), window=considered.window, estimated_by=considered.estimate.source)
    if considered.event is RequestEvent.CLOSE:
        return closed(current)
    if considered.event is not RequestEvent.PLAN:
        return _ended(current, considered.event, considered.reason)
    earliest = place.next_sending(max(now, considered.window.eligible_from))
    return None if earliest <= now else put_off(current, current.reason, earliest, place)


def unshipped(record: RequestRecord, now: datetime, place: Place) -> RequestRecord:
    """A report took "shipped" back: the order waits for better news, as long as its window is open."""
    waiting = freed(record)
    if now >= waiting.window.closes_at:
        return closed(waiting)
    return put_off(waiting, waiting.reason, now + A_DAY, place)


# ---- what Amazon answers ------------------------------------------------------------------------------------------------------


def claimed(record: RequestRecord, now: datetime) -> RequestRecord:
    """About to post: from now on it counts as perhaps sent, until an answer says otherwise."""
    return replace(
        record,
        state=after(record.state, RequestEvent.POST),
        reason=Reason.ANSWER_PENDING,
        attempts=record.attempts + 1,
        posted_at=now,
        lost_at=_lost_at(record),
        next_at=now + SETTLING,
    )


def _before_another_post(posts: int) -> timedelta:
    return min(SETTLING * int(4 ** min(posts - 1, _MANY)), A_DAY)


def _lost_at(record: RequestRecord) -> datetime | None:
    """When the first post was made of which Amazon seems to know nothing; it may come to know later."""
    return record.lost_at or (record.posted_at if record.state is RequestState.SENDING else None)


def after_look(
    record: RequestRecord, answer: Answer, now: datetime, place: Place, *, drought: bool
) -> RequestRecord | None:
    """The record after a look at the actions; None: the action is there.

    `drought`: Amazon offers nothing to anybody these days, so an empty list is no evidence about this order.
    """
    if record.state is RequestState.SENT:
        return _looked_for_once_more(record, answer, now)
    if answer is Answer.OFFERED:
        again = record.state is RequestState.SENDING and record.attempts > 1
        return _slower(record, now, place) if again else None
    if record.state is RequestState.SENDING:
        return _unsettled(record, answer, now)
    if answer is not Answer.NOT_OFFERED:
        return _refused(record, answer, now, place)
    return _nothing_offered(record, now, place, drought=drought)


def after_post(record: RequestRecord, answer: Answer, now: datetime, place: Place) -> RequestRecord:
    """The record after a post (it was claimed before)."""
    if answer is Answer.ACCEPTED:
        return replace(
            record, state=after(record.state, RequestEvent.ACCEPT), reason=None, sent_at=record.posted_at, next_at=None
        )
    if answer is Answer.LOST:
        return replace(record, next_at=now + SETTLING)
    if answer is Answer.THROTTLED:
        return released(record, Reason.THROTTLED, now + SETTLING)
    return _refused(record, answer, now, place)


def released(record: RequestRecord, reason: Reason, due_at: datetime) -> RequestRecord:
    """Amazon certainly did nothing: as if never claimed, but the post is counted."""
    return replace(record, state=after(record.state, RequestEvent.RELEASE), reason=reason, next_at=due_at)


def freed(record: RequestRecord) -> RequestRecord:
    """A request that is not posted now after all. An earlier post of which Amazon seems to know nothing is not forgotten."""
    reason = Reason.UNAVAILABLE if record.reason is Reason.ANSWER_PENDING else record.reason
    return replace(record, state=after(record.state, RequestEvent.RELEASE), reason=reason, lost_at=_lost_at(record))


def put_off(record: RequestRecord, reason: Reason | None, until: datetime, place: Place) -> RequestRecord:
    """Due again at the first sending hour from `until` on, but no later than the window's end."""
    return replace(record, reason=reason, next_at=min(place.next_sending(until), record.window.closes_at))


def unreadable(record: RequestRecord, answer: Answer, now: datetime, place: Place) -> RequestRecord:
    """A look without a readable answer (LOST or THROTTLED): again in a minute, then ever seldomer, so that nobody waits behind it.

    To learn what became of a post there is no hour; when the window is over without a word, it counts as sent.
    """
    reason = _UNREADABLE[answer]
    known = record.reason is reason
    if record.state is RequestState.SENT:
        return replace(record, next_at=_another_day(record, now))
    if record.state is RequestState.SENDING:
        if now >= record.window.closes_at:
            return _sent_unseen(record, Answer.NOT_OFFERED, now)
        return replace(record, reason=reason, next_at=now + (A_WHILE if known else SETTLING))
    left = record.window.closes_at - now
    return put_off(record, reason, now + (min(max(A_WHILE, left / 4), A_DAY) if known else SETTLING), place)


def _slower(record: RequestRecord, now: datetime, place: Place) -> RequestRecord:
    """Amazon knows nothing of a further post either: it was not sent, and the next one waits longer."""
    return put_off(freed(record), Reason.UNAVAILABLE, now + _before_another_post(record.attempts), place)


def closed(record: RequestRecord) -> RequestRecord:
    """The window is over; what it was last put off for is the reason."""
    return _ended(record, RequestEvent.CLOSE, record.reason or Reason.NOT_ASKED_IN_TIME)


def held_to_the_end(record: RequestRecord, hold: Reason) -> RequestRecord:
    """The window is over while nothing may be asked of Amazon. What was posted without an answer stays as it is."""
    if record.state is RequestState.PLANNED:
        return closed(replace(record, reason=record.reason or hold))
    return record if record.state is RequestState.SENDING else replace(record, next_at=None)


def opted_out(record: RequestRecord, reason: Reason) -> RequestRecord:
    """The buyer wants no request; said between planning and posting."""
    return _ended(freed(record), RequestEvent.OPT_OUT, reason)


def _nothing_offered(record: RequestRecord, now: datetime, place: Place, *, drought: bool) -> RequestRecord:
    if drought:
        return put_off(record, Reason.NO_ACTION_OFFERED, now + A_DAY, place)
    seen = replace(record, empty_reads=record.empty_reads + 1, first_empty_at=record.first_empty_at or now)
    a_day_apart = record.first_empty_at is not None and now - record.first_empty_at >= A_DAY
    refused = record.refused_for is Reason.NOT_AVAILABLE
    if not a_day_apart or not (refused or record.window.closes_at - now <= LAST_LOOK):
        return put_off(seen, Reason.NO_ACTION_OFFERED, now + A_DAY, place)
    if record.lost_at is not None:
        return _sent_unseen(seen, Answer.NOT_OFFERED, now)
    if refused:
        return _ended(seen, RequestEvent.FORESTALL, Reason.NOT_AVAILABLE)
    return _ended(seen, RequestEvent.DECLINE, Reason.NO_ACTION_OFFERED)


def _refused(record: RequestRecord, answer: Answer, now: datetime, place: Place) -> RequestRecord:
    """Amazon refuses this order; believed when it does so on another day again."""
    if answer is Answer.NOT_AVAILABLE and record.lost_at is not None:
        return _sent_unseen(record, answer, now)
    reason = _REASONS[answer]
    seen = replace(record, refusals=record.refusals + 1 if record.refused_for is reason else 1, refused_for=reason)
    if record.state is RequestState.SENDING:  # it was offered just now: lists that were empty before were so by chance
        seen = replace(seen, empty_reads=0, first_empty_at=None)
    if seen.refusals >= _ENOUGH and answer in _TWICE:
        return _ended(seen, _TWICE[answer], reason)
    return put_off(replace(seen, state=after(seen.state, RequestEvent.RELEASE)), reason, now + A_DAY, place)


def _unsettled(record: RequestRecord, answer: Answer, now: datetime) -> RequestRecord:
    """A look for what became of a post, and the action is not there. That Amazon refuses to say must come twice, as ever."""
    if answer not in {Answer.NOT_FOUND, Answer.REFUSED} or record.refused_for is _REASONS[answer]:
        return _sent_unseen(record, answer, now)
    return replace(record, refusals=1, refused_for=_REASONS[answer], next_at=now + A_DAY)


def _sent_unseen(record: RequestRecord, answer: Answer, now: datetime) -> RequestRecord:
    """A post whose answer was lost, and Amazon offers no other: it was sent. What may be otherwise tomorrow is looked at again."""
    posted_at = record.lost_at or record.posted_at
    state = after(after(record.state, RequestEvent.POST), RequestEvent.LOSE)
    next_at = _another_day(record, now) if answer in _OTHERWISE_TOMORROW else None
    return replace(record, state=state, reason=Reason.ANSWER_LOST, sent_at=posted_at, next_at=next_at)


def _looked_for_once_more(record: RequestRecord, answer: Answer, now: datetime) -> RequestRecord:
    """Another day's look at a request that counts as sent because Amazon did not offer it."""
    if answer in _OTHERWISE_TOMORROW:
        return replace(record, next_at=_another_day(record, now))
    if answer is not Answer.OFFERED:
        return replace(record, next_at=None)
    state = after(record.state, RequestEvent.DENY)
    return replace(record, state=state, reason=None, lost_at=None, sent_at=None, next_at=now)


def _another_day(record: RequestRecord, now: datetime) -> datetime | None:
    """Not by the record's window: what has become known since the post may have moved Amazon's."""
    tomorrow = now + A_DAY
    return tomorrow if tomorrow - (record.posted_at or now) < LOOKED_FOR else None


def _ended(record: RequestRecord, event: RequestEvent, reason: Reason | None) -> RequestRecord:
    return replace(record, state=after(record.state, event), reason=reason, next_at=None)
