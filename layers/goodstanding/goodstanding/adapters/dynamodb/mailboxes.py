"""How far mailboxes were read, and which cannot be. In the seller's partition: MAILBOX#<folder>, and OUTAGE while there is one."""

from datetime import datetime
from typing import Any

from goodstanding.adapters.dynamodb.table import Table, iso
from goodstanding.core.mail.collecting import Cursor, Outage

_OUTAGE = "OUTAGE"


class DynamoMailboxStore:
    """The mailboxes of all sellers."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def cursor(self, seller_id: str, folder_id: str) -> Cursor | None:
        """How far a folder was read."""
        item = self._table.get(_folder(seller_id, folder_id))
        return Cursor(int(item["uid_validity"]), int(item["uid"])) if item else None

    def advance(self, seller_id: str, folder_id: str, cursor: Cursor) -> None:
        """It was read that far; a round that is slower than another one leaves what that one wrote."""
        self._table.update(
            _folder(seller_id, folder_id),
            "SET uid_validity = :uid_validity, uid = :uid",
            {":uid_validity": cursor.uid_validity, ":uid": cursor.uid},
            condition="attribute_not_exists(pk) OR uid_validity <> :uid_validity OR uid < :uid",
        )

    def failed(self, seller_id: str, at: datetime) -> Outage:
        """Count a failure; the outage that it is part of."""
        key = {"pk": seller_id, "sk": _OUTAGE}
        self._table.update(
            key,
            "SET began_at = if_not_exists(began_at, :at) ADD failures :one",
            {":at": iso(at), ":one": 1},
        )
        item = self._table.get(key) or {"failures": 1, "began_at": iso(at)}  # another round may have read it just now
        return Outage(int(item["failures"]), datetime.fromisoformat(item["began_at"]))

    def recovered(self, seller_id: str) -> None:
        """The mailbox was read; its next failure is the first."""
        self._table.delete([{"pk": seller_id, "sk": _OUTAGE}])


def _folder(seller_id: str, folder_id: str) -> dict[str, str]:
    return {"pk": seller_id, "sk": f"MAILBOX#{folder_id}"}
