"""Deadlines. One partition for each seller, one item for each deadline, its id as the sort key.

The sparse index `by_next_step` (`step_of` = one of a few shards, `step_at` = when the next step is due) holds only open deadlines
with a step to take: a sweep reads what is due and nothing else. An end that is known before its opening waits as an item with
nothing but the end. `<seller>#rounds` holds, for each marketplace, the round of its orders to be shipped.

Steps are marked as taken in the transaction that plans their alert in the alert ledger, so that no step is taken without its alert
and no alert planned for a step that was taken; docs/decisions/0013-deadline-escalation.md.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from goodstanding.adapters.dynamodb.alerts import planned
from goodstanding.adapters.dynamodb.table import TRANSACTION_SIZE, Item, Table, at, expiry, iso, put_action
from goodstanding.contracts.errors import Conflict
from goodstanding.core.alerts import Alert, Severity
from goodstanding.core.deadlines import (
    ClosedBy,
    Closing,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Escalation,
    Step,
    acknowledged,
    closed,
    escalated,
    next_step_at,
    opened,
)
from goodstanding.ports.deadlines import DuePage, Round

SHARDS = 4
"""Partitions of the index: each bears a thousand writes a second. All deadlines of a seller are in one, in the order of time."""

_KEEP = timedelta(days=180)
_ROUNDS = 20
_INDEX = "by_next_step"
_OTHER_ACTIONS = 3  # of a round's transaction: the round itself and the two of its alert

type _Known = Deadline | Closing | None


class DynamoDeadlineStore:
    """The clocks of all sellers; `alerts_table` holds the alert ledger."""

    def __init__(self, client: Any, table: str, alerts_table: str) -> None:
        self._table = Table(client, table)
        self._alerts_table = alerts_table

    # ---- events ------------------------------------------------------------------------------------------------------

    def open(self, seller_id: str, deadline: Deadline) -> Deadline:
        """Note an opening; what stands after it. A new one costs one write."""
        first = replace(deadline, revision=1)
        if self._table.put_new(_item(seller_id, first)):
            return first
        after = self._change(seller_id, deadline.id, lambda known: opened(known, deadline))
        return after if isinstance(after, Deadline) else first

    def close(self, seller_id: str, deadline_id: str, closing: Closing) -> Deadline | None:
        """Note an end; what stands after it, None while no opening is known."""
        after = self._change(seller_id, deadline_id, lambda known: closed(known, closing))
        return after if isinstance(after, Deadline) else None

    def acknowledge(
        self, seller_id: str, deadline_id: str, now: datetime, until: datetime, longest: timedelta
    ) -> Deadline | None:
        """Pause a deadline's warnings; None for one that is not known."""
        after = self._change(
            seller_id,
            deadline_id,
            lambda known: acknowledged(known, now, until, longest) if isinstance(known, Deadline) else known,
        )
        return after if isinstance(after, Deadline) else None

    def _change(self, seller_id: str, deadline_id: str, event: Callable[[_Known], _Known]) -> _Known:
        """Read, decide, write if nobody wrote in between; else again. Nothing is written when nothing changes."""
        for _ in range(_ROUNDS):
            item = self._table.get({"pk": seller_id, "sk": deadline_id})
            known = None if item is None else _known(item)
            after = event(known)
            if after is None or after == known:
                return after
            revision = 0 if item is None else int(item["revision"])
            if isinstance(after, Deadline):
                after = replace(after, revision=revision + 1)
                written = _item(seller_id, after)
            else:
                written = _end_item(seller_id, deadline_id, after, revision + 1)
            if self._table.put_over(written, revision):
                return after
        raise Conflict("somebody else keeps writing the same deadline")

    # ---- reading -----------------------------------------------------------------------------------------------------

    def read(self, seller_id: str, deadline_ids: Iterable[str]) -> Sequence[Deadline]:
        """Those that are known, as they stand this moment, in the order of their ids."""
        items = self._table.get_all({"pk": seller_id, "sk": each} for each in dict.fromkeys(deadline_ids))
        return tuple(sorted((one for one in map(_known, items) if isinstance(one, Deadline)), key=lambda one: one.id))

    def all(self, seller_id: str, prefix: str = "") -> Iterator[Deadline]:
        """Every clock that runs or ran and whose id begins so, in the order of their ids."""
        narrowed = ("pk = :pk AND begins_with(sk, :sk)", {":pk": seller_id, ":sk": prefix})
        for item in self._table.query(*narrowed if prefix else ("pk = :pk", {":pk": seller_id})):
            known = _known(item)
            if isinstance(known, Deadline):
                yield known

    def next_step_at(self) -> datetime | None:
        """When the next step of any seller is due; None when no step is left."""
        found = [
            item["step_at"]
            for shard in range(SHARDS)
            for item in self._table.page("step_of = :shard", {":shard": _shard(shard)}, _INDEX, limit=1)[0]
        ]
        return at(min(found, default=None))

    def due(self, now: datetime, limit: int, cursor: str | None = None) -> DuePage:
        """Open deadlines with a step to take by `now`, at most `limit`: queries of the sparse index, shard by shard."""
        shard, start = json.loads(cursor) if cursor else (0, None)
        found: list[tuple[str, str]] = []
        while shard < SHARDS and len(found) < limit:
            items, start = self._table.page(
                "step_of = :shard AND step_at <= :now",
                {":shard": _shard(shard), ":now": iso(now)},
                _INDEX,
                limit=limit - len(found),
                start=start,
            )
            found += [(item["pk"], item["sk"]) for item in items]
            shard += start is None
        return DuePage(tuple(found), json.dumps([shard, start]) if shard < SHARDS else None)

    # ---- taking steps ------------------------------------------------------------------------------------------------

    def take(self, seller_id: str, day: date, alert: Alert, escalation: Escalation) -> bool:
        """In one transaction: mark the steps as taken, and plan their alert."""
        return not self._table.transact(
            [self._taken(seller_id, escalation), *planned(self._alerts_table, seller_id, day, alert)]
        )

    def round(self, seller_id: str, marketplace: str) -> Round:
        """The marketplace's last round, after finishing what it left open."""
        item = self._table.get(_round_key(seller_id, marketplace))
        if item is None:
            return Round(marketplace, 0)
        self._finish(seller_id, item)
        return Round(marketplace, int(item["revision"]))

    def take_round(
        self, seller_id: str, day: date, alert: Alert, escalations: Sequence[Escalation], after: Round
    ) -> bool:
        """One alert for many deadlines.

        One transaction plans the alert, writes down which deadlines it covers, and marks as many as fit. The others are marked
        behind it, by this call or, if it dies, by whoever reads the round next: nobody can start another round before that.
        """
        fitting = TRANSACTION_SIZE - _OTHER_ACTIONS
        record = _round_key(seller_id, after.marketplace) | {
            "revision": after.number + 1,
            "taken_at": _taken_at(escalations[0]),
            "rest": [one.before.id for one in escalations[fitting:]],
        }
        actions = [
            put_action(self._table.name, record, after.number),
            *planned(self._alerts_table, seller_id, day, alert),
            *(self._taken(seller_id, one) for one in escalations[:fitting]),
        ]
        if self._table.transact(actions):
            return False
        self._finish(seller_id, record)
        return True

    def _taken(self, seller_id: str, escalation: Escalation) -> Item:
        revision = escalation.before.revision
        after = replace(escalation.after, revision=revision + 1)
        return put_action(self._table.name, _item(seller_id, after), revision)

    def _finish(self, seller_id: str, record: Item) -> None:
        """Mark the deadlines that a round covers and has not marked. Done again, or by two at once, it comes to the same."""
        if not record["rest"]:
            return
        taken_at = datetime.fromisoformat(record["taken_at"])
        for deadline_id in record["rest"]:
            self._change(seller_id, deadline_id, lambda known: _as_taken(known, taken_at))
        self._table.update(
            {"pk": record["pk"], "sk": record["sk"]},
            "SET #rest = :none",
            {":none": [], ":revision": record["revision"]},
            condition="revision = :revision",
            names={"#rest": "rest"},
        )


