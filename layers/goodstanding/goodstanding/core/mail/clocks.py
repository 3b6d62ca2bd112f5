"""The clocks of a conversation: one for each stretch of messages that waited for the same answer.

A stretch begins with its first unanswered message and ends with what settled it; later messages of the buyer are in it and do not
start it anew. Its name stays the same when an older message turns up late, so that no warning is given twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count, groupby

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
    used = set(names.values())
    found = []
    for settlement, group in groupby(thread.messages, key=_settled):
        messages = tuple(group)
        known = (names[one.message_id] for one in messages if one.message_id in names)
        name = next((each for each in known if each not in taken), None) or _new(messages[0].message_id, taken | used)
        taken.add(name)
        ids = tuple(one.message_id for one in messages)
        found.append(Clock(name, messages[0].received_at, settlement, ids))
    return tuple(found)


def _new(message_id: str, used: set[str]) -> str:
    """A name that no other stretch has or had: an answer that comes late may part a stretch that ran under its later message."""
    names = chain([message_id], (f"{number}.{message_id}" for number in count(1)))
    return next(name for name in names if name not in used)


def _settled(message: Message) -> Settlement | None:
    return message.settlement
