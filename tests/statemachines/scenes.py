"""The troubles that the state machines are made for, one scene each. Together they reach everything a machine can do."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)

from goodstanding.adapters.dynamodb.pace import DynamoPaceStore
from goodstanding.contracts.errors import AwsUnavailable, Conflict, InternalError
from goodstanding.core.rate_limits import GET_REPORT_DOCUMENT
from goodstanding.core.report_types import ReportType
from goodstanding.usecases import ingest_report
from local.functions import ServiceFault
from local.sp_api.faults import ALWAYS, Fault, FaultKind
from local.sp_api.limits import Operation
from tests.statemachines.reports import Files, performance, reports
from tests.statemachines.world import DAY, HEALTH, HOUR, START, Effect, Seen, Trouble, World, seen, world

GOOD, OTHER, THIRD, FOURTH, FIFTH = (f"A2EXAMPLE0000{number}" for number in range(1, 6))
V2, V1, FEEDBACK = ReportType.PERFORMANCE_V2, ReportType.PERFORMANCE_V1, ReportType.FEEDBACK
ORDERS, SHIPMENTS, RETURNS = ReportType.ALL_ORDERS, ReportType.FBA_SHIPMENTS, ReportType.MFN_RETURNS
CREATE, GET, DOCUMENT = Operation.CREATE_REPORT, Operation.GET_REPORT, Operation.GET_REPORT_DOCUMENT
LOOK, POST = Operation.GET_SOLICITATION_ACTIONS, Operation.CREATE_SOLICITATION

PASSING = (
    ServiceFault("ServiceException"),
    ServiceFault("AWSLambdaException"),
    ServiceFault("SdkClientException"),
    ServiceFault("TooManyRequestsException"),
    AwsUnavailable("throttled"),
    Conflict("contended"),
)
"""Every fault of AWS that a task is retried after; a task bears six in a row."""

ASKING = datetime(2026, 11, 26, 10, 5, tzinfo=UTC)
"""When three of the four orders of `reports` are due, in Germany and (it is five past two there) not yet in the USA."""

BROKEN_RETURNS = "Order ID\tA-to-Z Claim\tReturn request date\tAmazon RMA ID\n302-0000000-0000001\tN\tyesterday\tR\n"


@dataclass(frozen=True)
class Scene:
    """Sellers, what goes wrong, and the days that are played."""

    sellers: Mapping[str, Files]
    faults: Sequence[Fault] = ()
    troubles: Sequence[Trouble] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    play: Callable[[World], Any] = World.day

    def played(self, path: Path) -> Seen:
        """Play it; what was to be seen."""
        with world(path, self.sellers, faults=self.faults, troubles=self.troubles, parameters=self.parameters) as here:
            self.play(here)
            return seen(here)


def little(*countries: str) -> dict[str, str | bytes]:
    """Marketplaces with a performance report and nothing else."""
    return {f"{country}/performance.json": performance(country) for country in countries}


def passing(function: str, **where: Any) -> list[Trouble]:
    """Each passing fault once, one after the other."""
    return [Trouble(function, error, where, times=1) for error in PASSING]


# ---- plays --------------------------------------------------------------------------------------------------------------------


def _twice(here: World) -> None:
    """The day's run, and the same again an hour later."""
    here.day()
    here.clock.sleep(3600)
    here.again()


@contextmanager
def _refused_starts(*errors: str) -> Iterator[None]:
    """Step Functions refuses the next nested executions with these errors."""
    inside = StateTaskServiceSfn._eval_service_task
    left = list(errors)

    def start(self: Any, env: Any, **others: Any) -> None:
        if left:
            name = left.pop(0)
            about: Any = {"taskFailedEventDetails": {"error": name, "cause": "refused"}}
            raise FailureEventException(
                FailureEvent(env, CustomErrorName(name), HistoryEventType.TaskFailed, event_details=about)
            )
        inside(self, env=env, **others)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(StateTaskServiceSfn, "_eval_service_task", start)
        yield


def _with_refused_starts(here: World) -> None:
    with _refused_starts(*_nested_start_errors(here.stack.definition(HEALTH))):
        here.day()


