"""Collecting over IMAP, from a real Dovecot: nothing is missed, nothing comes twice, and nothing in the mailbox changes."""

import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from goodstanding.adapters.imap import ImapMailboxes
from goodstanding.contracts.errors import MailboxRefused, MailboxUnreachable
from goodstanding.contracts.mailbox import MailboxAccess
from goodstanding.contracts.tasks import CollectMailInput
from goodstanding.core.mail.collecting import LARGEST_MAIL, MailSize
from goodstanding.core.marketplaces import by_country
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.collect_mail import LEAST_SHARE, RESERVE, Post, collect_mail
from tests.adapters import dovecot
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.clock import FakeClock
from tests.fakes.mail_archive import FakeMailDrop
from tests.fakes.mailboxes import FakeFolder, FakeMailbox, FakeMailboxes, FakeMailboxStore
from tests.fakes.sellers import FakeSellerRegistry

pytestmark = pytest.mark.skipif(
    dovecot.PROGRAM is None, reason="Dovecot is not installed: run tools/install_test_servers.sh"
)

SELLER = "A2EXAMPLE00001"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
PATIENCE = timedelta(seconds=10)
_users = count(1)


def mail(text, size=0):
    """A mail as a server keeps it; bytes that are no text stay what they are."""
    return f"Subject: {text}\r\nMessage-ID: <{text}@example.com>\r\n\r\n".encode() + b"\xe4\x01\r\n" + b"x" * size


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Dovecot]:
    """One server for all tests; each has a user of its own."""
    with dovecot.running() as server:
        yield server


class Desk:
    """A user of the server, and the rounds of a collector that trusts it."""

    def __init__(self, server):
        self.server = server
        self.user = f"user{next(_users)}"
        self.access = {"port": server.port, "password": dovecot.PASSWORD}
        self.trust = dovecot.trusting(server.certificate)
        self.store = FakeMailboxStore()
        self.drop = FakeMailDrop()
        self.counts = {}
        self.patience = PATIENCE
        self.complaints = []
        self.deliver("to begin with", at=AT - timedelta(days=365))

    def deliver(self, text, *, at=AT, sent=False, size=0):
        """A mail arrives; the folders are made by the first."""
        self.server.deliver(self.user, mail(text, size), at=at, sent=sent)

    @property
    def mailboxes(self):
        """As the product makes them."""
        access = {"host": "localhost", "user": self.user, "sent": dovecot.SENT} | self.access
        return ImapMailboxes(lambda _: MailboxAccess(**access), self.trust)

    def log_in(self):
        """Open the mailbox."""
        return self.mailboxes.open(SELLER, PATIENCE)

    def round(self):
        """Collect."""
        return collect_mail(
            CollectMailInput(scheduled_at=AT),
            FakeSellerRegistry({SELLER: Seller(SELLER, (by_country("DE"),), "en", mailbox=True)}),
            Post(self.mailboxes, self.store, self.drop),
            FakeAlertLedger(FakeClock()),
            lambda: RESERVE + self.patience,  # it stands still; a mailbox alone has all of it
            self.counts.update,
            lambda _, problem: self.complaints.append(problem),
        )

    @property
    def collected(self):
        """The subject of each mail, in the order in which they were stored."""
        return [self.drop.mails[key].split(b"\r\n")[0].decode().removeprefix("Subject: ") for key in self.drop.puts]


@pytest.fixture
def desk(server):
    """A mailbox with one old mail in it."""
    return Desk(server)


def test_mails_of_both_folders_are_stored_as_they_came(desk):
    """To the byte; what is older than thirty days stays where it is."""
    desk.deliver("question")
    desk.deliver("answer", sent=True)
    assert desk.round().model_dump() == {"collected": 2, "unreachable": 0}
    assert desk.collected == ["answer", "question"]
    assert set(desk.drop.mails.values()) == {mail("question"), mail("answer")}


def test_new_mail_is_stored_once(desk):
    """And a round without any stores nothing."""
    desk.deliver("first")
    desk.round()
    desk.deliver("second")
    desk.round()
    assert desk.round().collected == 0
    assert desk.collected == ["first", "second"]


def test_looking_at_mails_changes_nothing_in_the_mailbox(desk, server):
    """They are as new and unread as before; the seller's mail program shows them all."""
    desk.deliver("question")
    desk.deliver("answer", sent=True)
    before = [server.flags(desk.user), server.flags(desk.user, sent=True)]
    desk.round()
    assert [server.flags(desk.user), server.flags(desk.user, sent=True)] == before
    assert before == [[("new", "")] * 2, [("new", "")]]


