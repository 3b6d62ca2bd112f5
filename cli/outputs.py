"""The files of a run (contract version 1): all of them or none.

They are written into a staging directory on the same file system and moved into place at the very end, so an interrupted run leaves
the results of the one before untouched. Whether the place can be written is found out before the run begins.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cli import json_text
from cli.report import render
from goodstanding.core.deadlines import Deadline
from goodstanding.core.mail.threads import ANSWER_WITHIN, Thread
from goodstanding.core.metrics import JudgedMetric, Window
from goodstanding.core.requests.delivery import CONFIDENCE
from goodstanding.core.requests.record import RequestRecord
from goodstanding.core.sources import Source
from local.outcome import MarketplaceOutcome, Message, Outcome, SellerOutcome
from local.seller_folder import BadInput

FILES = (
    "health.json",
    "requests.jsonl",
    "orders.jsonl",
    "deadlines.json",
    "threads.jsonl",
    "feedback.jsonl",
    "alerts.jsonl",
    "report.html",
)


class OutputDirectory:
    """The place of the results; `publish` puts them there."""

    def __init__(self, path: Path, staging: Path) -> None:
        self.path = path
        self._staging = staging

    def publish(self, outcome: Outcome) -> None:
        """Write every file, then move all into place. Raises BadInput when the file system refuses."""
        try:
            for name, text in _texts(outcome).items():
                (self._staging / name).write_text(text, encoding="utf-8", newline="\n")
            self.path.mkdir(parents=True, exist_ok=True)
            for name in FILES:
                (self._staging / name).replace(self.path / name)
        except OSError as error:
            raise BadInput(f"--out {self.path}: cannot be written ({error.strerror}); choose another folder") from None


@contextmanager
def output_directory(path: Path) -> Iterator[OutputDirectory]:
    """Prepare a place for results. Raises BadInput when it is none or cannot be written; leaves nothing behind but published files."""
    nearest = next(ancestor for ancestor in (path, *path.absolute().parents) if ancestor.exists())
    if not nearest.is_dir():
        raise BadInput(f"--out {path}: {nearest} is a file; name a folder")
    for name in FILES:
        if (path / name).is_dir():
            raise BadInput(f"--out {path}: {name} in it is a folder; move it away or choose another folder")
    try:
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise PermissionError(0, "Permission denied")
        staging = Path(tempfile.mkdtemp(prefix=".goodstanding-", dir=nearest))
    except OSError as error:
        raise BadInput(
            f"--out {path}: {nearest} cannot be written ({error.strerror}); choose another folder or change its permissions"
        ) from None
    try:
        yield OutputDirectory(path, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _texts(outcome: Outcome) -> Mapping[str, str]:
    return {
        "health.json": json_text.page(health(outcome)),
        "requests.jsonl": _lines(
            request(seller, place, record)
            for seller in outcome.sellers
            for place in seller.marketplaces
            for record in place.requests
        ),
        "deadlines.json": json_text.page(
            [deadline(seller, each) for seller in outcome.sellers for each in seller.deadlines]
        ),
        "threads.jsonl": _lines(thread(seller, each) for seller in outcome.sellers for each in seller.threads),
        "orders.jsonl": _lines(
            line for seller in outcome.sellers for place in seller.marketplaces for line in orders(seller, place)
        ),
        "feedback.jsonl": "",
        "alerts.jsonl": _lines(alert(message) for message in sorted(outcome.messages, key=lambda one: one.at)),
        "report.html": render(outcome),
    }


def _lines(values: Iterable[object]) -> str:
    return "".join(json_text.line(value) + "\n" for value in values)


def request(seller: SellerOutcome, place: MarketplaceOutcome, record: RequestRecord) -> dict[str, object]:
    """One line of requests.jsonl."""
    return {
        "order_id": record.order_id,
        "seller_id": seller.seller_id,
        "marketplace": place.marketplace.country,
        "state": record.state,
        "reason": record.shown_reason,
        "eligible_from": record.window.eligible_from,
        "closes_at": record.window.closes_at,
        "estimated_by": record.estimated_by,
        "confidence": CONFIDENCE[record.estimated_by],
        "attempts": record.attempts,
        "sent_at": record.sent_at,
    }


def deadline(seller: SellerOutcome, clock: Deadline) -> dict[str, object]:
    """One entry of deadlines.json."""
    return {
        "id": clock.id,
        "seller_id": seller.seller_id,
        "kind": clock.kind,
        "marketplace": clock.marketplace,
        "order_id": clock.order_id,
        "thread_id": clock.thread_id,
        "opened_at": clock.opened_at,
        "due_at": clock.due_at,
        "state": clock.state,
        "closed_at": clock.closed_at,
        "closed_by": clock.closed_by,
        "steps": [{"level": step.level, "at": step.at, "sent_at": step.sent_at} for step in clock.steps],
    }


def thread(seller: SellerOutcome, conversation: Thread) -> dict[str, object]:
    """One line of threads.jsonl: nothing that names the buyer or quotes the text."""
    return {
        "thread_id": conversation.thread_id,
        "seller_id": seller.seller_id,
        "marketplace": conversation.marketplace,
        "order_id": conversation.order_id,
        "category": conversation.category,
        "urgency": conversation.urgency.word,
        "first_unanswered_at": conversation.first_unanswered_at,
        "due_at": conversation.due_at(ANSWER_WITHIN),
        "state": conversation.state,
        "messages": len(conversation.messages),
    }


def orders(seller: SellerOutcome, place: MarketplaceOutcome) -> Iterator[dict[str, object]]:
    """The lines of orders.jsonl: what is known of each order, for `goodstanding explain`. No buyer's data."""
    records = {record.order_id: record for record in place.requests}
    for dossier in place.orders:
        record = records.get(dossier.order_id)
        yield {
            "order_id": dossier.order_id,
            "seller_id": seller.seller_id,
            "marketplace": place.marketplace.country,
            "events": [{"at": event.at, "what": event.what, **event.details} for event in dossier.events],
            "request": None if record is None else request(seller, place, record) | _evidence(record),
        }


