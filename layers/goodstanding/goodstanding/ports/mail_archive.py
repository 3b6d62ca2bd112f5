"""Raw mails: where they arrive, and where they are read."""

from typing import Protocol


class MailArchive(Protocol):
    """Raw mails, under `mail/` in the bucket."""

    def read(self, key: str, most: int) -> bytes:
        """At most so many bytes of a mail, and one more if there are more. Raises MailGone."""
        ...


class MailDrop(Protocol):
    """Where mails arrive: `mail/` in the bucket."""

    def put(self, key: str, mail: bytes) -> None:
        """Store a mail; the same key is overwritten."""
        ...
