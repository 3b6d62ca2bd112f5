"""Bytes of a mail → `Mail`. The only place with the standard library's `email` package.

A mail comes from anybody, so nothing in it is taken for granted: the only error is Unreadable, with a stable reason, and time
and memory are bounded by the limits below, whatever is sent. What lies beyond a limit is left out, and `truncated` says so.
Headers that decide about trust are read strictly: two senders are no sender, and of several Authentication-Results headers
only the topmost one counts, because a receiving server writes its own above everything it was sent.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from goodstanding.adapters.html_text import read_html
from goodstanding.core.mail.authentication import parse_checks
from goodstanding.core.mail.message import Address, Link, Mail, Part

MAX_BYTES = 40 * 2**20  # what SES delivers at most
MAX_LINES = 600_000  # a mail of MAX_BYTES, wrapped as mails are, has fewer; the parser takes a second for them
MAX_TEXT = 2**16  # characters of each text; Amazon's messages have 4,000 at most
MAX_MARKUP = 2**17  # characters of HTML
MAX_HEADER = 2**14  # characters of one header
MAX_PARTS = 500
MAX_LINKS = 200
_LONGEST_CHARACTER = 4  # bytes

_FAULTS = (MessageError, LookupError, ValueError, TypeError, AttributeError, AssertionError, OverflowError)
"""What the standard library raises on headers and bodies that are not as they should be."""

_TELLING = frozenset({"from", "date", "subject", "message-id", "received", "to"})
_BRACKETED = re.compile(r"<([^<>\s]{1,998})>")
_URL = re.compile(r"https://[^\s<>\"')\]]{1,2000}")
_AUTOMATIC_PRECEDENCE = frozenset({"auto_reply", "auto-reply"})


class Unreadable(Exception):
    """These bytes are no mail. `reason` is a stable code: `empty`, `not_a_mail` or `malformed`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_mail(raw: bytes) -> Mail:
    """The mail in these bytes. Raises Unreadable, and nothing else."""
    if not raw.strip(b"\r\n\t \0"):
        raise Unreadable("empty")
    cut = _within_limits(raw)
    try:
        message, whole = _parsed(cut)
        headers = _Headers(message)
        if not _TELLING & headers.names:
            raise Unreadable("not_a_mail")
        body = _read_body(message) if whole else _Body(truncated=True)
        return _mail(raw, headers, body, cut_short=len(cut) < len(raw))
    except _FAULTS as error:
        raise Unreadable("malformed") from error


