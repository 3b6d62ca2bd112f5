"""Bytes of a mail → Mail: what is read of it, and what is not."""

import base64
import sys
from datetime import UTC, datetime
from functools import partial
from time import process_time

import pytest

from goodstanding.adapters.html_text import read_html
from goodstanding.adapters.mail_parser import MAX_TEXT, Unreadable, parse_mail
from goodstanding.core.mail.message import Address, Check, Link, Method, Part, Result
from tests.mail_world import SELLER, SENT_AT, build_mail

HEAD = b"From: a@b.example\n"
MULTIPART = HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n"
MEBIBYTE = 2**20


def part(kind: str, body: bytes, *headers: str) -> bytes:
    """One part of a multipart mail."""
    return (
        b"--x\nContent-Type: "
        + kind.encode()
        + b"\n"
        + "".join(f"{line}\n" for line in headers).encode()
        + b"\n"
        + body
        + b"\n"
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\x00\t", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "not_a_mail"),
        (b"PK\x03\x04" + b"\x00\xff" * 1000, "not_a_mail"),
        (b'{"json": true}', "not_a_mail"),
        (b"X-Header: only\n\nbody", "not_a_mail"),
    ],
)
def test_what_is_no_mail_is_unreadable_for_a_reason(raw, reason):
    """The reason is stable."""
    with pytest.raises(Unreadable) as caught:
        parse_mail(raw)
    assert caught.value.reason == reason


def test_headers_are_read_and_decoded():
    """Encoded words, several addresses, references, and who it was delivered to."""
    mail = parse_mail(
        b"From: =?utf-8?q?J=C3=B6rg_M=2E?= <A+1@Marketplace.Amazon.DE>\n"
        b"To: =?iso-8859-1?q?B=E4r?= <x@y.example>, z@y.example\nCc: c@y.example\nDelivered-To: d@y.example\n"
        b"Subject: =?utf-8?b?w5xiZXI=?=\n =?utf-8?q?_alles?=\nMessage-ID: <m1@x>\nIn-Reply-To: <m0@x>\n"
        b"References: <r1@x>\n <r2@x> <r1@x>\nX-Space-Notification-Type: return_request\nX-Marketplace-ID: a1pa6795ukmfr9\n\nhi"
    )
    assert mail.sender == Address("a+1@marketplace.amazon.de", "Jörg M.")
    assert (mail.sender.domain, mail.sender.local_part) == ("marketplace.amazon.de", "a+1")
    assert mail.to == (Address("x@y.example", "Bär"), Address("z@y.example"), Address("c@y.example"))
    assert mail.delivered_to == (Address("d@y.example"),)
    assert (mail.subject, mail.message_id, mail.in_reply_to, mail.references) == (
        "Über alles",
        "m1@x",
        ("m0@x",),
        ("r1@x", "r2@x"),
    )
    assert (mail.notification_type, mail.marketplace_id) == ("RETURN_REQUEST", "A1PA6795UKMFR9")


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        (b"Fr\xc3\xa4ge", "Fräge"),
        (b"Fr\xe4ge", "Fräge"),
        (b"=?no-such-charset?q?Fr=C3=A4ge?=", "Fräge"),
        (b"=?utf-8?b?/w==?=", "ÿ"),
    ],
)
def test_subject_in_any_charset_is_readable(subject, read):
    """Raw bytes, unknown charsets, and bytes that are not of the charset they name."""
    assert parse_mail(HEAD + b"Subject: " + subject + b"\n\n").subject == read


@pytest.mark.parametrize(
    ("headers", "sent_at"),
    [
        (b"Date: Fri, 20 Nov 2026 10:30:00 +0100\n", SENT_AT),
        (b"Date: 20 Nov 2026 09:30:00 -0000\n", SENT_AT),
        (b"Date: Fri, 20 Nov 2026 09:30:00\n", SENT_AT),
        (
            b"Date: yesterday\nReceived: from a by b;\n Fri, 20 Nov 2026 09:30:00 +0000\nReceived: x; Fri, 1 Jan 2021 00:00:00 +0000\n",
            SENT_AT,
        ),
        (b"Received: from a by b; Fri, 20 Nov 2026 01:30:00 -0800 (PST)\n", SENT_AT),
        (b"Date: Fri, 32 Nov 2026 10:30:00 +0100\n", None),
        (b"Date: Fri, 31 Dec 9999 23:00:00 -2300\n", None),
        (b"Received: from a by b\n", None),
        (b"", None),
    ],
)
def test_time_is_the_date_else_that_of_the_topmost_received(headers, sent_at):
    """In UTC; a zone that is not named is UTC's."""
    mail = parse_mail(HEAD + headers + b"\nhi")
    assert mail.sent_at == sent_at
    assert mail.travelled is (b"Received" in headers)


