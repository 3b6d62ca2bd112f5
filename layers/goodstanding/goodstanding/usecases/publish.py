"""Telling people: the day's digest, and every alert that is not sent yet."""

from dataclasses import replace
from datetime import timedelta

from goodstanding.contracts.errors import AwsAnswerLost, AwsUnavailable
from goodstanding.contracts.tasks import PublishAlertsOutput, SellerInput, WriteDigestInput, WriteDigestOutput
from goodstanding.core import marketplaces
from goodstanding.core.alerts import Claim
from goodstanding.core.health import changes
from goodstanding.core.texts.digest import MarketplaceDigest, digest
from goodstanding.core.texts.failures import repeated
from goodstanding.ports import AlertLedger, Alerts, HealthStore, SellerRegistry
from goodstanding.usecases.fetch_reports import run_on

LEASE_WAIT = timedelta(seconds=95)
"""A little more than a claim's lease."""


def write_digest(
    request: WriteDigestInput, health: HealthStore, registry: SellerRegistry, ledger: AlertLedger
) -> WriteDigestOutput:
    """Plan the day's digest; a second run of the day plans nothing."""
    day = run_on(request.scheduled_at)
    parts = []
    for country in request.marketplaces:
        marketplace = marketplaces.by_country(country)
        metrics = health.metrics(request.seller_id, marketplace, day)
        sources = [record.source for record in health.sources(request.seller_id, marketplace).values()]
        state = health.state(request.seller_id, marketplace)
        before = health.state_before(request.seller_id, marketplace, day)
        _, changed = changes(before, metrics, state.account_status, sources)
        parts.append(MarketplaceDigest(marketplace, state.account_status, metrics, sources, changed))
    language = registry.get(request.seller_id).language
    text = digest(request.seller_id, language, request.scheduled_at, parts)
    planned = replace(text, key=f"{day}#{text.key}")
    ledger.plan(request.seller_id, day, [planned])
    return WriteDigestOutput(key=planned.key)


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