def test_restarted_server_changes_nothing(desk, server):
    """Its numbers are on disk."""
    desk.deliver("first")
    desk.round()
    server.stop()
    assert desk.round().unreachable == 1
    server.start()
    desk.deliver("second")
    assert desk.round().unreachable == 0
    assert desk.collected == ["first", "second"]


def test_renumbered_folder_is_read_anew_under_other_keys(desk, server):
    """The other folder is not; what comes later is collected under the new numbers."""
    desk.deliver("first")
    desk.deliver("answer", sent=True)
    desk.round()
    server.forget_uids(desk.user)
    desk.deliver("second")
    desk.round()
    assert sorted(desk.collected) == ["answer", "first", "first", "second"]
    assert len(desk.drop.mails) == 4
    assert desk.round().collected == 0


@pytest.mark.parametrize("cut_after", [3_000, 40_000, 150_000, 290_000], ids=lambda size: f"after {size} bytes")
def test_connection_lost_in_the_midst_costs_no_mail_and_repeats_none(desk, server, cut_after):
    """While it logs in, between mails, in the middle of one: the next round goes on behind the last that was stored."""
    texts = [f"mail {number}" for number in range(6)]
    for text in texts:
        desk.deliver(text, size=50_000)
    with dovecot.cutting(server, cut_after) as proxy:
        desk.access["port"] = proxy.port
        assert desk.round().unreachable == 1
        assert proxy.cut == 1
        before = len(desk.collected)
    assert before < len(texts)
    desk.access["port"] = server.port
    assert desk.round().model_dump() == {"collected": len(texts) - before, "unreachable": 0}
    assert desk.collected == texts


def test_huge_mail_passes(desk):
    """25 MB, attachments and all, to the byte; the mail behind it too."""
    size = 25 * 1024 * 1024
    desk.deliver("huge", size=size)
    desk.deliver("small")
    assert desk.round().collected == 2
    assert desk.collected == ["huge", "small"]
    assert max(map(len, desk.drop.mails.values())) == len(mail("huge", size))


def test_larger_mail_than_the_largest_is_left_and_passed_over(desk):
    """Its size is asked for before it is."""
    desk.deliver("beyond", size=LARGEST_MAIL)
    desk.deliver("small")
    desk.round()
    assert (desk.collected, desk.counts["MailsTooLarge"]) == (["small"], 1)


@pytest.fixture
def inbox(is_fake, request):
    """Open an inbox with one old mail and three of today: of the fake that use cases are tested with, and of a real server."""
    if is_fake:
        today = {uid: (AT.date(), mail(f"mail {uid}")) for uid in (2, 3, 4)}
        old = {1: (AT.date() - timedelta(days=365), mail("to begin with"))}
        mailbox = FakeMailbox({"INBOX": FakeFolder("inbox", mails=old | today)})
        return FakeMailboxes({SELLER: mailbox})
    desk = request.getfixturevalue("desk")
    for uid in (2, 3, 4):
        desk.deliver(f"mail {uid}")
    return desk.mailboxes


def test_folder_lists_mails_behind_a_uid_by_their_numbers(inbox):
    """At most so many; none behind the last, although IMAP's ranges have no order."""
    with inbox.open(SELLER, PATIENCE) as mailbox:
        folder = mailbox.examine("INBOX")
        size = len(mail("mail 2"))
        assert list(folder.after(0, date(2026, 11, 1), 2)) == [MailSize(2, size), MailSize(3, size)]
        assert list(folder.after(3, date(2026, 11, 1), 2)) == [MailSize(4, size)]
        assert list(folder.after(4, date(2026, 11, 1), 2)) == []
        assert list(folder.after(0, AT.date() + timedelta(days=1), 2)) == []
        assert folder.read(2) == mail("mail 2")


def test_mail_that_is_gone_is_none(inbox):
    """It was deleted since the folder was searched."""
    with inbox.open(SELLER, PATIENCE) as mailbox:
        assert mailbox.examine("INBOX").read(99) is None


def test_missing_folder_is_a_refusal(inbox):
    """Whoever misspelt it has to mend it; the others can still be opened."""
    with inbox.open(SELLER, PATIENCE) as mailbox:
        with pytest.raises(MailboxRefused):
            mailbox.examine("Sent Items")
        assert mailbox.examine("INBOX").read(2) is not None


def test_what_was_sent_comes_before_the_inbox(inbox):
    """So that an answer is known before its question is."""
    with inbox.open(SELLER, PATIENCE) as mailbox:
        assert len(mailbox.folders) == 2
        assert mailbox.folders[-1] == "INBOX"


