"""What is said about the mailbox itself."""

from datetime import UTC, date, datetime

import pytest

from goodstanding.core.alerts import AlertKind, Severity
from goodstanding.core.mail.record import Fate
from goodstanding.core.texts.mail import silence_alert, unbelieved_alert

DAY = date(2026, 11, 20)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.UNREADABLE])
def test_unbelieved_mails_are_a_warning_with_one_key_a_day(fate, language):
    """By fate; no text message."""
    alert = unbelieved_alert(fate, "A2EXAMPLE00001", DAY, language)
    assert (alert.key, alert.kind, alert.severity, alert.sms) == (
        f"2026-11-20#mail#{fate}", AlertKind.MAIL, Severity.WARNING, None,
    )  # fmt: skip
    assert "A2EXAMPLE00001" in alert.message


@pytest.mark.parametrize("language", ["de", "en"])
def test_silence_is_critical_and_named_after_the_last_mail(language):
    """Told once for each silence, with a text message that fits."""
    alert = silence_alert("A2EXAMPLE00001", datetime(2026, 11, 18, 9, 30, tzinfo=UTC), DAY, language)
    assert alert.key == "2026-11-18#mail#silence#0930"
    assert alert.severity is Severity.CRITICAL
    assert alert.sms is not None
    assert len(alert.sms) <= 140
