"""The canaries of all sellers, in the conversations' table: `<seller>#MAILBOX`, CANARY#<day>."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from goodstanding.adapters.dynamodb.table import Item, Table, at, expiry, utc_text_or_none
from goodstanding.core.mail.canary import Canary, CanaryState, arrived, day_of
from goodstanding.core.orders import utc_text

_KEEP = timedelta(days=30)


class DynamoCanaryStore:
    """One canary a day and seller."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def canaries(self, seller_id: str) -> Sequence[Canary]:
        """Those of the last weeks, oldest first."""
        items = self._table.query(
            "pk = :pk AND begins_with(sk, :sk)", {":pk": f"{seller_id}#MAILBOX", ":sk": "CANARY#"}
        )
        return tuple(map(_canary, items))

    def put_canary(self, seller_id: str, canary: Canary) -> bool:
        """Write a canary over the revision it was made from."""
        return self._table.put_over(
            _key(seller_id, canary.token)
            | {
                "token": canary.token,
                "state": canary.state,
                "planned_at": utc_text(canary.planned_at),
                "claimed_at": utc_text_or_none(canary.claimed_at),
                "attempts": canary.attempts,
                "revision": canary.revision + 1,
                "expires_at": expiry(canary.day, _KEEP),
            },
            canary.revision,
        )

    def note_canary(self, seller_id: str, token: str) -> bool:
        """One with this token came through."""
        while True:
            item = self._table.get(_key(seller_id, token))
            if item is None or item["token"] != token:
                return False
            canary = _canary(item)
            if canary.state is CanaryState.ARRIVED or self.put_canary(seller_id, arrived(canary)):
                return True


def _key(seller_id: str, token: str) -> dict[str, str]:
    return {"pk": f"{seller_id}#MAILBOX", "sk": f"CANARY#{day_of(token)}"}


def _canary(item: Item) -> Canary:
    return Canary(
        token=item["token"],
        planned_at=datetime.fromisoformat(item["planned_at"]),
        state=CanaryState(item["state"]),
        claimed_at=at(item.get("claimed_at")),
        attempts=int(item["attempts"]),
        revision=int(item["revision"]),
    )
