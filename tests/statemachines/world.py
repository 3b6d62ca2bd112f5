"""Days of the real machines with the real handlers over small seller folders, what goes wrong in them, and what came of it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

from goodstanding.adapters.dynamodb.health import DynamoHealthStore
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import JudgedMetric, Window
from goodstanding.core.report_types import ReportType
from goodstanding.core.requests.record import RequestRecord
from goodstanding.core.sources import Source
from local import runner
from local.clock import VirtualClock
from local.coverage import Step
from local.functions import LogLine
from local.seller_folder import SellerFolder, load_all
from local.sp_api.faults import ALWAYS, Fault
from local.sp_api.limits import Operation
from local.sp_api.simulator import Call, Simulator
from local.sp_api.solicitations import Post
from local.sp_api.tables import Visibility
from local.sp_api.transport import SpApiTransport
from local.stack import EmbeddedStack, Execution, Published
from tests.local.sp_api_world import seller_folder
from tests.statemachines.reports import Files

START = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HEALTH, FETCH, REQUESTS = "AccountHealthStateMachine", "FetchReportStateMachine", "FeedbackRequestsStateMachine"
ESCALATION = "EscalationStateMachine"
TABLES = ("HealthTable", "OrdersTable", "DeadlinesTable")

type Item = Mapping[str, Any]
type Items = Mapping[tuple[str, str], Item]


# ---- what goes wrong in AWS ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """What befalls a function before it runs, the first `times` times that it is handed an event with all of `where`."""

    function: str
    error: Exception
    where: Mapping[str, Any] = field(default_factory=dict)
    times: int = ALWAYS

    def concerns(self, function: str, event: Mapping[str, Any]) -> bool:
        """A key that `where` gives as None must be missing."""
        return function == self.function and all(event.get(key) == value for key, value in self.where.items())


class Saboteur:
    """A hook that makes troubles happen, each as often as it says; of several that apply the first that is left."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self._left = [[trouble, trouble.times] for trouble in troubles]

    def __call__(self, function: str, event: Any) -> None:
        """Raises."""
        for entry in self._left:
            trouble, left = entry
            if left and trouble.concerns(function, event):
                entry[1] -= 1
                raise type(trouble.error)(*trouble.error.args)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something a function did to the world outside it: `on` is the kind of item, object or topic."""

    function: str
    action: str
    on: str = ""


type BeforeCall = Callable[[str, str, Mapping[str, Any]], None]
type AfterEffect = Callable[[Effect], None]


# ---- days ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Everything in both tables, and how much was said and asked until then."""

    tables: Mapping[str, Items]
    published: int
    reports_asked_for: int


@dataclass
class World:
    """An open stack, the simulated Amazon before it, and the sellers in both.

    `before_call` hooks hear of each AWS call of a function and may raise instead of it; `after_effect` hooks hear of each write
    that was done, and may raise so that its answer is lost.
    """

    stack: EmbeddedStack
    amazon: Simulator
    clock: VirtualClock
    folders: Sequence[SellerFolder]
    runs: list[Execution] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    before_call: list[BeforeCall] = field(default_factory=list)
    after_effect: list[AfterEffect] = field(default_factory=list)

    def day(self, at: datetime = START) -> Execution:
        """The daily run of that moment."""
        self.clock.travel(at)
        return self.again(at)

    def again(self, at: datetime = START) -> Execution:
        """The daily run of that moment, whatever time it is now."""
        return self._run(HEALTH, at)

    def hour(self, at: datetime) -> Execution:
        """The hourly run of that moment."""
        self.clock.travel(at)
        return self.again_hour(at)

    def again_hour(self, at: datetime) -> Execution:
        """The hourly run of that moment, whatever time it is now."""
        return self._run(REQUESTS, at)

    def sweep(self, at: datetime) -> Execution:
        """The sweep of that moment."""
        self.clock.travel(at)
        return self._run(ESCALATION, at)

    def _run(self, machine: str, at: datetime) -> Execution:
        execution = self.stack.start(machine, {"scheduled_at": at.isoformat().replace("+00:00", "Z")})
        self.runs.append(execution)
        self.standings.append(self.standing())
        return execution

    def standing(self) -> Standing:
        """Now."""
        return Standing(
            {table: self._items(table) for table in TABLES},
            len(self.stack.published),
            sum(call.operation is Operation.CREATE_REPORT for call in self.amazon.calls),
        )

    def forget(self) -> None:
        """Empty the tables and the archive, as before the first run; sellers stay enrolled, and time stays where it is."""
        dynamodb, s3 = self.stack.client("dynamodb"), self.stack.client("s3")
        for table in TABLES:
            for partition, sort in self._items(table):
                key = {"pk": {"S": partition}, "sk": {"S": sort}}
                dynamodb.delete_item(TableName=self.stack.resource(table), Key=key)
        bucket = self.stack.resource("DataBucket")
        for stored in s3.list_objects_v2(Bucket=bucket, Prefix="reports/")["Contents"]:
            s3.delete_object(Bucket=bucket, Key=stored["Key"])
        self.stack.published.clear()

    def _items(self, table: str) -> Items:
        pages = self.stack.client("dynamodb").get_paginator("scan").paginate(TableName=self.stack.resource(table))
        return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


