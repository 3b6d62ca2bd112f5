"""Claims in the orders' table: CLAIM#<kind> in `<seller>#<order>`, listed by the sparse index `by_defect` under the seller.

A notice often comes before any report has told in which marketplace its order belongs, and need not say; so claims are the
seller's, and the marketplace that knows the order counts them. `defect` is A_TO_Z#<order> or CHARGEBACK#<order>; `counted` says
whether it counts, and goes before what the returns report says.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from goodstanding.adapters.dynamodb.orders import scope_of
from goodstanding.adapters.dynamodb.table import Item, Table, at, expiry, utc_text_or_none
from goodstanding.contracts.errors import Conflict
from goodstanding.core.claims import ClaimFact, ClaimKind, ClaimNotice, counts, noted
from goodstanding.core.mail.outcomes import Outcome, Payer
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import utc_text

_KEEP = timedelta(days=180)
_ROUNDS = 8


class DynamoClaimStore:
    """The claims of all sellers."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def note_claim(self, seller_id: str, notice: ClaimNotice) -> ClaimFact:
        """Add what a verified notice says; what stands after it. Raises Conflict."""
        key = {"pk": f"{seller_id}#{notice.order_id}", "sk": f"CLAIM#{notice.kind}"}
        for _ in range(_ROUNDS):
            item = self._table.get(key)
            fact = noted(_fact(notice.order_id, item) if item else None, notice)
            revision = int(item["revision"]) if item else 0
            if self._table.put_over(key | _item(seller_id, fact) | {"revision": revision + 1}, revision):
                return fact
        raise Conflict("somebody else keeps writing the same claim")

    def marketplace_of(self, seller_id: str, order_id: str, candidates: Sequence[Marketplace]) -> Marketplace | None:
        """In which of these marketplaces the order is known."""
        for marketplace in candidates:
            if self._table.get({"pk": f"{scope_of(seller_id, marketplace)}#{order_id}", "sk": "ORDER"}) is not None:
                return marketplace
        return None


def _item(seller_id: str, fact: ClaimFact) -> Item:
    return {
        "order_id": fact.order_id,
        "kind": fact.kind,
        "opened_at": utc_text(fact.opened_at),
        "decided_at": utc_text_or_none(fact.decided_at),
        "outcome": fact.outcome,
        "payer": fact.payer,
        "counted": counts(fact),
        "defect_of": seller_id,
        "defect": f"{fact.kind.upper()}#{fact.order_id}",
        "expires_at": expiry((fact.decided_at or fact.opened_at).date(), _KEEP),
    }


def _fact(order_id: str, item: Item) -> ClaimFact:
    outcome, payer = item.get("outcome"), item.get("payer")
    return ClaimFact(
        order_id=order_id,
        kind=ClaimKind(item["kind"]),
        opened_at=datetime.fromisoformat(item["opened_at"]),
        decided_at=at(item.get("decided_at")),
        outcome=Outcome(outcome) if outcome else None,
        payer=Payer(payer) if payer else None,
    )
