"""A round over the mailboxes: each mail once, in order, and one broken mailbox costs no other."""

from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.contracts.errors import AwsUnavailable, MailboxRefused, MailboxUnreachable, SellerNotConfigured
from goodstanding.contracts.tasks import CollectMailInput
from goodstanding.core.mail.collecting import LARGEST_MAIL, TELL_AFTER, Cursor, mail_key
from goodstanding.core.marketplaces import by_country
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.collect_mail import BATCH, PATIENCE, RESERVE, Post, collect_mail
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.clock import FakeClock
from tests.fakes.mail_archive import FakeMailDrop
from tests.fakes.mailboxes import FakeFolder, FakeMailbox, FakeMailboxes, FakeMailboxStore
from tests.fakes.sellers import FakeSellerRegistry

AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
TODAY = AT.date()
A, B, C = "A2EXAMPLE00001", "A2EXAMPLE00002", "A2EXAMPLE00003"


def mails(*uids, day=TODAY):
    """Mails that say which they are."""
    return {uid: (day, b"mail %d" % uid) for uid in uids}


class Office:
    """Sellers with mailboxes, and the rounds over them. Reading a mail takes `pace`."""

    def __init__(self):
        self.mailboxes = FakeMailboxes({})
        self.store = FakeMailboxStore()
        self.drop = FakeMailDrop()
        self.ledger = FakeAlertLedger(FakeClock())
        self.registry = FakeSellerRegistry({})
        self.left = timedelta(minutes=4)
        self.pace = timedelta(0)
        self.complaints = []
        self.counts = {}
        self.order = []

    def enrol(self, seller_id, mailbox, *, connected=True):
        """A seller, and what its credentials lead to: None if it has none."""
        self.registry.sellers[seller_id] = Seller(seller_id, (by_country("DE"),), "en", mailbox=connected)
        self.mailboxes.mailboxes[seller_id] = mailbox

    def remaining(self):
        """Every look at the clock takes its time."""
        self.left -= self.pace
        return self.left

    def round(self, at=AT):
        """One round."""
        return collect_mail(
            CollectMailInput(scheduled_at=at),
            self.registry,
            Post(self.mailboxes, self.store, self.drop),
            self.ledger,
            self.remaining,
            self.counts.update,
            lambda seller_id, problem: self.complaints.append((seller_id, problem)),
        )


@pytest.fixture
def office():
    """Nobody is enrolled."""
    return Office()


@pytest.fixture
def inbox():
    """An inbox."""
    return FakeFolder("inbox", 7)


@pytest.fixture
def sent():
    """What was sent."""
    return FakeFolder("sent", 3)


@pytest.fixture
def one(office, inbox, sent):
    """One seller with both folders."""
    office.enrol(A, FakeMailbox({"INBOX": inbox, "Sent": sent}))
    return office


def test_mails_of_both_folders_are_stored_under_their_natural_keys(one, inbox, sent):
    """What was sent comes first: an answer has to be known before its question."""
    inbox.mails = mails(1, 2)
    sent.mails = mails(9)
    assert one.round().collected == 3
    assert one.drop.puts == [mail_key(A, "sent", 3, 9), mail_key(A, "inbox", 7, 1), mail_key(A, "inbox", 7, 2)]
    assert one.drop.mails[mail_key(A, "inbox", 7, 2)] == b"mail 2"


def test_next_round_stores_only_what_is_new(one, inbox):
    """No mail twice."""
    inbox.mails = mails(1, 2)
    one.round()
    inbox.mails |= mails(3)
    assert one.round().collected == 1
    assert one.drop.puts[-1] == mail_key(A, "inbox", 7, 3)


def test_first_round_leaves_old_mails_where_they_are(one, inbox):
    """The last thirty days are enough for every clock."""
    inbox.mails = mails(1, day=date(2026, 9, 1)) | mails(2, day=TODAY - timedelta(days=30))
    assert one.round().collected == 1
    assert one.store.cursor(A, "inbox") == Cursor(7, 2)