@contextmanager
def world(
    path: Path,
    sellers: Mapping[str, Files],
    *,
    faults: Sequence[Fault] = (),
    troubles: Sequence[Trouble] = (),
    parameters: Mapping[str, str] | None = None,
) -> Iterator[World]:
    """A stack with these sellers enrolled; `sellers` maps ids to files by `DE/orders.txt`, whose folders are the marketplaces."""
    folders = load_all(
        seller_folder(path / seller, files, seller, ", ".join(dict.fromkeys(name.partition("/")[0] for name in files)))
        for seller, files in sellers.items()
    )
    clock = VirtualClock(START)
    amazon = Simulator(folders, clock, visibility=Visibility.SNAPSHOT, faults=faults)
    settings = {"SpApiEndpoint": "https://sp-api.invalid", "AlertEmail": "alerts@example.com", **(parameters or {})}
    transport = _TappedTransport(amazon)
    with (
        EmbeddedStack(runner.TEMPLATE, settings, clock, transport) as stack,
        pytest.MonkeyPatch.context() as patched,
    ):
        for folder in folders:
            runner.enrol(stack, folder)
        stack.before_invoke.append(Saboteur(troubles))
        here = World(stack, amazon, clock, folders)
        transport.here = here
        patched.setattr(BaseClient, "_make_api_call", _tapped_calls(here, BaseClient._make_api_call))
        yield here


_EFFECTS_AT_AMAZON = frozenset({Operation.CREATE_REPORT, Operation.CREATE_SOLICITATION})


class _TappedTransport(SpApiTransport):
    """Tells of reports and of reviews that were asked for."""

    def __init__(self, amazon: Simulator) -> None:
        super().__init__(amazon)
        self._amazon = amazon
        self.here: World | None = None

    def handle_request(self, request: Any) -> Any:
        """The answer comes only when no hook takes it away."""
        answer = super().handle_request(request)
        call = self._amazon.calls[-1]
        if self.here is not None and call.operation in _EFFECTS_AT_AMAZON:
            _tell(self.here, Effect(self.here.stack.trace.caller, call.operation.value))
        return answer


def _tapped_calls(here: World, inside: Any) -> Any:
    def call(client: Any, operation: str, params: Any) -> Any:
        caller, service = here.stack.trace.caller, client.meta.service_model.service_name
        if not caller.endswith("Function"):
            return inside(client, operation, params)
        for hook in here.before_call:
            hook(caller, f"{service}.{operation}", params)
        answer = inside(client, operation, params)
        if operation in _WRITES:
            _tell(here, Effect(caller, operation, _WRITES[operation](params)))
        return answer

    return call


def _tell(here: World, effect: Effect) -> None:
    for hook in here.after_effect:
        hook(effect)


def _kind(key: Mapping[str, Any]) -> str:
    return str(key["sk"]["S"]).partition("#")[0]


def _new_state(values: Mapping[str, Any]) -> Iterator[str]:
    """The ledger of alerts names the state that an update sets, or sets "claimed" from "planned"."""
    if ":state" in values:
        yield str(values[":state"]["S"])
    elif ":lapsed" in values:
        yield "claimed"


