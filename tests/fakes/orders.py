"""Order facts in memory; passes the contract tests of its adapter."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from goodstanding.core.claims import ClaimFact, ClaimKind, counts
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.orders import FeedbackFact, OrderFacts, ReturnFact, ShipmentFact, WindowOrder
from goodstanding.core.windows import local_day
from tests.fakes.place import Place, place


@dataclass
class FakeOrderStore:
    """Order facts, by marketplace and order."""

    orders: dict[Place, dict[str, OrderFacts]] = field(default_factory=dict)
    claims: dict[str, Sequence[ClaimFact]] = field(default_factory=dict)
    shipments: dict[tuple[Place, str, str], tuple[datetime, ShipmentFact]] = field(default_factory=dict)
    returns: dict[Place, dict[tuple[str, str], ReturnFact]] = field(default_factory=dict)
    snapshots: dict[tuple[Place, str], dict[str, FeedbackFact]] = field(default_factory=dict)
    late: dict[Place, set[str]] = field(default_factory=dict)

    def put_orders(self, seller_id: str, marketplace: Marketplace, orders: Iterable[OrderFacts]) -> None:
        """Older facts never replace newer ones; SKUs and ASINs accumulate."""
        known = self.orders.setdefault(place(seller_id, marketplace), {})
        for order in orders:
            stood = known.get(order.order_id)
            if stood is None:
                known[order.order_id] = order
            elif order.version >= stood.version:
                known[order.order_id] = order._replace(skus=stood.skus | order.skus, asins=stood.asins | order.asins)

    def put_shipments(
        self, seller_id: str, marketplace: Marketplace, shipments: Iterable[ShipmentFact], seen_at: datetime
    ) -> None:
        """Guarded by when the report was fetched."""
        for one in shipments:
            key = (place(seller_id, marketplace), one.order_id, one.shipment_id)
            if key not in self.shipments or self.shipments[key][0] <= seen_at:
                self.shipments[key] = (seen_at, one)

    def put_returns(
        self, seller_id: str, marketplace: Marketplace, returns: Iterable[ReturnFact], seen_at: datetime
    ) -> None:
        """A claim once flagged stays flagged."""
        known = self.returns.setdefault(place(seller_id, marketplace), {})
        for one in returns:
            stood = known.get((one.order_id, one.key))
            flagged = one.a_to_z_claim or (stood is not None and stood.a_to_z_claim)
            known[one.order_id, one.key] = replace(one, a_to_z_claim=flagged)

    def put_feedback(
        self, seller_id: str, marketplace: Marketplace, snapshot: str, feedback: Iterable[FeedbackFact]
    ) -> None:
        """The feedback of one snapshot."""
        known = self.snapshots.setdefault((place(seller_id, marketplace), snapshot), {})
        known |= {one.order_id: one for one in feedback}

    def window_orders(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[WindowOrder]:
        """Orders bought on the marketplace-local days of a window."""
        for one in self.orders.get(place(seller_id, marketplace), {}).values():
            if window.from_ <= local_day(one.purchased_at, marketplace) <= window.to:
                yield WindowOrder(one.order_id, one.purchased_at, one.status, one.fulfillment, one.is_amazon)

    def feedback(self, seller_id: str, marketplace: Marketplace, snapshot: str) -> Iterator[FeedbackFact]:
        """The feedback of one snapshot."""
        yield from self.snapshots.get((place(seller_id, marketplace), snapshot), {}).values()

    def claimed_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with an A-to-z claim that counts."""
        returns = self.returns.get(place(seller_id, marketplace), {}).values()
        flagged = frozenset(one.order_id for one in returns if one.a_to_z_claim)
        return self._counting(seller_id, ClaimKind.A_TO_Z) | (flagged - self._told(seller_id, ClaimKind.A_TO_Z))

    def charged_back_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with a chargeback that is not reversed."""
        return self._counting(seller_id, ClaimKind.CHARGEBACK)

    def _told(self, seller_id: str, kind: ClaimKind) -> frozenset[str]:
        return frozenset(one.order_id for one in self.claims.get(seller_id, ()) if one.kind is kind)

    def _counting(self, seller_id: str, kind: ClaimKind) -> frozenset[str]:
        return frozenset(one.order_id for one in self.claims.get(seller_id, ()) if one.kind is kind and counts(one))

    def returned_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders of which a return is known."""
        return frozenset(order_id for order_id, _ in self.returns.get(place(seller_id, marketplace), {}))

    def late_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders shipped late: what the test says."""
        return frozenset(self.late.get(place(seller_id, marketplace), ()))
