"""Messages to people, as data: what is said, how loudly, and the natural key by which it is said once."""

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """The SNS topic."""

    ALERTS = "alerts"
    DIGEST = "digest"


class Severity(StrEnum):
    """info: for the record; warning: e-mail; critical: e-mail and SMS."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertKind(StrEnum):
    """What the message is about."""

    METRIC_STATUS = "metric_status"
    ACCOUNT_STATUS = "account_status"
    DEADLINE = "deadline"
    AUTHORIZATION = "authorization"
    ELIGIBILITY = "eligibility"
    SOURCE = "source"
    MAIL = "mail"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Alert:
    """One message for SNS. `key` is its natural key within the seller: planned twice, it is sent once.

    `marketplace` is a country code. `sms` (GSM-7, at most 140 characters) is set exactly when severity is critical.
    """

    key: str
    topic: Topic
    severity: Severity
    kind: AlertKind
    marketplace: str | None
    order_id: str | None
    subject: str
    message: str
    sms: str | None


class Claim(StrEnum):
    """What came of claiming an alert for sending.

    FIRST: send it; REPEAT: an earlier claim was never settled, send it marked as a repeat; LEASED: somebody may be sending it right
    now, look again later; SPENT: it was sent, or used up its repeat.
    """

    FIRST = "first"
    REPEAT = "repeat"
    LEASED = "leased"
    SPENT = "spent"