def _first_action(params: Mapping[str, Any]) -> str:
    ((_, body),) = params["TransactItems"][0].items()
    return _kind(body["Item"] if "Item" in body else body["Key"])


def _first_of_batch(params: Mapping[str, Any]) -> str:
    ((first, *_),) = params["RequestItems"].values()
    return _kind(first["PutRequest"]["Item"])


_WRITES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "PutItem": lambda params: _kind(params["Item"]),
    "UpdateItem": lambda params: " ".join([_kind(params["Key"]), *_new_state(params["ExpressionAttributeValues"])]),
    "DeleteItem": lambda params: _kind(params["Key"]),
    "TransactWriteItems": _first_action,
    "BatchWriteItem": _first_of_batch,
    "PutObject": lambda params: params["Key"].partition("/")[0],
    "CompleteMultipartUpload": lambda params: params["Key"].partition("/")[0],
    "Publish": lambda params: params["MessageAttributes"]["kind"]["StringValue"],
}
"""What each writing operation writes to, in a word."""


# ---- what came of it ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What there was to see after some days; it can be kept in a file."""

    runs: tuple[Execution, ...]
    standings: tuple[Standing, ...]
    requests: Mapping[tuple[str, str], Mapping[str, RequestRecord]]
    sources: Mapping[tuple[str, str], Mapping[ReportType, Source]]
    metrics: Mapping[tuple[str, str], tuple[JudgedMetric, ...]]
    published: tuple[Published, ...]
    steps: tuple[Step, ...]
    largest_state: tuple[int, str]
    calls: tuple[Call, ...]
    posts: Mapping[str, Mapping[str, Sequence[Post]]]
    logs: tuple[LogLine, ...]

    def standing_of(self, seller: str, country: str) -> dict[str, str]:
        """Each report's state, with its reason if it has one."""
        return {
            report_type.name: " ".join(filter(None, (source.state.value, source.reason)))
            for report_type, source in self.sources[seller, country].items()
        }

    def alerts(self, seller: str) -> list[tuple[str, str, str | None]]:
        """Kind, severity and marketplace of a seller's alerts, in the order they were sent."""
        return [
            (one.attributes["kind"], one.attributes["severity"], one.attributes.get("marketplace"))
            for one in self.published
            if one.topic == "AlertsTopic" and one.attributes.get("seller_id") == seller
        ]

    def digests(self) -> list[str]:
        """Whose digests were sent."""
        return [one.attributes["seller_id"] for one in self.published if one.topic == "DigestTopic"]

    def counted(self, metric: str) -> float:
        """The sum of a metric that functions wrote to their logs (CloudWatch's embedded format)."""
        lines = (json.loads(line.text) for line in self.logs if "_aws" in line.text)
        return sum(sum(line[metric]) for line in lines if metric in line)


def requests_of(here: World, seller: str, country: str) -> Mapping[str, RequestRecord]:
    """The ledger's records of a marketplace, by order."""
    records = runner.request_ledger(here.stack).requests(seller, by_country(country), Window(date.min, date.max))
    return {record.order_id: record for record in records}


def seen(here: World) -> Seen:
    """Look at everything; metrics are those of the last day that was run."""
    health = DynamoHealthStore(here.stack.client("dynamodb"), here.stack.resource("HealthTable"))
    places = [(folder.seller_id, marketplace.country) for folder in here.folders for marketplace in folder.marketplaces]
    return Seen(
        runs=tuple(replace(run, events=()) for run in here.runs),
        standings=tuple(here.standings),
        requests={(seller, country): requests_of(here, seller, country) for seller, country in places},
        sources={
            (seller, country): {
                report_type: record.source
                for report_type, record in health.sources(seller, by_country(country)).items()
            }
            for seller, country in places
        },
        metrics={
            (seller, country): tuple(health.metrics(seller, by_country(country), START.date()))
            for seller, country in places
        },
        published=tuple(here.stack.published),
        steps=tuple(here.stack.trace.steps),
        largest_state=here.stack.trace.largest_state,
        calls=tuple(here.amazon.calls),
        posts={folder.seller_id: here.amazon.posts(folder.seller_id) for folder in here.folders},
        logs=tuple(here.stack.logs),
    )
