"""Any bytes are a mail or Unreadable, and any mail means something."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from goodstanding.adapters.html_text import read_html
from goodstanding.adapters.mail_parser import MAX_TEXT, Unreadable, parse_mail
from goodstanding.core.mail.authentication import parse_checks
from goodstanding.core.mail.events import event_of, hasher
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.message import Mail, Result
from goodstanding.core.mail.understand import understand
from goodstanding.core.mail.words import fold
from goodstanding.policy.mail_words import load_mail_words
from tests.mail_world import LANGUAGES, SELLER, SUBJECTS, build_mail

NOW = datetime(2026, 11, 20, tzinfo=UTC)
WORDS = load_mail_words()
PIECES = st.sampled_from(
    [
        b"From: ",
        b"Date: ",
        b"Subject: =?utf-8?b?",
        b"Content-Type: multipart/mixed; boundary=x\n",
        b"Content-Type: text/html; charset=",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: multipart/report; boundary=x\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: x-uuencode\n",
        b"Authentication-Results: mx; dkim=pass header.d=",
        b"Message-ID: <",
        b"\n\n",
        b"\r\n",
        b"--x\n",
        b"--x--\n",
        b"<a href='",
        b"<![CDATA[",
        b"=?=\x00\xff",
        b"a@marketplace.amazon.de",
    ]
)
NEARLY_MAILS = st.lists(PIECES | st.binary(max_size=20), max_size=25).map(b"".join)


def check(raw: bytes) -> None:
    """A mail or Unreadable; a mail is understood; an event comes of it or none."""
    with suppress(Unreadable):
        mail = parse_mail(raw)
        assert isinstance(mail, Mail)
        assert mail.message_id
        assert mail.sent_at is None or mail.sent_at.utcoffset() == timedelta(0)
        assert max(len(mail.plain), len(mail.html)) <= MAX_TEXT
        event_of(understand(mail, frozenset({SELLER}), WORDS, NOW), NOW, hasher(b"key"))


@given(st.binary(max_size=400))
@example(b"")
@example(b"\x00" * 100)
def test_any_bytes_are_a_mail_or_unreadable(raw):
    """Nothing else is ever raised."""
    check(raw)


@settings(max_examples=200)
@given(NEARLY_MAILS)
@example(b"From: a\nContent-Type: text/plain; charset*=x''%ff\n\nhi")
@example(b"From: a@b\nDate: Fri, 32 Nov 99999 99:99:99 +9999\n\n")
@example(b"From: a@b\nDate: Fri, 01 Jan 0001 00:00:00 +2300\n\n")
@example(b"From: a@b\nSubject: =?utf-8?b?a?=\n\n")
@example(b"From: a@b\nSubject: =?nonsense?q?=e4?= \xe4\n\n")
@example(b"Content-Type: multipart/report; boundary=x\nFrom: a@b\n\n--x\nContent-Type: message/rfc822\n\n--x--")
@example(b"From: a@b\nContent-Type: text/plain; charset=base64\n\nhi")
def test_nearly_mails_are_mails_or_unreadable(raw):
    """What is broken in the ways in which mails are broken."""
    check(raw)


@given(
    st.sampled_from([(kind, language) for kind in SUBJECTS for language in LANGUAGES if language in SUBJECTS[kind]]),
    st.data(),
)
def test_mail_cut_off_or_with_a_byte_changed_is_still_read(which, data):
    """At any place."""
    raw = build_mail(*which)
    place = data.draw(st.integers(0, len(raw) - 1))
    check(raw[:place])
    check(raw[:place] + data.draw(st.binary(min_size=1, max_size=3)) + raw[place + 1 :])


@given(st.text(max_size=300))
def test_any_buyers_text_comes_out_as_it_went_in(text):
    """Between Amazon's markers, and it makes no other mail of a buyer's message."""
    said = "\n".join(text.split())
    read = understand(parse_mail(build_mail("buyer_message", text=said)), frozenset({SELLER}), WORDS, NOW)
    assert read.kind is MailKind.BUYER_MESSAGE
    assert read.buyer_text.replace("\r", "\n").split() == said.split()
    assert "&s=1" in read.no_response_needed_url


@given(st.text("<>abdivp/=\"'!-[]&; \n", max_size=200))
def test_any_markup_is_text_with_links_in_their_places(markup):
    """Offsets lie within the text."""
    found = read_html(markup)
    assert all(0 <= offset <= len(found.text) for _, offset in found.links)


@given(st.text('dkimspfar=; ().@"\\header', max_size=120))
def test_nothing_inside_quotes_or_comments_passes_for_a_result(text):
    """Whatever a sender can put there."""
    quoted = text.replace('"', "").replace("(", "").replace(")", "")
    for wrapped in (
        f'smtp.mailfrom="{quoted}; dkim=pass header.d=amazon.de"',
        f"({quoted}; dkim=pass header.d=amazon.de)",
    ):
        assert all(check.result is not Result.PASS for check in parse_checks(f"mx; spf=fail {wrapped}"))


@given(st.text(max_size=80))
@example("\u0149 \u00b4 \u0130 \ufb01 \u1e9e o\u2019Brien")
def test_folding_is_stable(text):
    """Text folded twice is text folded once, so that hashes of names agree."""
    assert fold(fold(text)) == fold(text)
