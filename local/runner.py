"""A local run: the stack of template.yaml over seller folders, for one moment or a span of virtual time.

A day starts every scheduled workflow once, each at the very moment of the run; a span starts each when its schedule is due. What a
workflow is given is what EventBridge Scheduler would give it. Each run begins with an empty stack.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from goodstanding.adapters.dynamodb.alerts import DynamoAlertLedger
from goodstanding.adapters.dynamodb.conversations import DynamoConversationStore
from goodstanding.adapters.dynamodb.deadlines import DynamoDeadlineStore
from goodstanding.adapters.dynamodb.health import DynamoHealthStore
from goodstanding.adapters.dynamodb.requests import DynamoRequestLedger
from goodstanding.contracts.errors import SellerNotAuthorized, SpApiUnavailable
from goodstanding.contracts.tasks import SendOutcome
from goodstanding.core.mail.silence import silent_since
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.report_types import ReportType
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.conversations import ConversationStore
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.health import HealthStore
from goodstanding.ports.requests import RequestLedger
from local.arrivals import arrivals
from local.clock import Clock, RealClock, VirtualClock
from local.dossiers import OrdersTable
from local.outcome import MarketplaceOutcome, Message, Outcome, SellerOutcome
from local.schedules import Firing, firings
from local.seller_folder import SellerFolder
from local.sp_api.simulator import Simulator
from local.sp_api.tables import Visibility
from local.sp_api.transport import SpApiTransport
from local.stack import STACK_NAME, EmbeddedStack, Execution, Published

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"

_HEALTH = "AccountHealthStateMachine"
_REQUESTS = "FeedbackRequestsStateMachine"
_ESCALATION = "EscalationStateMachine"
_WATCH = "WatchMailboxesFunction"
_JUDGE = "JudgeHealthFunction"
_SEND = "SendRequestsFunction"
_RECORD_FAILURE = "RecordFailureFunction"
_REFUSED, _UNREACHABLE = SellerNotAuthorized.reason, SpApiUnavailable.reason
_SIMULATED = "https://sp-api.invalid"  # never resolved: the transport answers whatever the host

_EVER = Window(date.min, date.max)
_AT_ONCE, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

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
        course = _Course(stack, folders, step, may_leave_out=end is not None and sp_api is None)
        ended = course.run(planned, start, end or start, _places(folders) if end is None else None)
        outcome = _outcome(stack, folders, planned, ended, end or start)
        return replace(outcome, regions_cut_off=course.reach.cut_off)


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


class _Course:
    """The course of a run: what arrives and what fires, in the order of time."""

    def __init__(
        self, stack: EmbeddedStack, folders: Sequence[SellerFolder], step: Steps, *, may_leave_out: bool
    ) -> None:
        self._stack = stack
        self._folders = folders
        self._step = step
        self._waiting = deque(arrivals(folders))
        self._idle: Mapping[str, Callable[[datetime], bool]] = (
            {
                _REQUESTS: self._no_request_is_due,
                _ESCALATION: self._no_step_is_due,
                _WATCH: self._no_mailbox_is_silent,
            }
            if may_leave_out
            else {}
        )
        self._alerts = alert_ledger(stack)
        self._deadlines = deadline_store(stack)
        self._next_sweep: datetime | None = None
        self._requests = request_ledger(stack)
        self._conversations = conversation_store(stack)
        self.reach = Reach()
        stack.after_invoke.append(self.reach)
        self._next_request: datetime | None = None

    def run(self, planned: Sequence[Firing], start: datetime, end: datetime, places: int | None) -> Sequence[Execution]:
        """Fire what is planned; `places` tells that the run is one day, whose progress is counted by marketplaces."""
        ended: list[Execution] = []
        self._receive(start, start)
        with _counted_judgements(self._stack, self._step, places):
            for number, firing in enumerate(planned):
                if places is None:
                    self._step(number, len(planned), f"{firing.at:%Y-%m-%d %H:%M}")
                self._receive(firing.at, start)
                idle = self._idle.get(firing.schedule.target)
                if idle is None or not idle(firing.at):
                    self._stack.clock.travel(firing.at)
                    execution = self._stack.fire(firing)
                    ended += [execution] if execution else []
                    self._forget()
        self._receive(end, start)
        return ended

    def _receive(self, until: datetime, start: datetime) -> None:
        """Deliver what has come by now, each message at its own time."""
        while self._waiting and self._waiting[0].at <= until:
            arrival = self._waiting.popleft()
            self._stack.clock.travel(max(arrival.at, start))
            arrival.deliver(self._stack)
            self._forget()

    def _no_request_is_due(self, at: datetime) -> bool:
        """Nothing new is known of any order, and no request is due: looked at anew after all that may have changed it."""
        if self._next_request is None:
            self._next_request = min(map(self._something_to_do_at, self._folders), default=_NEVER)
        return self._next_request > at

    def _something_to_do_at(self, folder: SellerFolder) -> datetime:
        """When there is work for a seller's requests. Where they are switched off, what is due waits until its window is over."""
        if any(self._can_be_considered(folder.seller_id, marketplace) for marketplace in folder.marketplaces):
            return _AT_ONCE
        regions = {marketplace.region for marketplace in folder.marketplaces}
        waiting = [one for region in regions for one in self._requests.open_requests(folder.seller_id, region)]
        asks = folder.settings.requests.enabled
        return min((one.next_at if asks else one.closes_at for one in waiting), default=_NEVER)

    def _can_be_considered(self, seller_id: str, marketplace: Marketplace) -> bool:
        """News of an order that no report has told of waits for one."""
        news = self._requests.flagged(seller_id, marketplace)
        return any(self._requests.known(seller_id, marketplace, flagged.order_id)[0] for flagged in news)

    def _forget(self) -> None:
        """Something ran or arrived: what was found out about the next hours no longer holds."""
        self._next_sweep = None
        self._next_request = None

    def _no_step_is_due(self, at: datetime) -> bool:
        """No deadline has a step to take by then, and no alert was left over: looked at anew after all that may have changed it."""
        if self._next_sweep is None:
            left_over = self._alerts.sellers_with_unsent(1)
            self._next_sweep = _AT_ONCE if left_over else self._deadlines.next_step_at() or _NEVER
        return self._next_sweep > at

    def _no_mailbox_is_silent(self, at: datetime) -> bool:
        """Nothing to be told of any mailbox; canaries are off here, for want of an address."""
        return not any(
            silent_since(self._conversations.arrivals(folder.seller_id), at)
            for folder in self._folders
            if folder.mail is not None
        )


