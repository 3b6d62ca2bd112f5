"""Canaries in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from goodstanding.core.mail.canary import Canary, arrived
from tests.fakes.place import Place


@dataclass
class FakeCanaryStore:
    """Canaries by seller and day; writes are guarded as in the table."""

    known: dict[Place, Canary] = field(default_factory=dict)

    def canaries(self, seller_id: str) -> Sequence[Canary]:
        """Oldest first."""
        return tuple(canary for (seller, _), canary in sorted(self.known.items()) if seller == seller_id)

    def put_canary(self, seller_id: str, canary: Canary) -> bool:
        """Over the revision it was made from."""
        key = (seller_id, str(canary.day))
        if (self.known[key].revision if key in self.known else 0) != canary.revision:
            return False
        self.known[key] = replace(canary, revision=canary.revision + 1)
        return True

    def note_canary(self, seller_id: str, token: str) -> bool:
        """It came through; False for one that was never sent."""
        known = self.known.get((seller_id, token[:10]))
        return known is not None and known.token == token and self.put_canary(seller_id, arrived(known))
