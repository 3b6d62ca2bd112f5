"""When deadlines are due, by the shipped packs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goodstanding.core.alerts import Severity
from goodstanding.core.deadline_rules import deadline_id, due_by_rule, longest_pause, new_deadline
from goodstanding.core.deadlines import DeadlineKind
from goodstanding.core.marketplaces import by_country
from goodstanding.core.policy import PolicyRule
from goodstanding.policy.loader import load, merge

DE = by_country("DE")
NOTICE = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
STATED = datetime(2026, 11, 22, 12, tzinfo=UTC)


def deadline(kind, marketplace=DE, opened_at=NOTICE, **fields):
    """A deadline of a kind."""
    return new_deadline(deadline_id(kind, "1"), kind, marketplace, opened_at, load(), **fields)


@pytest.mark.parametrize(
    ("kind", "due_at", "steps"),
    [
        ("message_reply", "2026-11-21T06:30:00", ["12h", "4h", "1h", "due"]),
        ("a_to_z_response", "2026-11-22T06:30:00", ["24h", "6h", "due"]),
        ("a_to_z_appeal", "2026-12-20T23:00:00", ["7d", "2d", "due"]),
        ("chargeback_response", "2026-11-27T23:00:00", ["24h", "6h", "due"]),
        ("feedback_removal", "2027-01-19T23:00:00", ["7d", "2d", "due"]),
        ("feedback_removal_followup", "2026-11-23T23:00:00", ["2d", "due"]),
        ("plan_of_action", "2026-12-07T23:00:00", ["7d", "2d", "due"]),
    ],
)
def test_each_kind_has_its_time_and_its_steps(kind, due_at, steps):
    """Hours elapse; days end with the local day; a step longer than the window is none. The last two steps are critical."""
    found = deadline(DeadlineKind(kind))
    assert found.due_at == datetime.fromisoformat(due_at).replace(tzinfo=UTC)
    assert [step.level for step in found.steps] == steps
    assert [step.severity is Severity.CRITICAL for step in found.steps] == [False] * (len(steps) - 2) + [True] * 2
    assert (found.marketplace, found.unconfirmed) == ("DE", False)


def test_order_to_be_shipped_is_due_at_its_own_time():
    """12 and 3 hours before; without its time there is no deadline."""
    found = deadline(DeadlineKind.SHIP_BY, stated=STATED)
    assert [(step.level, STATED - step.at) for step in found.steps] == [
        ("12h", timedelta(hours=12)),
        ("3h", timedelta(hours=3)),
        ("due", timedelta(0)),
    ]
    with pytest.raises(KeyError):
        deadline(DeadlineKind.SHIP_BY)


def test_stated_date_wins_but_nothing_is_due_before_it_began():
    """The notice knows best, unless it names the past."""
    assert deadline(DeadlineKind.A_TO_Z_RESPONSE, stated=STATED).due_at == STATED
    past = deadline(DeadlineKind.A_TO_Z_RESPONSE, stated=NOTICE - timedelta(days=1))
    assert past.due_at == past.opened_at == NOTICE


def test_amazons_questions_about_an_appeal_follow_a_rule_of_their_own():
    """72 hours instead of 30 days: steps in days that are longer fall away."""
    asked = deadline(DeadlineKind.A_TO_Z_APPEAL, rule_id="a_to_z_follow_up_due")
    assert asked.due_at - NOTICE == timedelta(hours=72)
    assert [step.level for step in asked.steps] == ["2d", "due"]


def test_hours_elapse_across_a_change_of_the_clock():
    """24 hours are 24 hours, on the night the clock goes back, too; days are the calendar's."""
    evening = datetime(2026, 10, 24, 18, tzinfo=UTC)  # 20:00 in Berlin, the clock goes back in the night
    assert deadline(DeadlineKind.MESSAGE_REPLY, opened_at=evening).due_at - evening == timedelta(hours=24)
    followup = deadline(DeadlineKind.FEEDBACK_REMOVAL_FOLLOWUP, opened_at=evening)
    assert followup.due_at == datetime(2026, 10, 27, 23, tzinfo=UTC)  # midnight in winter time
    midnight = datetime(2026, 10, 26, 23, tzinfo=UTC)
    appeal = deadline(DeadlineKind.A_TO_Z_APPEAL, opened_at=evening - timedelta(days=9), stated=midnight)
    assert appeal.steps[1].at == midnight - timedelta(hours=49)  # midnight as well, in summer time


