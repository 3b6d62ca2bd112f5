"""Events of a mailbox, in whatever order and however often they come, folded into conversations.

Events are sorted by their own times first, so the order of arrival makes no difference. A message or an answer belongs to a thread

1. by the messages it refers to (In-Reply-To, then References, the nearest first),
2. by the case in the buyer's address,
3. by the buyer's alias and the order,
4. by the alias alone, if that leaves one thread (for an answer: one open thread),
5. a copy of an answer, which names nothing else: by the sentences it quotes, else by the buyer's name, if that leaves one thread.

What remains ambiguous matches nothing: it closes no clock, and a message begins a thread of its own. An answer settles the
messages that came before it. A bounce takes an answer back. A person's word settles all messages up to its time.

**What a store must offer.** Events by link (`MailEvent.links`: message id, case, alias, name, thread; all keyed hashes): one item for
each event, and one small item for each of its links. `related` gathers with it whatever can have to do with a new event; `fold`
of that gives the same threads as a fold of everything, so a mail costs as much as its conversation is long. Threads of the
gathered events that the fold no longer gives are gone (a late older message gave them another id).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.events import EventKind, MailEvent
from goodstanding.core.mail.threads import Message, SettledBy, Settlement, Thread

COPY_COMES_WITHIN = timedelta(hours=1)
"""For so long an answer's copy may still come; till then the thread it answered is a candidate, open or not."""


