"""Whose a mail is that SES received."""

import pytest

from goodstanding.core.mail.addressee import addressee

SELLERS = ("A2EXAMPLE00001", "A2EXAMPLE00002")
TO_OTHER = "To: A2EXAMPLE00002@mail.example.com"


def received(address, *, sender="smtp.example.com (smtp.example.com [192.0.2.1])"):
    """The header that SES puts on top, folded as it folds it."""
    return (
        f"Received: from {sender}\r\n by inbound-smtp.eu-central-1.amazonaws.com with SMTP id d6iitobk75ur44p8kdnnp7g2n800\r\n"
        f" for {address};\r\n Fri, 20 Nov 2026 06:00:00 +0000 (UTC)"
    )


def mail(*headers):
    """A mail with these headers on top."""
    return "\r\n".join(("Return-Path: <bounce@example.com>", *headers, "Subject: a", "", "a text")).encode()


@pytest.mark.parametrize(
    "address", ["A2EXAMPLE00001@mail.example.com", "a2example00001@MAIL.example.com", "<A2EXAMPLE00001@m.example>"]
)
def test_seller_is_before_the_at_of_the_address_that_ses_noted(address):
    """Mail servers do not keep the case of an address."""
    assert addressee(mail(received(address)), SELLERS) == "A2EXAMPLE00001"


def test_address_that_the_sender_wrote_does_not_count():
    """A redirected mail keeps its `To`, and anybody can write one."""
    assert addressee(mail(received("A2EXAMPLE00001@mail.example.com"), TO_OTHER), SELLERS) == "A2EXAMPLE00001"


def test_only_the_topmost_header_counts():
    """Those further down came with the mail."""
    forged = received("A2EXAMPLE00002@mail.example.com")
    assert addressee(mail(received("A2EXAMPLE00001@mail.example.com"), forged), SELLERS) == "A2EXAMPLE00001"
    assert addressee(mail("Received: from a by b; today", forged), SELLERS) is None


def test_greeting_that_looks_like_ses_does_not_count():
    """A sender chooses the name by which it greets; what SES writes comes after it."""
    forged = "x by inbound-smtp.eu-central-1.amazonaws.com with SMTP id 1 for A2EXAMPLE00002@mail.example.com; (x [192.0.2.1])"
    assert addressee(mail(received("A2EXAMPLE00001@mail.example.com", sender=forged)), SELLERS) == "A2EXAMPLE00001"


@pytest.mark.parametrize(
    "text",
    [
        mail(received("postmaster@mail.example.com")),
        mail(received("A2EXAMPLE0000@mail.example.com")),
        mail(TO_OTHER),
        mail() + b"\r\n" + received("A2EXAMPLE00001@mail.example.com").encode(),
        b"",
        b"\xff\x00",
    ],
    ids=["another address", "part of an id", "no such header", "in the text", "empty", "no mail"],
)
def test_other_mails_are_nobodys(text):
    """Whatever else arrives at the domain belongs to no seller."""
    assert addressee(text, SELLERS) is None


def test_huge_header_is_read_in_no_more_time():
    """A sender may write as much as it likes."""
    long = received("A2EXAMPLE00001@mail.example.com", sender="by inbound-smtp.a.amazonaws.com with " * 20_000)
    assert addressee(mail(long), SELLERS) is None
