"""Two days of one seller on the embedded stack, counted: `python -m benchmarks.running_costs_once FOLDER` prints JSON.

The first day knows nothing and fetches all there is; the second, 24 hours later, is every day after it.

A function's seconds are those of the processor, without what the embedded AWS, the SP-API simulator and the counting take of them in
the same process: what the machine does besides, and what stands in for others' machines, is not in them.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any
from unittest import mock

import httpx
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from benchmarks.dynamodb_units import Item, Meter, Shape
from local.clock import VirtualClock
from local.runner import enrol
from local.schedules import Firing
from local.seller_folder import load
from local.sp_api.simulator import Simulator
from local.sp_api.tables import Visibility
from local.sp_api.transport import SpApiTransport
from local.stack import REGION, EmbeddedStack
from tools import sam_template
from tools.make_sample import AS_OF

DAYS = 2
_HEALTH = "AccountHealthStateMachine"


def measure(folder: Path) -> dict[str, Any]:
    """What each day took."""
    seller = load(folder)
    clock = VirtualClock(AS_OF)
    simulator = Simulator([seller], clock, visibility=Visibility.SNAPSHOT)
    parameters = {"SpApiEndpoint": "https://sp-api.invalid"}
    aside = _Aside()
    transport = _AsideTransport(simulator, aside)
    with EmbeddedStack(sam_template.TEMPLATE, parameters, clock, transport) as stack:
        enrol(stack, seller)
        day = _Day(stack, simulator, aside)
        with day.watched():
            return {"days": [day.run(AS_OF + timedelta(days=number)) for number in range(DAYS)]}


class _Aside:
    """The processor's seconds for what is not the product's. Within itself it counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._within = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        if self._within:
            yield
            return
        began, self._within = process_time(), True
        try:
            yield
        finally:
            self.seconds, self._within = self.seconds + process_time() - began, False

    @contextmanager
    def aws(self) -> Iterator[None]:
        """Within, the embedded AWS answers aside."""
        inside: Any = BotocoreStubber.__call__

        def call(*arguments: Any, **named: Any) -> Any:
            with self():
                return inside(*arguments, **named)

        with mock.patch.object(BotocoreStubber, "__call__", call):
            yield


class _AsideTransport(SpApiTransport):
    """The SP-API simulator, aside."""

    def __init__(self, simulator: Simulator, aside: _Aside) -> None:
        super().__init__(simulator)
        self._aside = aside

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._aside():
            return super().handle_request(request)


class _Day:
    """Runs a day and counts what it did."""

    def __init__(self, stack: EmbeddedStack, simulator: Simulator, aside: _Aside) -> None:
        self._stack = stack
        self._aside = aside
        self._simulator = simulator
        tables = sam_template.resources(sam_template.load(), "AWS::DynamoDB::Table")
        self._tables = {stack.resource(logical_id): logical_id for logical_id in tables}
        self._meter = Meter({stack.resource(name): Shape.of(each) for name, each in tables.items()}, stored, aside)
        self._began = 0.0
        self._seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within, calls and functions are measured."""
        self._stack.before_invoke.append(lambda *_: setattr(self, "_began", self._spent()))
        self._stack.after_invoke.append(self._timed)
        with self._meter.watching(), self._aside.aws():
            yield

    def _timed(self, function: str, *_: Any) -> None:
        self._seconds[function] += self._spent() - self._began

    def _spent(self) -> float:
        return process_time() - self._aside.seconds

    def run(self, at: datetime) -> dict[str, Any]:
        """One day."""
        stack, trace = self._stack, self._stack.trace
        trace.clear()
        self._meter.clear()
        self._seconds.clear()
        lines, calls, published = len(stack.logs), len(self._simulator.calls), len(stack.published)
        stack.clock.travel(at)
        (schedule,) = (each for each in stack.schedules if each.target == _HEALTH)
        execution = stack.start(_HEALTH, Firing(at, schedule).input)
        assert execution.status == "SUCCEEDED", execution.cause
        logs = [line.text for line in stack.logs[lines:]]
        return {
            "transitions": trace.transitions,
            "invocations": dict(sorted(trace.invocations.items())),
            "function_seconds": dict(sorted(self._seconds.items())),
            "api_calls": dict(sorted(trace.api_calls.items())),
            "sp_api_calls": dict(
                sorted(Counter(call.operation.value for call in self._simulator.calls[calls:]).items())
            ),
            "write_units": self._named(self._meter.writes),
            "read_units": self._named(self._meter.reads),
            "messages": len(stack.published) - published,
            "log_bytes": sum(len(text.encode()) + 1 for text in logs),
            "custom_metrics": len(set(_metrics(logs))),
            "orders_stored": self._orders(),
        }

    def _named(self, units: Mapping[tuple[str, ...], float]) -> dict[str, float]:
        """By `Table`, `Table/index`, with the kind of write behind it."""
        named: defaultdict[str, float] = defaultdict(float)
        for (table, index, *kind), count in units.items():
            place = "/".join(filter(None, (self._tables[table], index)))
            named[" ".join((place, *kind))] += count
        return dict(sorted(named.items()))

    def _orders(self) -> int:
        table: Any = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[self._stack.resource("OrdersTable")]
        return sum(item.range_key.value == "ORDER" for item in table.all_items())


def stored(table: str, key: Item) -> Item | None:
    """What the embedded table holds."""
    backend: Any = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[table]
    found = backend.get_item(*(DynamoType(value) for value in key.values()))
    attributes: Item | None = None if found is None else found.to_json()["Attributes"]
    return attributes


def _metrics(logs: list[str]) -> Iterator[tuple[Any, ...]]:
    """Each custom metric that log lines in CloudWatch's embedded format make: names with their dimensions' values."""
    for text in logs:
        line = json.loads(text) if text.startswith("{") else {}
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
            for names in directive["Dimensions"]:
                dimensions = tuple((name, line[name]) for name in names)
                yield from ((directive["Namespace"], metric["Name"], dimensions) for metric in directive["Metrics"])


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
