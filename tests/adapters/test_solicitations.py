"""Solicitations and the Orders API through the fenced client: what each answer means, whatever it looks like."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from goodstanding.adapters.sp_api.client import Connection
from goodstanding.adapters.sp_api.orders import SpApiOrders
from goodstanding.adapters.sp_api.solicitations import SpApiSolicitations
from goodstanding.contracts.errors import SellerNotAuthorized, SpApiRefused, SpApiThrottled, SpApiUnavailable
from goodstanding.contracts.sp_api import Credentials
from goodstanding.core.marketplaces import Region, by_country
from goodstanding.core.orders import OrderStatus, PromiseFact, PromiseSource
from goodstanding.core.rate_limits import CREATE_SOLICITATION, GET_SOLICITATION_ACTIONS
from goodstanding.core.requests.decide import Answer
from tests.local import sp_api_world as world

DE, FR = by_country("DE"), by_country("FR")
ORDER = "302-0000000-0000001"
NOT_AVAILABLE = "The requested solicitation is not available for this amazonOrderId."
OUTSIDE = (
    "You can\u2019t use this feature to request a review outside the 5-30 day range after the order delivery date."
)
DENIED = "Access to requested resource is denied."
OFFER = {"name": "productReviewAndSellerFeedback", "href": "/solicitations/v1/orders/x"}
OTHER = {"name": "somethingNew", "href": "/solicitations/v1/orders/x"}

type Reply = Callable[[httpx.Request], httpx.Response]


def errors(message: str, code: str = "Unauthorized") -> dict[str, Any]:
    """An error body of SP-API's."""
    return {"errors": [{"code": code, "message": message, "details": ""}]}


def answer(status: int, body: Any = None, **headers: str) -> Reply:
    """An answer with a JSON body, or a raw one."""
    if isinstance(body, str):
        return lambda _: httpx.Response(status, text=body, headers=headers)
    return lambda _: httpx.Response(status, json=body, headers=headers)


def raising(error: type[httpx.TransportError]) -> Reply:
    """No answer at all."""

    def reply(request: httpx.Request) -> httpx.Response:
        raise error("gone", request=request)

    return reply


class _Broken(httpx.SyncByteStream):
    """A body that breaks off."""

    def __iter__(self) -> Any:
        yield b'{"pay'
        raise httpx.ReadError("reset")


def broken_body(status: int) -> Reply:
    """A status came, its body did not."""
    return lambda _: httpx.Response(status, stream=_Broken())


@dataclass
class Wire:
    """Amazon behind the wire: one reply for every call of the API, and what was asked."""

    reply: Reply
    login: Reply = field(
        default_factory=lambda: answer(200, {"access_token": "t", "expires_in": 3600, "token_type": "b"})
    )
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The transport."""
        if request.url.path == "/auth/o2/token":
            return self.login(request)
        self.asked.append(request)
        return self.reply(request)

    def connection(self) -> Connection:
        """A seller's connection to it."""
        credentials = Credentials(lwa_app_id="app", lwa_client_secret="secret", refresh_tokens={"EU": "local-x"})
        return Connection(credentials, Region.EU, world.FakeClock(), transport=httpx.MockTransport(self))


def solicitations(reply: Reply, **more: Reply) -> tuple[SpApiSolicitations, Wire]:
    """A client, and the wire."""
    wire = Wire(reply, **more)
    return SpApiSolicitations(wire.connection()), wire


BOTH = pytest.mark.parametrize("operation", ["look", "post"])


def ask(reply: Reply, operation: str, **more: Reply) -> Answer:
    """One call, by its name."""
    client, _ = solicitations(reply, **more)
    result: Answer = getattr(client, operation)(ORDER, DE)
    return result


# ---- answers ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([OFFER], Answer.OFFERED),
        ([OTHER, OFFER], Answer.OFFERED),
        ([OTHER], Answer.NOT_OFFERED),
        ([{"href": "/nameless"}], Answer.NOT_OFFERED),
        ([], Answer.NOT_OFFERED),
    ],
)
def test_look_is_answered_by_the_names_of_the_actions(actions, expected):
    """`_embedded` may be missing, and other actions may appear."""
    assert ask(answer(200, {"_links": {"actions": actions, "self": {"href": "x"}}}), "look") is expected


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"_embedded": {"actions": []}},
        {"_links": {}},
        {"_links": {"self": {}}},
        {"_links": None},
        [],
        None,
        "",
        "{",
        "<html>",
    ],
)
def test_look_without_its_links_is_an_outage(body):
    """Never "not eligible": an order would be given up for a broken answer."""
    with pytest.raises(SpApiUnavailable):
        ask(answer(200, body), "look")


