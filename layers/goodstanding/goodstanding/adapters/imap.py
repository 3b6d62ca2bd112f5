"""Sellers' mailboxes over IMAP (RFC 9051; what is used of it is in RFC 3501 as well).

Folders are examined, not selected, and mails are peeked at: nothing in a mailbox changes. TLS is from the first byte, and the
server has to prove its name; imaplib alone would ask for no proof. Texts of the server stay here: they quote names.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from imaplib import IMAP4

from imap_tools import AND, U
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.mailbox import MailBox

from goodstanding.contracts.errors import MailboxRefused, MailboxUnreachable
from goodstanding.contracts.mailbox import MailboxAccess
from goodstanding.core.mail.collecting import MailSize, folder_id
from goodstanding.ports.mailboxes import Mailbox, MailFolder

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"\bUID (\d+)")
_BROKEN = (OSError, EOFError, IMAP4.error, ImapToolsError, ValueError, LookupError, TypeError)
"""A socket that times out or breaks, TLS that fails, an answer that is not IMAP: it trips the libraries in many ways."""


_PASSING = "[UNAVAILABLE]"
"""How a server says that it is not the password (RFC 5530)."""


class ImapMailboxes:
    """The mailboxes whose credentials `access` knows, by servers that `trust` believes."""

    def __init__(self, access: Callable[[str], MailboxAccess | None], trust: ssl.SSLContext) -> None:
        self._access = access
        self._trust = trust

    @contextmanager
    def open(self, seller_id: str, patience: timedelta) -> Iterator[Mailbox | None]:
        """Log in, and out again; None without credentials."""
        access = self._access(seller_id)
        if access is None:
            yield None
            return
        with _mended("connecting"):
            box = MailBox(access.host, access.port, timeout=patience.total_seconds(), ssl_context=self._trust)
        try:
            with _mended("logging in"):
                _log_in(box, access)
            yield ImapMailbox(box, access)
            with suppress(*_BROKEN):  # whoever has all its mails need not care how it says goodbye
                box.logout()
        finally:
            with suppress(*_BROKEN):  # it may be closed already
                box.client.shutdown()


class ImapMailbox:
    """A mailbox, logged in."""

    def __init__(self, box: MailBox, access: MailboxAccess) -> None:
        self._box = box
        self._access = access

    @property
    def folders(self) -> Sequence[str]:
        """What was sent, then the inbox; one folder if both are the same."""
        return tuple(dict.fromkeys((self._access.sent, self._access.inbox)))

    def examine(self, folder: str) -> MailFolder:
        """EXAMINE; what it tells of the folder belongs to what is read then, which STATUS would not promise."""
        with _mended("opening a folder"):
            self._box.folder.set(folder, readonly=True)
            uid_validity = _number(self._box.client.response("UIDVALIDITY")[1])
        return ImapFolder(self._box, folder_id(self._access.host, self._access.user, folder), uid_validity)


class ImapFolder:
    """The folder that is examined at the moment."""

    def __init__(self, box: MailBox, id_: str, uid_validity: int) -> None:
        self._box = box
        self.id = id_
        self.uid_validity = uid_validity

    def after(self, uid: int, oldest: date, most: int) -> Sequence[MailSize]:
        """Searched for anew each time: a mail that comes while others are read is not missed."""
        with _mended("searching"):
            found = self._box.uids(AND(uid=U(str(uid + 1), "*"), date_gte=oldest), charset=None)
            # `8:*` is a range between 8 and the last UID, whichever is larger: it holds the last mail even if that is 7
            uids = sorted(number for number in map(int, found) if number > uid)[:most]
            return self._sizes(uids) if uids else ()

    def read(self, uid: int) -> bytes | None:
        """A mail as it came; None when it was deleted in the meantime."""
        with _mended("reading a mail"):
            for part in self._fetch([uid], "(UID BODY.PEEK[])"):
                if isinstance(part, tuple):
                    return bytes(part[1])
        return None

    def _sizes(self, uids: Sequence[int]) -> Sequence[MailSize]:
        """What was deleted since the search has none."""
        lines = (part for part in self._fetch(uids, "(UID RFC822.SIZE)") if isinstance(part, bytes))
        matches = ((_UID.search(line), _SIZE.search(line)) for line in lines)
        sizes = {int(number[1]): int(size[1]) for number, size in matches if number and size}
        return [MailSize(uid, sizes[uid]) for uid in uids if uid in sizes]

    def _fetch(self, uids: Sequence[int], what: str) -> Sequence[bytes | tuple[bytes, bytes]]:
        status, parts = self._box.client.uid("FETCH", ",".join(map(str, uids)), what)
        if status != "OK":
            raise ValueError(status)
        return [part for part in parts if part is not None]


def _log_in(box: MailBox, access: MailboxAccess) -> None:
    """LOGIN knows ASCII only. AUTHENTICATE answers a refusal as imaplib's error, and a lost connection as one of its kind."""
    password = access.password.get_secret_value()
    try:
        log_in = box.login if (access.user + password).isascii() else box.login_utf8
        log_in(access.user, password, initial_folder=None)
    except (MailboxLoginError, IMAP4.error) as error:
        if isinstance(error, IMAP4.abort):
            raise
        if _PASSING in str(error).upper():
            raise MailboxUnreachable("the server cannot check logins at the moment") from None
        raise MailboxRefused("the login was turned away") from None


def _number(answer: Sequence[bytes | None]) -> int:
    (number,) = [each for each in answer if each is not None]
    return int(number)


@contextmanager
def _mended(doing: str) -> Iterator[None]:
    """Errors of our own, without the texts of the server."""
    try:
        yield
    except MailboxFolderSelectError:
        raise MailboxRefused("there is no such folder") from None
    except UnexpectedCommandStatusError:
        raise MailboxRefused(f"the server refused {doing}") from None
    except _BROKEN as error:
        raise MailboxUnreachable(f"{doing}: {type(error).__name__}") from None