def _nested_start_errors(asl: Any) -> Iterator[str]:
    """What the machine retries when it starts another."""
    for state in asl["States"].values():
        if state.get("Resource", "").startswith("arn:aws:states:::states:startExecution"):
            for rule in state["Retry"]:
                yield from rule["ErrorEquals"]
        elif "ItemProcessor" in state:
            yield from _nested_start_errors(state["ItemProcessor"])


def _slow_and_silent(here: World) -> None:
    """Our download rate is used up, reading takes nearly all the time a Lambda has, and SNS answers badly."""
    pace = DynamoPaceStore(here.stack.client("dynamodb"), here.stack.resource("HealthTable"), here.clock)
    for _ in range(GET_REPORT_DOCUMENT.burst):
        pace.take(
            GOOD,
            "EU",
            GET_REPORT_DOCUMENT.operation,
            rate=GET_REPORT_DOCUMENT.rate,
            burst=GET_REPORT_DOCUMENT.burst,
        )

    def slow(function: str, event: Any) -> None:
        if function == "IngestReportFunction" and event["report_type"] == ORDERS:
            here.clock.sleep(870)

    refusals = [ClientError({"Error": {"Code": "Throttling"}}, "Publish")]
    losses = [EndpointConnectionError(endpoint_url="sns")]

    def refuse(_: str, operation: str, __: Any) -> None:
        if operation == "sns.Publish" and refusals:
            raise refusals.pop()

    def lose(effect: Effect) -> None:
        if effect.action == "Publish" and losses:
            raise losses.pop()

    here.stack.before_invoke.append(slow)
    here.before_call.append(refuse)
    here.after_effect.append(lose)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ingest_report, "PAGE", 1)
        here.day()


def _with_everything_broken(here: World) -> None:
    """Day one: a plan and a manifest nothing can be made of. Day two: no list of sellers. Day three: the manifest is gone."""

    def spoil(function: str, event: Any, result: Any) -> None:
        if function == "PlanReportsFunction" and event["marketplace"] == "ES":
            result["fetches"] = "none"

    here.stack.after_invoke.append(spoil)
    _spoil_manifests(here, gone_at="2026-11-22")
    for day in range(3):
        here.day(START + day * DAY)


def _spoil_manifests(here: World, gone_at: str) -> None:
    """From now on; at times that begin with `gone_at` there is none."""

    def spoil(function: str, event: Any, result: Any) -> None:
        if function == "ListSellersFunction":
            _spoil_manifest(here.stack.client("s3"), result, gone=event["scheduled_at"].startswith(gone_at))

    here.stack.after_invoke.append(spoil)


def _spoil_manifest(s3: Any, result: Any, *, gone: bool) -> None:
    """The fourth seller's marketplaces and regions are no lists."""
    place = {"Bucket": result["bucket"], "Key": result["key"]}
    rows = json.loads(s3.get_object(**place)["Body"].read())
    broken = [row | {"marketplaces": "DE", "regions": "EU"} if row["seller_id"] == FOURTH else row for row in rows]
    s3.put_object(**place, Body=json.dumps(broken).encode())
    if gone:
        s3.delete_object(**place)


def _asking(here: World) -> None:
    """A day's reports, and six days later the hour in which three orders are due."""
    here.day()
    here.hour(ASKING)


def _asking_twice(here: World) -> None:
    """The same hour again finds nothing to do."""
    _asking(here)
    here.clock.sleep(1800)
    here.again_hour(ASKING)


def _asking_slowly(here: World) -> None:
    """Planning and sending each use up all but a little of their Lambda's time, once, and SNS's answer to the alert is lost."""
    slow = {"PlanRequestsFunction": 290, "SendRequestsFunction": 250}
    losses = [EndpointConnectionError(endpoint_url="sns")]

    def take_time(function: str, _: Any) -> None:
        here.clock.sleep(slow.pop(function, 0))

    def lose(effect: Effect) -> None:
        if effect == Effect("PublishAlertsFunction", "Publish", "authorization") and losses:
            raise losses.pop()

    here.day()
    here.stack.before_invoke.append(take_time)
    here.after_effect.append(lose)
    here.hour(ASKING)


def _asking_with_everything_broken(here: World) -> None:
    """First hour: regions and sellers break off. Second hour: no list of sellers. Third hour: the manifest is gone."""
    here.day()
    _spoil_manifests(here, gone_at="2026-11-26T12")
    for hour in range(3):
        here.hour(ASKING + hour * HOUR)


