"""The Solicitations API of the simulator: shapes, refusals, Amazon's window, and once per order."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from local.sp_api.faults import ALWAYS, Fault, FaultKind
from local.sp_api.limits import Operation
from local.sp_api.solicitations import Verdict
from local.sp_api.tables import Visibility
from tests.local.sp_api_world import (
    DE,
    FR,
    NOW,
    SELLER,
    SHIPMENT_COLUMNS,
    amazon,
    asked_again,
    at,
    order,
    order_change,
    seller_folder,
    shipment,
    tsv,
)

ORDER = "302-1234567-1234567"
PENDING = "302-7654321-7654321"
OTHER = "302-1111111-1111111"
NOT_AVAILABLE = "The requested solicitation is not available for this amazonOrderId."
OUT_OF_RANGE = (
    "You can\u2019t use this feature to request a review outside the 5-30 day range after the order delivery date."
)
GET, POST = Operation.GET_SOLICITATION_ACTIONS, Operation.CREATE_SOLICITATION


@pytest.fixture
def folder(tmp_path):
    """A seller with two shipped orders and a pending one in Germany."""
    rows = [
        order(ORDER, at("11-01"), status="Pending"),
        order(ORDER, at("11-03")),
        order(PENDING, at("11-05"), status="Pending"),
        order(OTHER, at("11-03")),
    ]
    return seller_folder(tmp_path / "s", {"DE/o": tsv(rows)})


@pytest.fixture
def seller(folder):
    """Its caller."""
    return amazon(folder)


def message(answer):
    """What an error says."""
    return answer.json()["errors"][0]["message"]


def test_shipped_order_offers_the_request_once(seller):
    """Offered, sent, and never offered again."""
    offered = seller.actions(ORDER)
    assert (offered.status_code, offered.headers["Content-Type"]) == (200, "application/hal+json")
    assert [action["name"] for action in offered.json()["_links"]["actions"]] == ["productReviewAndSellerFeedback"]
    sent = seller.ask(ORDER)
    assert (sent.status_code, sent.json()) == (201, {})
    assert seller.offered(ORDER) == []
    again = seller.ask(ORDER)
    assert (again.status_code, message(again)) == (403, NOT_AVAILABLE)
    assert seller.simulator.solicited(SELLER) == {ORDER: seller.clock.time}


@pytest.mark.parametrize("status", ["Pending", "Unshipped", "Cancelled", "Shipping", "no such word"])
def test_order_not_shipped_offers_nothing(tmp_path, status):
    """Absence of an action is no error; the latest row decides, whatever an earlier one said."""
    rows = [order(ORDER, at("11-01")), order(ORDER, at("11-03"), status=status)]
    seller = amazon(seller_folder(tmp_path / "s", {"DE/o": tsv(rows)}))
    assert seller.actions(ORDER).json()["_embedded"] == {"actions": []}
    assert message(seller.ask(ORDER)) == NOT_AVAILABLE


def test_eligibility_can_be_decided_otherwise(tmp_path):
    """Whoever runs the simulator may bring a rule of time and order."""
    folder = seller_folder(tmp_path / "s", {"DE/o": tsv([order(ORDER, at("11-03"))])})
    seller = amazon(folder, eligible=lambda _, now: Verdict.OFFERED if now.day > 20 else Verdict.UNAVAILABLE)
    assert seller.ask(ORDER).status_code == 403
    seller.travel(NOW + timedelta(days=1))
    assert seller.ask(ORDER).status_code == 201


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"other": "x"}, 400, "InvalidInput"),
        ({"marketplaceIds": f"{DE},{FR}"}, 400, "InvalidInput"),
        ({"marketplaceIds": FR}, 404, "NotFound"),
        ({"marketplaceIds": "A1RKKUPIHCS9HS"}, 403, "Unauthorized"),
    ],
)
@pytest.mark.parametrize("operation", ["actions", "ask"])
def test_marketplace_must_be_the_orders_own(seller, operation, params, status, code):
    """Exactly one, the seller's, and the one where the order was placed."""
    answer = getattr(seller, operation)(ORDER, **params)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


def test_five_a_second_and_then_one_each_second(seller):
    """Both operations have their own bucket."""
    assert [seller.actions(ORDER).status_code for _ in range(6)] == [200] * 5 + [429]
    assert seller.ask(ORDER).status_code == 201
    seller.wait(1)
    assert seller.actions(ORDER).status_code == 200


# ---- Amazon's window ----


