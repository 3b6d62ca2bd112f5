"""The sellers' settings in memory: they only hand on what they are given."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from goodstanding.contracts.errors import SellerNotConfigured
from goodstanding.ports.sellers import Seller


@dataclass
class FakeSellerRegistry:
    """Sellers by id, and the manifests that were written."""

    sellers: dict[str, Seller]
    manifests: dict[str, Sequence[Seller]] = field(default_factory=dict)

    def list(self) -> Sequence[str]:
        """Seller ids, sorted."""
        return sorted(self.sellers)

    def get(self, seller_id: str) -> Seller:
        """Raises SellerNotConfigured."""
        if seller_id not in self.sellers:
            raise SellerNotConfigured(seller_id)
        return self.sellers[seller_id]

    def write_manifest(self, name: str, sellers: Sequence[Seller]) -> tuple[str, str]:
        """Bucket and key."""
        self.manifests[name] = sellers
        return "manifests", name
