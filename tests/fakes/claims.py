"""A-to-z claims and chargebacks in memory; passes the contract tests of its adapter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from goodstanding.core.claims import ClaimFact, ClaimNotice, noted
from goodstanding.core.marketplaces import Marketplace


@dataclass
class FakeClaimStore:
    """Claims by seller, order and kind; and where orders are known."""

    claims: dict[tuple[str, str, str], ClaimFact] = field(default_factory=dict)
    places: Mapping[str, Marketplace] = field(default_factory=dict)

    def note_claim(self, seller_id: str, notice: ClaimNotice) -> ClaimFact:
        """What stands after a notice."""
        key = (seller_id, notice.order_id, notice.kind)
        self.claims[key] = noted(self.claims.get(key), notice)
        return self.claims[key]

    def marketplace_of(self, seller_id: str, order_id: str, candidates: Sequence[Marketplace]) -> Marketplace | None:
        """Where the test says."""
        known = self.places.get(order_id)
        return known if known in candidates else None
