"""Every fault of Amazon's in every place of an hourly run, as scenes: those of single orders, and those of whole sellers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from goodstanding.core.requests.record import Reason, RequestState
from local.sp_api.faults import ALWAYS, Fault, FaultKind
from local.sp_api.limits import Operation
from tests.local.sp_api_world import many_orders, tsv
from tests.statemachines.scenes import GOOD, LOOK, POST, Scene
from tests.statemachines.world import DAY, HOUR, START, World, requests_of

FIRST_HOUR = START + 4 * HOUR + timedelta(minutes=5)
DELIVERED = START - 20 * DAY
CLOSES = DELIVERED + 30 * DAY
"""Without a promise an order is thought to arrive fourteen days after it was bought; requests are accepted for thirty days more."""

SENT, ALREADY_ASKED, NOT_ELIGIBLE = RequestState.SENT, RequestState.ALREADY_ASKED, RequestState.NOT_ELIGIBLE
FAILED, CLOSED = RequestState.FAILED, RequestState.WINDOW_CLOSED


def orders(count: int, delivered: datetime = DELIVERED) -> list[dict[str, str]]:
    """Orders of which nothing but the purchase is known."""
    bought = (delivered - 14 * DAY).isoformat()
    return many_orders(count, bought, bought=bought)


def _until_all_is_over(here: World) -> None:
    """The hours in which something is due, one after the other."""
    here.day()
    at, due = FIRST_HOUR, [FIRST_HOUR]
    while due:
        here.hour(at)
        records = requests_of(here, GOOD, "DE").values()
        due = [record.next_at for record in records if record.next_at is not None]
        at += max(1, -((at - min(due, default=at)) // HOUR)) * HOUR


# ---- faults of single orders --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A fault that befalls one order, once or whenever it is spoken of, and what becomes of the order's request."""

    kind: FaultKind
    operation: Operation
    state: RequestState
    reason: Reason | None
    posts: int
    times: int = 1

    def __str__(self) -> str:
        """As the test is called."""
        return f"{self.kind}-{self.operation}-{'once' if self.times == 1 else 'always'}"


_K, _R = FaultKind, Reason
PASSING = (
    _K.THROTTLE_429, _K.THROTTLE_HTML, _K.SERVER_500_EMPTY, _K.UNAVAILABLE_503_HTML, _K.UNAVAILABLE_503_EMPTY,
    _K.BAD_GATEWAY_502_HTML, _K.CONNECTION_RESET, _K.TIMEOUT, _K.NOT_FOUND_404, _K.INVALID_INPUT_400, _K.SOLICITATION_UNAVAILABLE,
    _K.SOLICITATION_OUT_OF_RANGE, _K.SOLICITATION_OUT_OF_RANGE_BROKEN, _K.FORBIDDEN_MESSAGE, _K.FORBIDDEN_403_HTML,
)  # fmt: skip
"""Nothing was done: the order is asked about again, in a minute or on another day."""

CASES = [
    *(Case(kind, LOOK, SENT, None, posts=1) for kind in PASSING),
    *(Case(kind, POST, SENT, None, posts=2) for kind in PASSING),
    *(
        Case(kind, LOOK, SENT, None, posts=1)
        for kind in (
            _K.INVALID_JSON, _K.EMPTY_BODY, _K.LINKS_MISSING, _K.ACTIONS_EMPTY, _K.ACTIONS_EMPTY_NOT_EMBEDDED, _K.ANSWER_LOST,
            _K.SERVER_500_AFTERWARDS,
        )
    ),
    # Accepted, whatever the answer looked like.
    Case(_K.INVALID_JSON, POST, SENT, None, posts=1),
    Case(_K.EMPTY_BODY, POST, SENT, None, posts=1),
    Case(_K.ANSWER_LOST, POST, SENT, _R.ANSWER_LOST, posts=1),
    Case(_K.ANSWER_TIMED_OUT, POST, SENT, _R.ANSWER_LOST, posts=1),
    Case(_K.SERVER_500_AFTERWARDS, POST, SENT, _R.ANSWER_LOST, posts=1),
    Case(_K.UNAVAILABLE_503_AFTERWARDS, POST, SENT, _R.ANSWER_LOST, posts=1),
    # Believed when it comes again on another day.
    Case(_K.SOLICITATION_UNAVAILABLE, LOOK, ALREADY_ASKED, _R.NOT_AVAILABLE, 0, ALWAYS),
    Case(_K.SOLICITATION_UNAVAILABLE, POST, ALREADY_ASKED, _R.NOT_AVAILABLE, 2, ALWAYS),
    Case(_K.ASKED_IN_SELLER_CENTRAL, POST, ALREADY_ASKED, _R.NOT_AVAILABLE, 1),
    Case(_K.BUYER_OPTED_OUT, POST, ALREADY_ASKED, _R.NOT_AVAILABLE, 1),
    Case(_K.NOT_FOUND_404, LOOK, FAILED, _R.ORDER_NOT_FOUND, 0, ALWAYS),
    Case(_K.NOT_FOUND_404, POST, FAILED, _R.ORDER_NOT_FOUND, 2, ALWAYS),
    Case(_K.INVALID_INPUT_400, LOOK, FAILED, _R.REFUSED, 0, ALWAYS),
    Case(_K.INVALID_INPUT_400, POST, FAILED, _R.REFUSED, 2, ALWAYS),
    # Never believed before the window's end.
    Case(_K.ASKED_IN_SELLER_CENTRAL, LOOK, NOT_ELIGIBLE, _R.NO_ACTION_OFFERED, 0),
    Case(_K.BUYER_OPTED_OUT, LOOK, NOT_ELIGIBLE, _R.NO_ACTION_OFFERED, 0),
    Case(_K.ACTIONS_EMPTY, LOOK, NOT_ELIGIBLE, _R.NO_ACTION_OFFERED, 0, ALWAYS),
    Case(_K.ACTIONS_EMPTY_NOT_EMBEDDED, LOOK, NOT_ELIGIBLE, _R.NO_ACTION_OFFERED, 0, ALWAYS),
    Case(_K.SOLICITATION_OUT_OF_RANGE, LOOK, CLOSED, _R.OUTSIDE_AMAZON_WINDOW, 0, ALWAYS),
]  # fmt: skip


