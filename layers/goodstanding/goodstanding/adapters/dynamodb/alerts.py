"""The alert ledger: planned → claimed → sent. In the seller's partition: ALERT#<key>, and UNSENT#<key> until it is settled.

The sparse index `by_unsent` holds the markers and nothing else, so that a sweep finds the sellers with something left to be said.

SNS cannot be asked whether it has a message, so a claim that was never settled (a crash between publish and record) is repeated
once, marked as a repeat, and then given up as sent: at least once, at most twice.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from goodstanding.adapters.dynamodb.table import Item, Table, expiry, iso, wire
from goodstanding.core.alerts import Alert, AlertKind, Claim, Severity, Topic
from goodstanding.ports.clock import Clock

LEASE = timedelta(seconds=90)
"""How long a claim is respected: longer than the publishing function may run."""

_ATTEMPTS = 2
_INDEX = "by_unsent"
_UNSENT = "unsent"
_KEEP = timedelta(days=180)


def planned(table: str, seller_id: str, day: date, alert: Alert) -> list[Item]:
    """The actions of a transaction that plan an alert; a planned key is refused."""
    record = {
        "pk": seller_id,
        "sk": f"ALERT#{alert.key}",
        "state": "planned",
        "attempts": 0,
        "key": alert.key,
        "topic": alert.topic.value,
        "severity": alert.severity.value,
        "kind": alert.kind.value,
        "marketplace": alert.marketplace,
        "order_id": alert.order_id,
        "subject": alert.subject,
        "message": alert.message,
        "sms": alert.sms,
        "expires_at": expiry(day, _KEEP),
    }
    marker = {"pk": seller_id, "sk": f"UNSENT#{alert.key}", "unsent_of": _UNSENT}
    return [
        {"Put": {"TableName": table, "Item": wire(record), "ConditionExpression": "attribute_not_exists(pk)"}},
        {"Put": {"TableName": table, "Item": wire(marker)}},
    ]


class DynamoAlertLedger:
    """The alerts of all sellers."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._table = Table(client, table)
        self._clock = clock

    def plan(self, seller_id: str, day: date, alerts: Sequence[Alert]) -> None:
        """Add those whose key is new."""
        for alert in alerts:
            self._table.transact(planned(self._table.name, seller_id, day, alert))

    def unsent(self, seller_id: str) -> Sequence[Alert]:
        """Planned or claimed and not settled, in the order of their keys."""
        markers = self._table.query("pk = :pk AND begins_with(sk, :sk)", {":pk": seller_id, ":sk": "UNSENT#"})
        keys = [item["sk"].removeprefix("UNSENT#") for item in markers]
        items = (self._table.get({"pk": seller_id, "sk": f"ALERT#{key}"}) for key in keys)
        return tuple(_alert(item) for item in items if item is not None)

    def sellers_with_unsent(self, limit: int) -> Sequence[str]:
        """At most `limit`, in the order of their ids: one query for each, however many alerts it has, and one that finds the end."""
        found: list[str] = []
        while len(found) < limit:
            items, _ = self._table.page(
                "unsent_of = :unsent AND pk > :last",
                {":unsent": _UNSENT, ":last": found[-1] if found else " "},
                _INDEX,
                limit=1,
            )
            if not items:
                break
            found.append(items[0]["pk"])
        return tuple(found)

    def planned_on(self, seller_id: str, day: date) -> Sequence[Alert]:
        """What a day's run planned."""
        items = self._table.query("pk = :pk AND begins_with(sk, :sk)", {":pk": seller_id, ":sk": f"ALERT#{day}#"})
        return tuple(_alert(item) for item in items)

    def claim(self, seller_id: str, key: str) -> Claim:
        """Claim for sending. A lease protects a claim from being taken over while its holder may still be at work."""
        now = self._clock.now()
        record = {"pk": seller_id, "sk": f"ALERT#{key}"}
        free = "#state = :planned OR (#state = :claimed AND claimed_at <= :lapsed AND attempts < :attempts)"
        claimed = self._table.update(
            record,
            "SET #state = :claimed, claimed_at = :now ADD attempts :one",
            {
                ":planned": "planned",
                ":claimed": "claimed",
                ":now": iso(now),
                ":lapsed": iso(now - LEASE),
                ":attempts": _ATTEMPTS,
                ":one": 1,
            },
            condition=free,
            names={"#state": "state"},
        )
        item = self._table.get(record)
        if item is None:
            return Claim.SPENT
        if claimed:
            return Claim.FIRST if item["attempts"] == 1 else Claim.REPEAT
        if item["state"] == "claimed" and item["claimed_at"] > str(iso(now - LEASE)):
            return Claim.LEASED
        self._settle(seller_id, key, "given up", None)
        return Claim.SPENT

    def settle(self, seller_id: str, key: str, message_id: str) -> None:
        """It was sent."""
        self._settle(seller_id, key, "sent", message_id)

    def release(self, seller_id: str, key: str) -> None:
        """It was certainly not sent: as if never claimed."""
        self._table.update(
            {"pk": seller_id, "sk": f"ALERT#{key}"},
            "SET #state = :planned ADD attempts :back",
            {":planned": "planned", ":claimed": "claimed", ":back": -1},
            condition="#state = :claimed",
            names={"#state": "state"},
        )

    def _settle(self, seller_id: str, key: str, state: str, message_id: str | None) -> None:
        self._table.update(
            {"pk": seller_id, "sk": f"ALERT#{key}"},
            "SET #state = :state, message_id = :message_id, settled_at = :now",
            {":state": state, ":message_id": message_id or "-", ":now": iso(self._clock.now()), ":sent": "sent"},
            condition="#state <> :sent",
            names={"#state": "state"},
        )
        self._table.delete([{"pk": seller_id, "sk": f"UNSENT#{key}"}])


def _alert(item: Item) -> Alert:
    return Alert(
        key=item["key"],
        topic=Topic(item["topic"]),
        severity=Severity(item["severity"]),
        kind=AlertKind(item["kind"]),
        marketplace=item.get("marketplace"),
        order_id=item.get("order_id"),
        subject=item["subject"],
        message=item["message"],
        sms=item.get("sms"),
    )
