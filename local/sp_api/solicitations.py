"""The Solicitations API v1, as Amazon runs it: it alone decides whether a buyer may be asked, and a buyer is asked once.

A buyer may be asked about a shipped order from 5 days after the earliest to 30 days after the latest estimated delivery. Where the
folder does not know these dates, being shipped is enough. Which day Amazon looks at is not documented; here it is the estimate, to
the second, both ends included.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from local.sp_api.authorization import access_denied
from local.sp_api.faults import FaultKind
from local.sp_api.order_book import OrderBook, SoldOrder
from local.sp_api.wire import Answer, Refused, Request, as_json, missing_parameter

ACTION = "productReviewAndSellerFeedback"
OPENS_AFTER = timedelta(days=5)
CLOSES_AFTER = timedelta(days=30)
_HAL = "application/hal+json"


class Verdict(Enum):
    """Whether a buyer who was not asked yet may be asked about an order."""

    OFFERED = "may be asked"
    UNAVAILABLE = "may not be asked"
    OUT_OF_RANGE = "may not be asked so long before or after delivery"


type Eligibility = Callable[[SoldOrder, datetime], Verdict]


def amazons_window(order: SoldOrder, now: datetime) -> Verdict:
    """What Amazon demands of an order."""
    if order.status != "SHIPPED":
        return Verdict.UNAVAILABLE
    known = [at for at in (order.delivery.earliest, order.delivery.latest) if at] if order.delivery else []
    if known and not known[0] + OPENS_AFTER <= now <= known[-1] + CLOSES_AFTER:
        return Verdict.OUT_OF_RANGE
    return Verdict.OFFERED


def not_available() -> Refused:
    """Asked already, cancelled, opted out: Amazon does not say which."""
    return Refused(403, "Unauthorized", "The requested solicitation is not available for this amazonOrderId.")


def out_of_range() -> Refused:
    """Too early or too late; Amazon writes a typographic apostrophe."""
    return Refused(
        403,
        "Unauthorized",
        "You can\u2019t use this feature to request a review outside the 5-30 day range after the order delivery date.",
    )


@dataclass(slots=True)
class Post:
    """A POST about an order that reached Amazon, whatever became of it and of its answer; whether it was accepted."""

    at: datetime
    accepted: bool = False


class SolicitationDesk:
    """One seller's orders, who was asked and who wants no such mail."""

    def __init__(self, book: OrderBook, eligible: Eligibility) -> None:
        self.posts: dict[str, list[Post]] = {}
        self._book = book
        self._eligible = eligible
        self._asked: dict[str, datetime] = {}
        self._opted_out: set[str] = set()

    @property
    def asked(self) -> Mapping[str, datetime]:
        """The orders whose buyers were asked, by whichever way, and when."""
        return self._asked

    def note_post(self, order_id: str, now: datetime) -> None:
        """Remember a POST that has arrived."""
        self.posts.setdefault(order_id, []).append(Post(now))

    def befall(self, order_id: str, kind: FaultKind, now: datetime) -> None:
        """Let something become of an order, for ever."""
        if kind is FaultKind.BUYER_OPTED_OUT:
            self._opted_out.add(order_id)
        else:
            self._asked.setdefault(order_id, now)

    def actions(self, order_id: str, request: Request, now: datetime, mood: FaultKind | None = None) -> Answer:
        """GET: what may be sent for the order now; `mood` is a fault that strikes the actions. Raises Refused."""
        order = self._order(order_id, request, now)
        href = f"/solicitations/v1/orders/{order_id}"
        place = f"?marketplaceIds={order.marketplace.marketplace_id}"
        link = {"href": f"{href}/solicitations/{ACTION}{place}", "name": ACTION}
        schema = {"href": f"{href}/solicitations/{ACTION}/schema{place}", "name": ACTION}
        action = {
            "_links": {"self": link, "schema": schema},
            "_embedded": {"schema": {"_links": {"self": schema}, "payload": {}}},
            "payload": {"name": ACTION},
        }
        offered = mood is None and self._verdict(order, now) is Verdict.OFFERED
        shown = {
            "_links": {"self": {"href": href + place}, "actions": [link] if offered else []},
            "_embedded": {"actions": [action] if offered else []},
        }
        for left_out in _LEFT_OUT.get(mood, ()):
            del shown[left_out]
        return as_json(200, shown, _HAL)

    def create(self, order_id: str, request: Request, now: datetime) -> Answer:
        """POST, once it was noted: ask the buyer. Raises Refused."""
        verdict = self._verdict(self._order(order_id, request, now), now)
        if verdict is Verdict.OUT_OF_RANGE:
            raise out_of_range()
        if verdict is Verdict.UNAVAILABLE:
            raise not_available()
        self._asked[order_id] = now
        self.posts[order_id][-1].accepted = True
        return as_json(201, {}, _HAL)

    def _verdict(self, order: SoldOrder, now: datetime) -> Verdict:
        if order.order_id in self._asked or order.order_id in self._opted_out:
            return Verdict.UNAVAILABLE
        return self._eligible(order, now)

    def _order(self, order_id: str, request: Request, now: datetime) -> SoldOrder:
        ids = request.values("marketplaceIds")
        if len(ids) != 1:
            raise missing_parameter("marketplaceIds")
        marketplace = self._book.marketplaces.get(ids[0])
        if marketplace is None:
            raise access_denied()
        order = self._book.find(order_id, now, marketplace)
        if order is None:
            raise Refused(404, "NotFound", f"The amazonOrderId {order_id} was not found in this marketplace.")
        return order


_LEFT_OUT: dict[FaultKind | None, tuple[str, ...]] = {
    FaultKind.ACTIONS_EMPTY_NOT_EMBEDDED: ("_embedded",),
    FaultKind.LINKS_MISSING: ("_links", "_embedded"),
}
"""What an answer lacks besides actions."""