def _evidence(record: RequestRecord) -> dict[str, object]:
    """How a request got where it is, and what is next."""
    return {
        "opens_at": record.window.opens_at,
        "put_off_for": record.reason if record.is_open else None,
        "posted_at": record.posted_at,
        "lost_at": record.lost_at,
        "first_empty_at": record.first_empty_at,
        "empty_reads": record.empty_reads,
        "refusals": record.refusals,
        "refused_for": record.refused_for,
        "next_at": record.next_at,
    }


def health(outcome: Outcome) -> dict[str, object]:
    """health.json."""
    return {"version": 1, "as_of": outcome.as_of, "sellers": [_seller(seller) for seller in outcome.sellers]}


def alert(message: Message) -> dict[str, object]:
    """One line of alerts.jsonl."""
    return {
        "at": message.at,
        "topic": message.topic,
        "severity": message.severity,
        "kind": message.kind,
        "seller_id": message.seller_id,
        "marketplace": message.marketplace,
        "order_id": message.order_id,
        "subject": message.subject,
        "message": message.message,
        "sms": message.sms,
    }


def _seller(seller: SellerOutcome) -> dict[str, object]:
    return {"seller_id": seller.seller_id, "marketplaces": [_marketplace(place) for place in seller.marketplaces]}


def _marketplace(place: MarketplaceOutcome) -> dict[str, object]:
    return {
        "marketplace": place.marketplace.country,
        "marketplace_id": place.marketplace.marketplace_id,
        "account_status": place.account_status,
        "sources": [_source(source) for source in place.sources],
        "metrics": [_metric(row) for row in place.metrics],
    }


def _source(source: Source) -> dict[str, object]:
    return {
        "source": source.report_type,
        "state": source.state,
        "fetched_at": source.fetched_at,
        "reason": source.reason,
    }


def _metric(row: JudgedMetric) -> dict[str, object]:
    metric = row.metric
    return {
        "metric": metric.metric,
        "fulfillment": metric.fulfillment,
        "source": metric.source,
        "value": metric.value,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "window": _window(metric.window),
        "target": metric.target,
        "condition": metric.condition,
        "amazon_status": metric.amazon_status,
        "status": row.status,
        "reason": metric.reason,
    }


def _window(window: Window | None) -> dict[str, object] | None:
    return None if window is None else {"from": window.from_, "to": window.to}
