"""What is kept of mails, in memory; passes the contract tests of its adapter."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from goodstanding.core.mail.events import MailEvent
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.trust import Trust
from goodstanding.ports.conversations import StoredThread
from tests.fakes.place import Place


@dataclass
class FakeConversationStore:
    """Everything by seller."""

    records: dict[Place, MailRecord] = field(default_factory=dict)
    events: dict[Place, dict[str, MailEvent]] = field(default_factory=lambda: defaultdict(dict))
    stored: dict[Place, StoredThread] = field(default_factory=dict)
    addresses: dict[tuple[str, Trust], set[str]] = field(default_factory=lambda: defaultdict(set))
    aliases: set[tuple[str, str, str]] = field(default_factory=set)
    notices: set[Place] = field(default_factory=set)
    aside: dict[Place, dict[str, MailEvent]] = field(default_factory=lambda: defaultdict(dict))

    def is_known(self, seller_id: str, mail_id: str) -> bool:
        """Whether a mail was received to the end."""
        return (seller_id, mail_id) in self.records

    def put_record(self, seller_id: str, record: MailRecord) -> None:
        """The first one stands."""
        self.records.setdefault((seller_id, record.mail_id), record)

    def unbelieved(self, seller_id: str, since: datetime) -> Sequence[MailRecord]:
        """Oldest first."""
        found = [one for one in self._records(seller_id) if one.fate is not Fate.TAKEN and one.arrived_at >= since]
        return tuple(sorted(found, key=lambda one: (one.arrived_at, one.mail_id)))

    def arrivals(self, seller_id: str) -> Sequence[datetime]:
        """When mails arrived."""
        return tuple(sorted({one.arrived_at for one in self._records(seller_id)}))

    def put_event(self, seller_id: str, event: MailEvent) -> None:
        """By each of its links."""
        for link in event.links:
            self.events[seller_id, link][event.event_id] = event

    def sharing(self, seller_id: str, link: str) -> Sequence[MailEvent]:
        """The events that have a link."""
        return tuple(event for _, event in sorted(self.events[seller_id, link].items()))

    def thread(self, seller_id: str, thread_id: str) -> StoredThread | None:
        """One thread."""
        return self.stored.get((seller_id, thread_id))

    def threads(self, seller_id: str) -> Iterator[StoredThread]:
        """Every thread."""
        return (one for (seller, _), one in sorted(self.stored.items()) if seller == seller_id)

    def put_thread(self, seller_id: str, stored: StoredThread) -> None:
        """Overwrite a thread."""
        self.stored[seller_id, stored.thread.thread_id] = stored

    def drop_thread(self, seller_id: str, thread_id: str) -> None:
        """Forget a thread."""
        self.stored.pop((seller_id, thread_id), None)

    def learn_addresses(self, seller_id: str, trust: Trust, addresses: Iterable[str]) -> None:
        """By how far their mails were believed."""
        self.addresses[seller_id, trust] |= set(addresses)

    def own_addresses(self, seller_id: str) -> frozenset[str]:
        """Of verified mails, else of others."""
        return frozenset(self.addresses[seller_id, Trust.VERIFIED] or self.addresses[seller_id, Trust.UNVERIFIED])

    def note_buyer(self, seller_id: str, alias: str, order_id: str) -> None:
        """An order is of the buyer with this alias."""
        self.aliases.add((seller_id, alias, order_id))

    def orders_of_same_buyer(self, seller_id: str, order_id: str) -> frozenset[str]:
        """All that a chain of aliases and orders leads to."""
        found: set[str] = set()
        grown = {order_id}
        while grown != found:
            found = grown
            aliases = {alias for seller, alias, order in self.aliases if seller == seller_id and order in found}
            same = {order for seller, alias, order in self.aliases if seller == seller_id and alias in aliases}
            grown = found | same
        return frozenset(found)

    def note_opt_out(self, seller_id: str, order_id: str) -> None:
        """A notice said so."""
        self.notices.add((seller_id, order_id))

    def opt_outs(self, seller_id: str, order_ids: Iterable[str]) -> frozenset[str]:
        """Those of which a notice said so."""
        return frozenset(order_id for order_id in order_ids if (seller_id, order_id) in self.notices)

    def put_aside(self, seller_id: str, sender: str, event: MailEvent) -> None:
        """Keep an answer."""
        self.aside[seller_id, sender][event.event_id] = event

    def set_aside(self, seller_id: str, sender: str) -> Sequence[MailEvent]:
        """The answers kept of a sender."""
        return tuple(event for _, event in sorted(self.aside[seller_id, sender].items()))

    def take_up(self, seller_id: str, sender: str, event: MailEvent) -> None:
        """Forget it."""
        self.aside[seller_id, sender].pop(event.event_id, None)

    def _records(self, seller_id: str) -> Iterator[MailRecord]:
        return (one for (seller, _), one in self.records.items() if seller == seller_id)
