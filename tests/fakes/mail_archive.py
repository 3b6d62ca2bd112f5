"""Raw mails in memory."""

from dataclasses import dataclass, field

from goodstanding.contracts.errors import MailGone


@dataclass
class FakeMailArchive:
    """Raw mails by key."""

    mails: dict[str, bytes] = field(default_factory=dict)

    def read(self, key: str, most: int) -> bytes:
        """At most so many bytes and one more."""
        if key not in self.mails:
            raise MailGone("the mail is no longer in the bucket")
        return self.mails[key][: most + 1]


@dataclass
class FakeMailDrop:
    """Where mails arrive."""

    mails: dict[str, bytes] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)

    def put(self, key: str, mail: bytes) -> None:
        """Store a mail; the same key is overwritten."""
        self.mails[key] = mail
        self.puts.append(key)
