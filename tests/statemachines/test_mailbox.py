"""The mailbox is watched by the deployed stack: the canary goes out through SES and comes back as a mail."""

from datetime import UTC, datetime, timedelta

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from goodstanding.adapters.dynamodb.alerts import DynamoAlertLedger
from goodstanding.adapters.dynamodb.canaries import DynamoCanaryStore
from goodstanding.core.mail.canary import CanaryState
from local import runner
from local.clock import VirtualClock
from local.schedules import Firing
from local.seller_folder import load
from local.stack import REGION, EmbeddedStack

SELLER = "A2EXAMPLE00001"
NOW = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PARAMETERS = {"CanarySender": "us@shop.example", "CanaryAddress": "inbox@shop.example"}


@pytest.fixture
def stack(tmp_path):
    """One seller with a mailbox, and an SES that may send."""
    (tmp_path / "seller.yaml").write_text(f"seller_id: {SELLER}\nmarketplaces: [DE]\nlanguage: en\n")
    (tmp_path / "mail").mkdir()
    with EmbeddedStack(runner.TEMPLATE, PARAMETERS, VirtualClock(NOW)) as deployed:
        runner.enrol(deployed, load(tmp_path))
        deployed.client("sesv2").create_email_identity(EmailIdentity="us@shop.example")
        yield deployed


def watch(stack, at):
    """The schedule fires."""
    stack.clock.travel(at)
    (schedule,) = (one for one in stack.schedules if one.target == "WatchMailboxesFunction")
    stack.fire(Firing(at, schedule))


def on_their_way():
    """The raw mails that SES took."""
    return [message.raw_data for message in ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages]


def arrive(stack, raw):
    """The mail comes through to the mailbox."""
    bucket, key = stack.resource("DataBucket"), f"mail/{SELLER}/canary.eml"
    stack.client("s3").put_object(Bucket=bucket, Key=key, Body=raw)
    stack.put_event("aws.s3", "Object Created", {"bucket": {"name": bucket}, "object": {"key": key}})


def canary(stack):
    """The only one that there is."""
    (one,) = DynamoCanaryStore(stack.client("dynamodb"), stack.resource("ConversationsTable")).canaries(SELLER)
    return one


def told(stack):
    """What is planned for the next sweep."""
    ledger = DynamoAlertLedger(stack.client("dynamodb"), stack.resource("HealthTable"), stack.clock)
    return [alert.key for alert in ledger.unsent(SELLER)]


@pytest.mark.parametrize("checked", [b"", b"Authentication-Results: mx; spf=fail smtp.mailfrom=us@shop.example\r\n"])
def test_canary_that_comes_through_leaves_no_alert(stack, checked):
    """Also where the forwarder breaks its authentication: its token is proof enough, and it counts as no forged mail."""
    watch(stack, NOW)
    (raw,) = on_their_way()
    assert canary(stack).state is CanaryState.SENT
    arrive(stack, checked + (raw if isinstance(raw, bytes) else raw.encode()))
    assert canary(stack).state is CanaryState.ARRIVED
    watch(stack, NOW + 5 * HOUR)
    assert (len(on_their_way()), told(stack)) == (1, [])


def test_canary_that_is_lost_is_an_alert_and_a_forged_one_does_not_help(stack):
    """Who does not know the token cannot pretend that the mailbox works."""
    watch(stack, NOW)
    arrive(stack, b"From: us@shop.example\r\nSubject: goodstanding-canary 2026-11-20.0123456789abcdef\r\n\r\nhello\r\n")
    assert canary(stack).state is CanaryState.SENT
    watch(stack, NOW + 4 * HOUR)
    assert told(stack) == ["2026-11-20#mail#canary"]