AMONG = 3
"""Of so many orders one has no fault."""


def order_of(number: int) -> str:
    """The order that a case befalls."""
    return orders(number + number // (AMONG - 1) + 2)[-1]["amazon-order-id"]


# ---- troubles of whole sellers ------------------------------------------------------------------------------------------------

HEALTHY, UNSEEN, UNHEARD, REVOKED, DOWN, BEHIND, DRY = (f"A2EXAMPLE0001{number}" for number in range(7))
REFUSED = (UNSEEN, UNHEARD, REVOKED)
"""Sellers to whom Amazon refuses looking, posting, and their very authorisation."""

CUT_OFF = (DOWN, BEHIND)
"""Sellers whose region is down, or behind a gateway that says Forbidden: nothing of that is Amazon's word about the seller."""

MENDED = START + DAY
RAIN = START + 2 * DAY
FEW, MANY = 3, 20
HOURS_OF_THE_FIRST_DAY = 2


def _some_days(here: World) -> None:
    """Two hours of each of four days: an order that was looked at late in an hour is due in the next hour of the next day."""
    here.day()
    for hour in range(HOURS_OF_THE_FIRST_DAY):
        here.hour(FIRST_HOUR + hour * HOUR)
    for day in (1, 2, 3):
        here.hour(FIRST_HOUR + day * DAY)
        here.hour(FIRST_HOUR + day * DAY + HOUR)


def _sellers() -> Mapping[str, Mapping[str, str]]:
    """All have a few orders, but for one who has many, and a few more whose windows end before the rain comes."""
    few = {"DE/orders.txt": tsv(orders(FEW))}
    dry = [*orders(MANY), *orders(MANY + FEW, RAIN - 30 * DAY - HOUR)[MANY:]]
    return dict.fromkeys((HEALTHY, *REFUSED, *CUT_OFF), few) | {DRY: {"DE/orders.txt": tsv(dry)}}


def _trouble(kind: FaultKind, operation: Operation | None, seller: str, until: datetime) -> Fault:
    return Fault(kind, operation, seller=seller, since=START + HOUR, until=until, times=ALWAYS)


FAULT_SCENES = {
    "faults of orders": Scene(
        {GOOD: {"DE/orders.txt": tsv(orders(len(CASES) + len(CASES) // (AMONG - 1) + 1))}},
        faults=[
            Fault(case.kind, case.operation, order_id=order_of(number), times=case.times)
            for number, case in enumerate(CASES)
        ],
        play=_until_all_is_over,
    ),
    "troubles of sellers": Scene(
        _sellers(),
        faults=[
            _trouble(_K.ACCESS_DENIED, LOOK, UNSEEN, MENDED),
            _trouble(_K.ACCESS_DENIED, POST, UNHEARD, MENDED),
            _trouble(_K.INVALID_GRANT, None, REVOKED, MENDED),
            *(
                _trouble(kind, operation, seller, MENDED)
                for seller, kind in ((DOWN, _K.UNAVAILABLE_503_EMPTY), (BEHIND, _K.FORBIDDEN_MESSAGE))
                for operation in (LOOK, POST, Operation.SEARCH_ORDERS)
            ),
            _trouble(_K.ACTIONS_EMPTY, LOOK, DRY, RAIN),
        ],
        play=_some_days,
    ),
}
