"""What is kept of a mailbox, in the conversations' table, in partitions by seller and sort of thing.

`<seller>#MAILS` (RECORD#<mail>; BAD#<time>#<mail> and RETURN#<time>#<mail>, which find some by time; ARRIVALS with the last times),
`<seller>#THREADS` (<thread>), `<seller>#MAILBOX` (ADDRESSES, and CANARY#<day>: adapters.dynamodb.canaries),
`<seller>#LINK#<link>` (the events that have it), `<seller>#BUYER#<alias>` (ORDER#<order>), `<seller>#ORDER#<order>` (BUYER#<alias>,
OPT_OUT) and `<seller>#SENDER#<address>` (perhaps answers, by event). Names, aliases, addresses of senders and message ids are keyed
hashes; everything expires.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from goodstanding.adapters.dynamodb.table import Item, Table, expiry
from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.events import EventKind, MailEvent
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.threads import Message, SettledBy, Settlement, Thread
from goodstanding.core.mail.trust import Trust
from goodstanding.core.orders import utc_text
from goodstanding.ports.clock import Clock
from goodstanding.ports.conversations import StoredThread

KEEP_EVENTS = timedelta(days=120)
"""Longer than the 90 days of the longest response-time window. They hold nothing that a person could read."""

_KEEP_OPT_OUTS = timedelta(days=730)
_BAD, _RETURN = "BAD", "RETURN"
_ARRIVALS = 200
"""How many times of arrival are kept: what is usual for a mailbox shows in them."""


class DynamoConversationStore:
    """The mailboxes of all sellers."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._table = Table(client, table)
        self._clock = clock

    # ---- mails ----------------------------------------------------------------------------------------------------------------

    def is_known(self, seller_id: str, mail_id: str) -> bool:
        """Whether a mail was received to the end."""
        return self._table.get({"pk": f"{seller_id}#MAILS", "sk": f"RECORD#{mail_id}"}) is not None

    def put_record(self, seller_id: str, record: MailRecord) -> None:
        """It was received to the end; counted once."""
        item = {"pk": f"{seller_id}#MAILS", "sk": f"RECORD#{record.mail_id}", **_record_item(record)}
        if not self._table.put_new(item | {"expires_at": self._expiry(KEEP_EVENTS)}):
            return
        found_as = _found_as(record)
        if found_as:
            sort = f"{found_as}#{utc_text(record.arrived_at)}#{record.mail_id}"
            self._table.put(item | {"sk": sort, "expires_at": self._expiry(KEEP_EVENTS)})
        self._note_arrival(seller_id, record.arrived_at)

    def _note_arrival(self, seller_id: str, arrived_at: datetime) -> None:
        key = {"pk": f"{seller_id}#MAILS", "sk": "ARRIVALS"}
        while True:
            item = self._table.get(key) or {"times": [], "revision": 0}
            times = sorted({*item["times"], utc_text(arrived_at)})[-_ARRIVALS:]
            revision = int(item["revision"])
            if self._table.put_over(key | {"times": times, "revision": revision + 1}, revision):
                return

    def unbelieved(self, seller_id: str, since: datetime) -> Sequence[MailRecord]:
        """Records of mails that were refused or could not be read, oldest first."""
        return self._records(seller_id, _BAD, since)

    def return_requests(self, seller_id: str, since: datetime) -> Sequence[MailRecord]:
        """Records of mails in which buyers asked for a return, oldest first."""
        return self._records(seller_id, _RETURN, since)

    def _records(self, seller_id: str, found_as: str, since: datetime) -> Sequence[MailRecord]:
        items = self._table.query(
            "pk = :pk AND sk BETWEEN :since AND :last",
            {":pk": f"{seller_id}#MAILS", ":since": f"{found_as}#{utc_text(since)}", ":last": f"{found_as}#~"},
        )
        return tuple(_record(item) for item in items)

    def arrivals(self, seller_id: str) -> Sequence[datetime]:
        """When the last mails arrived."""
        item = self._table.get({"pk": f"{seller_id}#MAILS", "sk": "ARRIVALS"}) or {"times": []}
        return tuple(datetime.fromisoformat(text) for text in item["times"])

    # ---- events and threads ---------------------------------------------------------------------------------------------------

    def put_event(self, seller_id: str, event: MailEvent) -> None:
        """Keep an event, to be found by each of its links."""
        expires_at = self._expiry(KEEP_EVENTS)
        self._table.put_all(
            {
                "pk": f"{seller_id}#LINK#{link}",
                "sk": event.event_id,
                "event": _event_text(event),
                "expires_at": expires_at,
            }
            for link in sorted(event.links)
        )

    def sharing(self, seller_id: str, link: str) -> Sequence[MailEvent]:
        """The events that have a link."""
        return tuple(_event(item["event"]) for item in self._partition(f"{seller_id}#LINK#{link}"))

    def thread(self, seller_id: str, thread_id: str) -> StoredThread | None:
        """One thread."""
        item = self._table.get({"pk": f"{seller_id}#THREADS", "sk": thread_id})
        return _thread(item) if item else None

    def threads(self, seller_id: str) -> Iterator[StoredThread]:
        """Every thread of the last months."""
        return (_thread(item) for item in self._partition(f"{seller_id}#THREADS"))

    def put_thread(self, seller_id: str, stored: StoredThread) -> None:
        """Overwrite a thread."""
        self._table.put(
            {
                "pk": f"{seller_id}#THREADS",
                "sk": stored.thread.thread_id,
                "marketplace": stored.thread.marketplace,
                "order_id": stored.thread.order_id,
                "messages": [_message_item(message) for message in stored.thread.messages],
                "clocks": dict(stored.clocks),
                "expires_at": self._expiry(KEEP_EVENTS),
            }
        )

    def drop_thread(self, seller_id: str, thread_id: str) -> None:
        """Forget a thread that a later mail made part of another."""
        self._table.delete([{"pk": f"{seller_id}#THREADS", "sk": thread_id}])

    # ---- who is who -----------------------------------------------------------------------------------------------------------

    def learn_addresses(self, seller_id: str, trust: Trust, addresses: Iterable[str]) -> None:
        """Whom Amazon writes to."""
        found = set(addresses)
        if found:
            self._table.update(
                {"pk": f"{seller_id}#MAILBOX", "sk": "ADDRESSES"}, f"ADD {trust} :found", {":found": found}
            )

    def own_addresses(self, seller_id: str) -> frozenset[str]:
        """Those learned from verified mails; from others only where none is verified."""
        item = self._table.get({"pk": f"{seller_id}#MAILBOX", "sk": "ADDRESSES"}) or {}
        return frozenset(item.get(Trust.VERIFIED) or item.get(Trust.UNVERIFIED) or ())

    def note_buyer(self, seller_id: str, alias: str, order_id: str) -> None:
        """An order is of the buyer with this alias."""
        expires_at = self._expiry(_KEEP_OPT_OUTS)
        self._table.put_all(
            [
                {"pk": f"{seller_id}#BUYER#{alias}", "sk": f"ORDER#{order_id}", "expires_at": expires_at},
                {"pk": f"{seller_id}#ORDER#{order_id}", "sk": f"BUYER#{alias}", "expires_at": expires_at},
            ]
        )

    def orders_of_same_buyer(self, seller_id: str, order_id: str) -> frozenset[str]:
        """Every order that a chain of aliases and orders leads to, this one among them."""
        found, waiting, aliases = {order_id}, [order_id], set[str]()
        while waiting:
            for alias in self._linked(seller_id, f"ORDER#{waiting.pop()}", "BUYER#") - aliases:
                aliases.add(alias)
                new = self._linked(seller_id, f"BUYER#{alias}", "ORDER#") - found
                found |= new
                waiting += new
        return frozenset(found)

    def _linked(self, seller_id: str, partition: str, sort: str) -> set[str]:
        items = self._table.query("pk = :pk AND begins_with(sk, :sk)", {":pk": f"{seller_id}#{partition}", ":sk": sort})
        return {item["sk"].removeprefix(sort) for item in items}

    def note_opt_out(self, seller_id: str, order_id: str) -> None:
        """The buyer of this order wants no messages."""
        self._table.put(_opt_out_key(seller_id, order_id) | {"expires_at": self._expiry(_KEEP_OPT_OUTS)})

    def opt_outs(self, seller_id: str, order_ids: Iterable[str]) -> frozenset[str]:
        """Those of the orders of which a notice said so."""
        keys = [_opt_out_key(seller_id, order_id) for order_id in order_ids]
        return frozenset(item["pk"].removeprefix(f"{seller_id}#ORDER#") for item in self._table.get_all(keys))

    # ---- perhaps answers ------------------------------------------------------------------------------------------------------

    def put_aside(self, seller_id: str, sender: str, event: MailEvent) -> None:
        """Keep an answer by its sender."""
        item = {"event": _event_text(event), "expires_at": self._expiry(KEEP_EVENTS)}
        self._table.put(_aside_key(seller_id, sender, event) | item)

    def set_aside(self, seller_id: str, sender: str) -> Sequence[MailEvent]:
        """The answers kept of a sender."""
        return tuple(_event(item["event"]) for item in self._partition(f"{seller_id}#SENDER#{sender}"))

    def take_up(self, seller_id: str, sender: str, event: MailEvent) -> None:
        """Forget that it was kept."""
        self._table.delete([_aside_key(seller_id, sender, event)])

    def _partition(self, partition: str) -> Iterator[Item]:
        return self._table.query("pk = :pk", {":pk": partition})

    def _expiry(self, keep: timedelta) -> int:
        return expiry(self._clock.now().date(), keep)


