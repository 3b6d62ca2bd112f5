"""One clock for every kind of deadline: what it is, how it ends, and which messages to people it calls for.

A deadline is told of by events that may come in any order and more than once. What stands after them does not depend on the
order: of several openings the earliest counts, of several ends the earliest, and an end is judged by its own time, not by the time
at which it became known. So `due_at` never moves later, an ended deadline never runs again, and a step is taken at most once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from goodstanding.core.alerts import Severity

LATE_AFTER = timedelta(minutes=10)
"""A step taken later than this after its time is late: two sweeps were missed."""

AT_DUE = "due"
"""The level of the last step."""


class DeadlineKind(StrEnum):
    """What has to be done in time."""

    MESSAGE_REPLY = "message_reply"
    A_TO_Z_RESPONSE = "a_to_z_response"
    A_TO_Z_APPEAL = "a_to_z_appeal"
    CHARGEBACK_RESPONSE = "chargeback_response"
    FEEDBACK_REMOVAL = "feedback_removal"
    FEEDBACK_REMOVAL_FOLLOWUP = "feedback_removal_followup"
    PLAN_OF_ACTION = "plan_of_action"
    SHIP_BY = "ship_by"


class DeadlineState(StrEnum):
    """met: done before it was due; missed: it was due while open, and stays so when done later; void: its reason went away."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    VOID = "void"


class ClosedBy(StrEnum):
    """What ended it."""

    REPLY = "reply"
    NO_RESPONSE_NEEDED = "no_response_needed"
    RESOLVE = "resolve"
    NOTICE = "notice"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Closing:
    """An end: when, by what, and whether its reason went away (a claim withdrawn) rather than that it was done."""

    at: datetime
    by: ClosedBy
    void: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One message to people: `level` is the time before due (`12h`, `2d`) or `due`; `sent_at` is set once it was taken."""

    level: str
    at: datetime
    severity: Severity
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock. `id` is its natural key within the seller; `marketplace` a country code; steps in the order of their time.

    `unconfirmed`: Amazon does not confirm the rule it follows. `revision` grows with each write (optimistic locking);
    0 = never written. Holds no buyer data. Times in UTC.
    """

    id: str
    kind: DeadlineKind
    marketplace: str
    order_id: str | None
    thread_id: str | None
    opened_at: datetime
    due_at: datetime
    steps: tuple[Step, ...]
    state: DeadlineState = DeadlineState.OPEN
    closing: Closing | None = None
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    unconfirmed: bool = False
    revision: int = 0

    @property
    def closed_at(self) -> datetime | None:
        """When it ended; None while nobody has done it, also when it was missed."""
        return None if self.closing is None else self.closing.at

    @property
    def closed_by(self) -> ClosedBy | None:
        """What ended it."""
        return None if self.closing is None else self.closing.by


# ---- its life ------------------------------------------------------------------------------------------------------------


