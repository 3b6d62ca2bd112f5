"""What is said of a mailbox that cannot be read."""

from datetime import UTC, datetime

import pytest

from goodstanding.core.alerts import AlertKind, Severity
from goodstanding.core.texts.mailbox import mailbox_alert
from goodstanding.core.texts.source_words import REMEDIES

SINCE = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("reason", ["mailbox_unreachable", "mailbox_refused", "not_configured"])
def test_message_says_since_when_why_and_what_to_do(reason, language):
    """Whoever reads it can act without asking."""
    alert = mailbox_alert(SINCE, reason, "A2EXAMPLE00001", language)
    assert (alert.kind, alert.severity, alert.sms) == (AlertKind.MAIL, Severity.WARNING, None)
    assert "A2EXAMPLE00001" in alert.subject
    assert "06:05 UTC" in alert.message
    assert REMEDIES[reason][language] in alert.message


def test_outage_is_one_message_however_its_reason_changes():
    """Its key is its beginning."""
    keys = {
        mailbox_alert(SINCE, reason, "A2EXAMPLE00001", "en").key
        for reason in ("mailbox_unreachable", "mailbox_refused")
    }
    assert keys == {"2026-11-20#mailbox#060500"}
