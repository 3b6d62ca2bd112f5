"""Considering orders for a feedback request: each order of which something new is known, against the seller's rules of today."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from goodstanding.contracts.tasks import PlanRequestsOutput, RegionInput
from goodstanding.core import marketplaces
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.requests.consider import AskingRules, Wishes, consider
from goodstanding.core.requests.decide import planned
from goodstanding.policy.loader import load
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.requests import Flagged, RequestLedger
from goodstanding.ports.sellers import Seller, SellerRegistry
from goodstanding.usecases.watch_clocks import watch_shipping

_ENOUGH = timedelta(seconds=15)
"""What must be left of a Lambda's time to consider another order."""

type Remaining = Callable[[], timedelta]


def plan_requests(
    request: RegionInput,
    registry: SellerRegistry,
    ledger: RequestLedger,
    deadlines: DeadlineStore,
    now: datetime,
    remaining: Remaining,
) -> PlanRequestsOutput:
    """Consider what is flagged; an order whose facts changed meanwhile keeps its flag for the next time.

    The clock of an order that is still to be shipped is set from the same facts on the way.
    """
    seller = registry.get(request.seller_id)
    considered = changed = 0
    for marketplace in of_region(seller, request.region):
        rules = rules_for(seller.wishes, marketplace, now)
        for flagged in ledger.flagged(seller.seller_id, marketplace):
            if remaining() < _ENOUGH:
                return PlanRequestsOutput(done=False, considered=considered, changed=changed)
            changed += _consider(seller, marketplace, flagged, rules, (ledger, deadlines), now)
            considered += 1
    return PlanRequestsOutput(done=True, considered=considered, changed=changed)


def of_region(seller: Seller, region: str) -> Iterable[Marketplace]:
    """The seller's marketplaces in a region."""
    return [marketplace for marketplace in seller.marketplaces if marketplace.region == region]


def rules_for(wishes: Wishes, marketplace: marketplaces.Marketplace, now: datetime) -> AskingRules:
    """The seller's wishes inside the window that the policy of the day allows."""
    policy = load()
    opens, closes = (
        timedelta(days=int(policy.rule(rule, now.date(), marketplace.country).value))
        for rule in ("request_opens_after", "request_closes_after")
    )
    return AskingRules(wishes, opens, closes)


def _consider(
    seller: Seller,
    marketplace: Marketplace,
    flagged: Flagged,
    rules: AskingRules,
    stores: tuple[RequestLedger, DeadlineStore],
    now: datetime,
) -> bool:
    ledger, deadlines = stores
    known, record = ledger.known(seller.seller_id, marketplace, flagged.order_id)
    # No report has told of the order yet: it is flagged again when one does, but its time to be shipped runs already.
    promises = known.promises if known else ledger.promises_of(seller.seller_id, marketplace, flagged.order_id)
    watch_shipping(seller.seller_id, marketplace, known.order if known else None, promises, deadlines)
    judged = consider(known, rules, marketplace, now) if known else None
    after = planned(record, judged, flagged.order_id) if judged else record
    changed = after is not None and after != record
    if known and after and changed and not ledger.put(seller.seller_id, marketplace, after, known.order.purchased_at):
        return False  # somebody else wrote in between: the flag stays
    ledger.unflag(seller.seller_id, marketplace, flagged)
    return changed
