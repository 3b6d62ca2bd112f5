"""Canaries in the conversations' table, and through SES."""

import email
from datetime import UTC, date, datetime

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from goodstanding.adapters.dynamodb.canaries import DynamoCanaryStore
from goodstanding.adapters.dynamodb.conversations import DynamoConversationStore
from goodstanding.adapters.mail_parser import parse_mail
from goodstanding.adapters.ses import SesMailer
from goodstanding.contracts.errors import AwsAnswerLost, AwsUnavailable
from goodstanding.core.mail.canary import CanaryState, claimed, new_canary, sent, token_of
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.trust import Trust
from tests.fakes.canaries import FakeCanaryStore
from tests.fakes.clock import FakeClock

SELLER, OTHER = "A2EXAMPLE00001", "A2EXAMPLE00002"
NOW = datetime(2026, 11, 20, 0, 10, tzinfo=UTC)
NONCE = "0123456789abcdef"


@pytest.fixture(params=["fake", "dynamodb"])
def store(request):
    """Empty, twice: in memory and in the embedded AWS."""
    if request.param == "fake":
        return FakeCanaryStore()
    aws = request.getfixturevalue("aws")
    return DynamoCanaryStore(aws.client("dynamodb"), aws.names["ConversationsTable"])


def test_canary_is_kept_as_it_was_written(store):
    """By day; each write over the revision that it was made from."""
    today, before = new_canary(date(2026, 11, 20), NONCE, NOW), new_canary(date(2026, 11, 9), NONCE, NOW)
    assert store.put_canary(SELLER, today)
    assert store.put_canary(SELLER, before)
    assert not store.put_canary(SELLER, today)
    stands = store.canaries(SELLER)
    assert [one.day for one in stands] == [before.day, today.day]
    assert store.put_canary(SELLER, claimed(stands[1], NOW))
    assert not store.put_canary(SELLER, sent(stands[1]))
    after = store.canaries(SELLER)[1]
    assert (after.state, after.claimed_at, after.attempts, after.revision) == (CanaryState.CLAIMED, NOW, 1, 2)
    assert store.canaries(OTHER) == ()


def test_only_the_right_token_comes_through(store):
    """Another's, a wrong or an unknown one is none of ours; said twice it stays said."""
    store.put_canary(SELLER, new_canary(NOW.date(), NONCE, NOW))
    assert not store.note_canary(SELLER, f"2026-11-20.{'f' * 16}")
    assert not store.note_canary(SELLER, f"2026-11-19.{NONCE}")
    assert not store.note_canary(OTHER, f"2026-11-20.{NONCE}")
    assert store.canaries(SELLER)[0].state is CanaryState.PLANNED
    for _ in range(2):
        assert store.note_canary(SELLER, f"2026-11-20.{NONCE}")
    assert store.canaries(SELLER)[0].state is CanaryState.ARRIVED


def test_returns_that_were_asked_for_are_found_by_time(aws):
    """Beside the mails that were not believed."""
    mails = DynamoConversationStore(aws.client("dynamodb"), aws.names["ConversationsTable"], FakeClock())
    for number, (kind, fate) in enumerate(
        [
            (MailKind.RETURN_REQUEST, Fate.TAKEN),
            (MailKind.RETURN_REQUEST, Fate.REFUSED),
            (MailKind.BUYER_MESSAGE, Fate.TAKEN),
        ]
    ):
        mails.put_record(SELLER, MailRecord(f"m{number}", NOW, fate, kind, Trust.VERIFIED, "mail/x"))
    assert [record.mail_id for record in mails.return_requests(SELLER, NOW)] == ["m0"]
    assert [record.mail_id for record in mails.unbelieved(SELLER, NOW)] == ["m1"]
    assert mails.return_requests(SELLER, NOW.replace(hour=1)) == ()


def test_canary_that_is_sent_is_known_when_it_comes_back(aws):
    """What SES gets is what the parser knows."""
    client = boto3.client("sesv2", region_name="eu-central-1")
    client.create_email_identity(EmailIdentity="us@shop.example")
    canary = new_canary(NOW.date(), NONCE, NOW)
    taken = []
    client.meta.events.register("provide-client-params.sesv2.SendEmail", lambda params, **_: taken.append(params))
    SesMailer(client).send("us@shop.example", "inbox@shop.example", canary)
    raw = taken[0]["Content"]["Raw"]["Data"]
    assert token_of(parse_mail(raw)) == canary.token
    assert email.message_from_bytes(raw)["To"] == "inbox@shop.example"


class FakeSes:
    """An SES that fails."""

    def __init__(self, fault):
        self._fault = fault

    def send_email(self, **_):
        """Fail."""
        raise self._fault


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (
            ClientError({"Error": {"Code": "MessageRejected", "Message": "us@shop.example"}}, "SendEmail"),
            AwsUnavailable,
        ),
        (EndpointConnectionError(endpoint_url="https://ses.invalid"), AwsAnswerLost),
    ],
)
def test_ses_that_fails_says_whether_it_may_have_sent(fault, error):
    """And quotes no address."""
    with pytest.raises(AwsUnavailable) as raised:
        SesMailer(FakeSes(fault)).send("us@shop.example", "inbox@shop.example", new_canary(NOW.date(), NONCE, NOW))
    assert type(raised.value) is error
    assert "@" not in str(raised.value)
