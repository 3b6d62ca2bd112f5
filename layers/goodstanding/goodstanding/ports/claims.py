"""A-to-z claims and chargebacks."""

from collections.abc import Sequence
from typing import Protocol

from goodstanding.core.claims import ClaimFact, ClaimNotice
from goodstanding.core.marketplaces import Marketplace


class ClaimStore(Protocol):
    """A-to-z claims and chargebacks, in the orders' partitions."""

    def note_claim(self, seller_id: str, notice: ClaimNotice) -> ClaimFact:
        """Add what a verified notice says; what stands after it. The order need not be known yet."""
        ...

    def marketplace_of(self, seller_id: str, order_id: str, candidates: Sequence[Marketplace]) -> Marketplace | None:
        """In which of these marketplaces the order is known."""
        ...
