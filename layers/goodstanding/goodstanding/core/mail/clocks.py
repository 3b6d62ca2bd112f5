"""The clocks of a conversation: one for each stretch of messages that waited for the same answer.

A stretch begins with its first unanswered message and ends with what settled it; later messages of the buyer are in it and do not
start it anew. Its name stays the same when an older message turns up late, so that no warning is given twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from goodstanding.core.mail.threads import Message, Settlement, Thread


@dataclass(frozen=True, slots=True)
class Clock:
    """A stretch of messages: its name within the thread, when it began, and what settled it; None while it runs."""

    name: str
    started_at: datetime
    settlement: Settlement | None
    message_ids: tuple[str, ...]


def clocks(thread: Thread, names: Mapping[str, str]) -> tuple[Clock, ...]:
    """The clocks of a thread, oldest first. `names` are those under which its messages ran before, by message id."""
    taken: set[str] = set()
    found = []
    for settlement, group in groupby(thread.messages, key=_settled):
        messages = tuple(group)
        known = (names[one.message_id] for one in messages if one.message_id in names)
        name = next((each for each in known if each not in taken), messages[0].message_id)
        taken.add(name)
        ids = tuple(one.message_id for one in messages)
        found.append(Clock(name, messages[0].received_at, settlement, ids))
    return tuple(found)


def _settled(message: Message) -> Settlement | None:
    return message.settlement
