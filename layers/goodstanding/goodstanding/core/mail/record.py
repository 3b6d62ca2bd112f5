"""What is remembered of every mail that arrived: that it did, and what came of it. No text, no name, no address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.trust import Trust


class Fate(StrEnum):
    """taken: it did what mails of its kind do; refused: it is not what it pretends to be; unreadable: it is no mail, or broken."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One mail. `mail_id` is a keyed hash; `key` names the raw object as long as it lives; `reason` a stable code."""

    mail_id: str
    arrived_at: datetime
    fate: Fate
    kind: MailKind
    trust: Trust
    key: str
    reason: str | None = None
    marketplace: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class DayOfMail:
    """How many mails arrived on a day (UTC, `YYYY-MM-DD`), by fate."""

    day: str
    taken: int
    refused: int
    unreadable: int

    @property
    def total(self) -> int:
        """Of any fate: even a forged mail shows that the mailbox is alive."""
        return self.taken + self.refused + self.unreadable