def test_mail_without_an_id_has_its_contents_hash():
    """So that a mail read twice is one."""
    first, second = parse_mail(HEAD + b"\nhi"), parse_mail(HEAD + b"\nho")
    assert first.message_id.startswith("sha256:")
    assert first.message_id == parse_mail(HEAD + b"\nhi").message_id != second.message_id
    assert parse_mail(HEAD + b"Message-ID: bare@x \n\n").message_id == "bare@x"


@pytest.mark.parametrize(
    "headers",
    [
        b"From: a@b.example\nFrom: c@d.example\n",
        b"From: a@b.example, c@d.example\n",
        b"From: nobody\n",
        b"From: a@marketplace.amazon.de <evil@evil.example\n",
        b"Subject: none\n",
    ],
)
def test_sender_that_is_not_exactly_one_is_none(headers):
    """What could be read in two ways is not read."""
    assert parse_mail(headers + b"\n").sender is None


def test_address_in_the_display_name_is_no_sender():
    """The address stands in the brackets."""
    mail = parse_mail(b'From: "x@marketplace.amazon.de" <evil@evil.example>\n\n')
    assert mail.sender == Address("evil@evil.example", "x@marketplace.amazon.de")


def test_only_the_topmost_results_are_read():
    """A server writes its own above what it was sent."""
    raw = (
        b"Authentication-Results: mx.y.example 1; dkim=fail (bad; dkim=pass) header.i=@amazon.de;\n"
        b' spf=softfail smtp.mailfrom="b@Bounces.Amazon.DE"; dmarc=temperror header.from=amazon.de; arc=pass; dkim=weird\n'
        b"Authentication-Results: mx.y.example; dkim=pass header.d=amazon.de\n" + HEAD + b"\n"
    )
    assert parse_mail(raw).checks == (
        Check(Method.DKIM, Result.FAIL, "amazon.de"),
        Check(Method.SPF, Result.FAIL, "bounces.amazon.de"),
        Check(Method.DMARC, Result.NONE, "amazon.de"),
        Check(Method.DKIM, Result.NONE, None),
    )


def test_plain_text_is_preferred_and_links_know_their_places():
    """The HTML is there too; what is attached is counted, not read."""
    mail = parse_mail(
        MULTIPART
        + b"--x\nContent-Type: multipart/alternative; boundary=y\n\n"
        + b"--y\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        + b"Gr=C3=BC=C3=9Fe https://a.example/1.\n--y\nContent-Type: text/html\n\n"
        + b"<p>Hi</p><p><a href='https://a.example/2'>x</a> <a href='mailto:a@b'>y</a></p>\n--y--\n"
        + part("text/plain", b"secret", "Content-Disposition: attachment; filename=a.txt")
        + part("image/png", b"xx")
        + part("message/rfc822", b"From: z@marketplace.amazon.de\nSubject: inner\n\ninner text")
        + b"--x--\n"
    )
    assert (mail.part, mail.text.strip(), mail.html.strip()) == (Part.PLAIN, "Grüße https://a.example/1.", "Hi\nx y")
    assert mail.links == (Link("https://a.example/1", Part.PLAIN, 6), Link("https://a.example/2", Part.HTML, 3))
    assert (mail.attachments, mail.truncated) == (3, False)


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/plain; charset=iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        ("text/plain; charset=utf-8", "Grüße".encode("latin-1"), "Grüße"),
        ("text/plain; charset=nonsense", "Grüße".encode(), "Grüße"),
        ("text/plain; charset=base64", b"Gruesse", "Gruesse"),
        ("text/plain; charset*=x''%ff", b"Gruesse", "Gruesse"),
        ("text/plain", "Grüße".encode(), "Grüße"),
        ("text/html; charset=utf-8", "<b>Grü&szlig;e</b>".encode(), "Grüße"),
    ],
)
def test_text_in_any_charset_is_readable(kind, body, text):
    """Named rightly, wrongly or not at all."""
    assert parse_mail(MULTIPART + part(kind, body) + b"--x--").text.strip() == text


