"""Which mails are collected next, and when a mailbox out of reach is told of."""

from datetime import UTC, date, datetime

import pytest

from goodstanding.core.mail.collecting import (
    LARGEST_MAIL,
    TELL_AFTER,
    Cursor,
    MailSize,
    Outage,
    folder_id,
    mail_key,
    oldest_day,
    read_up_to,
)

AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cursor", "uid"), [(None, 0), (Cursor(7, 41), 41), (Cursor(6, 41), 0)], ids=["never read", "read", "renumbered"]
)
def test_folder_is_read_on_where_its_numbers_still_hold(cursor, uid):
    """A UID means nothing under another UIDVALIDITY."""
    assert read_up_to(cursor, 7) == uid


def test_mails_of_the_last_thirty_days_are_collected():
    """And of the day before, which is still the thirtieth somewhere."""
    assert oldest_day(AT) == date(2026, 10, 20)


@pytest.mark.parametrize(
    ("size", "stays"), [(25 * 1024 * 1024, False), (LARGEST_MAIL, False), (LARGEST_MAIL + 1, True)]
)
def test_only_a_mail_beyond_the_largest_stays(size, stays):
    """25 MB pass, which is what most servers let through."""
    assert MailSize(1, size).is_too_large is stays


@pytest.mark.parametrize(("failures", "told"), [(1, False), (TELL_AFTER - 1, False), (TELL_AFTER, True), (99, True)])
def test_hiccups_are_not_told(failures, told):
    """Half an hour is."""
    assert Outage(failures, AT).is_to_be_told is told


@pytest.mark.parametrize(
    "other", [("b.example", "me", "INBOX"), ("a.example", "you", "INBOX"), ("a.example", "me", "Sent")]
)
def test_folder_of_another_account_is_another_folder(other):
    """A new account is read from its beginning, even if its folder has the same name and numbers."""
    assert folder_id(*other) != folder_id("a.example", "me", "INBOX")


def test_name_of_a_host_has_no_case():
    """DNS knows none."""
    assert folder_id("A.Example", "me", "INBOX") == folder_id("a.example", "me", "INBOX")


def test_key_is_natural_and_says_nothing_of_the_account():
    """The same mail of the same folder has the same key."""
    key = mail_key("A2EXAMPLE00001", folder_id("a.example", "me@example.com", "INBOX"), 7, 41)
    assert key == f"mail/A2EXAMPLE00001/imap/{folder_id('a.example', 'me@example.com', 'INBOX')}/7/41.eml"
    assert "example" not in key
