"""Sellers' mailboxes, and how far they were read."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

from goodstanding.core.mail.collecting import Cursor, MailSize, Outage


class MailFolder(Protocol):
    """An open folder, read-only: looking at mails changes nothing in it. Its methods raise MailboxUnreachable."""

    @property
    def id(self) -> str:
        """`core.mail.collecting.folder_id`."""
        ...

    @property
    def uid_validity(self) -> int:
        """What its UIDs are good for."""
        ...

    def after(self, uid: int, oldest: date, most: int) -> Sequence[MailSize]:
        """The mails behind a UID that arrived on `oldest` or later, the oldest UIDs first, at most so many."""
        ...

    def read(self, uid: int) -> bytes | None:
        """A mail as it came; None when it was deleted in the meantime."""
        ...


class Mailbox(Protocol):
    """One seller's mailbox, logged in."""

    @property
    def folders(self) -> Sequence[str]:
        """What was sent, then the inbox: so that an answer is known before its question is, and nobody is alarmed for nothing."""
        ...

    def examine(self, folder: str) -> MailFolder:
        """Open a folder; the one before is closed. Raises MailboxUnreachable, or MailboxRefused when there is no such folder."""
        ...


class Mailboxes(Protocol):
    """The mailboxes of all sellers."""

    def open(self, seller_id: str, patience: timedelta) -> AbstractContextManager[Mailbox | None]:
        """Log in; None for a seller without credentials, whose mail comes another way. No answer takes longer than `patience`.

        Raises MailboxUnreachable, MailboxRefused, or SellerNotConfigured for credentials that are malformed.
        """
        ...


class MailboxStore(Protocol):
    """What is known of the mailboxes: how far each folder was read, and which cannot be read."""

    def cursor(self, seller_id: str, folder_id: str) -> Cursor | None:
        """How far a folder was read."""
        ...

    def advance(self, seller_id: str, folder_id: str, cursor: Cursor) -> None:
        """It was read that far. Within one UIDVALIDITY a cursor never goes back."""
        ...

    def failed(self, seller_id: str, at: datetime) -> Outage:
        """Count a failure; the outage that it is part of."""
        ...

    def recovered(self, seller_id: str) -> None:
        """The mailbox was read; its next failure is the first."""
        ...
