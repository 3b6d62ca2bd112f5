"""A call of the sweep: whose alerts are to be published, those of this call and those that were left over."""

from datetime import date, timedelta

import pytest

from goodstanding.contracts.tasks import SweepInput
from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.ports.sellers import Seller
from goodstanding.usecases import sweep_deadlines as module
from goodstanding.usecases.sweep_deadlines import sweep_deadlines
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.sellers import FakeSellerRegistry
from tests.usecases.conftest import AT, DE
from tests.usecases.test_escalate import message

TOLD, LEFT, THIRD = "A2EXAMPLE00001", "A2EXAMPLE00002", "A2EXAMPLE00003"
ALERT = Alert("2026-11-20#a", Topic.ALERTS, Severity.WARNING, AlertKind.MAIL, None, None, "subject", "message", None)


@pytest.fixture
def sweep(here):
    """A sweep's call at the fixed hour, from a cursor on."""
    registry = FakeSellerRegistry({one: Seller(one, (DE,), "en", mailbox=True) for one in (TOLD, LEFT, THIRD)})
    here.deadlines = FakeDeadlineStore(here.ledger)
    here.clock.time = AT

    def call(cursor=""):
        request = SweepInput(scheduled_at=AT, cursor=cursor)
        return sweep_deadlines(request, here.deadlines, here.ledger, registry, here.clock)

    return call


def test_alerts_that_were_left_over_are_published_by_the_next_sweep(here, sweep):
    """Whoever planned them, and though none of the seller's deadlines is due; a seller with both is named once."""
    assert sweep().sellers == ()
    for seller in (TOLD, LEFT):
        here.ledger.plan(seller, date(2026, 11, 20), [ALERT])
    here.deadlines.open(TOLD, message(opened_at=AT - timedelta(hours=13)))
    answer = sweep()
    assert (answer.planned, answer.sellers) == (1, (TOLD, LEFT))
    here.ledger.claim(LEFT, ALERT.key)
    here.ledger.settle(LEFT, ALERT.key, "m-1")
    assert sweep().sellers == (TOLD,)


def test_left_over_alerts_are_named_by_the_first_call_of_a_sweep_only(here, sweep):
    """One that goes on from a cursor names its own: what failed to be published just now waits for the next sweep."""
    here.ledger.plan(LEFT, date(2026, 11, 20), [ALERT])
    assert sweep("10").sellers == ()


def test_sellers_of_one_call_are_never_more_than_a_batch(here, sweep, monkeypatch):
    """The list stays small enough for a state; who finds no room is named by the next sweep."""
    monkeypatch.setattr(module, "BATCH", 2)
    here.deadlines.open(THIRD, message(opened_at=AT - timedelta(hours=13)))
    for seller in (TOLD, LEFT):
        here.ledger.plan(seller, date(2026, 11, 20), [ALERT])
    assert sweep().sellers == (THIRD, TOLD)
