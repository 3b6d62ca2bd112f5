"""One hourly run with a backlog of feedback requests, counted: `python -m benchmarks.requests_once SELLERS ORDERS` prints JSON.

Each seller has that many orders in Germany, all of them due. Nothing is measured in real time but the run itself: pacing, waiting and
so the seconds that Lambda is paid for pass in virtual time.
"""

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.dynamodb_units import Meter, Shape
from benchmarks.running_costs_once import stored
from goodstanding.adapters.dynamodb.orders import DynamoOrderStore
from goodstanding.core.marketplaces import by_country
from goodstanding.core.orders import Fulfillment, OrderFacts, OrderStatus
from local.clock import VirtualClock
from local.runner import enrol
from local.schedules import Firing
from local.seller_folder import SellerFolder, load
from local.sp_api.limits import PLANS, Operation
from local.sp_api.simulator import Call, Simulator
from local.sp_api.tables import Visibility
from local.sp_api.transport import SpApiTransport
from local.stack import EmbeddedStack
from tools import sam_template

_AT = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)  # five past ten in Berlin: from here to midnight 50,000 can be asked
_BOUGHT = _AT - timedelta(days=30)  # thought to have arrived 16 days ago
_COLUMNS = (
    "amazon-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
)
_MACHINE = "FeedbackRequestsStateMachine"
_STORE = by_country("DE")
_SOLICITATIONS = (Operation.GET_SOLICITATION_ACTIONS, Operation.CREATE_SOLICITATION)


def measure(sellers: int, orders: int) -> dict[str, Any]:
    """What the run took."""
    with tempfile.TemporaryDirectory() as path:
        folders = [_folder(Path(path), number, orders) for number in range(sellers)]
        clock = VirtualClock(_AT)
        simulator = Simulator(folders, clock, visibility=Visibility.SNAPSHOT)
        parameters = {"SpApiEndpoint": "https://sp-api.invalid"}
        with EmbeddedStack(sam_template.TEMPLATE, parameters, clock, SpApiTransport(simulator)) as stack:
            facts = DynamoOrderStore(stack.client("dynamodb"), stack.resource("OrdersTable"))
            for folder in folders:
                enrol(stack, folder)
                facts.put_orders(folder.seller_id, _STORE, map(_facts, _order_ids(orders)))
            return _run(stack, simulator, [folder.seller_id for folder in folders])


def _order_ids(orders: int) -> Iterator[str]:
    return (f"302-{number:07}-{number % 97:07}" for number in range(orders))


def _folder(path: Path, number: int, orders: int) -> SellerFolder:
    seller_id = f"A2BENCH{number:07}"
    folder = path / seller_id
    (folder / _STORE.country).mkdir(parents=True)
    (folder / "seller.yaml").write_text(f"seller_id: {seller_id}\nmarketplaces: [{_STORE.country}]\n", encoding="utf-8")
    bought = _BOUGHT.isoformat()
    rows = (f"{order_id}\t{bought}\t{bought}\tShipped\tMerchant\t{_STORE.domain}" for order_id in _order_ids(orders))
    (folder / _STORE.country / "orders.txt").write_text("\n".join(("\t".join(_COLUMNS), *rows, "")), encoding="utf-8")
    return load(folder)


def _facts(order_id: str) -> OrderFacts:
    return OrderFacts(
        order_id=order_id,
        purchased_at=_BOUGHT,
        last_updated_at=_BOUGHT,
        status=OrderStatus.SHIPPED,
        fulfillment=Fulfillment.MFN,
        sales_channel=_STORE.domain,
        ship_country=_STORE.country,
        skus=frozenset({"MUG"}),
        asins=frozenset({"B0MUG00000"}),
    )


def _run(stack: EmbeddedStack, simulator: Simulator, sellers: Sequence[str]) -> dict[str, Any]:
    tables = sam_template.resources(sam_template.load(), "AWS::DynamoDB::Table")
    meter = Meter({stack.resource(name): Shape.of(each) for name, each in tables.items()}, stored)
    seconds: dict[str, float] = {}
    stack.trace.clear()
    (schedule,) = (each for each in stack.schedules if each.target == _MACHINE)
    lines, began = len(stack.logs), process_time()
    with meter.watching(), _billed(stack, seconds):
        execution = stack.start(_MACHINE, Firing(_AT, schedule).input)
    assert execution.status == "SUCCEEDED", execution.cause
    return {
        "sellers": len(sellers),
        "sent": sum(len(simulator.solicited(seller)) for seller in sellers),
        "throttled": sum(call.status == 429 for call in simulator.calls),
        "virtual_seconds": (stack.clock.now() - _AT).total_seconds(),
        "processor_seconds": process_time() - began,
        "share_of_rate": min(_share(_posts(simulator.calls, seller)) for seller in sellers),
        "transitions": stack.trace.transitions,
        "invocations": dict(sorted(stack.trace.invocations.items())),
        "function_seconds": dict(sorted(seconds.items())),
        "api_calls": dict(sorted(stack.trace.api_calls.items())),
        "sp_api_calls": dict(sorted(Counter(call.operation.value for call in simulator.calls).items())),
        "write_units": {"all": sum(meter.writes.values())},
        "read_units": {"all": sum(meter.reads.values())},
        "messages": len(stack.published),
        "log_bytes": sum(len(line.text.encode()) + 1 for line in stack.logs[lines:]),
    }


def _posts(calls: Sequence[Call], seller: str) -> Sequence[datetime]:
    return [call.at for call in calls if call.seller == seller and call.operation is Operation.CREATE_SOLICITATION]


def _share(at: Sequence[datetime]) -> float:
    """Of the posts that Amazon's bucket allows from the first to the last, counting the burst: how many were made."""
    plan = PLANS[Operation.CREATE_SOLICITATION]
    return len(at) / (plan.burst + float(plan.rate) * (at[-1] - at[0]).total_seconds())


@contextmanager
def _billed(stack: EmbeddedStack, seconds: dict[str, float]) -> Iterator[None]:
    """Within, each function's seconds are added up: of virtual time, that is of pacing, and of the handler's work here."""
    begun: dict[int, tuple[datetime, float]] = {}
    totals: defaultdict[str, float] = defaultdict(float)

    def before(_: str, event: Mapping[str, Any]) -> None:
        begun[id(event)] = (stack.clock.now(), process_time())

    def after(function: str, event: Mapping[str, Any], _: object) -> None:
        since, worked = begun.pop(id(event))
        slept = (stack.clock.now() - since).total_seconds()
        totals[function] += slept or process_time() - worked

    stack.before_invoke.append(before)
    stack.after_invoke.append(after)
    yield
    seconds.update(totals)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