def test_text_is_cut_between_characters():
    """Each of four bytes, and one more than is read."""
    mail = parse_mail(HEAD + b"Content-Type: text/plain; charset=utf-8\n\nab" + "\U0001f600".encode() * MAX_TEXT)
    assert (mail.plain[:2], set(mail.plain[2:]), mail.truncated) == ("ab", {"\U0001f600"}, True)


def test_broken_base64_is_read_as_far_as_it_goes():
    """And never fails."""
    body = base64.b64encode(b"Hello there, this is fine")[:-2]
    assert parse_mail(
        MULTIPART + part("text/plain", body, "Content-Transfer-Encoding: base64") + b"--x--"
    ).text.startswith("Hello")


@pytest.mark.parametrize("whole", [True, False])
def test_delivery_report_names_the_mail_that_came_back(whole):
    """Whether the whole mail comes back or its headers only."""
    raw = build_mail("bounce", returned="r1@shop.example")
    if not whole:
        raw = raw.replace(b"message/rfc822", b"text/rfc822-headers")
    mail = parse_mail(raw)
    assert (mail.delivery_report, mail.returned_message_id, mail.attachments) == (True, "r1@shop.example", 0)
    assert parse_mail(build_mail("bounce")).delivery_report is False


def test_mail_nested_too_deep_is_read_for_its_headers(request):
    """It says that its text was left out. What else runs in this process may have raised the limit; Lambda's is this one."""
    request.addfinalizer(partial(sys.setrecursionlimit, sys.getrecursionlimit()))
    sys.setrecursionlimit(1000)
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(1200)
    )
    mail = parse_mail(b"Subject: deep\n" + HEAD + nested)
    assert (mail.subject, mail.text, mail.truncated) == ("deep", "", True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("raw", "truncated"),
    [
        (
            MULTIPART + part("text/plain", b"hi") + part("application/pdf", (b"A" * 76 + b"\n") * 340_000) + b"--x--",
            False,
        ),
        (HEAD + b"\n" + b"x" * 25 * MEBIBYTE, True),
        (HEAD + b"\n" + b"\n" * 25 * MEBIBYTE, True),
        (HEAD + b"Content-Type: text/html\n\n" + b"<a " * 8 * MEBIBYTE, True),
        (HEAD + b"Content-Type: text/html\n\n" + b"<p><a href=x>" * 2 * MEBIBYTE, True),
        (HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 2 * MEBIBYTE, True),
        (HEAD + b"References: " + b"<a" * 2 * MEBIBYTE + b"\n\n", False),
        (MULTIPART + b"--x\n\na\n" * 10_000, True),
    ],
    ids=["attachment", "line", "lines", "open_tags", "tags", "comments", "header", "parts"],
)
def test_huge_mail_takes_seconds_and_says_what_was_left_out(raw, truncated):
    """Whatever it is huge with."""
    started = process_time()
    mail = parse_mail(raw)
    assert process_time() - started < 15
    assert mail.truncated is truncated
    assert max(len(mail.plain), len(mail.html)) <= MAX_TEXT


def test_html_is_read_as_a_reader_sees_it():
    """Blocks are lines; what is hidden, styled or scripted is not text."""
    found = read_html(
        "<html><head><title>t</title><style>p{}</style></head><body><!-- c --><div>Hi <b>there</b>,<br>x  y<p>z</p>"
        "<span style='DISPLAY:none'>no</span><script>no()</script>5 &lt; 6 &amp; <a href=' https://a.example/?a=1&amp;b=2 '>l</a>"
    )
    assert found.text == "Hi there,\nx y\nz\n5 < 6 & l\n"
    assert found.links == (("https://a.example/?a=1&b=2", 24),)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a < b", "a < b"),
        ("<p title='it's>x</p>", "x\n"),
        ("<!-- never closed <p>x</p>", ""),
        ("<![nonsense[ x", "<![nonsense[ x"),
        ("<![nonsense[ x]>y", "y"),
        ("http://only.example", "http://only.example"),
        ("<?xml version='1.0'?><a>x</a>", "x"),
    ],
)
def test_broken_html_is_text_all_the_same(markup, text):
    """And gives no warning."""
    assert read_html(markup).text == text


def test_built_mails_are_what_they_say():
    """The mails of the tests are read as they were built."""
    mail = parse_mail(build_mail("buyer_message", name="Åsa", message_id="m@x"))
    assert (mail.sender.name, mail.message_id, mail.sent_at, mail.to) == (
        "Åsa",
        "m@x",
        datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        (Address(SELLER),),
    )
