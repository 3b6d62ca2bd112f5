"""By which rules a seller's buyers are asked today."""

from datetime import datetime, timedelta

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.requests.consider import AskingRules, Wishes
from goodstanding.policy.loader import load


def asking_rules(wishes: Wishes, marketplace: Marketplace, now: datetime) -> AskingRules:
    """The seller's wishes inside the window that the policy of the day allows."""
    policy = load()
    opens, closes = (
        timedelta(days=int(policy.rule(rule, now.date(), marketplace.country).value))
        for rule in ("request_opens_after", "request_closes_after")
    )
    return AskingRules(wishes, opens, closes)