def test_days_are_those_of_the_marketplace():
    """The same instant is another day in Los Angeles and in Tokyo."""
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    kind = DeadlineKind.CHARGEBACK_RESPONSE
    assert deadline(kind, by_country("US"), at).due_at == datetime(2026, 11, 27, 8, tzinfo=UTC)
    assert deadline(kind, by_country("JP"), at).due_at == datetime(2026, 11, 27, 15, tzinfo=UTC)


def test_marketplace_and_day_choose_the_rule():
    """A marketplace's own figures go before the general ones, and the rules of the opening's day hold; doubt is carried along."""
    text = """
rules:
  - {id: message_reply_due, value: 24, unit: hours, source: s, effective_from: 2020-01-01, marketplaces: {
      JP: {value: 12, source: s, effective_from: 2026-01-01, unconfirmed: true}}}
  - {id: message_reply_steps, value: [1.5, 6, 6], unit: hours, source: s, effective_from: 2020-01-01}
  - {id: critical_steps, value: 1, unit: steps, source: s, effective_from: 2020-01-01}
"""
    pack = merge([("1.yaml", text)])
    kind, japan = DeadlineKind.MESSAGE_REPLY, by_country("JP")
    own = new_deadline("x", kind, japan, NOTICE, pack, order_id="302-1", thread_id="T1")
    assert (own.due_at - NOTICE, own.unconfirmed) == (timedelta(hours=12), True)
    assert (own.order_id, own.thread_id) == ("302-1", "T1")
    assert [(step.level, step.severity) for step in own.steps] == [
        ("6h", Severity.WARNING),
        ("1.5h", Severity.WARNING),
        ("due", Severity.CRITICAL),
    ]
    assert new_deadline("x", kind, DE, NOTICE, pack).due_at - NOTICE == timedelta(hours=24)
    before = NOTICE - timedelta(days=365)
    assert new_deadline("x", kind, japan, before, pack).due_at - before == timedelta(hours=24)


def test_every_kind_has_its_rules_with_a_source():
    """Of all but the order's own time; what nobody at Amazon says is marked."""
    rules = load().rules
    for kind in DeadlineKind:
        assert f"{kind}_steps" in rules
        assert (f"{kind}_due" in rules) is (kind is not DeadlineKind.SHIP_BY)
    assert load().rule("feedback_removal_last_chance").unconfirmed
    assert longest_pause(load(), NOTICE, DE) == timedelta(hours=24)


def test_rule_in_another_unit_is_refused():
    """A fraction is no length of time."""
    rule = PolicyRule("late", Decimal(1), "fraction", None, "s", date(2020, 1, 1))
    with pytest.raises(ValueError, match="late is in fraction"):
        due_by_rule(rule, NOTICE, DE)


def test_key_tells_its_parts_apart_and_stays_short():
    """Separators within parts do no harm, nor do parts of any length."""
    kind = DeadlineKind.MESSAGE_REPLY
    assert deadline_id(kind, "T1", "M1") == "message_reply#T1#M1"
    keys = {deadline_id(kind, *parts) for parts in (("a#b", "c"), ("a", "b#c"), ("a%23b", "c"), ("a", "b", "c"))}
    assert len(keys) == 4
    long = deadline_id(kind, "x" * 2000, "y" * 2000)
    assert len(long) < 120
    assert long != deadline_id(kind, "x" * 2001, "y" * 2000)
