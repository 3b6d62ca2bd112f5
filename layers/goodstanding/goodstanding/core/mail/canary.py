"""The canary: a mail of our own, once a day, that must come through to the mailbox. One that does not tells that others may not either.

A mailbox can be silent because nobody writes; with a canary its silence has one meaning. A canary is known by its token, which nobody
can guess: one with the right token has come through, whoever checked its sender. Nobody can be asked whether a mail was sent, so a
sending that was never noted is repeated once; two canaries do no harm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from goodstanding.core.mail.kinds import CANARY_SUBJECT
from goodstanding.core.mail.message import Mail

CANARY_HEADER = "X-Goodstanding-Canary"
PATIENCE = timedelta(hours=4)
"""How long a canary may take, counted from when it was to be sent: greylisting and slow forwarders take an hour or two."""

_LEASE = timedelta(minutes=50)  # of a claim, less than the hour after which the mailbox is watched again
_ATTEMPTS = 2
_TOKEN = re.compile(r"(\d{4}-\d{2}-\d{2})\.[0-9a-f]{16,64}")


class CanaryState(StrEnum):
    """planned: to be sent; claimed: being sent, or its sender died; sent: on its way; arrived: it came through."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class Canary:
    """One day's canary. `revision` grows with each write (optimistic locking); 0 = never written."""

    token: str
    planned_at: datetime
    state: CanaryState = CanaryState.PLANNED
    claimed_at: datetime | None = None
    attempts: int = 0
    revision: int = 0

    @property
    def day(self) -> date:
        """Its natural key."""
        return day_of(self.token)

    @property
    def subject(self) -> str:
        """Of the mail: a forwarder that drops our header leaves it."""
        return f"{CANARY_SUBJECT} {self.token}"

    def may_be_sent(self, now: datetime) -> bool:
        """Whether sending it now is right: nobody is at it, and it was not sent, as far as is known."""
        if self.state is CanaryState.CLAIMED and self.claimed_at is not None:
            return self.attempts < _ATTEMPTS and now - self.claimed_at >= _LEASE
        return self.state is CanaryState.PLANNED

    def is_lost(self, now: datetime) -> bool:
        """Whether it should have come through by now."""
        return self.state is not CanaryState.ARRIVED and now - self.planned_at >= PATIENCE


def new_canary(day: date, nonce: str, now: datetime) -> Canary:
    """The canary of a day; `nonce` is 16 to 64 hexadecimal digits that nobody can guess."""
    return Canary(f"{day.isoformat()}.{nonce}", now)


def day_of(token: str) -> date:
    """The day of a token."""
    return date.fromisoformat(token.partition(".")[0])


def token_of(mail: Mail) -> str | None:
    """The token that a mail carries, in its header or its subject."""
    for text in (mail.canary or "", mail.subject):
        found = _TOKEN.search(text)
        if found and _is_day(found[1]):
            return found[0]
    return None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def claimed(canary: Canary, now: datetime) -> Canary:
    """Somebody sends it."""
    return replace(canary, state=CanaryState.CLAIMED, claimed_at=now, attempts=canary.attempts + 1)


def sent(canary: Canary) -> Canary:
    """It is on its way."""
    return replace(canary, state=CanaryState.SENT)


def released(canary: Canary) -> Canary:
    """It was certainly not sent: as if never claimed."""
    return replace(canary, state=CanaryState.PLANNED, claimed_at=None, attempts=canary.attempts - 1)


def arrived(canary: Canary) -> Canary:
    """It came through."""
    return replace(canary, state=CanaryState.ARRIVED)


def lost_since(canaries: Sequence[Canary], now: datetime) -> Canary | None:
    """The first of those that were lost since the last one that came through; None while none is. `canaries` by day, oldest first."""
    first = None
    for canary in reversed(canaries):
        if canary.state is CanaryState.ARRIVED:
            break
        if canary.is_lost(now):
            first = canary
    return first
