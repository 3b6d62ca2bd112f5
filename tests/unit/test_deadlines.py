"""The life of a deadline, and the steps it calls for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.core.alerts import Severity
from goodstanding.core.deadline_rules import new_deadline
from goodstanding.core.deadlines import (
    LATE_AFTER,
    LIFE,
    ClosedBy,
    Closing,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Event,
    acknowledged,
    closed,
    due_steps,
    escalated,
    next_step_at,
    opened,
)
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.loader import load

OPENED = datetime(2026, 11, 20, 6, tzinfo=UTC)
DUE = OPENED + timedelta(hours=24)
HOUR = timedelta(hours=1)
TICK = timedelta(seconds=1)
DAY = timedelta(days=1)


def message(opened_at=OPENED, **fields) -> Deadline:
    """An unanswered message."""
    return new_deadline(
        "message_reply#T1#M1", DeadlineKind.MESSAGE_REPLY, by_country("DE"), opened_at, load(), **fields
    )


def swept(deadline, *times):
    """The deadline after sweeps at these times."""
    for now in times:
        escalation = escalated(deadline, now)
        deadline = deadline if escalation is None else escalation.after
    return deadline


def levels(deadline, now):
    """What is due."""
    return [step.level for step in due_steps(deadline, now)]


def test_every_event_has_its_place_in_every_state():
    """Events come in any order; none is unexpected."""
    assert set(LIFE) == set(DeadlineState)
    assert all(set(row) == set(Event) for row in LIFE.values())


def test_no_event_opens_an_ended_deadline_again():
    """What ended never runs again, and what is open does not begin twice."""
    for state, row in LIFE.items():
        assert (DeadlineState.OPEN in row.values()) is (state is DeadlineState.OPEN)


@pytest.mark.parametrize(
    ("closing", "state"),
    [
        (Closing(DUE - TICK, ClosedBy.REPLY), DeadlineState.MET),
        (Closing(DUE, ClosedBy.REPLY), DeadlineState.MET),
        (Closing(DUE + TICK, ClosedBy.REPLY), DeadlineState.MISSED),
        (Closing(DUE, ClosedBy.NOTICE, void=True), DeadlineState.VOID),
        (Closing(DUE + TICK, ClosedBy.NOTICE, void=True), DeadlineState.MISSED),
    ],
)
def test_end_is_judged_by_its_own_time(closing, state):
    """Whether it becomes known before the deadline was told of as missed, or after."""
    for stood in (message(), swept(message(), DUE + DAY)):
        after = closed(stood, closing)
        assert (after.state, after.closed_at, after.closed_by) == (state, closing.at, closing.by)


def test_deadline_that_nobody_closes_is_missed_without_an_end():
    """At due, not before, and it has no end until it is done."""
    assert swept(message(), DUE - TICK).state is DeadlineState.OPEN
    missed = swept(message(), DUE)
    assert (missed.state, missed.closed_at, missed.closed_by) == (DeadlineState.MISSED, None, None)


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (Closing(DUE - HOUR, ClosedBy.REPLY), Closing(DUE - 2 * HOUR, ClosedBy.NOTICE, void=True), DeadlineState.VOID),
        (Closing(DUE - HOUR, ClosedBy.NOTICE, void=True), Closing(DUE - 2 * HOUR, ClosedBy.REPLY), DeadlineState.MET),
        (Closing(DUE + HOUR, ClosedBy.REPLY), Closing(DUE - HOUR, ClosedBy.RESOLVE), DeadlineState.MET),
    ],
)
def test_earliest_end_counts(first, second, state):
    """In whatever order they become known."""
    assert closed(closed(message(), first), second) == closed(closed(message(), second), first)
    assert closed(closed(message(), first), second).state is state


def test_end_that_comes_first_waits_for_the_opening():
    """A reply that is read before the message it answers ends the deadline as it begins."""
    late, early = Closing(DUE + HOUR, ClosedBy.REPLY), Closing(DUE - HOUR, ClosedBy.REPLY)
    waiting = closed(closed(None, late), early)
    assert waiting == early
    assert opened(waiting, message()) == closed(message(), early)


def test_opening_twice_changes_nothing():
    """A notice that is delivered again is no other deadline, and nothing is told again."""
    told = swept(message(), DUE - 12 * HOUR)
    assert opened(None, message()) == message()
    assert opened(told, message()) == told


def test_earliest_opening_counts_and_what_was_sent_stays_sent():
    """An earlier message makes it due earlier; a later one changes nothing."""
    told = swept(message(), DUE - 12 * HOUR)
    earlier = opened(told, message(OPENED - HOUR, order_id="302-1", thread_id="T1"))
    assert (earlier.opened_at, earlier.due_at) == (OPENED - HOUR, DUE - HOUR)
    assert [step.sent_at for step in earlier.steps] == [DUE - 12 * HOUR, None, None, None]
    assert (earlier.order_id, earlier.thread_id) == ("302-1", "T1")
    assert opened(earlier, message(OPENED + HOUR)) == earlier


def test_earlier_opening_judges_a_known_end_anew():
    """What looked in time was late."""
    met = closed(message(), Closing(DUE - TICK, ClosedBy.REPLY))
    assert opened(met, message(OPENED - HOUR)).state is DeadlineState.MISSED
    void = closed(message(), Closing(DUE - TICK, ClosedBy.NOTICE, void=True))
    assert opened(void, message(OPENED - HOUR)).state is DeadlineState.MISSED


def test_steps_are_due_one_after_the_other():
    """Each at its time, not before; the last two are critical."""
    deadline = message()
    said = []
    for hours in (12, 4, 1, 0):
        assert escalated(deadline, DUE - hours * HOUR - TICK) is None
        escalation = escalated(deadline, DUE - hours * HOUR)
        said.append((escalation.step.level, escalation.step.severity, escalation.late_since))
        deadline = escalation.after
    assert said == [
        ("12h", Severity.WARNING, None),
        ("4h", Severity.WARNING, None),
        ("1h", Severity.CRITICAL, None),
        ("due", Severity.CRITICAL, None),
    ]
    assert next_step_at(deadline) is None
    assert escalated(deadline, DUE + DAY) is None


def test_several_due_steps_make_one_message_that_says_it_is_late():
    """The most urgent one speaks for all; all are taken."""
    escalation = escalated(message(), DUE - 3 * HOUR)
    assert (escalation.step.level, escalation.late_since) == ("4h", DUE - 12 * HOUR)
    assert [step.sent_at is not None for step in escalation.after.steps] == [True, True, False, False]
    assert next_step_at(escalation.after) == DUE - HOUR


def test_message_is_late_only_after_two_missed_sweeps():
    """A sweep a few minutes behind is none that slept."""
    at = DUE - 12 * HOUR + LATE_AFTER
    assert escalated(message(), at).late_since is None
    assert escalated(message(), at + TICK).late_since == DUE - 12 * HOUR


def test_notice_on_short_term_is_told_at_once_and_is_not_late():
    """Steps that lay before the opening make one message; nobody could have sent it earlier."""
    short = message(stated=OPENED + 3 * HOUR)
    escalation = escalated(short, OPENED + HOUR)
    assert (escalation.step.level, escalation.late_since) == ("4h", None)
    assert next_step_at(escalation.after) == OPENED + 2 * HOUR


def test_nothing_is_told_after_the_end():
    """An answered message is never escalated."""
    answered = closed(message(), Closing(OPENED + HOUR, ClosedBy.REPLY))
    assert next_step_at(answered) is None
    assert due_steps(answered, DUE + DAY) == ()
    assert escalated(answered, DUE + DAY) is None


def test_acknowledging_pauses_the_warnings_and_they_come_back():
    """Once the pause is over, as one message, and it is not late: somebody asked for it."""
    now = DUE - 12 * HOUR
    paused = acknowledged(swept(message(), now), now, now + 9 * HOUR, DAY)
    assert (paused.acknowledged_at, paused.snoozed_until) == (now, now + 9 * HOUR)
    assert levels(paused, DUE - 4 * HOUR) == []
    assert next_step_at(paused) == now + 9 * HOUR
    escalation = escalated(paused, now + 9 * HOUR)
    assert (escalation.step.level, escalation.late_since) == ("4h", None)


def test_critical_steps_are_never_paused():
    """The pause ends with the next critical step at the latest, and the paused warning goes with it."""
    now = DUE - 12 * HOUR
    paused = acknowledged(message(), now, now + 10 * DAY, DAY)
    assert levels(paused, DUE - HOUR - TICK) == []
    assert levels(paused, DUE - HOUR) == ["12h", "4h", "1h"]
    assert levels(swept(paused, DUE - HOUR), DUE) == ["due"]


@pytest.mark.parametrize(("until", "expected"), [(2 * HOUR, 2 * HOUR), (5 * HOUR, 3 * HOUR), (-HOUR, timedelta(0))])
def test_pause_has_a_longest(until, expected):
    """Never for good, and never into the past."""
    assert acknowledged(message(), OPENED, OPENED + until, 3 * HOUR).snoozed_until == OPENED + expected


def test_acknowledging_what_has_ended_changes_nothing():
    """There is nothing left to pause."""
    for stood in (closed(message(), Closing(OPENED, ClosedBy.REPLY)), swept(message(), DUE)):
        assert acknowledged(stood, DUE, DUE + DAY, DAY) == stood


def test_missed_deadline_stays_told_of_when_an_earlier_opening_turns_up():
    """What was told of as missed is not told of again."""
    missed = swept(replace(message(), steps=message().steps[-1:]), DUE)
    assert escalated(opened(missed, message(OPENED - HOUR)), DUE + HOUR) is None
