"""What is kept of mails."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from goodstanding.core.mail.events import MailEvent
from goodstanding.core.mail.record import MailRecord
from goodstanding.core.mail.threads import Thread
from goodstanding.core.mail.trust import Trust


@dataclass(frozen=True, slots=True)
class StoredThread:
    """A thread as it was folded last; `clocks` names the clock that each of its messages ran under."""

    thread: Thread
    clocks: Mapping[str, str]


class ConversationStore(Protocol):
    """What is kept of mails: records, events, threads. No names, addresses or texts, only keyed hashes of them."""

    def is_known(self, seller_id: str, mail_id: str) -> bool:
        """Whether a mail was received to the end."""
        ...

    def put_record(self, seller_id: str, record: MailRecord) -> None:
        """It was received to the end; counted once."""
        ...

    def unbelieved(self, seller_id: str, since: datetime) -> Sequence[MailRecord]:
        """Records of mails that were refused or could not be read, oldest first."""
        ...

    def return_requests(self, seller_id: str, since: datetime) -> Sequence[MailRecord]:
        """Records of mails in which buyers asked for a return, oldest first."""
        ...

    def arrivals(self, seller_id: str) -> Sequence[datetime]:
        """When the last mails arrived: enough of them to tell what is usual."""
        ...

    def put_event(self, seller_id: str, event: MailEvent) -> None:
        """Keep an event, to be found by each of its links."""
        ...

    def sharing(self, seller_id: str, link: str) -> Sequence[MailEvent]:
        """The events that have a link."""
        ...

    def thread(self, seller_id: str, thread_id: str) -> StoredThread | None:
        """One thread."""
        ...

    def threads(self, seller_id: str) -> Iterator[StoredThread]:
        """Every thread of the last months."""
        ...

    def put_thread(self, seller_id: str, stored: StoredThread) -> None:
        """Overwrite a thread."""
        ...

    def drop_thread(self, seller_id: str, thread_id: str) -> None:
        """Forget a thread that a later mail made part of another."""
        ...

    def learn_addresses(self, seller_id: str, trust: Trust, addresses: Iterable[str]) -> None:
        """Whom Amazon writes to: the seller's own addresses, where none are set."""
        ...

    def own_addresses(self, seller_id: str) -> frozenset[str]:
        """Those learned from verified mails; from others only where none is verified."""
        ...

    def note_buyer(self, seller_id: str, alias: str, order_id: str) -> None:
        """An order is of the buyer with this alias (a keyed hash)."""
        ...

    def orders_of_same_buyer(self, seller_id: str, order_id: str) -> frozenset[str]:
        """Every order known to be of the same buyer, this one among them: by one alias, or by several that share an order."""
        ...

    def note_opt_out(self, seller_id: str, order_id: str) -> None:
        """A notice said of this order that its buyer wants no messages."""
        ...

    def opt_outs(self, seller_id: str, order_ids: Iterable[str]) -> frozenset[str]:
        """Those of the orders of which a notice said so."""
        ...

    def put_aside(self, seller_id: str, sender: str, event: MailEvent) -> None:
        """Keep an answer until it is known whether its sender (a keyed hash of the address) is the seller."""
        ...

    def set_aside(self, seller_id: str, sender: str) -> Sequence[MailEvent]:
        """The answers kept of a sender."""
        ...

    def take_up(self, seller_id: str, sender: str, event: MailEvent) -> None:
        """It has found its conversation: forget that it was kept."""
        ...