def test_both_calls_name_the_one_marketplace_in_the_query():
    """The library would put it into the body of a post, and Amazon would refuse it."""
    client, wire = solicitations(answer(200, {"_links": {"actions": [OFFER]}}))
    client.look(ORDER, FR)
    client.post(ORDER, FR)
    look, post = wire.asked
    assert (look.method, look.url.path) == ("GET", f"/solicitations/v1/orders/{ORDER}")
    assert (post.method, post.url.path) == (
        "POST",
        f"/solicitations/v1/orders/{ORDER}/solicitations/productReviewAndSellerFeedback",
    )
    assert [each.url.params.get_list("marketplaceIds") for each in (look, post)] == [[FR.marketplace_id]] * 2


@pytest.mark.parametrize(
    "reply",
    [answer(201, {}), answer(201, ""), answer(201, "{"), answer(200, "<html>"), answer(201, []), broken_body(201)],
)
def test_created_is_accepted_whatever_its_body(reply):
    """Amazon did it; asking again would be wrong."""
    assert ask(reply, "post") is Answer.ACCEPTED


def test_acceptance_of_one_post_says_nothing_of_the_next():
    """A time-out after a 201 is a lost answer."""
    client, wire = solicitations(answer(201, {}))
    assert client.post(ORDER, DE) is Answer.ACCEPTED
    wire.reply = raising(httpx.ReadTimeout)
    with pytest.raises(SpApiUnavailable):
        client.post("302-0000000-0000002", DE)


@BOTH
@pytest.mark.parametrize(
    ("message", "expected"), [(NOT_AVAILABLE, Answer.NOT_AVAILABLE), (OUTSIDE, Answer.OUTSIDE_WINDOW)]
)
@pytest.mark.parametrize("broken", [False, True])
def test_refusals_of_an_order_are_told_apart_by_their_texts(operation, message, expected, broken):
    """One status and one code for all; the body once lacked its closing brace."""
    body = httpx.Response(403, json=errors(message)).text
    assert ask(answer(403, body[:-1] if broken else body), operation) is expected


@BOTH
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answer(403, errors(DENIED)), SellerNotAuthorized),
        (answer(401, errors("no", "Unauthorized")), SellerNotAuthorized),
        (answer(403, errors("The access token you provided has expired.")), SpApiUnavailable),
        (answer(403, {"message": "Forbidden"}), SpApiUnavailable),
        (answer(403, "<html>Forbidden</html>"), SpApiUnavailable),
        (answer(429, errors("You exceeded your quota", "QuotaExceeded")), SpApiThrottled),
        (answer(429, "<html>Too many</html>"), SpApiThrottled),
        (answer(500, ""), SpApiUnavailable),
        (answer(500, errors("We", "InternalFailure")), SpApiUnavailable),
        (answer(503, "<html>Service Unavailable</html>"), SpApiUnavailable),
        (answer(504, ""), SpApiUnavailable),
        (answer(302, ""), SpApiUnavailable),
        (raising(httpx.ReadTimeout), SpApiUnavailable),
        (raising(httpx.ConnectTimeout), SpApiUnavailable),
        (raising(httpx.ConnectError), SpApiUnavailable),
        (raising(httpx.RemoteProtocolError), SpApiUnavailable),
        (broken_body(403), SpApiUnavailable),
        (broken_body(500), SpApiUnavailable),
        (answer(404, "<html>Not Found</html>"), SpApiUnavailable),
        (answer(404, {"message": "Not Found"}), SpApiUnavailable),
        (answer(400, "<html>Bad Request</html>"), SpApiUnavailable),
    ],
)
def test_what_says_nothing_of_the_order_is_an_error(operation, reply, error):
    """A refused seller, a used-up rate, an outage: no order is to blame."""
    with pytest.raises(error):
        ask(reply, operation)


@BOTH
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answer(404, errors("not found", "NotFound")), Answer.NOT_FOUND),
        (answer(404, ""), Answer.NOT_FOUND),
        (answer(400, errors("Missing or invalid request parameters", "InvalidInput")), Answer.REFUSED),
        (answer(413, errors("too large", "TooLarge")), Answer.REFUSED),
        (answer(415, ""), Answer.REFUSED),
    ],
)
def test_other_refusals_are_the_orders(operation, reply, expected):
    """Whatever is wrong with it, the others go on."""
    assert ask(reply, operation) is expected


