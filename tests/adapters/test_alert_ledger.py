"""The alert ledger: said once, at worst twice and then marked."""

from dataclasses import replace
from datetime import date

import pytest

from goodstanding.adapters.dynamodb.alerts import LEASE, DynamoAlertLedger
from goodstanding.core.alerts import Alert, AlertKind, Claim, Severity, Topic
from goodstanding.ports.alerts import AlertLedger
from tests.fakes.alerts import LEASE as FAKE_LEASE
from tests.fakes.alerts import FakeAlertLedger

SELLER = "A2EXAMPLE00001"
DAY = date(2026, 11, 20)
ALERT = Alert(f"{DAY}#a", Topic.ALERTS, Severity.WARNING, AlertKind.SOURCE, None, None, "subject", "message", None)


def deployed(aws, clock) -> AlertLedger:
    """The ledger in the template's table."""
    return DynamoAlertLedger(aws.client("dynamodb"), aws.names["HealthTable"], clock)


@pytest.fixture
def ledger(is_fake, request, clock) -> AlertLedger:
    """A ledger with one alert planned."""
    ledger = FakeAlertLedger(clock) if is_fake else deployed(request.getfixturevalue("aws"), clock)
    ledger.plan(SELLER, DAY, [ALERT])
    return ledger


def test_planned_twice_stands_once(ledger):
    """A key is planned once."""
    ledger.plan(SELLER, DAY, [ALERT])
    assert list(ledger.unsent(SELLER)) == [ALERT]
    assert list(ledger.planned_on(SELLER, DAY)) == [ALERT]


def test_settled_alert_is_never_claimed_again(ledger):
    """What was sent stays sent, also when it is planned again."""
    assert ledger.claim(SELLER, ALERT.key) is Claim.FIRST
    ledger.settle(SELLER, ALERT.key, "m-1")
    ledger.plan(SELLER, DAY, [ALERT])
    assert ledger.claim(SELLER, ALERT.key) is Claim.SPENT
    assert list(ledger.unsent(SELLER)) == []


def test_claim_in_progress_is_left_alone(ledger):
    """Two publishers at once send one message."""
    assert ledger.claim(SELLER, ALERT.key) is Claim.FIRST
    assert ledger.claim(SELLER, ALERT.key) is Claim.LEASED


def test_lost_claim_is_repeated_once_then_given_up(ledger, clock):
    """A crash between publish and record costs at most one repeat."""
    assert ledger.claim(SELLER, ALERT.key) is Claim.FIRST
    clock.wait(LEASE)
    assert ledger.claim(SELLER, ALERT.key) is Claim.REPEAT
    clock.wait(LEASE)
    assert ledger.claim(SELLER, ALERT.key) is Claim.SPENT
    assert list(ledger.unsent(SELLER)) == []


def test_released_claim_is_first_again(ledger):
    """What was certainly not sent is not marked as a repeat."""
    ledger.claim(SELLER, ALERT.key)
    ledger.release(SELLER, ALERT.key)
    assert ledger.claim(SELLER, ALERT.key) is Claim.FIRST


def test_unknown_key_is_spent(ledger):
    """An alert that expired is not sent."""
    assert ledger.claim(SELLER, "2026-01-01#gone") is Claim.SPENT


def test_sellers_with_something_left_to_say_are_found_without_looking_at_the_others(ledger):
    """Each once, however many alerts wait, at most so many; whoever has been told everything is not among them."""
    ledger.plan(SELLER, DAY, [replace(ALERT, key=f"{DAY}#b")])
    for number in (3, 2):
        ledger.plan(f"A2EXAMPLE0000{number}", DAY, [ALERT])
    assert list(ledger.sellers_with_unsent(9)) == [SELLER, "A2EXAMPLE00002", "A2EXAMPLE00003"]
    assert list(ledger.sellers_with_unsent(2)) == [SELLER, "A2EXAMPLE00002"]
    ledger.claim(SELLER, ALERT.key)
    ledger.settle(SELLER, ALERT.key, "m-1")
    assert SELLER in ledger.sellers_with_unsent(9)
    ledger.claim(SELLER, f"{DAY}#b")
    assert SELLER in ledger.sellers_with_unsent(9)
    ledger.settle(SELLER, f"{DAY}#b", "m-2")
    assert list(ledger.sellers_with_unsent(9)) == ["A2EXAMPLE00002", "A2EXAMPLE00003"]


def test_fake_respects_a_claim_as_long_as_the_ledger():
    """A use case that waits long enough for the fake waits long enough."""
    assert FAKE_LEASE == LEASE
