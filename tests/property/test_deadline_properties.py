"""Deadlines under every order of events, sweeps and clock changes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from goodstanding.core.alerts import Severity
from goodstanding.core.deadline_rules import new_deadline
from goodstanding.core.deadlines import (
    ClosedBy,
    Closing,
    Deadline,
    DeadlineKind,
    DeadlineState,
    acknowledged,
    closed,
    due_steps,
    escalated,
    next_step_at,
    opened,
)
from goodstanding.core.marketplaces import MARKETPLACES, by_country
from goodstanding.core.windows import local_day
from goodstanding.policy.loader import load

PACK = load()
BASE = datetime(2026, 10, 24, 18, tzinfo=UTC)  # the clock goes back in Europe in the night that follows
MINUTES = st.integers(-3 * 1440, 6 * 1440).map(lambda minutes: timedelta(minutes=minutes))
TIMES = MINUTES.map(lambda offset: BASE + offset)
INSTANTS = st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
RULED = st.sampled_from([kind for kind in DeadlineKind if kind is not DeadlineKind.SHIP_BY])


def message(opened_at: datetime, stated: datetime | None = None) -> Deadline:
    """An unanswered message; the same natural key whenever it was opened."""
    return new_deadline("x", DeadlineKind.MESSAGE_REPLY, by_country("DE"), opened_at, PACK, stated=stated)


OPENINGS = st.builds(message, TIMES, st.none() | TIMES)
CLOSINGS = st.builds(Closing, TIMES, st.sampled_from(ClosedBy), st.booleans())


@given(RULED, st.sampled_from(MARKETPLACES), INSTANTS, st.none() | MINUTES)
def test_deadline_is_due_after_it_began_and_its_steps_are_in_order(kind, marketplace, at, stated):
    """In every marketplace and over every change of the clock; the last step is at due, and the last two are critical."""
    deadline = new_deadline("x", kind, marketplace, at, PACK, stated=None if stated is None else at + stated)
    assert deadline.due_at >= deadline.opened_at == at
    assert all(one.at < other.at for one, other in pairwise(deadline.steps))
    assert deadline.steps[-1].at == deadline.due_at
    assert [step.severity for step in deadline.steps[-2:]] == [Severity.CRITICAL] * len(deadline.steps[-2:])
    assert {step.severity for step in deadline.steps[:-2]} <= {Severity.WARNING}
    rule = PACK.rule(f"{kind}_due")
    if stated is None and rule.unit == "hours":
        assert deadline.due_at - at == timedelta(hours=int(rule.value))
    if stated is None and rule.unit == "days":
        last = local_day(deadline.due_at - timedelta(microseconds=1), marketplace)
        assert (last - local_day(at, marketplace)).days == int(rule.value)
        assert local_day(deadline.due_at, marketplace) > last


def _standing(events):
    known = None
    for event in events:
        known = opened(known, event) if isinstance(event, Deadline) else closed(known, event)
    return known


@given(st.lists(OPENINGS | CLOSINGS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_of_events_changes_nothing(events, random):
    """Nor does it that events come twice: the same deadline stands, in the same state."""
    shuffled = [*events, *events[:2]]
    random.shuffle(shuffled)
    assert _standing(shuffled) == _standing(events)


@given(OPENINGS, st.lists(OPENINGS | CLOSINGS, max_size=6))
def test_due_never_moves_later_and_what_ended_never_runs_again(first, events):
    """Event by event."""
    known = first
    for event in events:
        after = opened(known, event) if isinstance(event, Deadline) else closed(known, event)
        assert after.due_at <= known.due_at
        assert known.closing is None or (after.closing is not None and after.closing.at <= known.closing.at)
        assert known.state is DeadlineState.OPEN or after.state is not DeadlineState.OPEN
        known = after


SWEEP = st.tuples(st.just("sweep"), TIMES)
ACTIONS = st.lists(
    SWEEP | SWEEP | st.tuples(st.just("acknowledge"), TIMES) | st.tuples(st.just("event"), OPENINGS | CLOSINGS),
    max_size=14,
)


@given(OPENINGS, ACTIONS)
def test_each_step_is_taken_at_most_once_and_none_after_the_end(deadline, actions):
    """Under any interleaving of sweeps, pauses, openings and ends; the clock of the sweeps may jump about."""
    taken: list[str] = []
    for action, what in actions:
        if action == "event":
            deadline = opened(deadline, what) if isinstance(what, Deadline) else closed(deadline, what)
        elif action == "acknowledge":
            deadline = acknowledged(deadline, what, what + timedelta(hours=30), timedelta(hours=24))
        else:
            due, escalation = due_steps(deadline, what), escalated(deadline, what)
            assert bool(due) == (escalation is not None)
            if escalation is None:
                continue
            assert deadline.closing is None
            assert all(step.at <= what for step in due)
            assert escalation.step == due[-1]
            taken += [step.level for step in due]
            deadline = escalation.after
        assert (next_step_at(deadline) is None) == (
            deadline.state is not DeadlineState.OPEN or all(step.sent_at for step in deadline.steps)
        )
    assert len(taken) == len(set(taken))


@given(OPENINGS, st.lists(TIMES, max_size=4), st.lists(TIMES, max_size=4))
def test_pause_holds_back_no_critical_step_and_nothing_for_good(deadline, pauses, sweeps):
    """Swept at due, everything has been told of, whoever acknowledged it and how often."""
    for now in sorted([*pauses, *sweeps]):
        if now in pauses:
            deadline = acknowledged(deadline, now, now + timedelta(days=9), timedelta(hours=24))
        escalation = escalated(deadline, now)
        deadline = deadline if escalation is None else escalation.after
        assert all(step.sent_at for step in deadline.steps if step.severity is Severity.CRITICAL and step.at <= now)
    last = escalated(deadline, deadline.due_at)
    deadline = deadline if last is None else last.after
    assert all(step.sent_at for step in deadline.steps)
    assert deadline.state is DeadlineState.MISSED
