"""Claim, publish, settle: every alert once, whatever SNS and the crashes do."""

from datetime import UTC, datetime

import pytest

from goodstanding.contracts.errors import AwsAnswerLost, AwsUnavailable
from goodstanding.contracts.tasks import SellerInput
from goodstanding.core.alerts import Alert, AlertKind, Claim, Severity, Topic
from goodstanding.usecases.publish_alerts import LEASE_WAIT, publish_alerts

SELLER = "A2EXAMPLE00001"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
ALERTS = [
    Alert(f"2026-11-20#{name}", Topic.ALERTS, Severity.WARNING, AlertKind.SOURCE, "DE", None, name, "message", None)
    for name in ("a", "b", "c")
]


@pytest.fixture
def three(here):
    """Three alerts planned."""
    here.ledger.plan(SELLER, AT.date(), ALERTS)
    return here


def publish(here):
    """One call of the task."""
    return publish_alerts(SellerInput(seller_id=SELLER, scheduled_at=AT), here.ledger, here.alerts, here.registry)


def subjects(here) -> list[str]:
    """What was published."""
    return [alert.subject for _, alert in here.alerts.published]


def test_planned_alerts_are_sent_once(three):
    """In the order of their keys; another call has nothing to do."""
    assert (publish(three).sent, publish(three).sent) == (3, 0)
    assert subjects(three) == ["a", "b", "c"]


def test_refused_alert_costs_no_other_and_is_no_repeat(three):
    """The others go out; the task fails, so that its retry sends the one that SNS turned away, unmarked."""
    three.alerts.failures = [None, AwsUnavailable("throttled")]
    with pytest.raises(AwsUnavailable):
        publish(three)
    assert subjects(three) == ["a", "c"]
    assert publish(three).sent == 1
    assert subjects(three) == ["a", "c", "b"]


def test_lost_answer_is_waited_for_and_repeated_with_a_mark(three):
    """It may have been sent: it stays claimed as long as its sender might be alive, then it is said again, marked."""
    three.alerts.failures = [AwsAnswerLost("timed out")]
    assert (publish(three).sent, publish(three).pending) == (2, 1)
    three.clock.wait(LEASE_WAIT)
    assert publish(three).sent == 1
    assert subjects(three) == ["b", "c", "Wiederholung? a"]


def test_alert_whose_answer_is_lost_twice_is_given_up(three):
    """At most two messages of one alert."""
    three.alerts.failures = [AwsAnswerLost("timed out")]
    publish(three)
    three.clock.wait(LEASE_WAIT)
    three.alerts.failures = [AwsAnswerLost("timed out")]
    publish(three)
    three.clock.wait(LEASE_WAIT)
    last = publish(three)
    assert (last.sent, last.pending, three.ledger.unsent(SELLER)) == (0, 0, ())


def test_alert_that_somebody_else_claimed_is_left_to_them(three):
    """Two publishers at once send each alert once between them."""
    assert three.ledger.claim(SELLER, ALERTS[0].key) is Claim.FIRST
    answer = publish(three)
    assert (answer.sent, answer.pending) == (2, 1)
    assert answer.wait_seconds == LEASE_WAIT.total_seconds()
    assert subjects(three) == ["b", "c"]