@BOTH
@pytest.mark.parametrize(
    ("login", "error"),
    [
        (answer(400, {"error": "invalid_grant"}), SellerNotAuthorized),
        (answer(401, {"error": "invalid_client"}), SellerNotAuthorized),
        (answer(400, {"error": "unsupported_grant_type"}), SpApiRefused),
        (answer(404, ""), SpApiUnavailable),
        (answer(429, ""), SpApiThrottled),
        (answer(500, "<html>"), SpApiUnavailable),
        (raising(httpx.ConnectError), SpApiUnavailable),
    ],
)
def test_login_that_fails_is_no_answer_about_the_order(operation, login, error):
    """The order was never asked about."""
    with pytest.raises(error):
        ask(answer(201, {}), operation, login=login)


def test_rate_that_amazon_names_is_known_by_operation():
    """Of every answer, also a refusal; nonsense is not taken for a rate."""
    client, wire = solicitations(answer(403, errors(NOT_AVAILABLE), **{"x-amzn-RateLimit-Limit": "0.5"}))
    client.post(ORDER, DE)
    assert client.limit(CREATE_SOLICITATION.operation) == Decimal("0.5")
    assert client.limit(GET_SOLICITATION_ACTIONS.operation) is None
    for text in ("", "many", "NaN", "-1", "0", "Infinity"):
        wire.reply = answer(200, {"_links": {"actions": []}}, **{"x-amzn-RateLimit-Limit": text})
        client.look(ORDER, DE)
        assert client.limit(GET_SOLICITATION_ACTIONS.operation) is None


# ---- against the simulator ----------------------------------------------------------------------------------------------------


def test_simulated_order_is_offered_asked_once_and_never_again(tmp_path):
    """The whole life of a request, through the wire."""
    files = {"DE/orders.txt": world.tsv([world.order(ORDER, world.at("11-05"))])}
    amazon = world.amazon(world.seller_folder(tmp_path / "seller", files))
    credentials = Credentials(
        lwa_app_id="app", lwa_client_secret="secret", refresh_tokens={"EU": f"local-{world.SELLER}"}
    )
    client = SpApiSolicitations(Connection(credentials, Region.EU, amazon.clock, transport=amazon.client._transport))
    assert client.look(ORDER, DE) is Answer.OFFERED
    assert client.post(ORDER, DE) is Answer.ACCEPTED
    assert client.look(ORDER, DE) is Answer.NOT_OFFERED
    assert client.post(ORDER, DE) is Answer.NOT_AVAILABLE
    assert amazon.simulator.solicited(world.SELLER) == {ORDER: amazon.clock.now()}


# ---- orders -------------------------------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
FULL: dict[str, Any] = {
    "orderId": ORDER,
    "createdTime": "2026-11-01T12:00:00Z",
    "lastUpdatedTime": "2026-11-02T12:00:00.250Z",
    "programs": ["PRIME"],
    "associatedOrders": [{"orderId": "302-0000000-0000009", "associationType": "REPLACEMENT_ORIGINAL_ID"}],
    "salesChannel": {"channelName": "AMAZON", "marketplaceId": DE.marketplace_id},
    "fulfillment": {
        "fulfillmentStatus": "SHIPPED",
        "fulfilledBy": "MERCHANT",
        "deliverByWindow": {"earliestDateTime": "2026-11-04T23:00:00Z", "latestDateTime": "2026-11-06T22:59:59Z"},
        "shipByWindow": {"latestDateTime": "2026-11-03T22:59:59Z"},
    },
    "packages": [{"shipTime": "2026-11-02T10:00:00Z"}, {"shipTime": "2026-11-02T11:00:00Z"}, {}],
}
BARE = {
    "orderId": "302-0000000-0000002",
    "lastUpdatedTime": "2026-11-02T12:00:00Z",
    "salesChannel": {"marketplaceId": FR.marketplace_id},
}


def promises(reply: Reply, token: str | None = None) -> Any:
    """One page, and the wire."""
    wire = Wire(reply)
    return SpApiOrders(wire.connection()).promises([DE, FR], NOW - timedelta(days=45), NOW, token), wire