class Event(StrEnum):
    """What happens to a deadline. An end at the very instant it was due is in time; `late` is after it."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    FELL_DUE = "fell_due"
    DONE = "done"
    VOIDED = "voided"
    ENDED_LATE = "ended_late"


LIFE: Mapping[DeadlineState, Mapping[Event, DeadlineState]] = {
    DeadlineState.OPEN: {
        Event.OPENED: DeadlineState.OPEN,
        Event.ACKNOWLEDGED: DeadlineState.OPEN,
        Event.FELL_DUE: DeadlineState.MISSED,
        Event.DONE: DeadlineState.MET,
        Event.VOIDED: DeadlineState.VOID,
        Event.ENDED_LATE: DeadlineState.MISSED,
    },
    DeadlineState.MISSED: {
        Event.OPENED: DeadlineState.MISSED,
        Event.ACKNOWLEDGED: DeadlineState.MISSED,
        Event.FELL_DUE: DeadlineState.MISSED,
        Event.DONE: DeadlineState.MET,  # it was done in time, and we hear of it only now
        Event.VOIDED: DeadlineState.VOID,  # likewise
        Event.ENDED_LATE: DeadlineState.MISSED,
    },
    DeadlineState.MET: {
        Event.OPENED: DeadlineState.MET,
        Event.ACKNOWLEDGED: DeadlineState.MET,
        Event.FELL_DUE: DeadlineState.MET,
        Event.DONE: DeadlineState.MET,
        Event.VOIDED: DeadlineState.VOID,  # the reason had gone away even before
        Event.ENDED_LATE: DeadlineState.MISSED,  # an earlier opening turned up: it was due before it was done
    },
    DeadlineState.VOID: {
        Event.OPENED: DeadlineState.VOID,
        Event.ACKNOWLEDGED: DeadlineState.VOID,
        Event.FELL_DUE: DeadlineState.VOID,
        Event.DONE: DeadlineState.MET,  # it had been done even before
        Event.VOIDED: DeadlineState.VOID,
        Event.ENDED_LATE: DeadlineState.MISSED,  # as for met
    },
}
"""State and event → state. Every pair has its place: events come in any order."""


def opened(known: Deadline | Closing | None, new: Deadline) -> Deadline:
    """What stands after an opening: the earliest one counts, and what was sent stays sent.

    `known` is what stood under the same id: nothing, an end that became known before its beginning, or a deadline.
    """
    if known is None:
        return new
    if isinstance(known, Closing):
        return _ended(new, known)
    sooner = min((known, new), key=lambda one: (one.due_at, [(step.at, step.level) for step in one.steps]))
    sent = {step.level: step.sent_at for step in known.steps}
    merged = replace(
        known,
        state=LIFE[known.state][Event.OPENED],
        opened_at=min(known.opened_at, new.opened_at),
        due_at=sooner.due_at,
        steps=tuple(replace(step, sent_at=sent.get(step.level)) for step in sooner.steps),
        unconfirmed=sooner.unconfirmed,
        order_id=known.order_id or new.order_id,
        thread_id=known.thread_id or new.thread_id,
    )
    return merged if merged.closing is None else _ended(merged, merged.closing)


def closed(known: Deadline | Closing | None, closing: Closing) -> Deadline | Closing:
    """What stands after an end: the earliest one counts. One that comes before its opening is kept until that is known."""
    if known is None:
        return closing
    if isinstance(known, Closing):
        return _earlier(known, closing)
    return _ended(known, closing if known.closing is None else _earlier(known.closing, closing))


def _ended(deadline: Deadline, end: Closing) -> Deadline:
    event = Event.ENDED_LATE if end.at > deadline.due_at else Event.VOIDED if end.void else Event.DONE
    return replace(deadline, state=LIFE[deadline.state][event], closing=end)


def _earlier(one: Closing, other: Closing) -> Closing:
    return min(one, other, key=lambda end: (end.at, end.void, end.by))


def acknowledged(deadline: Deadline, now: datetime, until: datetime, longest: timedelta) -> Deadline:
    """Somebody is at it: its warnings pause until a time, at most for `longest`; its critical steps never do."""
    if LIFE[deadline.state][Event.ACKNOWLEDGED] is not DeadlineState.OPEN:
        return deadline
    return replace(deadline, acknowledged_at=now, snoozed_until=max(now, min(until, now + longest)))


# ---- its steps -----------------------------------------------------------------------------------------------------------


def next_step_at(deadline: Deadline) -> datetime | None:
    """When it has to be looked at next; None when no step is left, or it is not open."""
    if deadline.state is not DeadlineState.OPEN:
        return None
    return min((_wanted_at(deadline, step) for step in deadline.steps if step.sent_at is None), default=None)


def due_steps(deadline: Deadline, now: datetime) -> tuple[Step, ...]:
    """The steps that are due and not taken, the most urgent last; none while all of them are paused."""
    wanted_at = next_step_at(deadline)
    if wanted_at is None or wanted_at > now:
        return ()
    return tuple(step for step in deadline.steps if step.sent_at is None and step.at <= now)


@dataclass(frozen=True, slots=True)
class Escalation:
    """The one message that is due for a deadline now: before and after it is taken, its most urgent step, and how it came late.

    `late_since` is when the first of its steps should have been taken; None when all are in time.
    """

    before: Deadline
    after: Deadline
    step: Step
    late_since: datetime | None


def escalated(deadline: Deadline, now: datetime) -> Escalation | None:
    """All steps that are due, taken as one; None when there is none. At due, an open deadline is missed.

    A step that lay before the opening (a notice on short term) is not late: nobody could have known of it.
    """
    due = due_steps(deadline, now)
    if not due:
        return None
    taken = {step.level for step in due}
    steps = tuple(replace(step, sent_at=now) if step.level in taken else step for step in deadline.steps)
    state = LIFE[deadline.state][Event.FELL_DUE] if now >= deadline.due_at else deadline.state
    late = (_wanted_at(deadline, step) for step in due if step.at >= deadline.opened_at)
    return Escalation(
        deadline,
        replace(deadline, steps=steps, state=state),
        due[-1],
        min((at for at in late if now - at > LATE_AFTER), default=None),
    )


def _wanted_at(deadline: Deadline, step: Step) -> datetime:
    if step.severity is Severity.CRITICAL or deadline.snoozed_until is None:
        return step.at
    return max(step.at, deadline.snoozed_until)
