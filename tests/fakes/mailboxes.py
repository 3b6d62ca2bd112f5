"""Sellers' mailboxes in memory; how far they were read passes the contract tests of its adapter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from goodstanding.contracts.errors import MailboxRefused
from goodstanding.core.mail.collecting import Cursor, MailSize, Outage


@dataclass
class FakeMailboxStore:
    """How far mailboxes were read, and which cannot be."""

    cursors: dict[tuple[str, str], Cursor] = field(default_factory=dict)
    outages: dict[str, Outage] = field(default_factory=dict)

    def cursor(self, seller_id: str, folder_id: str) -> Cursor | None:
        """How far a folder was read."""
        return self.cursors.get((seller_id, folder_id))

    def advance(self, seller_id: str, folder_id: str, cursor: Cursor) -> None:
        """It was read that far; never back within one UIDVALIDITY."""
        known = self.cursors.get((seller_id, folder_id))
        if known is None or known.uid_validity != cursor.uid_validity or known.uid < cursor.uid:
            self.cursors[seller_id, folder_id] = cursor

    def failed(self, seller_id: str, at: datetime) -> Outage:
        """Count a failure; the outage that it is part of."""
        before = self.outages.get(seller_id, Outage(0, at))
        self.outages[seller_id] = Outage(before.failures + 1, before.since)
        return self.outages[seller_id]

    def recovered(self, seller_id: str) -> None:
        """The mailbox was read."""
        self.outages.pop(seller_id, None)


@dataclass
class FakeFolder:
    """An open folder: each mail with its UID, the day it arrived, and its size if that is another than it has."""

    id: str
    uid_validity: int = 1
    mails: dict[int, tuple[date, bytes]] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    failures: list[Exception | None] = field(default_factory=list)

    def after(self, uid: int, oldest: date, most: int) -> Sequence[MailSize]:
        """The mails behind a UID."""
        found = sorted(number for number, (day, _) in self.mails.items() if number > uid and day >= oldest)
        return [MailSize(number, self.sizes.get(number, len(self.mails[number][1]))) for number in found[:most]]

    def read(self, uid: int) -> bytes | None:
        """A mail; `failures` befall the next reads, None is one that goes well."""
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        return self.mails[uid][1] if uid in self.mails else None


@dataclass
class FakeMailbox:
    """Folders by name; one that is wanted and not there is refused."""

    places: dict[str, FakeFolder]
    folders: Sequence[str] = ("Sent", "INBOX")

    def examine(self, folder: str) -> FakeFolder:
        """Open a folder."""
        if folder not in self.places:
            raise MailboxRefused("there is no such folder")
        return self.places[folder]


@dataclass
class FakeMailboxes:
    """A mailbox, or what opening it raises, for each seller that has credentials."""

    mailboxes: dict[str, FakeMailbox | Exception | None]
    patience: dict[str, timedelta] = field(default_factory=dict)

    @contextmanager
    def open(self, seller_id: str, patience: timedelta) -> Iterator[FakeMailbox | None]:
        """Log in."""
        self.patience[seller_id] = patience
        mailbox = self.mailboxes.get(seller_id)
        if isinstance(mailbox, Exception):
            raise mailbox
        yield mailbox
