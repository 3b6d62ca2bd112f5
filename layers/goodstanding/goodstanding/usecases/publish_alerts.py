"""Telling people: every alert that is not sent yet."""

from datetime import timedelta

from goodstanding.contracts.errors import AwsAnswerLost, AwsUnavailable
from goodstanding.contracts.tasks import PublishAlertsOutput, SellerInput
from goodstanding.core.alerts import Claim
from goodstanding.core.texts.failures import repeated
from goodstanding.ports.alerts import AlertLedger, Alerts
from goodstanding.ports.sellers import SellerRegistry

LEASE_WAIT = timedelta(seconds=95)
"""A little more than a claim's lease."""


def publish_alerts(
    request: SellerInput, ledger: AlertLedger, alerts: Alerts, registry: SellerRegistry
) -> PublishAlertsOutput:
    """Send what is planned: claim, publish, settle. One that fails keeps no other from being sent.

    Raises AwsUnavailable when SNS turned some away: they are free again, for the retry. An answer that was lost leaves its claim.
    """
    sent = failed = pending = 0
    for alert in ledger.unsent(request.seller_id):
        claim = ledger.claim(request.seller_id, alert.key)
        if claim is Claim.LEASED:
            pending += 1
        if claim not in {Claim.FIRST, Claim.REPEAT}:
            continue
        marked = repeated(alert, registry.get(request.seller_id).language) if claim is Claim.REPEAT else alert
        try:
            ledger.settle(request.seller_id, alert.key, alerts.publish(request.seller_id, marked))
            sent += 1
        except AwsAnswerLost:
            pending += 1
        except AwsUnavailable:
            ledger.release(request.seller_id, alert.key)
            failed += 1
    if failed:
        raise AwsUnavailable(f"{failed} alerts could not be published")
    return PublishAlertsOutput(sent=sent, pending=pending, wait_seconds=int(LEASE_WAIT.total_seconds()))
