"""The ledger of feedback requests, in the orders' table.

In an order's partition: REQUEST. In partitions of their own: `<seller>#OPT_OUTS` (one item for each order), and
`<seller>#<region>#SENDER` with SHIFT, LOOKS#<day> and HEEDED#<country>, and `<seller>#POSTS` with the posts of each day.
Sparse index `by_close` (`open_of` = `<seller>#<region>`, `closes` = `<closes_at>#<country>#<order>`) finds what still needs work, in the
order in which it is worked on; index `by_request` (`request_of` = `<seller>#<country>`, `request_sort` =
`<local day of purchase>#<order>`) lists the requests of a marketplace.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from goodstanding.adapters.dynamodb.orders import KEEP, scope_of
from goodstanding.adapters.dynamodb.table import CONDITION_FAILED, Item, Table, at, expiry, utc_text_or_none, wire
from goodstanding.contracts.errors import Conflict
from goodstanding.core import marketplaces
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.orders import (
    Fulfillment,
    OrderFacts,
    OrderStatus,
    PromiseFact,
    PromiseSource,
    ShipmentFact,
    utc_text,
)
from goodstanding.core.pacing import Bucket
from goodstanding.core.requests.consider import KnownOrder
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.drought import DayOfLooks
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import RequestWindow
from goodstanding.core.windows import local_day
from goodstanding.ports.clock import Clock
from goodstanding.ports.requests import ClaimOutcome, Flagged, Heeded, OpenRequest, Shift

_KEEP_COUNTS = timedelta(days=40)
_KEEP_OPT_OUTS = timedelta(days=730)
_BATCH_OF_REQUESTS = 500
"""About twice as many as a sender can do in one batch: read from the index at a time."""

_LAST = "~"  # sorts behind every order id


class DynamoRequestLedger:
    """The requests of all sellers."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._table = Table(client, table)
        self._clock = clock

    # ---- what to consider -----------------------------------------------------------------------------------------------------

    def flagged(self, seller_id: str, marketplace: Marketplace) -> Iterator[Flagged]:
        """Orders to be considered (again), each once: its items lie together in the index."""
        order_id = ""
        marks: list[tuple[str, str]] = []
        for item in self._table.query("flag_of = :of", {":of": scope_of(seller_id, marketplace)}, index="by_flag"):
            this = item["flag"].partition("#")[0]
            if marks and this != order_id:
                yield Flagged(order_id, tuple(marks))
                marks = []
            order_id = this
            marks.append((item["sk"], item["flag"]))
        if marks:
            yield Flagged(order_id, tuple(marks))

    def unflag(self, seller_id: str, marketplace: Marketplace, flagged: Flagged) -> None:
        """They were considered; what became known in the meantime keeps its flag."""
        for sort, flag in flagged.marks:
            self._table.update(
                {"pk": f"{scope_of(seller_id, marketplace)}#{flagged.order_id}", "sk": sort},
                "REMOVE flag_of, flag",
                {":flag": flag},
                condition="flag = :flag",
            )

    def known(
        self, seller_id: str, marketplace: Marketplace, order_id: str
    ) -> tuple[KnownOrder | None, RequestRecord | None]:
        """All that matters for a request; no order while no report has told of it."""
        partition = f"{scope_of(seller_id, marketplace)}#{order_id}"
        items = {item["sk"]: item for item in self._table.query("pk = :pk", {":pk": partition})}
        record = _record(items["REQUEST"]) if "REQUEST" in items else None
        if "ORDER" not in items:
            return None, record
        opted_out = self._table.get(_opt_out_key(seller_id, order_id)) is not None
        shipments = (item for sort, item in items.items() if sort.startswith("SHIPMENT#"))
        promises = (_promise(order_id, sort, item) for sort, item in items.items() if sort.startswith("PROMISE#"))
        known = KnownOrder(
            order=_order(items["ORDER"]),
            shipments=tuple(_shipment(order_id, item) for item in shipments),
            promises=tuple(promises),
            opted_out=opted_out,
        )
        return known, record

    def promises_of(self, seller_id: str, marketplace: Marketplace, order_id: str) -> Sequence[PromiseFact]:
        """What was promised about an order, also before a report has told of it."""
        partition = f"{scope_of(seller_id, marketplace)}#{order_id}"
        items = self._table.query("pk = :pk AND begins_with(sk, :sk)", {":pk": partition, ":sk": "PROMISE#"})
        return tuple(_promise(order_id, item["sk"], item) for item in items)

    # ---- records --------------------------------------------------------------------------------------------------------------

    def put(self, seller_id: str, marketplace: Marketplace, record: RequestRecord, purchased_at: datetime) -> bool:
        """Write a record over the revision it was made from; False when somebody else wrote in between."""
        purchased_on = local_day(purchased_at, marketplace)
        item = _item(seller_id, marketplace, record) | {
            "request_of": scope_of(seller_id, marketplace),
            "request_sort": f"{purchased_on}#{record.order_id}",
            "expires_at": expiry(purchased_on, KEEP),
        }
        return self._table.put_over(item, record.revision)

    def claim(
        self, seller_id: str, marketplace: Marketplace, record: RequestRecord, *, day: date, cap: int | None
    ) -> ClaimOutcome:
        """One transaction: the record, the buyer's word, and the day's count. Raises Conflict: nothing is written, nothing is known."""
        scope = scope_of(seller_id, marketplace)
        name = self._table.name
        guarded = (
            (ClaimOutcome.CHANGED, _claim_action(name, scope, record)),
            (
                ClaimOutcome.OPTED_OUT,
                {
                    "ConditionCheck": {
                        "TableName": name,
                        "Key": wire(_opt_out_key(seller_id, record.order_id)),
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
            ),
            (ClaimOutcome.CAPPED, _count_action(name, seller_id, day, cap)),
        )
        reasons = self._table.transact([action for _, action in guarded])
        if not reasons:
            return ClaimOutcome.CLAIMED
        for (outcome, _), why in zip(guarded, reasons, strict=True):
            if why == CONDITION_FAILED:
                return outcome
        raise Conflict("somebody else is writing the same request")

    def uncount(self, seller_id: str, day: date) -> None:
        """A claimed post was certainly not sent: it does not count towards the cap."""
        key = _posts_key(seller_id, day)
        self._table.update(key, "ADD posts :back", {":back": -1, ":none": 0}, condition="posts > :none")

    def open_requests(self, seller_id: str, region: str) -> Iterator[OpenRequest]:
        """What still needs work, now or later, the one whose window ends first at the head; no more is read than is taken."""
        items = self._table.query(
            "open_of = :of", {":of": f"{seller_id}#{region}"}, index="by_close", page_size=_BATCH_OF_REQUESTS
        )
        return (
            OpenRequest(
                item["order_id"],
                marketplaces.by_country(item["country"]),
                closes_at=datetime.fromisoformat(item["closes_at"]),
                next_at=datetime.fromisoformat(item["next_at"]),
            )
            for item in items
        )

    def heeded(self, seller_id: str, marketplace: Marketplace) -> Heeded | None:
        """By which rules requests were considered; None before the first time."""
        item = self._table.get(_heeded_key(seller_id, marketplace))
        if item is None:
            return None
        return Heeded(item["rules"], date.fromisoformat(item["left_from"]) if "left_from" in item else None)

    def put_heeded(self, seller_id: str, marketplace: Marketplace, heeded: Heeded) -> None:
        """Remember it."""
        left_from = heeded.left_from.isoformat() if heeded.left_from else None
        self._table.put(_heeded_key(seller_id, marketplace) | {"rules": heeded.rules, "left_from": left_from})

    def requests(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[RequestRecord]:
        """The records of orders bought in a window of local days."""
        items = self._table.query(
            "request_of = :of AND request_sort BETWEEN :first AND :last",
            {
                ":of": scope_of(seller_id, marketplace),
                ":first": f"{window.from_.isoformat()}#",
                ":last": f"{window.to.isoformat()}#{_LAST}",
            },
            index="by_request",
        )
        return (_record(item) for item in items)

    def opt_out(
        self, seller_id: str, order_id: str, source: str, at: datetime, marketplaces: Iterable[Marketplace] = ()
    ) -> None:
        """The first word stands. An order that is known is flagged after it, so that a planned request is told of at once."""
        item = {"source": source, "opted_out_at": utc_text(at), "expires_at": expiry(at.date(), _KEEP_OPT_OUTS)}
        self._table.put_new(_opt_out_key(seller_id, order_id) | item)
        for scope in (scope_of(seller_id, marketplace) for marketplace in marketplaces):
            self._table.update(
                {"pk": f"{scope}#{order_id}", "sk": "ORDER"},
                "SET flag_of = :of, flag = :flag",
                {":of": scope, ":flag": f"{order_id}#opt_out"},
                condition="attribute_exists(pk)",
            )

    # ---- the sender's turn ----------------------------------------------------------------------------------------------------

    def begin_shift(self, seller_id: str, region: str, holder: str, until: datetime) -> Shift | None:
        """Take the turn until then; None while somebody else has it."""
        key = sender_key(seller_id, region, "SHIFT")
        taken = self._table.update(
            key,
            "SET holder = :holder, held_until = :until",
            {":holder": holder, ":until": utc_text(until), ":now": utc_text(self._clock.now())},
            condition="attribute_not_exists(holder) OR holder = :holder OR held_until < :now",
        )
        if not taken:
            return None
        item = self._table.get(key) or {}
        buckets = item.get("buckets", {})
        return Shift(
            {name: Bucket(each["tokens"], datetime.fromisoformat(each["filled_at"])) for name, each in buckets.items()}
        )

    def end_shift(self, seller_id: str, region: str, holder: str, buckets: Mapping[str, Bucket]) -> None:
        """Give it back, with what is left of the rates."""
        kept = {name: {"tokens": bucket.tokens, "filled_at": bucket.at.isoformat()} for name, bucket in buckets.items()}
        self._table.update(
            sender_key(seller_id, region, "SHIFT"),
            "SET buckets = :buckets REMOVE holder, held_until",
            {":buckets": kept, ":holder": holder},
            condition="holder = :holder",
        )

    def count_looks(self, seller_id: str, region: str, day: date, looks: int, offers: int) -> None:
        """Add to the day's counts."""
        self._table.update(
            sender_key(seller_id, region, f"LOOKS#{day}"),
            "SET expires_at = :expires_at ADD looks :looks, offers :offers",
            {":looks": looks, ":offers": offers, ":expires_at": expiry(day, _KEEP_COUNTS)},
        )

    def looks(self, seller_id: str, region: str) -> Sequence[DayOfLooks]:
        """The days of the last weeks, oldest first."""
        items = self._table.query(
            "pk = :pk AND begins_with(sk, :sk)", {":pk": f"{seller_id}#{region}#SENDER", ":sk": "LOOKS#"}
        )
        return tuple(
            DayOfLooks(date.fromisoformat(item["sk"].removeprefix("LOOKS#")), int(item["looks"]), int(item["offers"]))
            for item in items
        )


# ---- items --------------------------------------------------------------------------------------------------------------------


def sender_key(seller_id: str, region: str, sort: str) -> dict[str, str]:
    """What is kept for a seller and region as a whole."""
    return {"pk": f"{seller_id}#{region}#SENDER", "sk": sort}


def _heeded_key(seller_id: str, marketplace: Marketplace) -> dict[str, str]:
    return sender_key(seller_id, marketplace.region, f"HEEDED#{marketplace.country}")


def _posts_key(seller_id: str, day: date) -> dict[str, str]:
    """All regions together: the cap is the seller's."""
    return {"pk": f"{seller_id}#POSTS", "sk": day.isoformat()}


def _opt_out_key(seller_id: str, order_id: str) -> dict[str, str]:
    return {"pk": f"{seller_id}#OPT_OUTS", "sk": order_id}


def _item(seller_id: str, marketplace: Marketplace, record: RequestRecord) -> Item:
    needs_work = (
        {
            "open_of": f"{seller_id}#{marketplace.region}",
            "closes": f"{utc_text(record.window.closes_at)}#{marketplace.country}#{record.order_id}",
        }
        if record.next_at is not None
        else {}
    )
    return {
        "pk": f"{scope_of(seller_id, marketplace)}#{record.order_id}",
        "sk": "REQUEST",
        "country": marketplace.country,
        **needs_work,
        **_fields(record),
    }


def _fields(record: RequestRecord) -> Item:
    return {
        "order_id": record.order_id,
        "state": record.state,
        "reason": record.reason,
        "opens_at": utc_text(record.window.opens_at),
        "eligible_from": utc_text(record.window.eligible_from),
        "closes_at": utc_text(record.window.closes_at),
        "estimated_by": record.estimated_by,
        "attempts": record.attempts,
        "empty_reads": record.empty_reads,
        "first_empty_at": utc_text_or_none(record.first_empty_at),
        "refusals": record.refusals,
        "refused_for": record.refused_for,
        "posted_at": utc_text_or_none(record.posted_at),
        "lost_at": utc_text_or_none(record.lost_at),
        "sent_at": utc_text_or_none(record.sent_at),
        "next_at": utc_text_or_none(record.next_at),
        "revision": record.revision + 1,
    }


_CLAIMED = ("state", "reason", "attempts", "posted_at", "lost_at", "next_at", "revision")


def _claim_action(table: str, scope: str, record: RequestRecord) -> Item:
    """What a claim changes of the record that stands."""
    fields = {name: value for name, value in _fields(record).items() if name in _CLAIMED and value is not None}
    values = {f":{name}": value for name, value in fields.items()} | {":before": record.revision}
    sets = ", ".join(f"#{name} = :{name}" for name in fields)
    return {
        "Update": {
            "TableName": table,
            "Key": wire({"pk": f"{scope}#{record.order_id}", "sk": "REQUEST"}),
            "UpdateExpression": f"SET {sets}",
            "ConditionExpression": "#revision = :before",
            "ExpressionAttributeNames": {f"#{name}": name for name in fields},
            "ExpressionAttributeValues": wire(values),
        }
    }


def _count_action(table: str, seller_id: str, day: date, cap: int | None) -> Item:
    limit = {} if cap is None else {"ConditionExpression": "attribute_not_exists(posts) OR posts < :cap"}
    values = {":one": 1, ":expires_at": expiry(day, _KEEP_COUNTS)} | ({} if cap is None else {":cap": cap})
    return {
        "Update": {
            "TableName": table,
            "Key": wire(_posts_key(seller_id, day)),
            "UpdateExpression": "SET expires_at = :expires_at ADD posts :one",
            "ExpressionAttributeValues": wire(values),
            **limit,
        }
    }


def _record(item: Item) -> RequestRecord:
    return RequestRecord(
        order_id=item["order_id"],
        window=RequestWindow(
            *(datetime.fromisoformat(item[name]) for name in ("opens_at", "eligible_from", "closes_at"))
        ),
        estimated_by=EstimateSource(item["estimated_by"]),
        state=RequestState(item["state"]),
        reason=_reason(item.get("reason")),
        attempts=int(item["attempts"]),
        empty_reads=int(item["empty_reads"]),
        first_empty_at=at(item.get("first_empty_at")),
        refusals=int(item["refusals"]),
        refused_for=_reason(item.get("refused_for")),
        posted_at=at(item.get("posted_at")),
        lost_at=at(item.get("lost_at")),
        sent_at=at(item.get("sent_at")),
        next_at=at(item.get("next_at")),
        revision=int(item["revision"]),
    )


def _reason(code: str | None) -> Reason | None:
    return None if code is None else Reason(code)


def _order(item: Item) -> OrderFacts:
    facts = item["facts"]
    channel = facts.get("fulfillment")
    return OrderFacts(
        order_id=facts["order_id"],
        purchased_at=datetime.fromisoformat(facts["purchased_at"]),
        last_updated_at=datetime.fromisoformat(facts["last_updated_at"]),
        status=OrderStatus(facts["status"]),
        fulfillment=Fulfillment(channel) if channel else None,
        sales_channel=facts["sales_channel"],
        ship_country=facts["ship_country"],
        skus=frozenset(item.get("skus", ())),
        asins=frozenset(item.get("asins", ())),
        is_replacement=facts.get("is_replacement", False),
    )


def _shipment(order_id: str, item: Item) -> ShipmentFact:
    return ShipmentFact(
        order_id, item["sk"].removeprefix("SHIPMENT#"), at(item.get("shipped_at")), at(item.get("estimated_arrival_at"))
    )


def _promise(order_id: str, sort: str, item: Item) -> PromiseFact:
    _, source, said_at = sort.split("#")
    status = item.get("status")
    return PromiseFact(
        order_id=order_id,
        source=PromiseSource(source),
        said_at=datetime.fromisoformat(said_at),
        status=OrderStatus(status) if status else None,
        earliest_delivery_at=at(item.get("earliest_delivery_at")),
        latest_delivery_at=at(item.get("latest_delivery_at")),
        latest_ship_at=at(item.get("latest_ship_at")),
        shipped_at=at(item.get("shipped_at")),
        is_replacement=bool(item.get("is_replacement")),
        delivered_at=at(item.get("delivered_at")),
    )
