"""A conversation with a buyer, and what of it is still unanswered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from goodstanding.core.mail.categories import Category, Urgency

ANSWER_WITHIN = timedelta(hours=24)
"""Amazon's time for an answer (policy pack: message_reply_due)."""


class ThreadState(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    ANSWERED = "answered"
    NO_RESPONSE_NEEDED = "no_response_needed"


class SettledBy(StrEnum):
    """What took a message off the clock: an answer that was seen, or a person's word."""

    REPLY = "reply"
    RESOLVE = "resolve"
    NO_RESPONSE_NEEDED = "no_response_needed"


@dataclass(frozen=True, slots=True)
class Settlement:
    """When and by what."""

    at: datetime
    by: SettledBy


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a buyer. `settlement` is None while it is open."""

    message_id: str
    thread_id: str
    marketplace: str | None
    received_at: datetime
    category: Category
    urgency: Urgency
    settlement: Settlement | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation; `messages` are the buyer's, oldest first, at least one.

    `thread_id` is a keyed hash of the thread's case, else of its alias and order, so it is the same whichever of its messages comes
    first. It could change only if a message comes late that is older than all others and names another case or order.
    """

    thread_id: str
    marketplace: str | None
    order_id: str | None
    messages: tuple[Message, ...]

    @property
    def unanswered(self) -> tuple[Message, ...]:
        """Oldest first."""
        return tuple(message for message in self.messages if message.settlement is None)

    @property
    def state(self) -> ThreadState:
        """Open while a message is; else what became of the newest one."""
        settlement = None if self.unanswered else self.messages[-1].settlement
        if settlement is None:
            return ThreadState.OPEN
        no_answer = settlement.by is SettledBy.NO_RESPONSE_NEEDED
        return ThreadState.NO_RESPONSE_NEEDED if no_answer else ThreadState.ANSWERED

    @property
    def first_unanswered_at(self) -> datetime | None:
        """When the clock started: the oldest unanswered message; a later one does not start it anew."""
        return next((message.received_at for message in self.unanswered), None)

    def due_at(self, answer_within: timedelta) -> datetime | None:
        """Elapsed time after the oldest unanswered message, weekends and holidays included; None unless open."""
        return None if self.first_unanswered_at is None else self.first_unanswered_at + answer_within

    @property
    def _leading(self) -> Message:
        """The message that says what the conversation is about: the most urgent open one, else of all; one with a category first."""
        return max(
            self.unanswered or self.messages,
            key=lambda message: (message.urgency, message.category is not Category.OTHER),
        )

    @property
    def category(self) -> Category:
        """Of the most urgent unanswered message, of the oldest of these."""
        return self._leading.category

    @property
    def urgency(self) -> Urgency:
        """The highest of the unanswered messages."""
        return self._leading.urgency
