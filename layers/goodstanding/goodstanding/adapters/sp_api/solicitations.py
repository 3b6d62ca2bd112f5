"""The Solicitations API: status and code are useless (three meanings share one 403), so the text of a refusal is read.

The texts are Amazon's, told apart by the few words that have never changed; one of them was once served as broken JSON, so the
raw body is searched. What is in none of them is an outage or a refused seller, as everywhere.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import httpx
from sp_api.api import Solicitations

from goodstanding.adapters.sp_api.client import Connection, call
from goodstanding.adapters.sp_api.transport import judge_answer
from goodstanding.contracts.errors import SpApiUnavailable
from goodstanding.contracts.sp_api import AnyAnswer, SolicitationActions
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.rate_limits import CREATE_SOLICITATION, GET_SOLICITATION_ACTIONS
from goodstanding.core.requests.decide import Answer

_ACTION = "productReviewAndSellerFeedback"
_FORBIDDEN = 403
_NOT_FOUND = 404
_SELLER_OR_RATE = frozenset({401, 403, 429})  # what says nothing of the order
_REFUSALS = (
    ("5-30 day", Answer.OUTSIDE_WINDOW),
    ("solicitation is not available", Answer.NOT_AVAILABLE),
)
_OPERATIONS = {"GET": GET_SOLICITATION_ACTIONS.operation, "POST": CREATE_SOLICITATION.operation}


class _Refusal(Exception):
    """Amazon refuses this one order."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


class SpApiSolicitations:
    """One seller's solicitations in one region."""

    def __init__(self, connection: Connection) -> None:
        self._client: Solicitations = connection.client(Solicitations, self._judge)
        self._limits: dict[str, Decimal] = {}
        self._status = 0

    def look(self, order_id: str, marketplace: Marketplace) -> Answer:
        """Whether a request may be sent for the order now. An answer without its links is an outage, not "not eligible"."""

        def ask() -> Answer:
            actions = call(
                SolicitationActions,
                lambda: self._client.get_solicitation_actions_for_order(
                    order_id, marketplaceIds=[marketplace.marketplace_id]
                ),
            )
            names = {action.name for action in actions.links.actions}
            return Answer.OFFERED if _ACTION in names else Answer.NOT_OFFERED

        return _answered(ask)

    def post(self, order_id: str, marketplace: Marketplace) -> Answer:
        """Have the buyer asked. SpApiUnavailable: it may have been done."""
        self._status = 0

        def ask() -> Answer:
            try:
                call(
                    AnyAnswer,
                    lambda: self._client.create_product_review_and_seller_feedback_solicitation(
                        order_id, marketplaceIds=[marketplace.marketplace_id]
                    ),
                )
            except SpApiUnavailable:
                if not httpx.codes.is_success(self._status):
                    raise  # whatever its body is worth, a 201 says that it was done
            return Answer.ACCEPTED

        return _answered(ask)

    def limit(self, operation: str) -> Decimal | None:
        """The rate that Amazon named last for an operation."""
        return self._limits.get(operation)

    def _judge(self, response: httpx.Response) -> None:
        self._status = response.status_code
        limit = _decimal(response.headers.get("x-amzn-RateLimit-Limit", ""))
        if limit is not None:
            self._limits[_OPERATIONS[response.request.method]] = limit
        if httpx.codes.is_client_error(response.status_code):
            response.read()
            refusal = _refusal(response.status_code, response.text)
            if refusal is not None:
                raise _Refusal(refusal)
        judge_answer(response)


def _refusal(status: int, body: str) -> Answer | None:
    """What Amazon refuses this order for; None: the answer is about the seller or the rate. Raises SpApiUnavailable on a gateway's page."""
    if status == _FORBIDDEN:
        return next((answer for words, answer in _REFUSALS if words in body), None)
    if status in _SELLER_OR_RATE:
        return None
    if body.strip() and "errors" not in body:
        raise SpApiUnavailable(f"HTTP {status}")
    return Answer.NOT_FOUND if status == _NOT_FOUND else Answer.REFUSED


def _answered(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except _Refusal as refusal:
        return refusal.answer


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None