def _within_limits(raw: bytes) -> bytes:
    cut = raw[:MAX_BYTES]
    while cut.count(b"\n") + cut.count(b"\r") > 2 * MAX_LINES:  # CRLF counts twice
        cut = cut[: len(cut) // 2]
    return cut


def _parsed(raw: bytes) -> tuple[Message, bool]:
    """The message, and whether its body could be read: one nested too deep is read for its headers only."""
    try:
        return BytesParser().parsebytes(raw), True
    except RecursionError:
        return BytesHeaderParser().parsebytes(raw), False


def _mail(raw: bytes, headers: "_Headers", body: "_Body", *, cut_short: bool) -> Mail:
    senders = headers.addresses("From")
    received = headers.all("Received")
    plain, html, markup_cut = body.texts()
    return Mail(
        message_id=headers.message_id() or "sha256:" + hashlib.sha256(raw).hexdigest(),
        sent_at=_instant(headers.first("Date")) or _instant(received[0].rpartition(";")[2] if received else ""),
        travelled=bool(received),
        sender=senders[0] if len(senders) == 1 and len(headers.all("From")) == 1 else None,
        to=(*headers.addresses("To"), *headers.addresses("Cc")),
        delivered_to=(*headers.addresses("Delivered-To"), *headers.addresses("X-Original-To")),
        subject=headers.text("Subject"),
        in_reply_to=headers.message_ids("In-Reply-To"),
        references=headers.message_ids("References"),
        notification_type=headers.text("X-Space-Notification-Type").upper() or None,
        marketplace_id=headers.text("X-Marketplace-ID").upper() or None,
        automatic=_is_automatic(headers),
        canary=headers.text("X-Goodstanding-Canary") or None,
        checks=parse_checks(headers.first("Authentication-Results")),
        delivery_report=body.delivery_report,
        returned_message_id=body.returned_message_id,
        plain=plain,
        html=html.text,
        links=_links(plain, html.links),
        attachments=body.attachments,
        truncated=body.truncated or cut_short or markup_cut,
    )


def _is_automatic(headers: "_Headers") -> bool:
    """Whether a header says that a machine answered (RFC 3834, and what older responders write)."""
    return (
        headers.text("Auto-Submitted").lower().partition(";")[0].strip() not in {"", "no"}
        or headers.text("Precedence").lower() in _AUTOMATIC_PRECEDENCE
        or any(headers.first(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    )


def _instant(text: str) -> datetime | None:
    """RFC 5322; a time that names no zone is UTC's. None for what is no time."""
    try:
        at = parsedate_to_datetime(text.strip()[:200])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except _FAULTS:
        return None


def _links(plain: str, html: tuple[tuple[str, int], ...]) -> tuple[Link, ...]:
    """Those at the end when there are too many: Amazon's own stand there."""
    found = [Link(match.group().rstrip(".,;"), Part.PLAIN, match.start()) for match in _URL.finditer(plain)]
    found += [Link(url, Part.HTML, offset) for url, offset in html if _URL.fullmatch(url)]
    return tuple(found[-MAX_LINKS:])


class _Headers:
    """Headers as text, each at most MAX_HEADER characters long, whatever bytes they hold."""

    def __init__(self, message: Message) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(_unfolded(str(value)[:MAX_HEADER]))

    @property
    def names(self) -> set[str]:
        return set(self._values)

    def all(self, name: str) -> list[str]:
        return self._values.get(name.lower(), [])

    def first(self, name: str) -> str:
        """The topmost; empty where there is none."""
        return next(iter(self.all(name)), "")

    def text(self, name: str) -> str:
        return _decoded(self.first(name))

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Those that have an address; a header that could be read in two ways names none."""
        found = []
        for value in self.all(name):
            with suppress(*_FAULTS):
                found += [
                    Address(address.lower(), _decoded(shown))
                    for shown, address in getaddresses([value])
                    if "@" in address
                ]
        return tuple(found)

    def message_ids(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_BRACKETED.findall(self.first(name))))

    def message_id(self) -> str | None:
        return next(iter(self.message_ids("Message-ID")), None) or self.first("Message-ID").strip("<> ")[:998] or None


def _unfolded(value: str) -> str:
    """In one line; raw bytes, which headers must not hold and do, are UTF-8 or else CP-1252."""
    raw = value.encode("utf-8", "surrogateescape")
    return re.sub(r"\s+", " ", _text(raw, "utf-8")).strip()


def _decoded(value: str) -> str:
    """RFC 2047 words decoded; a word in an unknown charset or broken base64 stays readable as far as it can be."""
    try:
        pieces = [
            piece if isinstance(piece, str) else _text(piece, charset or "utf-8")
            for piece, charset in decode_header(value)
        ]
    except _FAULTS:
        return value
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def _text(raw: bytes, charset: str, *, cut: bool = False) -> str:
    """In the named charset, else UTF-8, else CP-1252, in which every byte means something. A cut may halve the last character."""
    for candidate in (charset, "utf-8"):
        for lost in range(_LONGEST_CHARACTER if cut else 1):
            with suppress(*_FAULTS):
                return raw[: len(raw) - lost].decode(candidate)
    return raw.decode("cp1252", "replace")


@dataclass
class _Body:
    """What was found in the parts of a mail."""

    plain: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    attachments: int = 0
    delivery_report: bool = False
    returned_message_id: str | None = None
    truncated: bool = False

    def add(self, part: Message, kind: str) -> None:
        """A part of text, as far as the limit allows."""
        texts, limit = (self.markup, MAX_MARKUP) if kind == "text/html" else (self.plain, MAX_TEXT)
        text, cut = _part_text(part, limit - sum(map(len, texts)))
        texts.append(text)
        self.truncated |= cut

    def texts(self) -> tuple[str, "_Html", bool]:
        html = read_html("\n".join(self.markup))
        plain = "\n".join(self.plain).replace("\r\n", "\n").replace("\r", "\n")
        kept = _Html(html.text[:MAX_TEXT], tuple(link for link in html.links if link[1] <= MAX_TEXT))
        return plain, kept, len(html.text) > MAX_TEXT


@dataclass(frozen=True)
class _Html:
    text: str
    links: tuple[tuple[str, int], ...]


def _read_body(message: Message) -> _Body:
    body = _Body(delivery_report=message.get_content_type() == "multipart/report")
    for number, (part, kind) in enumerate(_leaves(message)):
        if number == MAX_PARTS:
            body.truncated = True
            break
        if kind in {"message/rfc822", "text/rfc822-headers"} and body.delivery_report:
            body.returned_message_id = _returned_message_id(part)
        elif kind in {"text/plain", "text/html"} and not _is_attachment(part):
            body.add(part, kind)
        elif kind != "message/delivery-status":
            body.attachments += 1
    return body


def _leaves(message: Message) -> Iterator[tuple[Message, str]]:
    """Parts that hold no parts, in reading order. A mail inside a mail is a leaf: what it says of itself proves nothing."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        payload = part.get_payload()
        if isinstance(payload, list) and not kind.startswith("message/"):
            waiting += [child for child in reversed(payload) if isinstance(child, Message)]
        else:
            yield part, kind


def _is_attachment(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition") or "").lower()
    return disposition.strip().startswith("attachment") or "filename" in disposition


def _part_text(part: Message, limit: int) -> tuple[str, bool]:
    """At most `limit` characters, and whether there were more."""
    raw = part.get_payload(decode=True)
    raw = raw if isinstance(raw, bytes) else b""
    room = limit * _LONGEST_CHARACTER
    text = _text(raw[:room], _charset(part), cut=len(raw) > room)
    return text[:limit], len(raw) > room or len(text) > limit


def _charset(part: Message) -> str:
    with suppress(*_FAULTS):
        return part.get_content_charset() or "utf-8"
    return "utf-8"


def _returned_message_id(part: Message) -> str | None:
    """The Message-ID of the mail that came back, whole or its headers only."""
    payload = part.get_payload()
    if isinstance(payload, list):
        returned = next(iter(payload), None)
        return _Headers(returned).message_id() if isinstance(returned, Message) else None
    raw = part.get_payload(decode=True)
    return _Headers(BytesHeaderParser().parsebytes(raw if isinstance(raw, bytes) else b"")).message_id()
