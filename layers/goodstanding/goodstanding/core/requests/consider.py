"""Whether an order is asked about at all. Neutral rules only.

A rule that looked at refunds, lateness, complaints or ratings would choose whom to ask by mood, which Amazon calls review
manipulation; none can be written here, because this module is given none of these facts.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import Fulfillment, OrderFacts, OrderStatus, PromiseFact, ShipmentFact
from goodstanding.core.requests.delivery import DeliveryEstimate, estimate
from goodstanding.core.requests.record import Reason, RequestEvent
from goodstanding.core.requests.window import RequestWindow, Timing, request_window


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a seller wants: whether, when and how many a day; orders left out by neutral rules or by its own list."""

    enabled: bool = True
    delay_days: int = 7
    send_hour: int = 10
    daily_cap: int | None = None
    skus: frozenset[str] = frozenset()
    asins: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    channels: frozenset[Fulfillment] = frozenset()
    opt_outs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AskingRules:
    """The seller's wishes inside Amazon's window, as the policy of the day has it."""

    wishes: Wishes
    opens_after: timedelta
    closes_after: timedelta

    @property
    def timing(self) -> Timing:
        """The part that windows are made of."""
        return Timing(self.opens_after, self.closes_after, self.wishes.delay_days, self.wishes.send_hour)

    @property
    def mark(self) -> str:
        """Another one for other rules about an order. Whether and how many are sent at all says nothing of an order."""
        wishes = replace(self.wishes, enabled=True, daily_cap=None)
        told = [
            sorted(value) if isinstance(value, frozenset) else str(value)
            for value in (*astuple(wishes), self.opens_after, self.closes_after)
        ]
        return sha256(repr(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """What is known of an order for this purpose; `opted_out` is the buyer's word."""

    order: OrderFacts
    shipments: tuple[ShipmentFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    opted_out: bool = False

    @property
    def status(self) -> OrderStatus:
        """As whoever spoke last says: the report's row, or a newer notification or answer.

        Only a cancellation comes after the row's "shipped": parcels do not come back from there, notifications come late.
        """
        said = [(self.order.last_updated_at, self.order.status)]
        said += [(one.said_at, one.status) for one in self.promises if one.status is not None]
        newest = max(said, key=lambda each: each[0])[1]
        if self.order.status is OrderStatus.SHIPPED and newest is not OrderStatus.CANCELLED:
            return OrderStatus.SHIPPED
        return newest


@dataclass(frozen=True, slots=True)
class Considered:
    """What is to happen to the order's request, and its window in any case."""

    event: RequestEvent
    reason: Reason | None
    window: RequestWindow
    estimate: DeliveryEstimate


def held_by(wishes: Wishes, *, observe: bool, stopped: bool) -> Reason | None:
    """Why nothing may be sent at all, whatever is due; None: it may. `stopped` is the stop switch, `observe` the mode."""
    if not wishes.enabled:
        return Reason.REQUESTS_DISABLED
    if observe:
        return Reason.OBSERVING
    return Reason.STOPPED if stopped else None


type _Rule = tuple[Callable[[KnownOrder, AskingRules], object], RequestEvent, Reason]

_RULES: tuple[_Rule, ...] = (
    (lambda known, rules: known.order.order_id in rules.wishes.opt_outs, RequestEvent.OPT_OUT, Reason.SELLER_LIST),
    (lambda known, _: known.opted_out, RequestEvent.OPT_OUT, Reason.BUYER_OPT_OUT),
    (lambda known, _: not known.order.is_amazon, RequestEvent.EXCLUDE, Reason.NON_AMAZON),
    (lambda known, _: known.status is OrderStatus.CANCELLED, RequestEvent.EXCLUDE, Reason.CANCELLED),
    (
        lambda known, _: known.order.is_replacement or any(one.is_replacement for one in known.promises),
        RequestEvent.EXCLUDE,
        Reason.REPLACEMENT,
    ),
    (lambda known, rules: known.order.skus & rules.wishes.skus, RequestEvent.EXCLUDE, Reason.EXCLUDED_SKU),
    (lambda known, rules: known.order.asins & rules.wishes.asins, RequestEvent.EXCLUDE, Reason.EXCLUDED_ASIN),
    (
        lambda known, rules: known.order.ship_country.upper() in rules.wishes.countries,
        RequestEvent.EXCLUDE,
        Reason.EXCLUDED_COUNTRY,
    ),
    (
        lambda known, rules: known.order.fulfillment in rules.wishes.channels,
        RequestEvent.EXCLUDE,
        Reason.EXCLUDED_CHANNEL,
    ),
)
"""The first that applies decides."""


def consider(known: KnownOrder, rules: AskingRules, marketplace: Marketplace, now: datetime) -> Considered | None:
    """What is to happen to an order's request at `now`; None for an order that is not (or was never) shipped."""
    if known.status is not OrderStatus.SHIPPED and known.status is not OrderStatus.CANCELLED:
        return None
    guess = estimate(known.order, known.shipments, known.promises)
    window = request_window(guess, rules.timing, marketplace)
    for applies, event, reason in _RULES:
        if applies(known, rules):
            return Considered(event, reason, window, guess)
    if now >= window.closes_at:
        return Considered(RequestEvent.CLOSE, Reason.TOO_LATE, window, guess)
    return Considered(RequestEvent.PLAN, None, window, guess)
