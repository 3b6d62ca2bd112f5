"""A local run: the stack of template.yaml over seller folders, for one moment or a span of virtual time.

A day starts every scheduled workflow once, each at the very moment of the run; a span starts each when its schedule is due. What a
workflow is given is what EventBridge Scheduler would give it. Each run begins with an empty stack.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from goodstanding.adapters.dynamodb.health import DynamoHealthStore
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType
from goodstanding.ports import HealthStore
from local.clock import Clock, RealClock, VirtualClock
from local.outcome import MarketplaceOutcome, Message, Outcome, SellerOutcome
from local.schedules import Firing, firings
from local.seller_folder import SellerFolder
from local.sp_api.simulator import Simulator
from local.sp_api.tables import Visibility
from local.sp_api.transport import SpApiTransport
from local.stack import STACK_NAME, EmbeddedStack, Execution, Published

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"

_HEALTH = "AccountHealthStateMachine"
_JUDGE = "JudgeHealthFunction"
_SIMULATED = "https://sp-api.invalid"  # never resolved: the transport answers whatever the host

type Steps = Callable[[int, int, str], None]


def run(
    folders: Sequence[SellerFolder],
    start: datetime,
    end: datetime | None = None,
    *,
    sp_api: str | None = None,
    real_clock: bool = False,
    step: Steps = lambda _done, _total, _what: None,
) -> Outcome:
    """Run the moment `start`, or the span from `start` to `end` (aware); what came of it.

    `sp_api` is the base URL of an SP-API to talk to; without one the folders are served by the built-in simulator. `step` is told
    how far the run has come.
    """
    clock: Clock = RealClock() if real_clock else VirtualClock(start)
    transport = None
    if sp_api is None:
        visibility = Visibility.SNAPSHOT if end is None else Visibility.TIMELINE
        transport = SpApiTransport(Simulator(folders, clock, visibility=visibility))
    with EmbeddedStack(TEMPLATE, {"SpApiEndpoint": sp_api or _SIMULATED}, clock, transport) as stack:
        for folder in folders:
            enrol(stack, folder)
        planned = _at_once(stack, start) if end is None else _when_due(stack, start, end)
        ended = _fire(stack, planned, step, _places(folders) if end is None else None)
        return _outcome(stack, folders, planned, ended, end or start)


def enrol(stack: EmbeddedStack, folder: SellerFolder) -> None:
    """What an operator does for a new seller: its settings into the bucket, its credentials into Secrets Manager."""
    settings = folder.settings.model_dump(mode="json") | {"mailbox": folder.mail is not None}
    regions = {marketplace.region.value for marketplace in folder.marketplaces}
    secret = {
        "lwa_app_id": "local-app",
        "lwa_client_secret": "local-secret",
        "refresh_tokens": dict.fromkeys(sorted(regions), f"local-{folder.seller_id}"),
    }
    stack.client("s3").put_object(
        Bucket=stack.resource("DataBucket"),
        Key=f"sellers/{folder.seller_id}.yaml",
        Body=yaml.safe_dump(settings, allow_unicode=True).encode(),
    )
    stack.client("secretsmanager").create_secret(
        Name=f"{STACK_NAME}/seller/{folder.seller_id}", SecretString=json.dumps(secret)
    )


def _at_once(stack: EmbeddedStack, at: datetime) -> Sequence[Firing]:
    return [Firing(at, schedule) for schedule in stack.schedules if schedule.enabled]


def _when_due(stack: EmbeddedStack, start: datetime, end: datetime) -> Sequence[Firing]:
    return list(firings(stack.schedules, start, end + timedelta.resolution))  # what is due at the very end still fires


def _fire(stack: EmbeddedStack, planned: Sequence[Firing], step: Steps, places: int | None) -> Sequence[Execution]:
    ended = []
    with _counted_judgements(stack, step, places):
        for number, firing in enumerate(planned):
            if places is None:
                step(number, len(planned), f"{firing.at:%Y-%m-%d %H:%M}")
            stack.clock.travel(firing.at)
            ended.append(stack.start(firing.schedule.state_machine, firing.input))
    return ended


@contextmanager
def _counted_judgements(stack: EmbeddedStack, step: Steps, places: int | None) -> Iterator[None]:
    """Progress within a day: one step for each marketplace that is judged."""
    if places is None:
        yield
        return
    done = 0

    def judged(function: str, event: Any, _result: Any) -> None:
        nonlocal done
        if function == _JUDGE:
            done += 1
            step(done, places, f"{event['seller_id']} {event['marketplace']}")

    step(0, places, "reports")
    stack.after_invoke.append(judged)
    try:
        yield
    finally:
        stack.after_invoke.remove(judged)


def _places(folders: Sequence[SellerFolder]) -> int:
    return sum(len(folder.marketplaces) for folder in folders)


# ---- what came of it ----------------------------------------------------------------------------------------------------------


def _outcome(
    stack: EmbeddedStack,
    folders: Sequence[SellerFolder],
    planned: Sequence[Firing],
    ended: Sequence[Execution],
    as_of: datetime,
) -> Outcome:
    health = DynamoHealthStore(stack.client("dynamodb"), stack.resource("HealthTable"))
    judged_on = max((firing.at.date() for firing in planned if firing.schedule.state_machine == _HEALTH), default=None)
    return Outcome(
        as_of=as_of,
        sellers=[
            SellerOutcome(
                folder.seller_id,
                folder.language,
                [_place(health, folder.seller_id, marketplace, judged_on) for marketplace in folder.marketplaces],
            )
            for folder in folders
        ],
        messages=[_message(published) for published in stack.published],
        failures=[
            f"{execution.machine}: {execution.error}: {execution.cause}"
            for execution in ended
            if execution.status != "SUCCEEDED"
        ],
    )


def _place(health: HealthStore, seller_id: str, marketplace: Marketplace, judged_on: date | None) -> MarketplaceOutcome:
    known = health.sources(seller_id, marketplace)
    return MarketplaceOutcome(
        marketplace=marketplace,
        account_status=health.state(seller_id, marketplace).account_status,
        sources=[known[report_type].source for report_type in ReportType if report_type in known],
        metrics=() if judged_on is None else health.metrics(seller_id, marketplace, judged_on),
    )


def _message(published: Published) -> Message:
    attributes = published.attributes
    return Message(
        at=published.at,
        seller_id=attributes.get("seller_id"),
        topic="digest" if published.topic == "DigestTopic" else "alerts",
        severity=attributes.get("severity", "info"),
        kind=attributes.get("kind", "digest"),
        marketplace=attributes.get("marketplace"),
        order_id=attributes.get("order_id"),
        subject=published.subject or "",
        message=published.messages["default"],
        sms=published.messages.get("sms"),
    )