def test_found_orders_become_promises():
    """Everything that is said; what is not said is None."""
    page, _ = promises(answer(200, {"orders": [FULL, BARE], "pagination": {"nextToken": "more"}}))
    full = PromiseFact(
        order_id=ORDER,
        source=PromiseSource.ORDERS_API,
        said_at=datetime(2026, 11, 2, 12, 0, 0, 250_000, tzinfo=UTC),
        status=OrderStatus.SHIPPED,
        earliest_delivery_at=datetime(2026, 11, 4, 23, tzinfo=UTC),
        latest_delivery_at=datetime(2026, 11, 6, 22, 59, 59, tzinfo=UTC),
        latest_ship_at=datetime(2026, 11, 3, 22, 59, 59, tzinfo=UTC),
        shipped_at=datetime(2026, 11, 2, 11, tzinfo=UTC),
        is_replacement=True,
    )
    bare = PromiseFact(
        "302-0000000-0000002", PromiseSource.ORDERS_API, datetime(2026, 11, 2, 12, tzinfo=UTC), status=None
    )
    assert list(page.promises) == [(DE, full), (FR, bare)]
    assert page.next_token == "more"


@pytest.mark.parametrize(
    ("parcels", "arrived"),
    [
        (["DELIVERED"], True),
        (["DELIVERED", "DELIVERED", "CANCELLED"], True),
        (["DELIVERED", "IN_TRANSIT"], False),
        (["DELIVERED", ""], False),
        (["CANCELLED"], False),
        ([], False),
    ],
)
def test_order_has_arrived_when_all_its_parcels_have(parcels, arrived):
    """The latest that it can have been is the order's last change."""
    packages = [{"packageReferenceId": "1", "packageStatus": {"status": status}} for status in parcels]
    page, _ = promises(answer(200, {"orders": [{**BARE, "packages": packages}]}))
    ((_, found),) = page.promises
    assert found.delivered_at == (datetime(2026, 11, 2, 12, tzinfo=UTC) if arrived else None)


def test_order_that_changed_last_at_the_end_of_time_costs_no_other():
    """It is passed over: nothing that it says can be put in order."""
    page, _ = promises(answer(200, {"orders": [{**BARE, "lastUpdatedTime": "9999-12-31T23:59:59Z"}, BARE]}))
    assert [fact.said_at.year for _, fact in page.promises] == [2026]


@pytest.mark.parametrize("never", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_promise_for_never_is_none(never):
    """Nothing can be reckoned from it; it costs neither the order's other dates nor the page."""
    window = {"earliestDateTime": "2026-11-04T23:00:00Z", "latestDateTime": never}
    page, _ = promises(answer(200, {"orders": [{**BARE, "fulfillment": {"deliverByWindow": window}}]}))
    ((_, fact),) = page.promises
    assert (fact.earliest_delivery_at, fact.latest_delivery_at) == (datetime(2026, 11, 4, 23, tzinfo=UTC), None)


def test_parts_that_are_null_are_parts_that_are_missing():
    """One such order must not cost the page, and with it every page after it."""
    holes = {**BARE, "fulfillment": None, "packages": None, "associatedOrders": None}
    page, _ = promises(answer(200, {"orders": [holes], "pagination": None}))
    assert [fact.order_id for _, fact in page.promises] == ["302-0000000-0000002"]
    assert page.next_token is None


def test_orders_of_pseudo_marketplaces_are_left_out():
    """They are none of Amazon's."""
    page, _ = promises(answer(200, {"orders": [{**BARE, "salesChannel": {"marketplaceId": "NonAmazon"}}]}))
    assert list(page.promises) == []


def test_page_is_asked_for_without_buyers():
    """Dates, channel, pages; no buyer and no recipient."""
    _, wire = promises(answer(200, {"orders": []}), token="more")
    (request,) = wire.asked
    asked = request.url.params
    assert request.url.path == "/orders/2026-01-01/orders"
    assert asked["lastUpdatedAfter"] == "2026-10-06T06:00:00Z"
    assert asked["lastUpdatedBefore"] == "2026-11-20T06:00:00Z"
    assert asked["paginationToken"] == "more"
    included = ",".join(asked.get_list("includedData")).split(",")
    assert sorted(included) == ["FULFILLMENT", "PACKAGES"]
    assert ",".join(asked.get_list("marketplaceIds")).split(",") == [DE.marketplace_id, FR.marketplace_id]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answer(200, {}), SpApiUnavailable),
        (answer(200, {"orders": [{"orderId": ORDER}]}), SpApiUnavailable),
        (answer(200, "<html>"), SpApiUnavailable),
        (answer(503, ""), SpApiUnavailable),
        (answer(429, errors("quota", "QuotaExceeded")), SpApiThrottled),
        (answer(403, errors(DENIED)), SellerNotAuthorized),
        (answer(400, errors("Invalid token", "InvalidInput")), SpApiRefused),
        (raising(httpx.ReadTimeout), SpApiUnavailable),
    ],
)
def test_broken_page_is_an_error(reply, error):
    """Never an empty page: its orders would be passed over."""
    with pytest.raises(error):
        promises(reply)
