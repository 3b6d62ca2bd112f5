"""Which mails of a mailbox to collect next, under which keys, and when a mailbox that cannot be read is told of.

A folder's mails are numbered by its server: UIDs only grow while UIDVALIDITY stays (RFC 9051, 2.3.1.1). So one number says how far
a folder was read. When UIDVALIDITY changes, the numbers mean nothing any more and the folder is read anew; the mails that were
collected before come again under other keys, and whoever receives them knows them by their Message-ID.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LOOK_BACK = timedelta(days=30)
"""Older mails are never collected: no clock runs that long, and raw mail is kept no longer."""

LARGEST_MAIL = 40_000_000
"""Bytes, as many as are read of a mail that was received. Amazon sends none that large."""

TELL_AFTER = 6
"""Failures in a row until people are told: half an hour. Mailboxes are out of reach for minutes every other day."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder was read: every mail up to `uid` is collected, as long as the folder has this UIDVALIDITY."""

    uid_validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class MailSize:
    """A mail that is there to be collected, and its size in bytes."""

    uid: int
    size: int

    @property
    def is_too_large(self) -> bool:
        """Whether it stays where it is."""
        return self.size > LARGEST_MAIL


@dataclass(frozen=True, slots=True)
class Outage:
    """A mailbox that cannot be read: how often in a row, and since when."""

    failures: int
    since: datetime

    @property
    def is_to_be_told(self) -> bool:
        """Whether it lasts too long to be a hiccup."""
        return self.failures >= TELL_AFTER


def read_up_to(cursor: Cursor | None, uid_validity: int) -> int:
    """The last UID that was collected; 0 when none was, or when the folder's numbers have changed their meaning."""
    return cursor.uid if cursor is not None and cursor.uid_validity == uid_validity else 0


def oldest_day(scheduled_at: datetime) -> date:
    """The first day of which mails are collected. A server tells days by a zone of its own, so one more than LOOK_BACK."""
    return (scheduled_at - LOOK_BACK - timedelta(days=1)).date()


def folder_id(host: str, user: str, folder: str) -> str:
    """A name for a folder of a mailbox that says nothing of it: another account's folder of the same name is another one."""
    return hashlib.sha256(f"{host.lower()}\n{user}\n{folder}".encode()).hexdigest()[:16]


def mail_key(seller_id: str, folder: str, uid_validity: int, uid: int) -> str:
    """Where a collected mail lies: a natural key, so that a mail which is collected again overwrites itself."""
    return f"mail/{seller_id}/imap/{folder}/{uid_validity}/{uid}.eml"
