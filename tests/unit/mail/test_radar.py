"""The radar: which orders may become a claim, and from when."""

from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.radar import LOOK_BACK, RETURN_REQUEST, AtRisk, radar
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.threads import Message, SettledBy, Settlement, Thread
from goodstanding.core.mail.trust import Trust

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORDER, OTHER = "302-1111111-1111111", "302-2222222-2222222"


def thread(category, order_id=ORDER, at=NOW - 5 * HOUR, *, settled=False):
    """A conversation of one message."""
    settlement = Settlement(NOW, SettledBy.REPLY) if settled else None
    message = Message("m", "t", "DE", at, category, Urgency.NORMAL, settlement)
    return Thread("t", "DE", order_id, (message,))


def request(order_id=ORDER, at=NOW - HOUR, kind=MailKind.RETURN_REQUEST, fate=Fate.TAKEN):
    """A mail in which a return is asked for."""
    return MailRecord("r", at, fate, kind, Trust.VERIFIED, "mail/x", None, "DE", order_id)


@pytest.mark.parametrize("category", Category)
def test_open_conversation_of_a_risky_category_is_at_risk(category):
    """A question about an invoice becomes no claim."""
    risky = {"not_as_described", "damaged", "where_is_my_order", "return", "refund"}
    expected = [AtRisk(ORDER, "DE", category, NOW - 5 * HOUR)] if category in risky else []
    assert radar([thread(category)], [], [], NOW) == expected


def test_claim_may_come_after_two_days():
    """From the oldest message that stands unanswered."""
    (one,) = radar([thread(Category.DAMAGED)], [], [], NOW)
    assert one.claim_from == NOW + 43 * HOUR


def test_what_is_answered_or_has_no_order_or_its_claim_already_is_not_at_risk():
    """The clock of a claim is told elsewhere."""
    assert radar([thread(Category.DAMAGED, settled=True)], [], [], NOW) == []
    assert radar([thread(Category.DAMAGED, order_id=None)], [request(order_id=None)], [], NOW) == []
    assert radar([thread(Category.DAMAGED)], [request()], [ORDER], NOW) == []


def test_return_asked_for_by_mail_is_at_risk_for_a_week():
    """Neither another kind of mail, nor one that was not believed."""
    assert radar([], [request()], [], NOW) == [AtRisk(ORDER, "DE", RETURN_REQUEST, NOW - HOUR)]
    assert radar([], [request(kind=MailKind.REFUND_ISSUED), request(fate=Fate.REFUSED)], [], NOW) == []
    assert radar([], [request(at=NOW - LOOK_BACK)], [], NOW) == []
    assert radar([], [request(at=NOW - LOOK_BACK + timedelta(seconds=1))], [], NOW) != []


def test_order_is_told_once_and_the_oldest_first():
    """By what is oldest of it, in whatever order it is given."""
    threads = [thread(Category.REFUND), thread(Category.DAMAGED, OTHER, NOW - 30 * HOUR)]
    requests = [request(at=NOW - 9 * HOUR)]
    expected = [(OTHER, Category.DAMAGED), (ORDER, RETURN_REQUEST)]
    assert [(one.order_id, one.why) for one in radar(threads, requests, [], NOW)] == expected
    assert radar(threads[::-1], requests, [], NOW) == radar(threads, requests, [], NOW)
