"""How far mailboxes were read, which cannot be, and where their mails go."""

from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.adapters.dynamodb.mailboxes import DynamoMailboxStore
from goodstanding.adapters.s3 import S3MailDrop
from goodstanding.adapters.secrets import MailboxSecrets
from goodstanding.contracts.errors import SellerNotConfigured
from goodstanding.core.mail.collecting import Cursor, Outage
from goodstanding.ports.mailboxes import MailboxStore
from tests.fakes.mailboxes import FakeMailboxStore

SELLER, OTHER, FOLDER = "A2EXAMPLE00001", "A2EXAMPLE00002", "963d9c8a409a327d"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.fixture
def store(is_fake, request) -> MailboxStore:
    """Nothing was read yet."""
    if is_fake:
        return FakeMailboxStore()
    aws = request.getfixturevalue("aws")
    return DynamoMailboxStore(aws.client("dynamodb"), aws.names["HealthTable"])


def test_folder_that_was_never_read_has_no_cursor(store):
    """Nor has one of another seller, or another folder."""
    store.advance(SELLER, FOLDER, Cursor(7, 1))
    assert store.cursor(SELLER, "other") is None
    assert store.cursor(OTHER, FOLDER) is None


def test_cursor_goes_on(store):
    """From mail to mail."""
    store.advance(SELLER, FOLDER, Cursor(7, 1))
    store.advance(SELLER, FOLDER, Cursor(7, 5))
    assert store.cursor(SELLER, FOLDER) == Cursor(7, 5)


def test_slower_round_does_not_take_the_cursor_back(store):
    """What another round has collected is not collected again."""
    store.advance(SELLER, FOLDER, Cursor(7, 5))
    store.advance(SELLER, FOLDER, Cursor(7, 2))
    assert store.cursor(SELLER, FOLDER) == Cursor(7, 5)


def test_new_numbering_begins_anew(store):
    """Its UIDs are smaller, and they count."""
    store.advance(SELLER, FOLDER, Cursor(7, 5))
    store.advance(SELLER, FOLDER, Cursor(6, 1))
    assert store.cursor(SELLER, FOLDER) == Cursor(6, 1)


def test_failures_in_a_row_are_one_outage(store):
    """It began with the first of them; other sellers have none of it."""
    for minutes in range(0, 15, 5):
        outage = store.failed(SELLER, AT + timedelta(minutes=minutes))
    assert outage == Outage(3, AT)
    assert store.failed(OTHER, AT + timedelta(hours=1)) == Outage(1, AT + timedelta(hours=1))


def test_failure_after_a_recovery_is_the_first_of_another_outage(store):
    """A mailbox that is read in between is not out of reach."""
    store.failed(SELLER, AT)
    store.recovered(SELLER)
    assert store.failed(SELLER, AT + timedelta(hours=1)) == Outage(1, AT + timedelta(hours=1))


def test_recovery_without_an_outage_is_nothing(store):
    """Most rounds go well."""
    store.recovered(SELLER)
    assert store.failed(SELLER, AT) == Outage(1, AT)


def test_mail_that_is_stored_again_overwrites_itself(aws):
    """Its key is its name; it is what came, to the byte."""
    client, bucket = aws.client("s3"), aws.names["DataBucket"]
    drop = S3MailDrop(client, bucket)
    for mail in (b"first", b"Subject: \xe4\r\n\r\nsecond\r\n"):
        drop.put(f"mail/{SELLER}/imap/{FOLDER}/7/1.eml", mail)
    (found,) = client.list_objects_v2(Bucket=bucket)["Contents"]
    assert client.get_object(Bucket=bucket, Key=found["Key"])["Body"].read() == b"Subject: \xe4\r\n\r\nsecond\r\n"


@pytest.fixture
def secrets(aws):
    """Write a secret; what is read of it."""
    client = aws.client("secretsmanager")

    def read(text):
        client.create_secret(Name=f"stack/mailbox/{SELLER}", SecretString=text)
        return MailboxSecrets(client, "stack/mailbox/").read(SELLER)

    return read


def test_secret_says_how_to_log_in(secrets):
    """Port and folders have defaults; a password is not shown when the rest is."""
    access = secrets('{"host": "imap.example.com", "user": "me@example.com", "password": "s3cret"}')
    assert (access.host, access.port, access.inbox, access.sent) == ("imap.example.com", 993, "INBOX", "Sent")
    assert access.password.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(access)


def test_seller_without_a_secret_has_no_access(aws):
    """Its mail comes another way."""
    assert MailboxSecrets(aws.client("secretsmanager"), "stack/mailbox/").read(SELLER) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("no JSON", "JSON"),
        ('{"host": "imap.example.com", "user": "me", "password": "s3cret\\n"}', "password"),
        ('{"host": "imap.example.com", "user": "me\\r\\na LOGOUT", "password": "s3cret"}', "user"),
        ('{"host": "imap.example.com", "user": "me", "password": ""}', "password"),
        ('{"host": "imap.example.com/x", "user": "me", "password": "s3cret"}', "host"),
        ('{"host": "imap.example.com", "port": "993", "user": "me", "password": "s3cret"}', "port"),
        ('{"host": "imap.example.com", "user": "me", "password": "s3cret", "folder": "x"}', "folder"),
    ],
)
def test_malformed_secret_is_named_without_its_content(secrets, text, named):
    """The operator learns which key to look at; a password is in no message."""
    with pytest.raises(SellerNotConfigured, match=f"secret stack/mailbox/{SELLER}: check {named}") as caught:
        secrets(text)
    assert "s3cret" not in str(caught.value)
