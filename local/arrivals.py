"""What reaches the stack from outside in the course of a run: SP-API's notifications, each at its own date.

What is older than the run's beginning arrives at it, before anything else, in the order of dates. A file that cannot be read as a
notification has no date: it arrives first, as it is, for the stack to judge.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.seller_folder import SellerFolder
from local.stack import EmbeddedStack

_QUEUE = "NotificationsQueue"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_DATES = ("timeoforderchange", "eventtime", "publishtime")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message for the notification queue, and when it was sent (aware)."""

    at: datetime
    body: str

    def deliver(self, stack: EmbeddedStack) -> None:
        """Put it where Amazon would."""
        client = stack.client("sqs")
        client.send_message(QueueUrl=stack.resource(_QUEUE), MessageBody=self.body or " ")


def arrivals(folders: Sequence[SellerFolder]) -> Sequence[Arrival]:
    """Everything that arrives, in the order of dates; of one date in the order of file names."""
    found = [_notification(path) for folder in folders for path in folder.notifications]
    return sorted(found, key=lambda arrival: arrival.at)


def _notification(path: Path) -> Arrival:
    body = path.read_bytes().decode("utf-8-sig", errors="replace")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return Arrival(_LONG_AGO, body)
    dates = dict(_dated(message))
    return Arrival(next((dates[name] for name in _DATES if name in dates), _LONG_AGO), body)


def _dated(value: Any) -> Iterator[tuple[str, datetime]]:
    """Every date in a message by its key in lower case, the outermost last."""
    if not isinstance(value, dict):
        return
    for each in value.values():
        yield from _dated(each)
    for key, text in value.items():
        moment = _moment(text)
        if moment is not None:
            yield str(key).lower(), moment


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