# ---- items --------------------------------------------------------------------------------------------------------------------


def _found_as(record: MailRecord) -> str | None:
    """Under which name a record is found by its time as well."""
    if record.fate is not Fate.TAKEN:
        return _BAD
    return _RETURN if record.kind is MailKind.RETURN_REQUEST else None


def _opt_out_key(seller_id: str, order_id: str) -> dict[str, str]:
    return {"pk": f"{seller_id}#ORDER#{order_id}", "sk": "OPT_OUT"}


def _aside_key(seller_id: str, sender: str, event: MailEvent) -> dict[str, str]:
    return {"pk": f"{seller_id}#SENDER#{sender}", "sk": event.event_id}


def _record_item(record: MailRecord) -> Item:
    return {
        "mail_id": record.mail_id,
        "arrived_at": utc_text(record.arrived_at),
        "fate": record.fate,
        "kind": record.kind,
        "trust": record.trust,
        "object_key": record.key,
        "reason": record.reason,
        "marketplace": record.marketplace,
        "order_id": record.order_id,
    }


def _record(item: Item) -> MailRecord:
    return MailRecord(
        mail_id=item["mail_id"],
        arrived_at=datetime.fromisoformat(item["arrived_at"]),
        fate=Fate(item["fate"]),
        kind=MailKind(item["kind"]),
        trust=Trust(item["trust"]),
        key=item["object_key"],
        reason=item.get("reason"),
        marketplace=item.get("marketplace"),
        order_id=item.get("order_id"),
    )