def test_old_mail_that_is_moved_into_the_folder_is_left_alone(one, inbox):
    """It has a new UID, and the day on which it came."""
    inbox.mails = mails(1)
    one.round()
    inbox.mails |= mails(2, day=date(2025, 1, 1)) | mails(3)
    assert one.round().collected == 1


def test_renumbered_folder_is_read_anew(one, inbox):
    """Under new keys; the receiver knows the mails by their Message-ID."""
    inbox.mails = mails(40, 41)
    one.round()
    inbox.uid_validity, inbox.mails = 8, mails(1, 2)
    assert one.round().collected == 2
    assert one.store.cursor(A, "inbox") == Cursor(8, 2)


def test_more_mails_than_a_batch_are_all_collected(one, inbox):
    """A batch bounds what is looked up at once, not what is collected."""
    inbox.mails = mails(*range(1, BATCH + 3))
    assert one.round().collected == BATCH + 2


def test_cursor_stands_behind_what_is_stored_when_the_connection_is_lost(one, inbox):
    """The next round takes the next mail."""
    inbox.mails = mails(1, 2, 3)
    inbox.failures = [None, MailboxUnreachable("lost")]
    assert (one.round().unreachable, one.store.cursor(A, "inbox")) == (1, Cursor(7, 1))
    one.round()
    assert one.drop.puts == [mail_key(A, "inbox", 7, uid) for uid in (1, 2, 3)]


def test_mail_that_could_not_be_stored_is_not_passed_over(one, inbox, monkeypatch):
    """The bucket's failure is nobody's mailbox: the round fails, and the next one begins at that mail."""
    inbox.mails = mails(1)

    def refuse(key, mail):
        raise AwsUnavailable("SlowDown")

    monkeypatch.setattr(one.drop, "put", refuse)
    with pytest.raises(AwsUnavailable):
        one.round()
    assert one.store.cursor(A, "inbox") is None
    assert one.store.outages == {}


def test_deleted_mail_is_passed_over(one, inbox, monkeypatch):
    """It was there when the folder was searched."""
    inbox.mails = mails(1, 2)
    read = inbox.read
    monkeypatch.setattr(inbox, "read", lambda uid: None if uid == 1 else read(uid))
    assert one.round().collected == 1
    assert one.store.cursor(A, "inbox") == Cursor(7, 2)


def test_too_large_mail_is_counted_and_passed_over(one, inbox):
    """It would take the memory of all; the mails behind it are read."""
    inbox.mails = mails(1, 2)
    inbox.sizes = {1: LARGEST_MAIL + 1}
    assert one.round().collected == 1
    assert one.counts["MailsTooLarge"] == 1
    assert one.round().collected == 0
    assert one.counts["MailsTooLarge"] == 0


@pytest.mark.parametrize(
    "failure",
    [MailboxUnreachable("no answer"), MailboxRefused("the login was turned away"), SellerNotConfigured("check port")],
)
def test_broken_mailbox_costs_no_other(one, inbox, failure):
    """It is counted and named with what is wrong, whatever its place in the round."""
    inbox.mails = mails(1)
    one.enrol(B, failure)
    one.enrol(C, failure)
    assert one.round().model_dump() == {"collected": 1, "unreachable": 2}
    assert one.counts == {"MailsCollected": 1, "MailsTooLarge": 0, "MailboxesUnreachable": 2}
    assert sorted(one.complaints) == [(seller, f"{failure.reason}: {failure}") for seller in (B, C)]


def test_settings_that_cannot_be_read_cost_no_other(one, inbox, monkeypatch):
    """They are counted where the day's sellers are listed, not as a mailbox."""
    inbox.mails = mails(1)
    monkeypatch.setattr(one.registry, "list", lambda: [B, A])
    assert one.round().model_dump() == {"collected": 1, "unreachable": 0}
    assert one.complaints == [(B, f"not_configured: {B}")]