# ---- scenes -------------------------------------------------------------------------------------------------------------------

_EVERYTHING = {
    GOOD: {**reports("DE"), **little("FR", "ES", "IT", "NL")},
    OTHER: little("DE"),
    THIRD: little("DE"),
    FOURTH: little("DE"),
    FIFTH: little("SE"),
}
_EVERYTHING_BREAKS = [
    Trouble("RequestReportFunction", InternalError("bug"), {"marketplace": "DE", "report_type": RETURNS}),
    Trouble("CheckReportFunction", InternalError("bug"), {"marketplace": "DE", "report_type": SHIPMENTS}),
    Trouble("StoreReportFunction", InternalError("bug"), {"marketplace": "DE", "report_type": V1}),
    Trouble("IngestReportFunction", InternalError("bug"), {"marketplace": "DE", "report_type": FEEDBACK}),
    Trouble("PlanReportsFunction", InternalError("bug"), {"marketplace": "FR"}),
    Trouble("ComputeMetricsFunction", InternalError("bug"), {"marketplace": "IT"}),
    Trouble("JudgeHealthFunction", InternalError("bug"), {"marketplace": "NL"}),
    Trouble("WriteDigestFunction", InternalError("bug"), {"seller_id": OTHER}),
    Trouble("PublishAlertsFunction", InternalError("bug"), {"seller_id": THIRD}),
    Trouble("ListSellersFunction", InternalError("bug"), {"scheduled_at": "2026-11-21T06:00:00Z"}),
    Trouble("FinishRunFunction", InternalError("bug")),
]

_FUNCTIONS_OF_A_GOOD_DAY = (
    "ListSellersFunction",
    "PlanReportsFunction",
    "RequestReportFunction",
    "CheckReportFunction",
    "StoreReportFunction",
    "IngestReportFunction",
    "ComputeMetricsFunction",
    "JudgeHealthFunction",
    "WriteDigestFunction",
    "PublishAlertsFunction",
    "FinishRunFunction",
)

_FUNCTIONS_OF_A_GOOD_HOUR = (
    "ListSellersFunction",
    "ReadPromisesFunction",
    "PlanRequestsFunction",
    "SendRequestsFunction",
    "PublishAlertsFunction",
)

_EVERYBODY = {
    GOOD: {**reports("DE"), **little("US", "JP")},
    OTHER: little("DE"),
    FOURTH: little("DE"),
    FIFTH: reports("SE"),
}
_ASKING_BREAKS = [
    Trouble("ReadPromisesFunction", InternalError("bug"), {"region": "EU"}),
    Trouble("PlanRequestsFunction", InternalError("bug"), {"region": "NA"}),
    Trouble("SendRequestsFunction", InternalError("bug"), {"seller_id": GOOD, "region": "EU"}),
    Trouble(
        "PublishAlertsFunction", InternalError("bug"), {"seller_id": OTHER, "scheduled_at": "2026-11-26T10:05:00Z"}
    ),
    Trouble("ListSellersFunction", InternalError("bug"), {"scheduled_at": "2026-11-26T11:05:00Z"}),
]

