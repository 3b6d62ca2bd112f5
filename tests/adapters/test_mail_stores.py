"""Conversations and claims: the fakes that use cases are tested with, and what is deployed, keep the same promises."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from goodstanding.adapters.dynamodb import conversations
from goodstanding.adapters.dynamodb.claims import DynamoClaimStore
from goodstanding.adapters.dynamodb.conversations import DynamoConversationStore
from goodstanding.adapters.dynamodb.orders import DynamoOrderStore
from goodstanding.adapters.dynamodb.table import Table
from goodstanding.adapters.mail_archive import S3MailArchive, sellers_hashes
from goodstanding.contracts.errors import Conflict, MailGone
from goodstanding.core.claims import ClaimFact, ClaimKind, ClaimNotice
from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.events import EventKind, MailEvent
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.outcomes import Outcome, Payer
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.threads import Message, SettledBy, Settlement, Thread
from goodstanding.core.mail.trust import Trust
from goodstanding.core.marketplaces import by_country
from goodstanding.core.orders import ReturnFact
from goodstanding.ports.claims import ClaimStore
from goodstanding.ports.conversations import ConversationStore, StoredThread
from tests.fakes.claims import FakeClaimStore
from tests.fakes.conversations import FakeConversationStore
from tests.orders import an_order, order_id

SELLER, OTHER_SELLER = "A2EXAMPLE00001", "A2EXAMPLE00002"
DE, FR = by_country("DE"), by_country("FR")
AT = datetime(2026, 11, 20, 9, 30, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)

FULL = MailEvent(
    "e1", EventKind.BUYER_MESSAGE, AT, "t1", "DE", order_id(1), "e1", ("e0", "e9"), "c1", "a1", "n1",
    frozenset({"s1", "s2"}), Category.OTHER, Urgency.HIGH,
)  # fmt: skip
BARE = MailEvent("e2", EventKind.NO_RESPONSE_NEEDED, AT + HOUR, thread="t1")


@pytest.fixture
def store(is_fake, request, clock) -> Iterator[ConversationStore]:
    """Empty."""
    if is_fake:
        yield FakeConversationStore()
        return
    aws = request.getfixturevalue("lasting_aws")
    yield DynamoConversationStore(aws.client("dynamodb"), aws.names["ConversationsTable"], clock)
    aws.clear("ConversationsTable")


def record(number: int = 1, fate: Fate = Fate.TAKEN, at: datetime = AT, **more) -> MailRecord:
    """A mail that was received."""
    return MailRecord(f"m{number}", at, fate, MailKind.CLAIM_OPENED, Trust.VERIFIED, f"mail/{number}", **more)


def test_record_is_known_to_its_seller_and_stands(store):
    """Received twice, the first word stands."""
    store.put_record(SELLER, record(fate=Fate.REFUSED, reason="not_authentic", marketplace="DE", order_id=order_id(1)))
    store.put_record(SELLER, record(fate=Fate.UNREADABLE, at=AT + HOUR))
    assert (store.is_known(SELLER, "m1"), store.is_known(SELLER, "m2")) == (True, False)
    assert store.is_known(OTHER_SELLER, "m1") is False
    expected = record(fate=Fate.REFUSED, reason="not_authentic", marketplace="DE", order_id=order_id(1))
    assert list(store.unbelieved(SELLER, AT - HOUR)) == [expected]
    assert list(store.arrivals(SELLER)) == [AT]


def test_unbelieved_mails_are_listed_from_a_time_on(store):
    """Oldest first; those that were believed are not among them."""
    for number, fate in enumerate((Fate.REFUSED, Fate.TAKEN, Fate.UNREADABLE, Fate.REFUSED)):
        store.put_record(SELLER, record(number, fate, AT + (3 - number) * HOUR))
    assert [one.mail_id for one in store.unbelieved(SELLER, AT + HOUR)] == ["m2", "m0"]
    assert list(store.arrivals(SELLER)) == [AT + number * HOUR for number in range(4)]
    assert store.unbelieved(OTHER_SELLER, AT) == store.arrivals(OTHER_SELLER) == ()


def test_event_is_found_by_each_of_its_links_and_comes_back_whole(store):
    """With all it can have, and with as little as it can have."""
    store.put_event(SELLER, FULL)
    store.put_event(SELLER, BARE)
    store.put_event(SELLER, FULL)
    for link in FULL.links - BARE.links:
        assert list(store.sharing(SELLER, link)) == [FULL], link
    assert list(store.sharing(SELLER, "thread:t1")) == [FULL, BARE]
    assert list(store.sharing(SELLER, "alias:a2")) == list(store.sharing(OTHER_SELLER, "alias:a1")) == []


def test_thread_comes_back_as_written_and_can_be_dropped(store):
    """Settled and open messages, and the names of their clocks."""
    settled = Settlement(AT + HOUR, SettledBy.REPLY)
    messages = (
        Message("e1", "t1", "DE", AT, Category.OTHER, Urgency.NORMAL, settled),
        Message("e2", "t1", None, AT + HOUR, Category.OTHER, Urgency.HIGH),
    )
    stored = StoredThread(Thread("t1", "DE", order_id(1), messages), {"e1": "e1", "e2": "e2"})
    bare = StoredThread(Thread("t2", None, None, messages[:0]), {})
    store.put_thread(SELLER, bare)
    store.put_thread(SELLER, stored)
    store.put_thread(OTHER_SELLER, bare)
    assert store.thread(SELLER, "t1") == stored
    assert list(store.threads(SELLER)) == [stored, bare]
    store.drop_thread(SELLER, "t1")
    store.drop_thread(SELLER, "never was")
    assert (store.thread(SELLER, "t1"), list(store.threads(SELLER))) == (None, [bare])


def test_addresses_of_verified_mails_go_before_others(store):
    """And nothing learned is nothing known."""
    assert store.own_addresses(SELLER) == frozenset()
    store.learn_addresses(SELLER, Trust.UNVERIFIED, {"a@shop.example"})
    store.learn_addresses(SELLER, Trust.VERIFIED, ())
    assert store.own_addresses(SELLER) == {"a@shop.example"}
    store.learn_addresses(SELLER, Trust.VERIFIED, {"b@shop.example"})
    store.learn_addresses(SELLER, Trust.VERIFIED, {"c@shop.example"})
    assert store.own_addresses(SELLER) == {"b@shop.example", "c@shop.example"}
    assert store.own_addresses(OTHER_SELLER) == frozenset()


def test_orders_of_one_buyer_are_found_along_aliases(store):
    """From any of them; an order of which nothing is known is alone."""
    for alias, number in (("a", 1), ("a", 2), ("b", 2), ("b", 3), ("c", 4)):
        store.note_buyer(SELLER, alias, order_id(number))
    same = {order_id(1), order_id(2), order_id(3)}
    assert [store.orders_of_same_buyer(SELLER, each) for each in sorted(same)] == [same] * 3
    assert store.orders_of_same_buyer(SELLER, order_id(9)) == {order_id(9)}
    assert store.orders_of_same_buyer(OTHER_SELLER, order_id(1)) == {order_id(1)}


def test_opt_out_is_kept_for_the_order_that_the_notice_named(store):
    """Known of a buyer or not."""
    store.note_buyer(SELLER, "a", order_id(1))
    store.note_opt_out(SELLER, order_id(1))
    store.note_opt_out(SELLER, order_id(2))
    asked = [order_id(number) for number in (1, 2, 3)]
    assert store.opt_outs(SELLER, asked) == {order_id(1), order_id(2)}
    assert store.opt_outs(OTHER_SELLER, asked) == store.opt_outs(SELLER, []) == frozenset()
    assert store.orders_of_same_buyer(SELLER, order_id(1)) == {order_id(1)}


def test_answer_set_aside_waits_for_its_sender(store):
    """Until it is taken up."""
    store.put_aside(SELLER, "s", FULL)
    store.put_aside(SELLER, "s", BARE)
    assert list(store.set_aside(SELLER, "s")) == [FULL, BARE]
    assert store.set_aside(SELLER, "other") == store.set_aside(OTHER_SELLER, "s") == ()
    store.take_up(SELLER, "s", FULL)
    assert list(store.set_aside(SELLER, "s")) == [BARE]


def test_only_the_last_arrivals_are_kept(lasting_aws, clock, monkeypatch):
    """An item has its limits."""
    monkeypatch.setattr(conversations, "_ARRIVALS", 3)
    store = DynamoConversationStore(lasting_aws.client("dynamodb"), lasting_aws.names["ConversationsTable"], clock)
    for number in (4, 0, 3, 1, 2):
        store.put_record(SELLER, record(number, at=AT + number * HOUR))
    assert list(store.arrivals(SELLER)) == [AT + number * HOUR for number in (2, 3, 4)]
    lasting_aws.clear("ConversationsTable")


# ---- claims ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def claims(is_fake, request) -> Iterator[ClaimStore]:
    """Empty; one order is known in France."""
    if is_fake:
        yield FakeClaimStore(places={order_id(1): FR})
        return
    aws = request.getfixturevalue("lasting_aws")
    client, table = aws.client("dynamodb"), aws.names["OrdersTable"]
    DynamoOrderStore(client, table).put_orders(SELLER, FR, [an_order(1)])
    yield DynamoClaimStore(client, table)
    aws.clear("OrdersTable")


def notice(number=1, kind=ClaimKind.A_TO_Z, at=AT, outcome=None, payer=None, *, decided=False) -> ClaimNotice:
    """A verified notice."""
    return ClaimNotice(order_id(number), kind, at, decided, outcome, payer)


def test_claim_is_what_its_notices_say_together(claims):
    """Each order and kind by itself."""
    assert claims.note_claim(SELLER, notice()) == ClaimFact(order_id(1), ClaimKind.A_TO_Z, AT)
    decided = notice(at=AT + HOUR, outcome=Outcome.GRANTED, payer=Payer.AMAZON, decided=True)
    whole = ClaimFact(order_id(1), ClaimKind.A_TO_Z, AT, AT + HOUR, Outcome.GRANTED, Payer.AMAZON, AT + HOUR)
    assert claims.note_claim(SELLER, decided) == claims.note_claim(SELLER, decided) == whole
    assert claims.note_claim(SELLER, notice(kind=ClaimKind.CHARGEBACK)).outcome is None
    assert claims.note_claim(OTHER_SELLER, notice()).outcome is None


def test_order_is_looked_for_where_the_seller_sells(claims):
    """And nowhere else."""
    assert claims.marketplace_of(SELLER, order_id(1), [DE, FR]) == FR
    assert claims.marketplace_of(SELLER, order_id(1), [DE]) is None
    assert claims.marketplace_of(SELLER, order_id(2), [DE, FR]) is None


def test_claims_that_count_are_listed_whatever_the_returns_say(lasting_aws):
    """A notice goes before a row of the returns; one that no notice tells of counts."""
    client, table = lasting_aws.client("dynamodb"), lasting_aws.names["OrdersTable"]
    orders, claims = DynamoOrderStore(client, table), DynamoClaimStore(client, table)
    returns = [ReturnFact(order_id(number), f"R{number}", date(2026, 11, 1), a_to_z_claim=True) for number in (1, 2)]
    orders.put_returns(SELLER, DE, returns, AT)
    claims.note_claim(SELLER, notice(1, outcome=Outcome.DENIED, decided=True))
    claims.note_claim(SELLER, notice(3))
    claims.note_claim(SELLER, notice(4, ClaimKind.CHARGEBACK))
    claims.note_claim(SELLER, notice(5, ClaimKind.CHARGEBACK, outcome=Outcome.DENIED, decided=True))
    assert orders.claimed_orders(SELLER, DE) == {order_id(2), order_id(3)}
    assert orders.charged_back_orders(SELLER, DE) == {order_id(4)}
    assert orders.charged_back_orders(OTHER_SELLER, DE) == frozenset()
    lasting_aws.clear("OrdersTable")


def test_claim_that_somebody_else_keeps_writing_is_a_conflict(lasting_aws, monkeypatch):
    """The mail comes again."""
    monkeypatch.setattr(Table, "put_over", lambda *_: False)
    with pytest.raises(Conflict):
        DynamoClaimStore(lasting_aws.client("dynamodb"), lasting_aws.names["OrdersTable"]).note_claim(SELLER, notice())


# ---- the bucket and the key -------------------------------------------------------------------------------------------------------


def test_mail_is_read_up_to_a_bound(lasting_aws):
    """And one byte more, which tells that there is more."""
    client, bucket = lasting_aws.client("s3"), lasting_aws.names["DataBucket"]
    client.put_object(Bucket=bucket, Key="mail/a/1", Body=b"0123456789")
    archive = S3MailArchive(client, bucket)
    assert (archive.read("mail/a/1", 10), archive.read("mail/a/1", 4)) == (b"0123456789", b"01234")


def test_mail_that_expired_is_gone_and_other_errors_are_not_hidden(lasting_aws):
    """Asking again would not bring it back; asking the wrong bucket is a defect."""
    client = lasting_aws.client("s3")
    with pytest.raises(MailGone):
        S3MailArchive(client, lasting_aws.names["DataBucket"]).read("mail/a/none", 10)
    with pytest.raises(client.exceptions.ClientError, match="NoSuchBucket"):
        S3MailArchive(client, "no-such-bucket").read("mail/a/none", 10)


def test_hashes_are_keyed_by_stack_and_seller():
    """Nobody without the secret can try out names, nor tell that two sellers have the same buyer."""
    stack, other = (
        sellers_hashes(SimpleNamespace(get_secret_value=lambda SecretId: {"SecretString": SecretId}), secret)  # noqa: N803
        for secret in ("one", "two")
    )
    hashes = {
        stack("a")("name", "eva"),
        stack("b")("name", "eva"),
        other("a")("name", "eva"),
        stack("a")("alias", "eva"),
    }
    assert len(hashes) == 4
    assert stack("a")("name", "eva") == stack("a")("name", "eva")
