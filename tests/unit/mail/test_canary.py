"""The canary: when it is sent, how it is known, and when it counts as lost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.core.mail.canary import (
    PATIENCE,
    CanaryState,
    arrived,
    claimed,
    lost_since,
    new_canary,
    released,
    sent,
    token_of,
)
from goodstanding.core.mail.message import Mail

NOW = datetime(2026, 11, 20, 0, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONCE = "0123456789abcdef"


def canary(day=20, now=NOW):
    """The canary of a day of November."""
    return new_canary(date(2026, 11, day), NONCE, now)


def test_new_canary_is_sent_once():
    """Not again while somebody is at it, nor after it was sent."""
    new = canary()
    assert new.may_be_sent(NOW)
    taken = claimed(new, NOW)
    assert not taken.may_be_sent(NOW + HOUR / 2)
    assert not sent(taken).may_be_sent(NOW + 3 * HOUR)
    assert not arrived(taken).may_be_sent(NOW + 3 * HOUR)


def test_sending_that_was_never_noted_is_repeated_once():
    """Whoever claimed it may have died before or after sending."""
    first = claimed(canary(), NOW)
    assert first.may_be_sent(NOW + HOUR)
    assert not claimed(first, NOW + HOUR).may_be_sent(NOW + 9 * HOUR)


def test_canary_that_was_certainly_not_sent_is_as_if_never_claimed():
    """However often SES turns it away."""
    assert released(claimed(canary(), NOW)) == canary()


@pytest.mark.parametrize("state", [CanaryState.PLANNED, CanaryState.CLAIMED, CanaryState.SENT])
def test_canary_is_lost_when_patience_ends(state):
    """To the second; whatever kept it."""
    kept = {
        CanaryState.PLANNED: canary(),
        CanaryState.CLAIMED: claimed(canary(), NOW),
        CanaryState.SENT: sent(claimed(canary(), NOW)),
    }[state]
    assert kept.state is state
    assert not kept.is_lost(NOW + PATIENCE - timedelta(seconds=1))
    assert kept.is_lost(NOW + PATIENCE)
    assert not arrived(kept).is_lost(NOW + PATIENCE)


def test_loss_is_named_after_the_first_canary_that_did_not_come_through():
    """So that it is told once, however long it lasts; one that is still on its way says nothing."""
    days = [canary(day, NOW - (20 - day) * timedelta(days=1)) for day in range(16, 21)]
    assert lost_since([], NOW) is None
    assert lost_since(days[4:], NOW) is None
    assert lost_since(days, NOW) == days[0]
    assert lost_since([days[0], arrived(days[1]), *days[2:]], NOW) == days[2]
    assert lost_since([*days[:4], arrived(days[4])], NOW) is None


@pytest.mark.parametrize(
    ("header", "subject", "token"),
    [
        (f"2026-11-20.{NONCE}", "hello", f"2026-11-20.{NONCE}"),
        (None, f"Fwd: goodstanding-canary 2026-11-20.{NONCE}", f"2026-11-20.{NONCE}"),
        ("7", "goodstanding-canary", None),
        (f"2026-99-20.{NONCE}", "", None),
        ("2026-11-20.0123", "", None),
    ],
)
def test_canary_is_known_by_its_token(header, subject, token):
    """In its header, or in the subject where a forwarder drops headers."""
    assert token_of(Mail("m", NOW, canary=header, subject=subject)) == token


def test_subject_of_a_canary_holds_its_token():
    """What is sent is what is looked for."""
    assert token_of(Mail("m", NOW, subject=canary().subject)) == canary().token
