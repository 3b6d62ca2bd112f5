"""The collector as it is deployed: template, environment, role and handler, against a real Dovecot."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient

from local.clock import VirtualClock
from local.schedules import firings
from local.stack import EmbeddedStack
from tests.adapters import dovecot
from tests.security.test_permissions import grants
from tests.security.troubled_world import AwsCall, needs
from tools import sam_template

pytestmark = pytest.mark.skipif(
    dovecot.PROGRAM is None, reason="Dovecot is not installed: run tools/install_test_servers.sh"
)

AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
READ, LOCKED_OUT, ELSEWHERE = "A2EXAMPLE00001", "A2EXAMPLE00002", "A2EXAMPLE00003"
QUESTION = b"From: buyer@example.com\r\nSubject: canary-subject\r\n\r\ncanary-text\r\n"
WRONG = "canary-password"


@dataclass
class Left:
    """What two rounds left behind."""

    mails: dict[str, bytes]
    firings: list[datetime]
    logs: str
    calls: set[AwsCall]
    outages: list[str]


@pytest.fixture(scope="module")
def left() -> Iterator[Left]:
    """A seller that is read, one whose password is wrong, and one whose mail comes another way."""
    parameters = {"ImapCollection": "on", "LogLevel": "DEBUG"}
    with (
        dovecot.running() as server,
        EmbeddedStack(sam_template.TEMPLATE, parameters, VirtualClock(AT)) as stack,
        pytest.MonkeyPatch.context() as patch,
    ):
        # The function's own trust: what OpenSSL takes from the system, which is this one certificate here.
        stack.environment("CollectMailFunction")["SSL_CERT_FILE"] = str(server.certificate)  # type: ignore[index]
        server.deliver("reader", QUESTION, at=AT)
        enrol(stack, server.port, READ, "reader", dovecot.PASSWORD)
        enrol(stack, server.port, LOCKED_OUT, "locked", WRONG)
        enrol(stack, server.port, ELSEWHERE, None, "")
        calls = watched(stack, patch)
        due = [
            firing
            for firing in firings(stack.schedules, AT, AT + timedelta(minutes=10))
            if firing.schedule.target == "CollectMailFunction"
        ]
        for firing in due:
            assert stack.fire(firing) is None
        bucket = stack.resource("DataBucket")
        client = stack.client("s3")
        keys = [item["Key"] for item in client.list_objects_v2(Bucket=bucket, Prefix="mail/").get("Contents", ())]
        items = stack.client("dynamodb").scan(TableName=stack.resource("HealthTable"))["Items"]
        yield Left(
            {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys},
            [firing.at for firing in due],
            "\n".join(line.text for line in stack.logs),
            calls,
            [item["pk"]["S"] for item in items if item["sk"]["S"] == "OUTAGE" and item["failures"]["N"] == "2"],
        )


def enrol(stack: EmbeddedStack, port: int, seller_id: str, user: str | None, password: str) -> None:
    """Settings, and the mailbox's secret if there is a user."""
    settings = f"seller_id: {seller_id}\nmarketplaces: [DE]\nmailbox: true\n"
    stack.client("s3").put_object(
        Bucket=stack.resource("DataBucket"), Key=f"sellers/{seller_id}.yaml", Body=settings.encode()
    )
    if user:
        access = {"host": "localhost", "port": port, "user": user, "password": password, "sent": dovecot.SENT}
        stack.client("secretsmanager").create_secret(
            Name=f"goodstanding/mailbox/{seller_id}", SecretString=json.dumps(access)
        )


def watched(stack: EmbeddedStack, patch: pytest.MonkeyPatch) -> set[AwsCall]:
    """Every call of a function from here on."""
    calls: set[AwsCall] = set()
    names = {stack.resource(name): name for name in ("HealthTable", "DataBucket")}
    inside = BaseClient._make_api_call

    def call(client: Any, operation: str, asked: dict[str, Any]) -> Any:
        for action, resource in needs(client.meta.service_model.service_name, operation, asked):
            calls.add(AwsCall(stack.trace.caller, action, names.get(resource, resource)))
        return inside(client, operation, asked)

    patch.setattr(BaseClient, "_make_api_call", call)
    return calls


def test_schedule_fires_every_five_minutes(left):
    """By the schedule of the template."""
    assert left.firings == [AT, AT + timedelta(minutes=5)]


def test_mail_is_in_the_bucket_once(left):
    """Where whoever reads mails finds it."""
    ((key, body),) = left.mails.items()
    assert key.startswith(f"mail/{READ}/imap/")
    assert body == QUESTION


def test_locked_out_mailbox_is_counted_and_named(left):
    """Of one seller, in both rounds; the one without a secret is no failure."""
    assert left.outages == [LOCKED_OUT]
    assert left.logs.count("mailbox_refused") == 2
    assert '"MailboxesUnreachable":[1.0]' in left.logs.replace(" ", "")


def test_logs_hold_neither_mails_nor_credentials(left):
    """At level DEBUG."""
    assert "mailbox not read" in left.logs
    for canary in ("canary", "buyer@example.com", dovecot.PASSWORD, "reader", "localhost"):
        assert canary not in left.logs, canary


def test_role_allows_what_was_done(left):
    """Reads, writes, cursors, outages and secrets."""
    allowed = {(grant.function, grant.action, grant.resource) for grant in grants()}
    secrets = {call for call in left.calls if call.action.startswith("secretsmanager:")}
    assert secrets
    done = {
        (call.function, call.action, "AWS::StackName" if call in secrets else call.resource)
        for call in left.calls
        if call.function == "CollectMailFunction"
    }
    assert done >= {("CollectMailFunction", action, "DataBucket") for action in ("s3:PutObject", "s3:ListBucket")}
    assert done - allowed == set()