SCENES: dict[str, Scene] = {
    "twice": Scene(
        {GOOD: reports("DE"), OTHER: reports("US")},
        faults=[Fault(FaultKind.REPORT_CANCELLED, report_type=SHIPMENTS, marketplace="US", times=ALWAYS)],
        play=_twice,
    ),
    "broken reports": Scene(
        {GOOD: {**reports("DE"), **reports("FR", returns=BROKEN_RETURNS), **reports("ES")}},
        faults=[
            Fault(FaultKind.REPORT_FATAL, report_type=V2, marketplace="DE"),
            Fault(FaultKind.LINK_EXPIRED, report_type=V1, marketplace="DE"),
            Fault(FaultKind.LYING_GZIP_FLAG, report_type=FEEDBACK, marketplace="DE"),
            Fault(FaultKind.REPORT_FATAL_WITH_DOCUMENT, report_type=ORDERS, marketplace="DE", nth=2),
            Fault(FaultKind.WRONG_CHARSET, report_type=SHIPMENTS, marketplace="DE", times=ALWAYS),
            Fault(FaultKind.REPORT_CANCELLED, report_type=RETURNS, marketplace="DE", times=ALWAYS),
            Fault(FaultKind.LINK_EXPIRED, report_type=V2, marketplace="FR", times=ALWAYS),
            Fault(FaultKind.TRUNCATED_DOWNLOAD, report_type=V1, marketplace="FR", times=ALWAYS),
            Fault(FaultKind.REPORT_STUCK, report_type=FEEDBACK, marketplace="FR"),
            Fault(FaultKind.MISSING_GZIP_FLAG, report_type=ORDERS, marketplace="FR", times=ALWAYS),
            Fault(FaultKind.REPORT_CANCELLED, report_type=SHIPMENTS, marketplace="FR"),
        ],
    ),
    "passing faults": Scene(
        {GOOD: reports("DE")},
        faults=[
            Fault(FaultKind.THROTTLE_429, CREATE, V2),
            Fault(FaultKind.CONNECTION_RESET, CREATE, V1),
            Fault(FaultKind.THROTTLE_HTML, GET),
            Fault(FaultKind.INVALID_JSON, GET, nth=2),
            Fault(FaultKind.THROTTLE_429, DOCUMENT),
            Fault(FaultKind.UNAVAILABLE_503_HTML, DOCUMENT, nth=2),
            Fault(FaultKind.LWA_500_HTML),
        ],
        troubles=[trouble for function in _FUNCTIONS_OF_A_GOOD_DAY for trouble in passing(function)],
        play=_with_refused_starts,
    ),
    "slow and silent": Scene({GOOD: reports("DE")}, play=_slow_and_silent),
    "everything broken": Scene(
        _EVERYTHING,
        troubles=[
            *_EVERYTHING_BREAKS,
            *passing("RecordFailureFunction", report_type=RETURNS, error="InternalError"),
            *passing("RecordFailureFunction", report_type=FEEDBACK),
            *passing("RecordFailureFunction", marketplace="FR", name=None),
            *passing("RecordFailureFunction", seller_id=OTHER, marketplace=None),
            *passing("RecordFailureFunction", seller_id=None),
        ],
        play=_with_everything_broken,
    ),
    "the funnel broken": Scene(
        {GOOD: little("DE", "FR"), OTHER: little("DE"), FIFTH: little("SE")},
        troubles=[*_EVERYTHING_BREAKS, Trouble("RecordFailureFunction", InternalError("bug"))],
    ),
    "stopped": Scene({GOOD: reports("DE")}, parameters={"AmazonCalls": "off"}),
    "asking": Scene({GOOD: reports("DE"), OTHER: reports("US")}, play=_asking_twice),
    "asking with passing faults": Scene(
        {GOOD: reports("DE")},
        faults=[
            Fault(FaultKind.THROTTLE_429, LOOK, times=3),
            Fault(FaultKind.UNAVAILABLE_503_HTML, LOOK, nth=4, times=3),
            Fault(FaultKind.ANSWER_LOST, POST),
        ],
        troubles=[
            trouble
            for function in _FUNCTIONS_OF_A_GOOD_HOUR
            for trouble in passing(function, scheduled_at="2026-11-26T10:05:00Z")
        ],
        play=_asking,
    ),
    "asking slowly": Scene(
        {GOOD: reports("DE"), OTHER: reports("DE")},
        faults=[
            Fault(FaultKind.UNAVAILABLE_503_HTML, LOOK, seller=GOOD, times=3),
            Fault(FaultKind.ACCESS_DENIED, LOOK, seller=OTHER, times=ALWAYS),
        ],
        play=_asking_slowly,
    ),
    "asking with everything broken": Scene(
        _EVERYBODY,
        troubles=[
            *_ASKING_BREAKS,
            *passing("RecordFailureFunction", region="EU"),
            *passing("RecordFailureFunction", seller_id=FOURTH),
            *passing("RecordFailureFunction", seller_id=None),
        ],
        play=_asking_with_everything_broken,
    ),
    "asking with the funnel broken": Scene(
        _EVERYBODY,
        troubles=[*_ASKING_BREAKS, Trouble("RecordFailureFunction", InternalError("bug"))],
        play=_asking_with_everything_broken,
    ),
}
