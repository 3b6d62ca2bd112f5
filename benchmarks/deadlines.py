"""The escalation sweep over 10,000 open deadlines: the real handler in the stack of template.yaml, on the embedded DynamoDB.

A sweep's time is the processor's, in calls of the function's handler from the first cursor to the last. What the embedded AWS
computes in the place of DynamoDB and S3 is measured by itself and left out; what boto3 does with its calls and answers is not. The
time that the real DynamoDB takes to answer is not in it either: calls are counted instead.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from moto.core.botocore_stubber import BotocoreStubber

from benchmarks.machine import Progress
from benchmarks.markdown import number, table
from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import Deadline, DeadlineKind
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.loader import load
from local import seller_folder
from local.clock import VirtualClock
from local.runner import deadline_store, enrol
from local.stack import EmbeddedStack
from tools import sam_template

TITLE = "Sweeping deadlines"
DE = by_country("DE")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SELLERS = 20
OPEN = (100, 1_000, 10_000)
DUE = (0, 7, 500)
LATENCY = timedelta(milliseconds=10)
"""What a call of DynamoDB within a region is reckoned at, to say what a sweep would take there; not measured here."""

_SWEEP = "SweepDeadlinesFunction"


def measure(progress: Progress) -> dict[str, Any]:
    """For each number of open deadlines the sweeps that find so many due; last, a fifth of the most due at once."""
    cases = [(count, due) for count in OPEN for due in DUE if due < count] + [(OPEN[-1], OPEN[-1] // 5)]
    sweeps = []
    for done, (count, due) in enumerate(cases):
        progress(done, len(cases))
        sweeps.append({"open": count, "due": due, **_sweep(count, due)})
    return {"sellers": SELLERS, "latency_seconds": LATENCY.total_seconds(), "sweeps": sweeps}


def _sweep(count: int, due: int) -> dict[str, Any]:
    clock = VirtualClock(NOW - timedelta(hours=2))
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedStack(sam_template.TEMPLATE, {"SpApiEndpoint": "https://sp-api.invalid"}, clock) as stack,
    ):
        for seller_id in _sellers():
            enrol(stack, seller_folder.load(_folder(Path(folder) / seller_id, seller_id)))
        store = deadline_store(stack)
        for place in range(count):
            store.open(_sellers()[place % SELLERS], _deadline(place, due=place < due))
        stack.invoke(_SWEEP, {"scheduled_at": _text(clock.now()), "cursor": ""})  # finds nothing; the function is warm
        clock.travel(NOW)
        with _watched() as watch:
            began = process_time()
            planned, calls, cursor = 0, 0, ""
            while calls == 0 or cursor:
                answer = stack.invoke(_SWEEP, {"scheduled_at": _text(NOW), "cursor": cursor})
                planned, calls, cursor = planned + answer["planned"], calls + 1, answer["cursor"]
            spent = process_time() - began
        return {
            "planned": planned,
            "invocations": calls,
            "handler_seconds": round(spent - watch.embedded, 3),
            "embedded_seconds": round(watch.embedded, 3),
            "items_read": watch.items,
            "calls": dict(sorted(watch.calls.items())),
        }


def _sellers() -> list[str]:
    return [f"A2EXAMPLE{number:05}" for number in range(SELLERS)]


def _folder(path: Path, seller_id: str) -> Path:
    path.mkdir()
    (path / "seller.yaml").write_text(f"seller_id: {seller_id}\nmarketplaces: [DE]\n", encoding="utf-8")
    return path


def _deadline(place: int, *, due: bool) -> Deadline:
    """Seven of ten are messages, two orders to be shipped, one a claim; one that is due has its first step at NOW."""
    order_id = f"302-{place:07}-{place % 97:07}"
    kind = _KINDS[place // SELLERS % len(_KINDS)]
    due_at = NOW + _FIRST_STEP[kind] + (timedelta(0) if due else timedelta(minutes=1 + place % 600))
    return new_deadline(
        deadline_id(kind, "DE", order_id),
        kind,
        DE,
        due_at - timedelta(days=2),
        load(),
        order_id=order_id,
        stated=due_at,
    )


_KINDS = (
    *(DeadlineKind.MESSAGE_REPLY,) * 7,
    *(DeadlineKind.SHIP_BY,) * 2,
    DeadlineKind.A_TO_Z_RESPONSE,
)
_FIRST_STEP: Mapping[DeadlineKind, timedelta] = {
    DeadlineKind.MESSAGE_REPLY: timedelta(hours=12),
    DeadlineKind.SHIP_BY: timedelta(hours=12),
    DeadlineKind.A_TO_Z_RESPONSE: timedelta(hours=24),
}


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class _Watch:
    """What AWS was asked for, how many items it answered with, and the processor's time that its embedded substitute took."""

    embedded: float = 0.0
    items: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    def answered(self, operation: str, answer: Mapping[str, Any]) -> None:
        """Count a call."""
        self.calls[operation] += 1
        self.items += len(answer.get("Items", ())) + ("Item" in answer)
        self.items += sum(map(len, answer.get("Responses", {}).values()))


@contextmanager
def _watched() -> Iterator[_Watch]:
    watch = _Watch()
    ask: Any = BaseClient._make_api_call  # type: ignore[attr-defined] # the stubs know only its public methods
    respond: Any = BotocoreStubber.__call__

    def asked(client: Any, operation: str, parameters: Mapping[str, Any]) -> Any:
        answer = ask(client, operation, parameters)
        watch.answered(operation, answer)
        return answer

    def responded(*args: Any, **others: Any) -> Any:
        began = process_time()
        try:
            return respond(*args, **others)
        finally:
            watch.embedded += process_time() - began

    with (
        mock.patch.object(BaseClient, "_make_api_call", asked),
        mock.patch.object(BotocoreStubber, "__call__", responded),
    ):
        yield watch


def page(result: Mapping[str, Any]) -> str:
    """The found."""
    sweeps, latency = result["sweeps"], result["latency_seconds"]
    rows = [
        {
            "open": number(each["open"]),
            "due": number(each["due"]),
            "messages": number(each["planned"]),
            "invocations": number(each["invocations"]),
            "items read": number(each["items_read"]),
            "calls of AWS": number(_calls(each)),
            "handler, s": number(each["handler_seconds"]),
            "with AWS, s": number(each["handler_seconds"] + _calls(each) * latency),
            "embedded AWS, s": number(each["embedded_seconds"]),
        }
        for each in sweeps
    ]
    return "\n\n".join(
        [
            (
                f"{number(result['sellers'])} sellers; of ten deadlines seven are messages, two orders to be shipped, one a claim. "
                "Those that are not due have a step in the next ten hours. In the last row every one of them is due in the same sweep."
            ),
            table(rows),
            (
                "`handler` is the processor's time in the sweep's function. `with AWS` adds "
                f"{latency * 1000:.0f} milliseconds for each call, as they come one after the other: reckoned, not measured. What the "
                "embedded AWS computed is in neither. A deadline that is open and not due costs no call and no item."
            ),
        ]
    )


def _calls(sweep: Mapping[str, Any]) -> int:
    return sum(sweep["calls"].values())
