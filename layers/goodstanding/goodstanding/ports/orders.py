"""Order facts."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.orders import FeedbackFact, OrderFacts, ReturnFact, ShipmentFact, WindowOrder


class OrderStore(Protocol):
    """Order facts: everything about one order of one marketplace in one partition."""

    def put_orders(self, seller_id: str, marketplace: Marketplace, orders: Iterable[OrderFacts]) -> None:
        """Upsert, each guarded by `version`: older facts never replace newer ones; SKUs and ASINs accumulate."""
        ...

    def put_shipments(
        self, seller_id: str, marketplace: Marketplace, shipments: Iterable[ShipmentFact], seen_at: datetime
    ) -> None:
        """Upsert by order and shipment, guarded by when the report was fetched."""
        ...

    def put_returns(
        self, seller_id: str, marketplace: Marketplace, returns: Iterable[ReturnFact], seen_at: datetime
    ) -> None:
        """Upsert by order and return; a claim once flagged stays flagged."""
        ...

    def put_feedback(
        self, seller_id: str, marketplace: Marketplace, snapshot: str, feedback: Iterable[FeedbackFact]
    ) -> None:
        """Write the feedback of one snapshot (one per order: the latest)."""
        ...

    def window_orders(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[WindowOrder]:
        """Orders bought on the marketplace-local days of a window, streaming."""
        ...

    def feedback(self, seller_id: str, marketplace: Marketplace, snapshot: str) -> Iterator[FeedbackFact]:
        """The feedback of one snapshot."""
        ...

    def claimed_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with an A-to-z claim that counts: by its notices, else by the returns report."""
        ...

    def charged_back_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with a chargeback that is not reversed."""
        ...

    def returned_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders of which a return is known, with a claim or without."""
        ...

    def late_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders of which a promise ever told that they were shipped after their latest ship time."""
        ...
