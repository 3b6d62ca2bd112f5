"""A mail as the parser hands it over: what it says of itself, nothing of it believed yet (`core.mail.trust` decides that).

Texts, names, addresses and links are Amazon Information. They live in this value and in the raw mail's object only; what is
kept for longer is `core.mail.events.MailEvent`, which holds keyed hashes instead.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Result(StrEnum):
    """What a receiving server found. `none` is also what a server says that could not check."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NONE = "none"


class Method(StrEnum):
    """How a sender is authenticated."""

    DKIM = "dkim"
    DMARC = "dmarc"
    SPF = "spf"


@dataclass(frozen=True, slots=True)
class Check:
    """One result of the topmost Authentication-Results header; `domain` in lower case, None where none is named."""

    method: Method
    result: Result
    domain: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: the address in lower case, the display name as written."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What follows the last @."""
        return self.address.rpartition("@")[2]

    @property
    def local_part(self) -> str:
        """What goes before it."""
        return self.address.rpartition("@")[0]


class Part(StrEnum):
    """Which text of a mail."""

    PLAIN = "plain"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Link:
    """A link and where it stands: `offset` counts the characters of `Mail.plain` or of `Mail.html` before it."""

    url: str
    part: Part
    offset: int


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail.

    `message_id` is without its brackets; a hash of the whole content where a mail has none. `sent_at` is its Date, else the time of
    its topmost Received header, else None. `travelled` tells that some server received it: what a mail program files
    under "sent" has no Received header. `sender` is None unless exactly one mailbox is named. `html` is the HTML part as text.
    `truncated` tells that more was sent than was read.
    """

    message_id: str
    sent_at: datetime | None
    travelled: bool = False
    sender: Address | None = None
    to: tuple[Address, ...] = ()
    delivered_to: tuple[Address, ...] = ()
    subject: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    notification_type: str | None = None
    marketplace_id: str | None = None
    automatic: bool = False
    canary: str | None = None
    checks: tuple[Check, ...] = ()
    delivery_report: bool = False
    returned_message_id: str | None = None
    plain: str = ""
    html: str = ""
    links: tuple[Link, ...] = ()
    attachments: int = 0
    truncated: bool = False

    @property
    def part(self) -> Part:
        """The part that is read: plain text where there is any."""
        return Part.PLAIN if self.plain.strip() else Part.HTML

    @property
    def text(self) -> str:
        """The text of that part."""
        return self.plain if self.part is Part.PLAIN else self.html
