"""The ledger record of one order's request: asked once, ever.

A record lives by the table `LIFE`: (state, event) → state. What is not in it leaves the state as it is, so that a repeated, late or
reordered event does no harm. SENT, ALREADY_ASKED, OPTED_OUT, NOT_ELIGIBLE and FAILED are ends; EXCLUDED and WINDOW_CLOSED are
taken back when the seller's rules or a later promise take the reason away, and a SENT that was only inferred (`answer_lost`) when
Amazon offers the request again on a later day.

SENDING means: a post to Amazon may have happened. It is written before the post and left only by an answer that says what became
of it, or by asking Amazon anew. Nothing is ever posted on the strength of "nothing came back".
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.window import RequestWindow


class RequestState(StrEnum):
    """Where a request stands; the words are the contract's."""

    PLANNED = "PLANNED"
    SENDING = "SENDING"
    SENT = "SENT"
    ALREADY_ASKED = "ALREADY_ASKED"
    OPTED_OUT = "OPTED_OUT"
    EXCLUDED = "EXCLUDED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    WINDOW_CLOSED = "WINDOW_CLOSED"
    FAILED = "FAILED"


class Reason(StrEnum):
    """Why a request is not asked, or is not asked yet: stable codes."""

    SELLER_LIST = "seller_list"
    BUYER_OPT_OUT = "buyer_opt_out"
    NON_AMAZON = "non_amazon"
    CANCELLED = "cancelled"
    REPLACEMENT = "replacement"
    EXCLUDED_SKU = "excluded_sku"
    EXCLUDED_ASIN = "excluded_asin"
    EXCLUDED_COUNTRY = "excluded_country"
    EXCLUDED_CHANNEL = "excluded_channel"
    TOO_LATE = "too_late"
    NOT_ASKED_IN_TIME = "not_asked_in_time"
    REQUESTS_DISABLED = "requests_disabled"
    OBSERVING = "observing"
    STOPPED = "stopped"
    DAILY_CAP = "daily_cap"
    NO_ACTION_OFFERED = "no_action_offered"
    OUTSIDE_AMAZON_WINDOW = "outside_amazon_window"
    NOT_AVAILABLE = "not_available"
    ORDER_NOT_FOUND = "order_not_found"
    REFUSED = "refused"
    THROTTLED = "throttled"
    UNAVAILABLE = "sp_api_unavailable"
    NOT_AUTHORIZED = "not_authorized"
    ANSWER_PENDING = "answer_pending"
    ANSWER_LOST = "answer_lost"


class RequestEvent(StrEnum):
    """What happens to a request."""

    PLAN = "plan"  # it may be asked, inside its window
    EXCLUDE = "exclude"  # a neutral rule leaves it out
    OPT_OUT = "opt_out"  # the buyer, or the seller's list, wants no request
    CLOSE = "close"  # its window is over
    POST = "post"  # Amazon is about to be asked to send it
    ACCEPT = "accept"  # Amazon accepted it
    LOSE = "lose"  # Amazon no longer offers it after a post whose answer was lost: it was sent
    DENY = "deny"  # Amazon offers it again, on another day than the one on which it counted as sent: it was not
    RELEASE = "release"  # Amazon certainly did not send it; another day, perhaps
    DECLINE = "decline"  # Amazon does not offer it, on evidence
    FORESTALL = "forestall"  # Amazon says twice that it is not available: somebody else asked
    FAIL = "fail"  # Amazon does not know it, or calls it wrong, twice


_S, _E = RequestState, RequestEvent

LIFE: dict[tuple[RequestState | None, RequestEvent], RequestState] = {
    (None, _E.PLAN): _S.PLANNED,
    (None, _E.EXCLUDE): _S.EXCLUDED,
    (None, _E.OPT_OUT): _S.OPTED_OUT,
    (None, _E.CLOSE): _S.WINDOW_CLOSED,
    (_S.PLANNED, _E.EXCLUDE): _S.EXCLUDED,
    (_S.PLANNED, _E.OPT_OUT): _S.OPTED_OUT,
    (_S.PLANNED, _E.CLOSE): _S.WINDOW_CLOSED,
    (_S.PLANNED, _E.POST): _S.SENDING,
    (_S.PLANNED, _E.DECLINE): _S.NOT_ELIGIBLE,
    (_S.PLANNED, _E.FORESTALL): _S.ALREADY_ASKED,
    (_S.PLANNED, _E.FAIL): _S.FAILED,
    (_S.SENDING, _E.ACCEPT): _S.SENT,
    (_S.SENDING, _E.LOSE): _S.SENT,
    (_S.SENDING, _E.RELEASE): _S.PLANNED,
    (_S.SENDING, _E.FORESTALL): _S.ALREADY_ASKED,
    (_S.SENDING, _E.FAIL): _S.FAILED,
    (_S.SENT, _E.DENY): _S.PLANNED,
    (_S.EXCLUDED, _E.PLAN): _S.PLANNED,
    (_S.EXCLUDED, _E.OPT_OUT): _S.OPTED_OUT,
    (_S.EXCLUDED, _E.CLOSE): _S.WINDOW_CLOSED,
    (_S.WINDOW_CLOSED, _E.PLAN): _S.PLANNED,
    (_S.WINDOW_CLOSED, _E.EXCLUDE): _S.EXCLUDED,
    (_S.WINDOW_CLOSED, _E.OPT_OUT): _S.OPTED_OUT,
}

BY_RULES = frozenset({RequestState.PLANNED, RequestState.EXCLUDED, RequestState.WINDOW_CLOSED})
"""What follows the seller's rules, also when they change later."""

OPEN = frozenset({RequestState.PLANNED, RequestState.SENDING})
"""What still needs work."""


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One order's request. `state` is None before it is written for the first time.

    `reason`: why it is where it is; of a PLANNED one, why it was put off last. `attempts` counts posts. `next_at` is when it is
    due again, None when it is done. `empty_reads` and `first_empty_at` are the evidence that Amazon does not offer it, `refusals`
    the evidence of the last refusal's `reason`. `posted_at` is the last post's time, `lost_at` an earlier one's that Amazon seemed
    not to know of when asked. `revision` guards against writers in between.
    """

    order_id: str
    window: RequestWindow
    estimated_by: EstimateSource
    state: RequestState | None = None
    reason: Reason | None = None
    attempts: int = 0
    empty_reads: int = 0
    first_empty_at: datetime | None = None
    refusals: int = 0
    refused_for: Reason | None = None
    posted_at: datetime | None = None
    lost_at: datetime | None = None
    sent_at: datetime | None = None
    next_at: datetime | None = None
    revision: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it still needs work."""
        return self.state in OPEN

    @property
    def shown_reason(self) -> Reason | None:
        """The reason as it is told outside: a planned request needs none."""
        return None if self.state is RequestState.PLANNED else self.reason


def after(state: RequestState | None, event: RequestEvent) -> RequestState | None:
    """The state that an event leads to."""
    return LIFE.get((state, event), state)
