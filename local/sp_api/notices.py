"""ORDER_CHANGE notifications of a seller folder: what Amazon has told of an order and its promised dates, and when.

A file that is no such notification, or cannot be read, tells nothing here: whether it is damage is its receiver's business.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from goodstanding.core.reports import dates


@dataclass(frozen=True, slots=True)
class Period:
    """From `earliest` to `latest`; one of them may not be known."""

    earliest: datetime | None
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class OrderNotice:
    """One notification: when the order changed, and its summary from then on."""

    order_id: str
    at: datetime
    summary: Mapping[str, Any]

    def period(self, what: str) -> Period | None:
        """`Delivery` or `Ship`: the summary's dates of it; None when it states neither."""
        found = Period(moment(self.summary.get(f"Earliest{what}Date")), moment(self.summary.get(f"Latest{what}Date")))
        return found if found.earliest or found.latest else None

    @property
    def is_of_a_replacement(self) -> bool:
        """Whether it says that the order replaces another."""
        programs = self.summary.get("OrderPrograms")
        return isinstance(programs, list) and "Replacement" in programs


def read_notices(paths: Iterable[Path]) -> dict[str, Sequence[OrderNotice]]:
    """The notices of each order, by time of change."""
    found: dict[str, list[OrderNotice]] = {}
    for path in paths:
        notice = _notice(path)
        if notice is not None:
            found.setdefault(notice.order_id, []).append(notice)
    return {order_id: sorted(notices, key=lambda notice: notice.at) for order_id, notices in found.items()}


def moment(text: object) -> datetime | None:
    """An instant; None for anything else."""
    try:
        return dates.instant(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _notice(path: Path) -> OrderNotice | None:
    try:
        message = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    match message:
        case {
            "Payload": {"OrderChangeNotification": {"AmazonOrderId": str(order_id), "Summary": dict(summary)} as change}
        }:
            trigger = change.get("OrderChangeTrigger")
            changed_at = moment(trigger.get("TimeOfOrderChange")) if isinstance(trigger, dict) else None
            at = changed_at or moment(message.get("EventTime"))
            return None if at is None else OrderNotice(order_id, at, summary)
    return None
