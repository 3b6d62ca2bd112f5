"""What is said when the product itself fails, and of messages that may come twice."""

from datetime import date

import pytest

from goodstanding.core.alerts import AlertKind, Severity
from goodstanding.core.texts.failures import failure_alert, repeated
from goodstanding.core.texts.limits import SUBJECT_LENGTH

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(("marketplace", "where"), [("DE", "DE"), (None, "Amazon")])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_run_that_broke_off_is_a_warning_that_says_why(marketplace, where, language):
    """One for each marketplace and day, with the stable reason."""
    alert = failure_alert(marketplace, "internal_error", DAY, language)
    assert (alert.severity, alert.kind, alert.marketplace, alert.sms) == (
        Severity.WARNING,
        AlertKind.SOURCE,
        marketplace,
        None,
    )
    assert alert.subject.startswith(f"{where}: ")
    assert "internal_error" in alert.message
    assert "{" not in alert.message
    assert alert.key == failure_alert(marketplace, "throttled", DAY, language).key


@pytest.mark.parametrize(("language", "said"), [("de", "verzoegert"), ("en", "delayed")])
def test_a_failed_sweep_speaks_of_messages_not_of_figures(language, said):
    """It has a key of its own, so that a day whose figures are missing keeps it from nobody."""
    alert = failure_alert(None, "internal_error", DAY, language, deadlines=True)
    figures = failure_alert(None, "internal_error", DAY, language)
    assert said in alert.subject
    assert "internal_error" in alert.message
    assert "{" not in alert.message
    assert (alert.severity, alert.kind, alert.sms) == (figures.severity, figures.kind, None)
    assert alert.key != figures.key


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_repeat_is_marked_and_keeps_its_key(language):
    """People can tell a repeat from news."""
    alert = failure_alert("DE", "internal_error", DAY, language)
    again = repeated(alert, language)
    assert again.key == alert.key
    assert again.subject != alert.subject
    assert len(again.subject) <= SUBJECT_LENGTH
    assert again.message.endswith(alert.message)