def _event_text(event: MailEvent) -> str:
    """One attribute: nothing of an event is asked for by itself."""
    return json.dumps(
        {
            "event_id": event.event_id,
            "kind": event.kind,
            "at": utc_text(event.at),
            "thread": event.thread,
            "marketplace": event.marketplace,
            "order_id": event.order_id,
            "mid": event.mid,
            "mids": list(event.mids),
            "case": event.case,
            "alias": event.alias,
            "name": event.name,
            "sentences": sorted(event.sentences),
            "category": event.category,
            "urgency": event.urgency,
        },
        separators=(",", ":"),
    )


def _event(text: str) -> MailEvent:
    kept = json.loads(text)
    return MailEvent(
        **kept
        | {
            "kind": EventKind(kept["kind"]),
            "at": datetime.fromisoformat(kept["at"]),
            "mids": tuple(kept["mids"]),
            "sentences": frozenset(kept["sentences"]),
            "category": None if kept["category"] is None else Category(kept["category"]),
            "urgency": None if kept["urgency"] is None else Urgency(kept["urgency"]),
        }
    )


def _message_item(message: Message) -> Item:
    settlement = message.settlement
    return {
        "id": message.message_id,
        "at": utc_text(message.received_at),
        "marketplace": message.marketplace,
        "category": message.category,
        "urgency": int(message.urgency),
        "settled_at": utc_text(settlement.at) if settlement else None,
        "settled_by": settlement.by if settlement else None,
    }


def _thread(item: Item) -> StoredThread:
    thread_id = item["sk"]
    messages = tuple(_message(thread_id, one) for one in item["messages"])
    thread = Thread(thread_id, item.get("marketplace"), item.get("order_id"), messages)
    return StoredThread(thread, dict(item["clocks"]))


def _message(thread_id: str, item: Item) -> Message:
    settled_at = item["settled_at"]
    return Message(
        message_id=item["id"],
        thread_id=thread_id,
        marketplace=item["marketplace"],
        received_at=datetime.fromisoformat(item["at"]),
        category=Category(item["category"]),
        urgency=Urgency(int(item["urgency"])),
        settlement=Settlement(datetime.fromisoformat(settled_at), SettledBy(item["settled_by"]))
        if settled_at
        else None,
    )