def fba(tmp_path, *arrivals):
    """An order of Amazon's fulfilment in as many shipments."""
    rows = [shipment(ORDER, at("11-02"), arrival) for arrival in arrivals]
    orders = tsv([order(ORDER, at("11-02"), **{"fulfillment-channel": "Amazon"})])
    return seller_folder(tmp_path / "s", {"DE/o": orders, "DE/s": tsv(rows, SHIPMENT_COLUMNS)})


def mfn(tmp_path, *notices):
    """An order of the seller's own fulfilment and what Amazon told of it."""
    files = {f"notifications/{number}.json": notice for number, notice in enumerate(notices)}
    return seller_folder(tmp_path / "s", {"DE/o": tsv([order(ORDER, at("11-02"))]), **files})


def promised(changed, earliest, latest):
    """A notification that states a delivery window."""
    return order_change(ORDER, changed, EarliestDeliveryDate=earliest, LatestDeliveryDate=latest)


WINDOW = (at("11-04"), at("11-06"))
OPENS, CLOSES = datetime(2026, 11, 9, 10, tzinfo=UTC), datetime(2026, 12, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "build",
    [
        lambda path: fba(path, *reversed(WINDOW)),
        lambda path: mfn(path, promised(at("11-02"), *WINDOW)),
        lambda path: mfn(path, promised(at("11-02"), at("10-01"), at("10-02")), promised(at("11-03"), *WINDOW)),
        lambda path: mfn(path, promised(at("11-03"), *WINDOW), order_change(ORDER, at("11-04"))),
        lambda path: mfn(path, promised(at("11-03"), *WINDOW), "{", "[]", order_change(ORDER, "soon")),
        lambda path: mfn(path, promised(at("11-03"), *WINDOW), promised("2027-01-01T00:00:00Z", *WINDOW[::-1])),
    ],
    ids=["fba", "mfn", "later notice wins", "notice without dates", "unreadable notices", "notice of the future"],
)
def test_window_opens_5_days_after_the_earliest_and_closes_30_after_the_latest_delivery(tmp_path, build):
    """To the second, for both kinds of fulfilment; outside it nothing is offered, and a POST says why."""
    seller = amazon(build(tmp_path), visibility=Visibility.TIMELINE)
    second = timedelta(seconds=1)
    for moment, offered in ((OPENS - second, 0), (OPENS, 1), (CLOSES, 1), (CLOSES + second, 0)):
        seller.travel(moment)
        assert len(seller.offered(ORDER)) == offered
        if not offered:
            refused = seller.ask(ORDER)
            assert (refused.status_code, message(refused)) == (403, OUT_OF_RANGE)
    seller.travel(CLOSES)
    assert seller.ask(ORDER).status_code == 201


def test_one_known_bound_stands_for_both(tmp_path):
    """5 to 30 days after the latest delivery where no earliest is stated."""
    seller = amazon(mfn(tmp_path, order_change(ORDER, at("11-02"), LatestDeliveryDate=WINDOW[0])))
    seller.travel(OPENS - timedelta(seconds=1))
    assert message(seller.ask(ORDER)) == OUT_OF_RANGE
    seller.travel(OPENS)
    assert seller.ask(ORDER).status_code == 201


def test_promise_of_the_sellers_own_fulfilment_says_nothing_of_amazons(tmp_path):
    """An order that Amazon ships has the window of its shipments only; without any, being shipped is enough."""
    folder = fba(tmp_path)
    (folder / "notifications").mkdir()
    (folder / "notifications" / "n.json").write_text(promised(at("11-02"), at("01-01"), at("01-02")))
    assert amazon(folder).ask(ORDER).status_code == 201


def test_shipments_count_whichever_marketplaces_file_holds_them(tmp_path):
    """Amazon's report covers a region; the earliest and the latest of all of them make the window."""
    orders = tsv([order(ORDER, at("11-02"), **{"fulfillment-channel": "Amazon"})])
    ships = [
        tsv([shipment(ORDER, at("11-02"), arrives)], SHIPMENT_COLUMNS) for arrives in (WINDOW[1], WINDOW[0], "soon")
    ]
    files = {"DE/o": orders, "DE/s": ships[0], "FR/s": ships[1], "FR/t": ships[2]}
    seller = amazon(seller_folder(tmp_path / "s", files))
    for moment, status in ((OPENS - timedelta(seconds=1), 403), (CLOSES + timedelta(seconds=1), 403), (CLOSES, 201)):
        seller.travel(moment)
        assert seller.ask(ORDER).status_code == status