@pytest.mark.parametrize("password", ["wrong", "falsch-ä"])
def test_wrong_password_is_a_refusal(desk, password):
    """In ASCII or not; a human has to mend it, and it is in no message."""
    desk.access["password"] = password
    with pytest.raises(MailboxRefused) as caught, desk.log_in():
        pass
    assert password not in str(caught.value)


def test_password_beyond_ascii_is_understood(desk):
    """IMAP's LOGIN knows none; there is another way."""
    desk.access["password"] = dovecot.OTHER_PASSWORD
    desk.deliver("question")
    assert desk.round().collected == 1


def test_server_that_cannot_prove_its_name_is_not_spoken_to(desk):
    """By the system's authorities nobody knows this certificate, and no password is sent to whoever holds it."""
    desk.trust = ssl.create_default_context()
    with pytest.raises(MailboxUnreachable, match="SSLCertVerificationError"), desk.log_in():
        pass


def test_certificate_of_another_name_is_not_believed(desk):
    """It is a trusted one, but not this server's."""
    desk.access["host"] = "127.0.0.1"
    with pytest.raises(MailboxUnreachable, match="SSLCertVerificationError"), desk.log_in():
        pass


def test_server_that_is_not_there_is_unreachable(desk):
    """Nobody listens."""
    with dovecot.cutting(desk.server, 0) as proxy:
        desk.access["port"] = proxy.port
    with pytest.raises(MailboxUnreachable), desk.log_in():
        pass


GREETING = "* OK ready"
CAPABLE = {
    "CAPABILITY": ("CAPABILITY IMAP4rev1", "OK done"),
    "EXAMINE": ("1 EXISTS", "OK [UIDVALIDITY 7] valid", "OK done"),
}
HERE = {"SEARCH": ("SEARCH 1", "OK done")}


@pytest.mark.parametrize(
    ("greeting", "answers"),
    [
        (None, {}),
        ("220 smtp.example.com ESMTP", {}),
        ("* BYE overloaded", {}),
        (GREETING, {"CAPABILITY": ("OK done",)}),
        (GREETING, CAPABLE | {"LOGIN": ("NO [UNAVAILABLE] try again",)}),
        (GREETING, CAPABLE | {"LOGIN": ("BYE", "OK done")}),
        (GREETING, CAPABLE | {"EXAMINE": ("1 EXISTS", "OK done")}),
        (GREETING, CAPABLE | {"EXAMINE": ("OK [UIDVALIDITY x]", "OK done")}),
        (GREETING, CAPABLE | {"SEARCH": ("SEARCH one two", "OK done")}),
        (GREETING, CAPABLE | HERE | {"FETCH": ("NO not now",)}),
        (GREETING, CAPABLE | HERE | {"FETCH": ("nonsense",)}),
    ],
    ids=[
        *("silent", "another protocol", "turned away", "incapable", "cannot check logins", "goodbye at login"),
        *("no numbering", "unreadable numbering", "unreadable UIDs", "no mails at the moment", "nonsense"),
    ],
)
def test_server_that_does_not_speak_imap_as_it_should_is_unreachable(desk, greeting, answers):
    """Nothing it says ends a round, or is repeated; the mails are asked for again in the next."""
    with dovecot.scripted(desk.server, greeting, answers) as port:
        desk.access["port"] = port
        desk.patience = LEAST_SHARE
        assert desk.round().model_dump() == {"collected": 0, "unreachable": 1}
    assert desk.store.cursors == {}
    (complaint,) = desk.complaints
    assert complaint.startswith("mailbox_unreachable: ")
    assert not {"smtp", "overloaded", "try again", "nonsense"} & set(complaint.split())


@pytest.mark.parametrize(
    "answers",
    [
        {"LOGIN": ("NO [AUTHENTICATIONFAILED] me@example.com",)},
        {"EXAMINE": ("NO [NONEXISTENT] me",)},
        {"SEARCH": ("NO me",)},
    ],
    ids=["login", "folder", "search"],
)
def test_server_that_says_no_refuses(desk, answers):
    """What it adds to its refusal is not repeated."""
    with dovecot.scripted(desk.server, GREETING, CAPABLE | answers) as port:
        desk.access["port"] = port
        assert desk.round().unreachable == 1
    (complaint,) = desk.complaints
    assert complaint.startswith("mailbox_refused: ")
    assert "me@" not in complaint


def test_mail_whose_size_is_not_told_is_left_to_the_next_round(desk):
    """It was deleted since the search, or the server leaves it out: either way nothing is passed over."""
    with dovecot.scripted(desk.server, GREETING, CAPABLE | HERE) as port:
        desk.access["port"] = port
        assert desk.round().model_dump() == {"collected": 0, "unreachable": 0}
    assert desk.store.cursors == {}
