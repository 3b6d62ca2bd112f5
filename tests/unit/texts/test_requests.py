"""What is said about feedback requests."""

from datetime import date

import pytest

from goodstanding.core.alerts import AlertKind, Severity
from goodstanding.core.texts.requests import authorization_alert, drought_alert

DAY = date(2026, 11, 20)


@pytest.mark.parametrize("language", ["de", "en"])
def test_refused_seller_is_told_at_once_by_sms_too(language):
    """Critical, for one region, once a day by its key."""
    alert = authorization_alert("EU", "A2EXAMPLE00001", DAY, language)
    assert (alert.key, alert.kind, alert.severity) == (
        "2026-11-20#authorization#EU",
        AlertKind.AUTHORIZATION,
        Severity.CRITICAL,
    )
    assert alert.sms is not None
    assert len(alert.sms) <= 140
    assert "EU" in alert.subject
    assert "A2EXAMPLE00001" in alert.message


@pytest.mark.parametrize(("language", "since"), [("de", "18. November 2026"), ("en", "18 November 2026")])
def test_drought_is_told_once_by_its_first_day(language, since):
    """A warning, without an SMS."""
    alert = drought_alert("FE", "A2EXAMPLE00001", date(2026, 11, 18), language)
    assert (alert.key, alert.kind, alert.severity) == (
        "2026-11-18#eligibility#FE",
        AlertKind.ELIGIBILITY,
        Severity.WARNING,
    )
    assert alert.sms is None
    assert since in alert.message
