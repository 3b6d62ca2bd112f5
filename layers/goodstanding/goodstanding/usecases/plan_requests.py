"""Considering orders for a feedback request: each order of which something new is known, against the seller's rules of today.

When the rules have changed, what follows them is considered anew, one day of purchases after the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from goodstanding.contracts.tasks import PlanRequestsOutput, RegionInput
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.orders import OrderFacts
from goodstanding.core.requests.consider import AskingRules, consider
from goodstanding.core.requests.decide import planned
from goodstanding.core.requests.record import BY_RULES
from goodstanding.core.windows import local_day
from goodstanding.ports.clock import Remaining
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.requests import Heeded, RequestLedger
from goodstanding.ports.sellers import SellerRegistry
from goodstanding.usecases.asking_rules import asking_rules
from goodstanding.usecases.watch_clocks import watch_shipping

_ENOUGH = timedelta(seconds=15)
"""What must be left of a Lambda's time to consider another order."""

_REACH = timedelta(days=120)
"""How far back new rules reach: whatever was bought earlier has no open window any more."""

_A_DAY = timedelta(days=1)

_TRIES = 3
"""Of writing a request while somebody else does."""


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
    stores = seller.stores_in(request.region)
    planners = [
        _Planner(
            seller.seller_id,
            marketplace,
            {one.domain: one for one in stores if one != marketplace},
            asking_rules(seller.wishes, marketplace, now),
            ledger,
            deadlines,
            now,
        )
        for marketplace in stores
    ]
    done = all(planner.heed_the_rules(remaining) and planner.consider_news(remaining) for planner in planners)
    return PlanRequestsOutput(
        done=done,
        considered=sum(planner.considered for planner in planners),
        changed=sum(planner.changed for planner in planners),
    )


@dataclass
class _Planner:
    """One marketplace of a seller, and the others by their domains. Each step tells whether it came to its end in the time that remains."""

    seller_id: str
    marketplace: Marketplace
    others: Mapping[str, Marketplace]
    rules: AskingRules
    ledger: RequestLedger
    deadlines: DeadlineStore
    now: datetime
    considered: int = 0
    changed: int = 0

    def heed_the_rules(self, remaining: Remaining) -> bool:
        """Consider what follows the rules by new ones: a request planned or left out by the old ones may be neither by these."""
        mark, today = self.rules.mark, local_day(self.now, self.marketplace)
        heeded = self.ledger.heeded(self.seller_id, self.marketplace)
        for day in _days_to_judge_anew(heeded, mark, today):
            bought = self.ledger.requests(self.seller_id, self.marketplace, Window(day, day))
            for record in [one for one in bought if one.state in BY_RULES]:
                if remaining() < _ENOUGH:
                    return False
                self._keep_trying(record.order_id)
            self.ledger.put_heeded(self.seller_id, self.marketplace, Heeded(mark, left_from=day + _A_DAY))
        if heeded != Heeded(mark):
            self.ledger.put_heeded(self.seller_id, self.marketplace, Heeded(mark))
        return True

    def consider_news(self, remaining: Remaining) -> bool:
        """Consider each order of which something became known."""
        for flagged in self.ledger.flagged(self.seller_id, self.marketplace):
            if remaining() < _ENOUGH:
                return False
            if self._consider(flagged.order_id):
                self.ledger.unflag(self.seller_id, self.marketplace, flagged)
        return True

    def _keep_trying(self, order_id: str) -> None:
        """A sender may be writing the same request; it soon is done with it, and goes by the seller's rules itself."""
        any(self._consider(order_id) for _ in range(_TRIES))

    def _consider(self, order_id: str) -> bool:
        """Whether all that is known is in the record now: False when somebody else wrote it in between."""
        self.considered += 1
        known, record = self.ledger.known(self.seller_id, self.marketplace, order_id)
        # No report has told of the order yet: it is flagged again when one does, but its time to be shipped runs already.
        promises = known.promises if known else self.ledger.promises_of(self.seller_id, self.marketplace, order_id)
        watch_shipping(self.seller_id, self.marketplace, known.order if known else None, promises, self.deadlines)
        judged = consider(known, self.rules, self.marketplace, self.now) if known else None
        after = planned(record, judged, order_id) if judged else record
        if not known or after is None or after == record or (record is None and self._is_anothers(known.order)):
            return True
        written = self.ledger.put(self.seller_id, self.marketplace, after, known.order.purchased_at)
        self.changed += written
        return written

    def _is_anothers(self, order: OrderFacts) -> bool:
        """Whether it was sold in another of the seller's marketplaces, which knows it, too: then it is asked about there, and once."""
        home = self.others.get(order.sales_channel.casefold())
        return home is not None and self.ledger.known(self.seller_id, home, order.order_id)[0] is not None


def _days_to_judge_anew(heeded: Heeded | None, mark: str, today: date) -> Iterator[date]:
    """Days of purchase of which requests may follow older rules; nothing was considered before the first time."""
    if heeded is None or heeded == Heeded(mark):
        return
    day = heeded.left_from if heeded.rules == mark and heeded.left_from else today - _REACH
    while day <= today:
        yield day
        day += _A_DAY
