"""What the DynamoDB adapters share: attribute values, pages, guarded upserts in transactions."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from goodstanding.contracts.errors import AwsUnavailable, Conflict
from goodstanding.core.orders import utc_text

TRANSACTION_SIZE = 100
"""DynamoDB's own limit of actions in one transaction."""

BATCH_SIZE = 25
"""And of writes in one batch."""

READ_SIZE = 100
"""And of reads in one batch."""

type Item = dict[str, Any]

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
CONDITION_FAILED = "ConditionalCheckFailed"
"""Why an action of a transaction was turned away by its own condition."""

_ROUNDS = 8
_FIRST_DAY = date(1970, 1, 1).toordinal()


def wire(plain: Mapping[str, Any]) -> Item:
    """Attribute values; None is left out."""
    return {name: _serialize(value) for name, value in plain.items() if value is not None}


def plain(item: Mapping[str, Any]) -> Item:
    """Python values."""
    return {name: _deserialize(value) for name, value in item.items()}


def iso(at: datetime | None) -> str | None:
    """Times as text that sorts."""
    return None if at is None else at.isoformat(timespec="seconds")


def utc_text_or_none(at: datetime | None) -> str | None:
    """`core.orders.utc_text` of what may be missing."""
    return None if at is None else utc_text(at)


def at(text: str | None) -> datetime | None:
    """The other way round."""
    return None if text is None else datetime.fromisoformat(text)


def expiry(day: date, keep: timedelta) -> int:
    """DynamoDB's TTL: seconds since 1970."""
    return (day.toordinal() - _FIRST_DAY) * 86_400 + int(keep.total_seconds())


def put_action(table: str, item: Mapping[str, Any], revision: int) -> Item:
    """The action of a transaction that overwrites an item of a known revision; 0 = it must not be there yet."""
    return {"Put": {"TableName": table, "Item": wire(item), **_guard(revision)}}


def _guard(revision: int) -> Item:
    if not revision:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {"ConditionExpression": "revision = :before", "ExpressionAttributeValues": wire({":before": revision})}


class Table:
    """One table of the low-level client."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def get(self, key: Mapping[str, str]) -> Item | None:
        """An item, read consistently."""
        answer = self.client.get_item(TableName=self.name, Key=wire(key), ConsistentRead=True)
        return plain(answer["Item"]) if "Item" in answer else None

    def put(self, item: Mapping[str, Any]) -> None:
        """Overwrite an item."""
        self.client.put_item(TableName=self.name, Item=wire(item))

    def put_all(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Overwrite items, in batches; keys must differ."""
        rest = [{"PutRequest": {"Item": wire(item)}} for item in items]
        for _ in range(_ROUNDS):
            answers = [
                self.client.batch_write_item(RequestItems={self.name: rest[start : start + BATCH_SIZE]})
                for start in range(0, len(rest), BATCH_SIZE)
            ]
            rest = [request for answer in answers for request in answer.get("UnprocessedItems", {}).get(self.name, ())]
            if not rest:
                return
        raise AwsUnavailable("DynamoDB leaves items of a batch unwritten")

    def put_new(self, item: Mapping[str, Any]) -> bool:
        """Write an item unless its key is taken; whether it was written."""
        return self.put_over(item, 0)

    def put_over(self, item: Mapping[str, Any], revision: int) -> bool:
        """Overwrite an item of a known revision (0 = it must not be there yet); whether it was written."""
        try:
            self.client.put_item(TableName=self.name, Item=wire(item), **_guard(revision))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def update(
        self,
        key: Mapping[str, str],
        expression: str,
        values: Mapping[str, Any],
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> bool:
        """Update an item; False when the condition does not hold."""
        options = {"ConditionExpression": condition, "ExpressionAttributeNames": dict(names) if names else None}
        try:
            self.client.update_item(
                TableName=self.name,
                Key=wire(key),
                UpdateExpression=expression,
                ExpressionAttributeValues=wire(values),
                **{name: value for name, value in options.items() if value is not None},
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def query(
        self, condition: str, values: Mapping[str, Any], index: str | None = None, page_size: int | None = None
    ) -> Iterator[Item]:
        """All items, page by page as they are taken; consistent where the table itself is asked."""
        where = {"IndexName": index} if index else {"ConsistentRead": True}
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=wire(values),
            PaginationConfig={"PageSize": page_size},
            **where,
        )
        for page in pages:
            for item in page["Items"]:
                yield plain(item)

    def page(
        self, condition: str, values: Mapping[str, Any], index: str, *, limit: int, start: Item | None = None
    ) -> tuple[list[Item], Item | None]:
        """At most `limit` items of an index from a key on (None: from its beginning), and where to go on; None at its end."""
        from_ = {} if start is None else {"ExclusiveStartKey": wire(start)}
        answer = self.client.query(
            TableName=self.name,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=wire(values),
            Limit=limit,
            **from_,
        )
        last = answer.get("LastEvaluatedKey")
        return [plain(item) for item in answer["Items"]], None if last is None else plain(last)

    def get_all(self, keys: Iterable[Mapping[str, str]]) -> Iterator[Item]:
        """The items of these keys that are there, read consistently, in no order."""
        rest = [wire(key) for key in keys]
        for _ in range(_ROUNDS):
            unread: list[Item] = []
            for start in range(0, len(rest), READ_SIZE):
                wanted = {self.name: {"Keys": rest[start : start + READ_SIZE], "ConsistentRead": True}}
                answer = self.client.batch_get_item(RequestItems=wanted)
                yield from map(plain, answer["Responses"].get(self.name, ()))
                unread += answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", ())
            rest = unread
            if not rest:
                return
        raise AwsUnavailable("DynamoDB leaves items of a batch unread")

    def delete(self, keys: Iterable[Mapping[str, str]]) -> None:
        """Remove items."""
        for key in keys:
            self.client.delete_item(TableName=self.name, Key=wire(key))

    def transact(self, actions: list[Item]) -> list[str]:
        """Write all or nothing. An empty list = written; else why not, action by action ("None" where an action was not at fault)."""
        try:
            self.client.transact_write_items(TransactItems=actions)
        except self.client.exceptions.TransactionCanceledException as error:
            return [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]
        return []

    def upsert(self, actions: Iterable[Item]) -> None:
        """Guarded puts and updates, each on its own terms: one that its condition turns away (an older fact) is left out.

        `actions` are actions of a transaction without the table's name, which is put into them; two of one key may follow each other.
        """
        chunk: list[Item] = []
        places: set[tuple[str, str]] = set()
        for action in actions:
            body = action.get("Update") or action["Put"]
            key = body.get("Key") or body["Item"]
            place = (key["pk"]["S"], key["sk"]["S"])
            if place in places or len(chunk) == TRANSACTION_SIZE:
                self._write(chunk)
                chunk, places = [], set()
            body["TableName"] = self.name
            places.add(place)
            chunk.append(action)
        if chunk:
            self._write(chunk)

    def _write(self, actions: list[Item]) -> None:
        for _ in range(_ROUNDS):
            reasons = self.transact(actions)
            actions = [action for action, why in zip(actions, reasons, strict=False) if why != CONDITION_FAILED]
            if not actions or not reasons:
                return
        raise Conflict("somebody else keeps writing the same orders")
