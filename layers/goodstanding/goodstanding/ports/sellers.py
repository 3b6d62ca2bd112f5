"""Who is served."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.requests.consider import Wishes


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller as the daily run sees it; `mailbox` tells whether its notification mailbox is connected."""

    seller_id: str
    marketplaces: tuple[Marketplace, ...]
    language: str
    mailbox: bool
    wishes: Wishes = field(default_factory=Wishes)
    own_addresses: frozenset[str] = frozenset()

    def stores_in(self, region: str) -> Sequence[Marketplace]:
        """Its marketplaces in a region of SP-API."""
        return [marketplace for marketplace in self.marketplaces if marketplace.region == region]


class SellerRegistry(Protocol):
    """Who is served: settings objects under `sellers/` in the bucket, a manifest of them for the Distributed Map."""

    def list(self) -> Sequence[str]:
        """Seller ids, sorted."""
        ...

    def get(self, seller_id: str) -> Seller:
        """Raises SellerNotConfigured."""
        ...

    def write_manifest(self, name: str, sellers: Sequence[Seller]) -> tuple[str, str]:
        """The item source of a Distributed Map: a JSON array of {"seller_id", "marketplaces", "regions"}; (bucket, key)."""
        ...