def test_seller_without_a_secret_is_no_failure(office):
    """Its mail comes another way: nothing to collect is nothing wrong."""
    office.enrol(A, None)
    assert office.round().model_dump() == {"collected": 0, "unreachable": 0}
    assert office.complaints == []


def test_mailbox_is_left_alone_unless_the_settings_say_so(office, inbox):
    """A secret alone connects nothing."""
    inbox.mails = mails(1)
    office.enrol(A, FakeMailbox({"INBOX": inbox}, ("INBOX",)), connected=False)
    assert office.round().collected == 0
    assert office.mailboxes.patience == {}


def test_missing_folder_keeps_no_other_from_being_read(one, inbox):
    """A misspelt name of the sent folder must not cost the inbox; it is still told of."""
    inbox.mails = mails(1)
    del one.mailboxes.mailboxes[A].places["Sent"]
    assert one.round().model_dump() == {"collected": 1, "unreachable": 1}


def test_outage_is_told_once_when_it_lasts(office):
    """After half an hour, not after a hiccup, and not again while it goes on."""
    office.enrol(A, MailboxUnreachable("no answer"))
    planned = []
    for number in range(TELL_AFTER + 3):
        office.round(AT + timedelta(minutes=5 * number))
        planned.append(len(office.ledger.unsent(A)))
    assert planned == [0] * (TELL_AFTER - 1) + [1] * 4
    assert "06:00 UTC" in office.ledger.unsent(A)[0].message


def test_outage_that_ends_is_forgotten(one):
    """The next one counts from its own beginning, and is told by itself."""
    broken, mailbox = MailboxUnreachable("no answer"), one.mailboxes.mailboxes[A]
    for number in range(2 * TELL_AFTER):
        one.mailboxes.mailboxes[A] = mailbox if number % TELL_AFTER == TELL_AFTER - 1 else broken
        one.round(AT + timedelta(minutes=5 * number))
    assert one.ledger.unsent(A) == ()


def test_round_ends_before_its_time_does_and_goes_on_in_the_next(one, inbox):
    """The time of an invocation is bounded, a first round is not."""
    inbox.mails = mails(*range(1, 101))
    one.left, one.pace = RESERVE + timedelta(seconds=20), timedelta(seconds=1)
    first = one.round().collected
    assert 0 < first < 20
    assert one.left > RESERVE - timedelta(seconds=2)
    one.left, one.pace = timedelta(minutes=4), timedelta(0)
    assert one.round().collected == 100 - first


def test_mailbox_with_much_to_read_leaves_time_to_the_others(office):
    """Each has a share of what is left."""
    for seller_id in (A, B, C):
        office.enrol(seller_id, FakeMailbox({"INBOX": FakeFolder("inbox", 7, mails(*range(1, 1000)))}, ("INBOX",)))
    office.left, office.pace = RESERVE + timedelta(seconds=60), timedelta(seconds=1)
    office.round()
    collected = [sum(f"/{seller_id}/" in key for key in office.drop.puts) for seller_id in (A, B, C)]
    assert all(count > 10 for count in collected), collected


def test_server_may_not_take_longer_than_its_share(office):
    """Ten dead servers cost a round less than its time."""
    for seller_id in (A, B, C):
        office.enrol(seller_id, MailboxUnreachable("no answer"))
    office.left = RESERVE + timedelta(seconds=30)
    office.round()
    assert set(office.mailboxes.patience.values()) == {timedelta(seconds=10), PATIENCE}


def test_without_time_no_mailbox_is_opened(one):
    """It is neither read nor called broken."""
    one.left = RESERVE
    assert one.round().unreachable == 0
    assert one.mailboxes.patience == {}


def test_each_round_has_an_order_of_its_own(office):
    """Whom the time did not suffice for is not always the same."""
    for seller_id in (A, B, C):
        office.enrol(seller_id, FakeMailbox({}, ()))
    firsts = set()
    for number in range(20):
        office.mailboxes.patience.clear()
        office.round(AT + timedelta(minutes=5 * number))
        firsts.add(next(iter(office.mailboxes.patience)))
    assert firsts == {A, B, C}
