"""What reaches the stack from outside in the course of a run: SP-API's notifications and the mailbox, each at its own date.

What is older than the run's beginning arrives at it, before anything else, in the order of dates. A file in which no date can be
found arrives first, as it is, for the stack to judge.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from goodstanding.adapters.mail_parser import Unreadable, parse_mail
from local.seller_folder import SellerFolder
from local.stack import EmbeddedStack

_QUEUE = "NotificationsQueue"
_BUCKET = "DataBucket"
_LONGEST = 262_144  # characters: of a quarter of a mebibyte SP-API's are never, and the queue takes four times as much
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_DATES = ("timeoforderchange", "eventtime", "publishtime")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something from outside, when it was sent (aware), and how it gets into the stack."""

    at: datetime
    deliver: Callable[[EmbeddedStack], None]


def arrivals(folders: Sequence[SellerFolder]) -> Sequence[Arrival]:
    """Everything that arrives, in the order of dates; of one date in the order of file names."""
    found = [_notification(path) for folder in folders for path in folder.notifications]
    found += [_mail(folder.seller_id, path) for folder in folders for path in folder.mail or ()]
    return sorted(found, key=lambda arrival: arrival.at)


def _notification(path: Path) -> Arrival:
    body = path.read_bytes().decode("utf-8-sig", errors="replace")

    def deliver(stack: EmbeddedStack) -> None:
        bring_notification(stack, body)

    return Arrival(_date_of_notification(body), deliver)


def _date_of_notification(body: str) -> datetime:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return _LONG_AGO
    dates = dict(_dated(message))
    return next((dates[name] for name in _DATES if name in dates), _LONG_AGO)


def bring_notification(stack: EmbeddedStack, body: str) -> None:
    """A notification as SP-API brings it: a message in the queue. What is too long for one is none, and cut off."""
    stack.client("sqs").send_message(QueueUrl=stack.resource(_QUEUE), MessageBody=body[:_LONGEST] or " ")


def bring_mail(stack: EmbeddedStack, seller_id: str, name: str, raw: bytes) -> None:
    """A mail as a forwarder brings it: an object in the bucket, and the event that S3 makes of it."""
    bucket, key = stack.resource(_BUCKET), f"mail/{seller_id}/{name}"
    stack.client("s3").put_object(Bucket=bucket, Key=key, Body=raw)
    stack.put_event("aws.s3", "Object Created", {"bucket": {"name": bucket}, "object": {"key": key}})


def _mail(seller_id: str, path: Path) -> Arrival:
    def deliver(stack: EmbeddedStack) -> None:
        bring_mail(stack, seller_id, path.name, path.read_bytes())

    try:
        sent_at = parse_mail(path.read_bytes()).sent_at
    except Unreadable:
        sent_at = None
    return Arrival(sent_at or _LONG_AGO, deliver)


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
