"""The hourly look at the mailboxes: silence, and the canary."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.contracts.errors import AwsAnswerLost, AwsUnavailable
from goodstanding.contracts.tasks import WatchMailboxesInput
from goodstanding.core.mail.canary import CanaryState
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.watch_mailboxes import Canaries, watch_mailboxes
from tests.fakes.canaries import FakeCanaryStore
from tests.fakes.sellers import FakeSellerRegistry
from tests.usecases.conftest import DE

CONNECTED, OTHER, UNCONNECTED = "A2EXAMPLE00001", "A2EXAMPLE00002", "A2EXAMPLE00003"
START = datetime(2026, 11, 20, 0, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class FakeArrivals:
    """When mails arrived, by seller."""

    times: dict[str, list[datetime]] = field(default_factory=dict)

    def arrivals(self, seller_id):
        """The last ones."""
        return self.times.get(seller_id, [])


@dataclass
class FakeMailer:
    """Remembers what was sent; `failures` befall the next sendings."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    failures: list[Exception | None] = field(default_factory=list)
    on_send: object = None

    def send(self, _sender, to, canary):
        """Send, or fail."""
        failure = self.failures.pop(0) if self.failures else None
        if self.on_send:
            self.on_send(canary)
        if failure:
            raise failure
        self.sent.append((to, canary.token))


@dataclass
class Post:
    """The mailboxes of three sellers, one of them not connected."""

    here: object
    address: str = "shop+{seller_id}@shop.example"
    arrivals: FakeArrivals = field(default_factory=FakeArrivals)
    store: FakeCanaryStore = field(default_factory=FakeCanaryStore)
    mailer: FakeMailer = field(default_factory=FakeMailer)

    def watch(self, at):
        """One look."""
        self.here.clock.time = at
        connected = {
            one: Seller(one, (DE,), "en", mailbox=one != UNCONNECTED) for one in (CONNECTED, OTHER, UNCONNECTED)
        }
        registry = FakeSellerRegistry(connected)
        canaries = Canaries(self.store, self.mailer, "us@shop.example", self.address, lambda: "ab" * 8)
        request = WatchMailboxesInput(scheduled_at=at)
        return watch_mailboxes(request, registry, self.arrivals, canaries, self.here.ledger, self.here.clock)

    def told(self, seller=CONNECTED):
        """Keys of what is planned for a seller."""
        return [alert.key for alert in self.here.ledger.unsent(seller)]


@pytest.fixture
def post(here):
    """Nothing has arrived, nothing was sent."""
    return Post(here)


def test_every_connected_mailbox_gets_one_canary_a_day(post):
    """To an address of its own; again the next day."""
    for hour in range(25):
        post.watch(START + hour * HOUR)
        for seller in (CONNECTED, OTHER):
            for canary in post.store.canaries(seller):
                if canary.state is CanaryState.SENT:
                    post.store.note_canary(seller, canary.token)
    assert post.mailer.sent == [
        (f"shop+{seller}@shop.example", f"2026-11-{day}.{'ab' * 8}")
        for day in (20, 21)
        for seller in (CONNECTED, OTHER)
    ]
    assert post.told() == []


def test_canary_that_does_not_come_through_is_told_once(post):
    """However long it lasts; one that gets through ends it, and the next loss is another."""
    answers = [post.watch(START + hour * HOUR) for hour in range(72)]
    assert [answer.troubled for answer in answers[:5]] == [0, 0, 0, 0, 2]
    assert post.told() == ["2026-11-20#mail#canary"]
    (*_, last) = post.store.canaries(CONNECTED)
    post.store.note_canary(CONNECTED, last.token)
    for hour in range(72, 80):
        post.watch(START + hour * HOUR)
    assert post.told() == ["2026-11-20#mail#canary", "2026-11-23#mail#canary"]


def test_canary_that_ses_refuses_is_tried_again_every_hour(post):
    """It was certainly not sent; a refusal that lasts is told as any loss."""
    post.mailer.failures = [AwsUnavailable("SES throttled")] * 4
    for hour in range(2):
        post.watch(START + hour * HOUR)
    assert post.mailer.sent == []
    post.watch(START + 2 * HOUR)
    assert [to for to, _ in post.mailer.sent] == [f"shop+{CONNECTED}@shop.example", f"shop+{OTHER}@shop.example"]


def test_canary_that_could_never_be_sent_says_so(post):
    """Then it is not the mailbox that is to be mended."""
    post.mailer.failures = [AwsUnavailable("SES: the identity is not verified")] * 99
    for hour in range(5):
        post.watch(START + hour * HOUR)
    (alert,) = post.here.ledger.unsent(CONNECTED)
    assert "Amazon SES did not take it" in alert.message


def test_canary_whose_answer_was_lost_is_repeated_once(post):
    """It may have been sent: with the same token, after the lease."""
    post.mailer.failures = [AwsAnswerLost("timed out"), None, AwsAnswerLost("timed out")]
    for hour in range(4):
        post.watch(START + hour * HOUR)
    assert post.store.canaries(CONNECTED)[0].attempts == 2
    assert [to for to, _ in post.mailer.sent] == [f"shop+{OTHER}@shop.example"]


def test_canary_that_arrives_while_it_is_noted_as_sent_stays_arrived(post):
    """Mail is faster than we are."""
    post.mailer.on_send = lambda canary: post.store.note_canary(CONNECTED, canary.token)
    post.watch(START)
    assert post.store.canaries(CONNECTED)[0].state is CanaryState.ARRIVED


def test_canary_that_somebody_else_claimed_is_not_sent_twice(post, monkeypatch):
    """Two looks at once."""
    monkeypatch.setattr(post.store, "put_canary", lambda *_: False)
    post.watch(START)
    assert post.mailer.sent == []


def test_without_an_address_no_canary_is_sent(post):
    """The mailboxes are watched all the same."""
    post.address = ""
    assert post.watch(START).mailboxes == 2
    assert (post.mailer.sent, post.store.known) == ([], {})


def test_silent_mailbox_is_told_once(post):
    """Critical; another mailbox of the stack is not concerned."""
    post.address = ""
    last = START - 3 * HOUR
    post.arrivals.times[CONNECTED] = [last - hour * HOUR for hour in range(6)]
    assert [post.watch(START + hour * HOUR).troubled for hour in (0, 20, 22, 40)] == [0, 0, 1, 1]
    (alert,) = post.here.ledger.unsent(CONNECTED)
    assert (alert.kind, alert.severity) == ("mail", "critical")
    assert post.told(OTHER) == []