@dataclass(frozen=True, slots=True)
class Conversations:
    """Threads by the time of their first message; and the answers that matched none, by event id."""

    threads: tuple[Thread, ...]
    unmatched: tuple[str, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every message of a buyer: when it came, and when it was settled, if it was."""
        return tuple(message for thread in self.threads for message in thread.messages)


def fold_events(events: Iterable[MailEvent]) -> Conversations:
    """The conversations that these events are."""
    ordered = _once_in_order(events)
    book = _Book(frozenset(mid for event in ordered if event.kind is EventKind.BOUNCE for mid in event.mids))
    for event in ordered:
        _APPLY[event.kind](book, event)
    return Conversations(tuple(thread.frozen() for thread in book.threads.values()), tuple(book.unmatched))


def related(event: MailEvent, sharing: Callable[[str], Iterable[MailEvent]]) -> tuple[MailEvent, ...]:
    """The event and all that can have to do with it. `sharing` gives the stored events that have a link."""
    found, waiting, asked = {event}, [event], set[str]()
    while waiting:
        for link in sorted(waiting.pop().links - asked):
            asked.add(link)
            new = set(sharing(link)) - found
            found |= new
            waiting += new
    return tuple(_once_in_order(found))


def _once_in_order(events: Iterable[MailEvent]) -> list[MailEvent]:
    """By time; of events at one time messages go first, so that an answer finds them. Of repeats the earliest stands."""
    known: dict[str, MailEvent] = {}
    for event in events:
        other = known.setdefault(event.event_id, event)
        if event != other and _all_of(event) < _all_of(other):
            known[event.event_id] = event
    return sorted(known.values(), key=lambda event: (event.at, _RANK[event.kind], event.event_id))


_RANK = {kind: rank for rank, kind in enumerate(EventKind)}


def _all_of(event: MailEvent) -> tuple[object, ...]:
    """Orders any two events, whichever comes first, even if one id came with two contents."""
    return event.at, _RANK[event.kind], repr(replace(event, sentences=frozenset())), sorted(event.sentences)


@dataclass(eq=False)
class _Open:
    """A thread while it is folded."""

    thread_id: str
    marketplace: str | None
    order_id: str | None = None
    case: str | None = None
    alias: str | None = None
    names: set[str] = field(default_factory=set)
    sentences: set[str] = field(default_factory=set)
    events: list[MailEvent] = field(default_factory=list)
    settlements: dict[str, Settlement] = field(default_factory=dict)

    def add(self, event: MailEvent) -> None:
        """A buyer's message."""
        self.order_id = self.order_id or event.order_id
        self.case = self.case or event.case
        self.alias = self.alias or event.alias
        self.names |= {event.name} if event.name else set()
        self.sentences |= event.sentences
        self.events.append(event)

    def waiting(self, event: MailEvent) -> list[MailEvent]:
        """The messages that an answer could settle: open, and older than it."""
        return [
            message for message in self.events if message.event_id not in self.settlements and message.at < event.at
        ]

    def settle(self, messages: Iterable[MailEvent], settlement: Settlement) -> None:
        self.settlements |= dict.fromkeys((message.event_id for message in messages), settlement)

    def was_answered_shortly_before(self, event: MailEvent) -> bool:
        return any(
            settlement.by is SettledBy.REPLY and event.at - settlement.at <= COPY_COMES_WITHIN
            for settlement in self.settlements.values()
        )

    def may_hold(self, event: MailEvent) -> bool:
        """Whether nothing that both name speaks against it."""
        pairs = (
            (self.case, event.case),
            (self.order_id, event.order_id),
            (self.alias, event.alias),
            (self.marketplace, event.marketplace),
        )
        return all(ours is None or theirs is None or ours == theirs for ours, theirs in pairs)

    def frozen(self) -> Thread:
        messages = (
            Message(
                message_id=event.event_id,
                thread_id=self.thread_id,
                marketplace=event.marketplace,
                received_at=event.at,
                category=event.category or Category.OTHER,
                urgency=Urgency.NORMAL if event.urgency is None else event.urgency,
                settlement=self.settlements.get(event.event_id),
            )
            for event in self.events
        )
        return Thread(self.thread_id, self.marketplace, self.order_id, tuple(messages))


class _Book:
    """Threads by all that they are found by."""

    def __init__(self, bounced: frozenset[str]) -> None:
        self.bounced = bounced
        self.threads: dict[str, _Open] = {}
        self.unmatched: list[str] = []
        self._by_mid: dict[str, _Open] = {}
        self._by_case: dict[str, _Open] = {}
        self._by_alias: defaultdict[str, dict[str, _Open]] = defaultdict(dict)
        self._by_name: defaultdict[str, dict[str, _Open]] = defaultdict(dict)

    def remember(self, event: MailEvent, thread: _Open) -> None:
        """Find the thread by all that an event of it names, from now on."""
        for key, index in ((event.mid, self._by_mid), (event.case, self._by_case)):
            if key:
                index.setdefault(key, thread)
        for key, group in ((event.alias, self._by_alias), (event.name, self._by_name)):
            if key:
                group[key][thread.thread_id] = thread

    def referred(self, event: MailEvent) -> _Open | None:
        return next((thread for mid in event.mids if (thread := self._by_mid.get(mid))), None)

    def of_case(self, event: MailEvent) -> _Open | None:
        return self._by_case.get(event.case or "")

    def of_alias(self, event: MailEvent) -> list[_Open]:
        """Those of the order, if there are any; else all that nothing speaks against."""
        candidates = [thread for thread in self._by_alias[event.alias or ""].values() if thread.may_hold(event)]
        same_order = [thread for thread in candidates if event.order_id and thread.order_id == event.order_id]
        return same_order or candidates

    def of_name(self, event: MailEvent) -> list[_Open]:
        return [thread for thread in self._by_name[event.name or ""].values() if thread.may_hold(event)]


def _take_message(book: _Book, event: MailEvent) -> None:
    thread = book.referred(event) or book.of_case(event) or _only(_joinable(book, event)) or _begun(book, event)
    thread.add(event)
    book.remember(event, thread)


def _joinable(book: _Book, event: MailEvent) -> list[_Open]:
    """A message about an order joins no thread about none: what was asked before a purchase is another matter."""
    return [thread for thread in book.of_alias(event) if not event.order_id or thread.order_id == event.order_id]


def _begun(book: _Book, event: MailEvent) -> _Open:
    thread_id = event.thread or event.event_id
    return book.threads.setdefault(thread_id, _Open(thread_id, event.marketplace))


def _take_reply(book: _Book, event: MailEvent) -> None:
    thread = _answered_thread(book, event)
    _answer(book, event, thread)


def _answered_thread(book: _Book, event: MailEvent) -> _Open | None:
    certain = book.referred(event) or book.of_case(event)
    if certain and certain.may_hold(event):
        return certain
    candidates = book.of_alias(event)
    return _only(candidates) or _only([thread for thread in candidates if thread.waiting(event)])


def _take_copy(book: _Book, event: MailEvent) -> None:
    candidates = book.of_name(event)
    quoted = [thread for thread in candidates if thread.sentences & event.sentences]
    pending = [thread for thread in candidates if thread.waiting(event) or thread.was_answered_shortly_before(event)]
    _answer(book, event, book.referred(event) or _only(quoted or pending))


def _answer(book: _Book, event: MailEvent, thread: _Open | None) -> None:
    if thread is None:
        book.unmatched.append(event.event_id)
        return
    if event.mid:
        book.remember(MailEvent(event.event_id, event.kind, event.at, mid=event.mid), thread)
    if event.mid not in book.bounced:
        thread.settle(thread.waiting(event), Settlement(event.at, SettledBy.REPLY))


def _take_command(book: _Book, event: MailEvent) -> None:
    thread = book.threads.get(event.thread or "")
    if thread:
        by = SettledBy.NO_RESPONSE_NEEDED if event.kind is EventKind.NO_RESPONSE_NEEDED else SettledBy.RESOLVE
        unsettled = [message for message in thread.events if message.event_id not in thread.settlements]
        thread.settle(unsettled, Settlement(event.at, by))


def _pass_over(_book: _Book, _event: MailEvent) -> None:
    """A bounce was taken into account before anything else."""


def _only(threads: list[_Open]) -> _Open | None:
    return threads[0] if len(threads) == 1 else None


_APPLY: dict[EventKind, Callable[[_Book, MailEvent], None]] = {
    EventKind.BUYER_MESSAGE: _take_message,
    EventKind.OWN_REPLY: _take_reply,
    EventKind.REPLY_COPY: _take_copy,
    EventKind.BOUNCE: _pass_over,
    EventKind.ANSWERED: _take_command,
    EventKind.NO_RESPONSE_NEEDED: _take_command,
}