def test_damaged_rows_leave_the_others_as_they_are(tmp_path):
    """A row without a date is the oldest of its order, a repeated header or a blank line is nobody's; old encodings are read."""
    rows = [
        order(ORDER, at("11-03"), sku="Tasse-groß"),
        order(ORDER, "soon", status="Cancelled"),
        order("", at("11-04")),
    ]
    head, _, body = tsv(rows).partition("\r\n")
    content = f"{head}\r\n\r\n{head}\r\n{body}".encode("cp1252")
    seller = amazon(seller_folder(tmp_path / "s", {"DE/o.gz": content}))
    assert seller.offered(ORDER)
    found = seller.search(createdAfter=at("11-01")).json()["orders"]
    assert [each["orderId"] for each in found] == [ORDER]
    assert {item["product"].get("sellerSku") for item in found[0]["orderItems"]} == {None, "Tasse-groß"}


def test_order_not_yet_bought_is_not_found(tmp_path):
    """In a span of time an order comes to light when it is bought."""
    rows = [order(ORDER, at("11-25"), bought=at("11-21"))]
    seller = amazon(seller_folder(tmp_path / "s", {"DE/o": tsv(rows)}), visibility=Visibility.TIMELINE)
    assert seller.actions(ORDER).status_code == 404


# ---- what goes wrong ----


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (FaultKind.ACTIONS_EMPTY, {"_links", "_embedded"}),
        (FaultKind.ACTIONS_EMPTY_NOT_EMBEDDED, {"_links"}),
        (FaultKind.LINKS_MISSING, set()),
    ],
)
def test_actions_may_be_empty_or_missing_for_no_reason(folder, kind, shown):
    """As often as planned and for the order of the plan only; a POST would be accepted all the while."""
    seller = amazon(folder, faults=[Fault(kind, order_id=ORDER)])
    assert seller.offered(OTHER)
    answer = seller.actions(ORDER)
    assert (answer.status_code, set(answer.json())) == (200, shown)
    assert not answer.json().get("_links", {}).get("actions")
    assert seller.offered(ORDER)


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        (FaultKind.SOLICITATION_UNAVAILABLE, 403, NOT_AVAILABLE),
        (FaultKind.SOLICITATION_OUT_OF_RANGE, 403, OUT_OF_RANGE),
        (FaultKind.SOLICITATION_OUT_OF_RANGE_BROKEN, 403, OUT_OF_RANGE),
        (FaultKind.ACCESS_DENIED, 403, "Access to requested resource is denied."),
        (FaultKind.NOT_FOUND_404, 404, "NotFound"),
        (FaultKind.INVALID_INPUT_400, 400, "Missing or invalid request parameters: [marketplaceIds]"),
        (FaultKind.FORBIDDEN_403_HTML, 403, "<html>"),
        (FaultKind.BAD_GATEWAY_502_HTML, 502, "<html>"),
        (FaultKind.UNAVAILABLE_503_HTML, 503, "<html>"),
        (FaultKind.UNAVAILABLE_503_EMPTY, 503, ""),
        (FaultKind.SERVER_500_EMPTY, 500, ""),
        (FaultKind.THROTTLE_429, 429, "QuotaExceeded"),
    ],
)
@pytest.mark.parametrize(("operation", "name"), [(GET, "actions"), (POST, "ask")])
def test_refusal_or_outage_comes_instead_for_the_order_of_the_plan(folder, kind, status, text, operation, name):
    """Nothing happens behind it: the order is asked about afterwards as if nothing had been."""
    seller = amazon(folder, faults=[Fault(kind, operation, seller=SELLER, order_id=ORDER)])
    call = getattr(seller, name)
    assert call(OTHER).is_success
    answer = call(ORDER)
    assert (answer.status_code, text in answer.text, bool(answer.text)) == (status, True, bool(text))
    assert call(ORDER).is_success
    assert ORDER in seller.simulator.solicited(SELLER) or operation is GET


def test_out_of_range_was_once_served_without_its_closing_brace(folder):
    """Invalid JSON that still holds the text."""
    seller = amazon(folder, faults=[Fault(FaultKind.SOLICITATION_OUT_OF_RANGE_BROKEN, POST)])
    with pytest.raises(ValueError, match="delimiter"):
        seller.ask(ORDER).json()


@pytest.mark.parametrize("kind", [FaultKind.CONNECTION_RESET, FaultKind.TIMEOUT])
def test_post_that_breaks_before_it_took_place_leaves_the_request_open(folder, kind):
    """It reached Amazon and was not accepted."""
    seller = amazon(folder, faults=[Fault(kind, POST)])
    with pytest.raises((httpx.ReadError, httpx.ReadTimeout)):
        seller.ask(ORDER)
    assert [post.accepted for post in seller.simulator.posts(SELLER)[ORDER]] == [False]
    assert seller.offered(ORDER)


