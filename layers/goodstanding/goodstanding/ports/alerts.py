"""Alerts: what is to be sent, and sending it."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from goodstanding.core.alerts import Alert, Claim


class AlertLedger(Protocol):
    """Alerts to be sent: planned, claimed, sent. Keys begin with the day of the run."""

    def plan(self, seller_id: str, day: date, alerts: Sequence[Alert]) -> None:
        """Add those whose key is new."""
        ...

    def unsent(self, seller_id: str) -> Sequence[Alert]:
        """Planned or claimed and not settled, in the order of their keys."""
        ...

    def sellers_with_unsent(self, limit: int) -> Sequence[str]:
        """At most so many sellers, in the order of their ids; one whose alert was planned just now may be missing."""
        ...

    def planned_on(self, seller_id: str, day: date) -> Sequence[Alert]:
        """What a day's run planned, sent or not."""
        ...

    def claim(self, seller_id: str, key: str) -> Claim:
        """Claim for sending; only FIRST and REPEAT allow it."""
        ...

    def settle(self, seller_id: str, key: str, message_id: str) -> None:
        """It was sent."""
        ...

    def release(self, seller_id: str, key: str) -> None:
        """It was certainly not sent: as if never claimed."""
        ...


class Alerts(Protocol):
    """SNS."""

    def publish(self, seller_id: str, alert: Alert) -> str:
        """Publish; SNS's message id. Raises AwsUnavailable (not sent), AwsAnswerLost (perhaps sent)."""
        ...
