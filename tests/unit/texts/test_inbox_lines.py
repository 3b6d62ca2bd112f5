"""What the digest says of deadlines, looming claims and the mailbox."""

from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.core.deadline_rules import new_deadline
from goodstanding.core.deadlines import DeadlineKind
from goodstanding.core.mail.canary import claimed, new_canary, sent
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.radar import RETURN_REQUEST, AtRisk
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.trust import Trust
from goodstanding.core.marketplaces import by_country
from goodstanding.core.texts.digest import MarketplaceDigest, digest
from goodstanding.core.texts.inbox_lines import InboxDigest
from goodstanding.core.texts.limits import SMS_LENGTH, is_gsm, septets
from goodstanding.core.texts.mail import canary_alert
from goodstanding.policy.loader import load

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
DE = by_country("DE")
SELLER = "A2EXAMPLE00001"


def said(inbox, language="en"):
    """The digest of a marketplace about which there is nothing else to say."""
    return digest(SELLER, language, NOW, [MarketplaceDigest(DE, "NORMAL", (), ())], inbox)


def section(alert, heading):
    """The lines below a heading."""
    parts = [part.splitlines() for part in alert.message.strip().split("\n\n")]
    return next(([line.strip() for line in lines[1:]] for lines in parts if lines[0] == heading), None)


def record(fate):
    """A mail that nothing was done about."""
    return MailRecord("m", NOW, fate, MailKind.OTHER, Trust.REFUSED, "mail/x")


def test_open_deadlines_are_counted_and_listed():
    """In the subject too: with one open not all is well."""
    clock = new_deadline("c", DeadlineKind.A_TO_Z_RESPONSE, DE, NOW - 47 * HOUR, load(), order_id="302-1111111-1111111")
    alert = said(InboxDigest([clock]))
    assert section(alert, "OPEN CLOCKS") == [
        "DE  response to A-to-z claim  302-1111111-1111111  20 Nov 2026, 08:00 CET  1 hour left"
    ]
    assert "open deadlines: 1" in alert.subject


def test_orders_that_may_become_claims_say_from_when():
    """In the time of their marketplace; home's where none is known."""
    risks = [AtRisk("302-1", "GB", RETURN_REQUEST, NOW - 50 * HOUR), AtRisk("302-2", None, "damaged", NOW - HOUR)]
    assert section(said(InboxDigest(at_risk=risks)), "MAY BECOME AN A-TO-Z CLAIM (answer now)") == [
        "GB  302-1  return requested  a claim may come since 20 Nov 2026, 04:00 GMT",
        "302-2  damaged           a claim may come from 22 Nov 2026, 06:00 CET",
    ]


@pytest.mark.parametrize(
    ("language", "heading", "lines"),
    [
        (
            "en",
            "MAILBOX",
            [
                "mails that are not what they pretend to be (since yesterday, nothing done): 2",
                "unreadable mails (since yesterday, no deadline started): 1",
                "no mail since 18 Nov 2026, 07:00 CET",
            ],
        ),
        (
            "de",
            "POSTFACH",
            [
                "Mails, die nicht sind, was sie vorgeben (seit gestern, nichts getan): 2",
                "nicht lesbare Mails (seit gestern, keine Frist begonnen): 1",
                "seit 18.11.2026, 07:00 CET keine Mail mehr",
            ],
        ),
    ],
)
def test_trouble_of_the_mailbox_is_counted(language, heading, lines):
    """Mails that were refused or unreadable, and silence."""
    unbelieved = [record(Fate.REFUSED), record(Fate.UNREADABLE), record(Fate.REFUSED)]
    inbox = InboxDigest(unbelieved=unbelieved, silent_since=NOW - timedelta(days=2))
    assert section(said(inbox, language), heading) == lines


def test_nothing_to_say_is_no_section():
    """A quiet day stays short."""
    alert = said(InboxDigest())
    assert not any(word in alert.message for word in ("CLOCKS", "CLAIM", "MAILBOX"))
    assert "all is well" in alert.subject
    assert digest(SELLER, "en", NOW, [], InboxDigest(silent_since=NOW)).message


@pytest.mark.parametrize("language", ["de", "en"])
def test_lost_canary_is_critical_and_says_if_it_was_never_sent(language):
    """Its key is the day of the first that was lost."""
    new = new_canary(NOW.date(), "0" * 16, NOW)
    lost, unsent = (canary_alert(SELLER, one, NOW.date(), language) for one in (sent(claimed(new, NOW)), new))
    assert lost.key == unsent.key == "2026-11-20#mail#canary"
    assert (lost.severity, lost.kind) == ("critical", "mail")
    assert lost.message != unsent.message
    assert "SES" in unsent.message
    assert septets(lost.sms) <= SMS_LENGTH
    assert is_gsm(lost.sms)