@pytest.mark.parametrize(
    ("kind", "error"), [(FaultKind.ANSWER_LOST, httpx.ReadError), (FaultKind.ANSWER_TIMED_OUT, httpx.ReadTimeout)]
)
def test_post_whose_answer_is_lost_was_accepted(folder, kind, error):
    """The action has gone, and a second POST is told on."""
    seller = amazon(folder, faults=[Fault(kind, POST)])
    with pytest.raises(error):
        seller.ask(ORDER)
    assert seller.offered(ORDER) == []
    assert asked_again(seller.simulator) == []
    assert message(seller.ask(ORDER)) == NOT_AVAILABLE
    assert [post.accepted for post in seller.simulator.posts(SELLER)[ORDER]] == [True, False]
    assert asked_again(seller.simulator) == [ORDER]


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (FaultKind.SERVER_500_AFTERWARDS, 500, b""),
        (FaultKind.UNAVAILABLE_503_AFTERWARDS, 503, b"<html>"),
        (FaultKind.EMPTY_BODY, 201, b""),
        (FaultKind.INVALID_JSON, 201, b"{"),
    ],
)
def test_post_may_be_accepted_behind_an_answer_that_says_otherwise(folder, kind, status, body):
    """An outage, an empty body, a broken one: the buyer was asked."""
    seller = amazon(folder, faults=[Fault(kind, POST)])
    answer = seller.ask(ORDER)
    assert (answer.status_code, answer.content[:6]) == (status, body)
    assert [post.accepted for post in seller.simulator.posts(SELLER)[ORDER]] == [True]
    assert seller.offered(ORDER) == []


def test_buyer_who_opted_out_is_never_to_be_asked(folder):
    """From the first call it strikes on, for ever; nobody was asked."""
    seller = amazon(folder, faults=[Fault(FaultKind.BUYER_OPTED_OUT, order_id=ORDER)])
    assert seller.offered(ORDER) == []
    seller.travel(NOW + timedelta(days=300))
    assert seller.offered(ORDER) == []
    assert message(seller.ask(ORDER)) == NOT_AVAILABLE
    assert seller.offered(OTHER)
    assert seller.simulator.solicited(SELLER) == {}


def test_request_made_in_seller_central_uses_the_order_up(folder):
    """Offered until then; even between our GET and our POST."""
    since = NOW + timedelta(hours=1)
    faults = [
        Fault(FaultKind.ASKED_IN_SELLER_CENTRAL, order_id=ORDER, since=since, times=ALWAYS),
        Fault(FaultKind.ASKED_IN_SELLER_CENTRAL, POST, order_id=OTHER),
    ]
    seller = amazon(folder, faults=faults)
    assert seller.offered(ORDER)
    assert seller.offered(OTHER)
    assert message(seller.ask(OTHER)) == NOT_AVAILABLE
    seller.travel(since)
    assert seller.offered(ORDER) == []
    assert seller.simulator.solicited(SELLER) == {OTHER: NOW, ORDER: since}
    assert not any(post.accepted for posts in seller.simulator.posts(SELLER).values() for post in posts)


def test_what_becomes_of_an_order_does_so_although_the_call_is_one_too_many(folder):
    """Buyers know nothing of usage plans."""
    seller = amazon(folder, faults=[Fault(FaultKind.BUYER_OPTED_OUT, order_id=ORDER)])
    assert [seller.actions(OTHER).status_code for _ in range(5)] == [200] * 5
    assert seller.actions(ORDER).status_code == 429
    seller.wait(1)
    assert seller.offered(ORDER) == []


def test_outage_has_a_beginning_and_an_end(folder):
    """For every order, between two moments."""
    hours = [NOW + timedelta(hours=number) for number in range(3)]
    seller = amazon(folder, faults=[Fault(FaultKind.ACTIONS_EMPTY, since=hours[1], until=hours[2], times=ALWAYS)])
    seen = []
    for hour in hours:
        seller.travel(hour)
        seen.append([len(seller.offered(each)) for each in (ORDER, OTHER)])
    assert seen == [[1, 1], [0, 0], [1, 1]]


def test_fault_is_refused_for_an_operation_that_has_no_such_thing():
    """Actions are shown by one operation, solicitations refused by two."""
    with pytest.raises(ValueError, match="actions_empty strikes only"):
        Fault(FaultKind.ACTIONS_EMPTY, POST)
    with pytest.raises(ValueError, match=r"strikes only createProduct.*, getSolicitation"):
        Fault(FaultKind.BUYER_OPTED_OUT, Operation.GET_ORDER)