def _as_taken(known: _Known, taken_at: datetime) -> _Known:
    escalation = escalated(known, taken_at) if isinstance(known, Deadline) else None
    return known if escalation is None else escalation.after


def _taken_at(escalation: Escalation) -> str | None:
    return iso(max(step.sent_at for step in escalation.after.steps if step.sent_at is not None))


def _round_key(seller_id: str, marketplace: str) -> dict[str, str]:
    return {"pk": f"{seller_id}#rounds", "sk": marketplace}


def _shard(number: int) -> str:
    return f"shard-{number}"


def _item(seller_id: str, deadline: Deadline) -> Item:
    step_at = next_step_at(deadline)
    return {
        "pk": seller_id,
        "sk": deadline.id,
        "revision": deadline.revision,
        "kind": deadline.kind.value,
        "marketplace": deadline.marketplace,
        "order_id": deadline.order_id,
        "thread_id": deadline.thread_id,
        "opened_at": iso(deadline.opened_at),
        "due_at": iso(deadline.due_at),
        "state": deadline.state.value,
        "steps": [
            {
                "level": step.level,
                "at": iso(step.at),
                "severity": step.severity.value,
                "sent_at": iso(step.sent_at),
            }
            for step in deadline.steps
        ],
        "closing": None if deadline.closing is None else _closing_item(deadline.closing),
        "acknowledged_at": iso(deadline.acknowledged_at),
        "snoozed_until": iso(deadline.snoozed_until),
        "unconfirmed": deadline.unconfirmed or None,
        "step_of": None if step_at is None else _shard(zlib.crc32(seller_id.encode()) % SHARDS),
        "step_at": iso(step_at),
        "expires_at": expiry(deadline.due_at.date(), _KEEP),
    }


def _end_item(seller_id: str, deadline_id: str, closing: Closing, revision: int) -> Item:
    return {
        "pk": seller_id,
        "sk": deadline_id,
        "revision": revision,
        "closing": _closing_item(closing),
        "expires_at": expiry(closing.at.date(), _KEEP),
    }


def _closing_item(closing: Closing) -> Item:
    return {"at": iso(closing.at), "by": closing.by.value, "void": closing.void}


def _known(item: Item) -> Deadline | Closing:
    ended = item.get("closing")
    closing = (
        None
        if ended is None
        else Closing(datetime.fromisoformat(ended["at"]), ClosedBy(ended["by"]), void=bool(ended["void"]))
    )
    if "opened_at" not in item and closing is not None:
        return closing
    return Deadline(
        id=item["sk"],
        kind=DeadlineKind(item["kind"]),
        marketplace=item["marketplace"],
        order_id=item.get("order_id"),
        thread_id=item.get("thread_id"),
        opened_at=datetime.fromisoformat(item["opened_at"]),
        due_at=datetime.fromisoformat(item["due_at"]),
        steps=tuple(
            Step(
                step["level"],
                datetime.fromisoformat(step["at"]),
                Severity(step["severity"]),
                at(step.get("sent_at")),
            )
            for step in item["steps"]
        ),
        state=DeadlineState(item["state"]),
        closing=closing,
        acknowledged_at=at(item.get("acknowledged_at")),
        snoozed_until=at(item.get("snoozed_until")),
        unconfirmed=bool(item.get("unconfirmed")),
        revision=int(item["revision"]),
    )