def alert_ledger(stack: EmbeddedStack) -> AlertLedger:
    """The stack's alerts as the product reads them."""
    return DynamoAlertLedger(stack.client("dynamodb"), stack.resource("HealthTable"), stack.clock)


def deadline_store(stack: EmbeddedStack) -> DeadlineStore:
    """The stack's clocks as the product reads them."""
    tables = (stack.resource("DeadlinesTable"), stack.resource("HealthTable"))
    return DynamoDeadlineStore(stack.client("dynamodb"), *tables)


def conversation_store(stack: EmbeddedStack) -> ConversationStore:
    """The stack's conversations as the product reads them."""
    return DynamoConversationStore(stack.client("dynamodb"), stack.resource("ConversationsTable"), stack.clock)


class Reach:
    """Whether Amazon lets itself be asked for requests, by seller and region, as the last batch of each found it."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], str] = {}

    def __call__(self, function: str, event: Any, result: Any) -> None:
        """Hear of an invocation that has ended."""
        place = (event.get("seller_id"), event.get("region"))
        if function == _SEND:
            if result["outcome"] == SendOutcome.REFUSED:
                self._codes[place] = _REFUSED
            elif result["answered"]:  # a batch that had nothing to ask has found out nothing
                self._codes[place] = ""
            elif result["unanswered"]:
                self._codes[place] = _UNREACHABLE
        elif function == _RECORD_FAILURE and place[1]:
            self._codes[place] = result["reason"]

    @property
    def cut_off(self) -> Sequence[tuple[str, str, str]]:
        """Seller, region and why, where the last batch did not get through."""
        return tuple((*place, code) for place, code in sorted(self._codes.items()) if code)


def request_ledger(stack: EmbeddedStack) -> RequestLedger:
    """The stack's requests as the product reads them."""
    return DynamoRequestLedger(stack.client("dynamodb"), stack.resource("OrdersTable"), stack.clock)


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
    requests = request_ledger(stack)
    clocks, conversations = deadline_store(stack), conversation_store(stack)
    orders = OrdersTable(stack.client("dynamodb"), stack.resource("OrdersTable"))
    judged_on = max((firing.at.date() for firing in planned if firing.schedule.target == _HEALTH), default=None)
    return Outcome(
        as_of=as_of,
        sellers=[
            SellerOutcome(
                folder.seller_id,
                folder.language,
                [
                    _place(health, requests, orders, folder.seller_id, marketplace, judged_on)
                    for marketplace in folder.marketplaces
                ],
                deadlines=tuple(clocks.all(folder.seller_id)),
                threads=tuple(stored.thread for stored in conversations.threads(folder.seller_id)),
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


def _place(
    health: HealthStore,
    requests: RequestLedger,
    orders: OrdersTable,
    seller_id: str,
    marketplace: Marketplace,
    judged_on: date | None,
) -> MarketplaceOutcome:
    known = health.sources(seller_id, marketplace)
    feedback = known.get(ReportType.FEEDBACK)
    return MarketplaceOutcome(
        marketplace=marketplace,
        account_status=health.state(seller_id, marketplace).account_status,
        sources=[known[report_type].source for report_type in ReportType if report_type in known],
        metrics=() if judged_on is None else health.metrics(seller_id, marketplace, judged_on),
        requests=tuple(requests.requests(seller_id, marketplace, _EVER)),
        orders=orders.dossiers(seller_id, marketplace.country, feedback.snapshot if feedback else None),
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
