"""What is kept of a mail: one small item, without anything that a person could read out of it.

Names, aliases, cases, message ids and sentences are kept as keyed hashes (HMAC-SHA256 with the seller's own key, shortened); the
buyer's text stays in the raw mail's object, which is encrypted and expires. Whoever has no key cannot try out names.

A store keeps events under `event_id` and offers one lookup: the events that share a key (`links`). To fold a new event in, gather
what hangs together with it (`core.mail.conversations.related`) and fold that anew; nothing outside can change it.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.understand import UnderstoodMail
from goodstanding.core.mail.words import fold

_SHORT = 24  # hexadecimal digits: 96 bits, so that two of a seller's threads never share an id
_SENTENCE = re.compile(r"[.!?]+")
_QUOTE_MARKS = re.compile(r"(?m)^[ \t]*(?:>[ \t]*)+")
_SHORTEST_SENTENCE = 20
_MOST_SENTENCES = 24


class EventKind(StrEnum):
    """What happens in a conversation. ANSWERED and NO_RESPONSE_NEEDED are a person's word on a whole thread."""

    BUYER_MESSAGE = "buyer_message"
    OWN_REPLY = "own_reply"
    REPLY_COPY = "reply_copy"
    BOUNCE = "bounce"
    ANSWERED = "answered"
    NO_RESPONSE_NEEDED = "no_response_needed"


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One event. All but the times, the country code, the order id, and the sort of message are keyed hashes.

    `thread` is the thread that it would begin, or on which a person's word is. `mids` are the messages it refers to, the nearest
    first; `mid` is its own.
    """

    event_id: str
    kind: EventKind
    at: datetime
    thread: str | None = None
    marketplace: str | None = None
    order_id: str | None = None
    mid: str | None = None
    mids: tuple[str, ...] = ()
    case: str | None = None
    alias: str | None = None
    name: str | None = None
    sentences: frozenset[str] = frozenset()
    category: Category | None = None
    urgency: Urgency | None = None

    @property
    def links(self) -> frozenset[str]:
        """The keys under which a store finds it: by message id, case, alias, name and thread."""
        named = (
            ("mid", self.mid),
            ("case", self.case),
            ("alias", self.alias),
            ("name", self.name),
            ("thread", self.thread),
        )
        return frozenset(f"{kind}:{value}" for kind, value in (*named, *(("mid", mid) for mid in self.mids)) if value)


type Hasher = Callable[[str, str], str]
"""What a value is (`alias`, `name`, …) and the value → its keyed hash."""


def hasher(key: bytes) -> Hasher:
    """Keyed hashes of one seller; the key is a secret of the seller's and never changes."""

    def digest(sort: str, value: str) -> str:
        return hmac.new(key, f"{sort}\0{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:_SHORT]

    return digest


_KINDS = {
    MailKind.BUYER_MESSAGE: EventKind.BUYER_MESSAGE,
    MailKind.OWN_REPLY: EventKind.OWN_REPLY,
    MailKind.REPLY_COPY: EventKind.REPLY_COPY,
    MailKind.BOUNCE: EventKind.BOUNCE,
}


def event_of(read: UnderstoodMail, arrived_at: datetime, hashed: Hasher) -> MailEvent | None:
    """What a mail does to conversations; None for one that does nothing.

    A buyer's message counts unless it is refused. An answer counts only if its mail is verified. A bounce takes back an answer,
    which can do no worse than a false alarm, so it counts unless it is refused.
    """
    kind = _KINDS.get(read.kind)
    settles = kind in {EventKind.OWN_REPLY, EventKind.REPLY_COPY}
    if kind is None or (settles and not read.trust.settles):
        return None
    mail, relay = read.mail, read.relay
    mid = hashed("mid", mail.message_id)
    refers = (
        (mail.returned_message_id,) if mail.returned_message_id else (*mail.in_reply_to, *reversed(mail.references))
    )
    return MailEvent(
        event_id=mid,
        kind=kind,
        at=mail.sent_at or arrived_at,
        thread=hashed("thread", _beginning(read)) if kind is EventKind.BUYER_MESSAGE else None,
        marketplace=_country(read, kind),
        order_id=read.order_id,
        mid=mid,
        mids=tuple(dict.fromkeys(hashed("mid", message_id) for message_id in refers)),
        case=hashed("case", f"{relay.alias}+{relay.case}") if relay and relay.case else None,
        alias=hashed("alias", relay.alias) if relay else None,
        name=hashed("name", read.buyer_name) if read.buyer_name else None,
        sentences=_sentences(read, hashed),
        category=read.category,
        urgency=read.urgency,
    )


def thread_command(thread_id: str, kind: EventKind, at: datetime, marketplace: str | None, hashed: Hasher) -> MailEvent:
    """A person's word that a thread was answered, or needs no answer: given twice, it is one event."""
    return MailEvent(
        hashed("command", f"{kind} {thread_id} {at.isoformat()}"), kind, at, thread=thread_id, marketplace=marketplace
    )


def _beginning(read: UnderstoodMail) -> str:
    """What identifies the thread that a message begins: its case, else alias and order, else the alias, else the message."""
    if read.relay is None:
        return f"message {read.mail.message_id}"
    return f"{read.relay.alias} {read.relay.case or read.order_id or ''}"


def _country(read: UnderstoodMail, kind: EventKind) -> str | None:
    """Copies come from one sender for all marketplaces, so for them only Amazon's header tells which it is."""
    certain = kind is not EventKind.REPLY_COPY or read.mail.marketplace_id
    return read.marketplace.country if read.marketplace and certain else None


def _sentences(read: UnderstoodMail, hashed: Hasher) -> frozenset[str]:
    """The first sentences of a buyer's text, or of all that a copy holds: by them a copy is matched with what it quotes."""
    if read.kind not in {MailKind.BUYER_MESSAGE, MailKind.REPLY_COPY}:
        return frozenset()
    copied = read.kind is MailKind.REPLY_COPY
    text = _QUOTE_MARKS.sub("", read.mail.text if copied else read.buyer_text)
    found = [sentence for part in _SENTENCE.split(fold(text)) if len(sentence := part.strip()) >= _SHORTEST_SENTENCE]
    return frozenset(hashed("sentence", sentence) for sentence in found[: _MOST_SENTENCES * (4 if copied else 1)])
