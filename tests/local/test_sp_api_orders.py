"""The Orders API 2026-01-01 of the simulator: what an order shows, what a search finds, page by page."""

import re
from datetime import timedelta

import pytest

from local.sp_api.tables import Visibility
from tests.local.sp_api_world import (
    DE,
    FR,
    NOW,
    ORDER_COLUMNS,
    SHIPMENT_COLUMNS,
    amazon,
    at,
    many_orders,
    order,
    order_change,
    seller_folder,
    shipment,
    tsv,
)

ORDER = "302-1234567-1234567"
ALL = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT,FULFILLMENT_ORDERS"
COLUMNS = (*ORDER_COLUMNS, "quantity", "ship-country")


def world(tmp_path, *rows, notices=(), visibility=Visibility.SNAPSHOT, **files):
    """A seller with these rows and notices in Germany; `FR` may have rows too."""
    files = {f"{place}/o": tsv(found, COLUMNS) for place, found in {"DE": rows, **files}.items()}
    files |= {f"notifications/{number}.json": notice for number, notice in enumerate(notices)}
    return amazon(seller_folder(tmp_path / "s", files), visibility=visibility)


def shown(seller, order_id=ORDER, included="FULFILLMENT,PACKAGES"):
    """An order as getOrder shows it."""
    return seller.order(order_id, includedData=included).raise_for_status().json()["order"]


def found(seller, **params):
    """The order ids of a search from the first of November on."""
    asked = params if any(name.endswith("After") for name in params) else {"createdAfter": at("11-01"), **params}
    return [each["orderId"] for each in seller.search(**asked).raise_for_status().json()["orders"]]


# ---- one order ----


def test_order_shows_its_latest_row_and_an_item_for_each_product(tmp_path):
    """Items are told apart by SKU and ASIN; without includedData there is no fulfilment."""
    bought = {"bought": at("11-02"), "asin": "B01"}
    seller = world(
        tmp_path,
        order(ORDER, at("11-02"), status="Pending", sku="A", quantity="1", **bought),
        order(ORDER, at("11-04"), sku="A", quantity="3", **{"product-name": "Mug"}, **bought),
        order(ORDER, at("11-04"), sku="B", quantity="?", **bought),
    )
    order_ = shown(seller, included="")
    items = order_.pop("orderItems")
    assert order_ == {
        "orderId": ORDER,
        "createdTime": "2026-11-02T10:00:00Z",
        "lastUpdatedTime": "2026-11-04T10:00:00Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": DE, "marketplaceName": "Amazon.de"},
    }
    assert [item["product"] for item in items] == [
        {"asin": "B01", "title": "Mug", "sellerSku": "A"},
        {"asin": "B01", "sellerSku": "B"},
    ]
    assert [item["quantityOrdered"] for item in items] == [3, 1]
    assert len({item["orderItemId"] for item in items}) == 2


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Pending", "PENDING"),
        ("PendingAvailability", "PENDING_AVAILABILITY"),
        ("Unshipped", "UNSHIPPED"),
        ("Shipping", "UNSHIPPED"),
        ("Partially Shipped", "PARTIALLY_SHIPPED"),
        ("Shipped", "SHIPPED"),
        ("Shipped - Delivered to Buyer", "SHIPPED"),
        ("Complete", "SHIPPED"),
        ("Cancelled", "CANCELLED"),
        ("Canceled", "CANCELLED"),
        ("Unfulfillable", "UNFULFILLABLE"),
    ],
)
def test_status_of_a_row_in_the_words_of_this_api(tmp_path, word, status):
    """Every word of the reports has one."""
    seller = world(tmp_path, order(ORDER, at("11-02"), status=word))
    assert shown(seller)["fulfillment"] == {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"}


def test_windows_are_shown_where_a_notification_states_them(tmp_path):
    """The latest that does so, as of now; a bound that is not stated is left out."""
    notices = [
        order_change(ORDER, at("11-02"), EarliestShipDate=at("11-03"), LatestShipDate=at("11-04")),
        order_change(ORDER, at("11-03"), EarliestDeliveryDate=at("11-07"), LatestDeliveryDate=at("11-09")),
        order_change(ORDER, at("11-25"), LatestDeliveryDate=at("11-29")),
    ]
    seller = world(tmp_path, order(ORDER, at("11-02")), order("302-2", at("11-02")), notices=notices)
    fulfillment = shown(seller)["fulfillment"]
    ship, deliver = fulfillment["shipByWindow"], fulfillment["deliverByWindow"]
    assert ship == {"earliestDateTime": "2026-11-03T10:00:00Z", "latestDateTime": "2026-11-04T10:00:00Z"}
    assert deliver == {"earliestDateTime": "2026-11-07T10:00:00Z", "latestDateTime": "2026-11-09T10:00:00Z"}
    assert {"shipByWindow", "deliverByWindow"}.isdisjoint(shown(seller, "302-2")["fulfillment"])
    seller.travel(NOW + timedelta(days=10))
    assert shown(seller)["fulfillment"]["deliverByWindow"] == {"latestDateTime": "2026-11-29T10:00:00Z"}


def test_amazons_own_parcels_have_no_window_here(tmp_path):
    """Their arrival is an estimate of another report."""
    rows = [order(ORDER, at("11-02"), **{"fulfillment-channel": "Amazon"})]
    arrival = [shipment(ORDER, at("11-03"), at("11-05"))]
    seller = amazon(seller_folder(tmp_path / "s", {"DE/o": tsv(rows), "DE/s": tsv(arrival, SHIPMENT_COLUMNS)}))
    assert shown(seller)["fulfillment"] == {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "AMAZON"}


@pytest.mark.parametrize(
    ("easy_ship", "status", "detailed"),
    [
        ("Delivered", "DELIVERED", "DELIVERED"),
        ("OutForDelivery", "IN_TRANSIT", "OUT_FOR_DELIVERY"),
        ("AtOriginFC", "IN_TRANSIT", "AT_ORIGIN_FC"),
        ("LabelCanceled", "CANCELLED", "LABEL_CANCELLED"),
        ("PendingPickUp", "PENDING", "PENDING_PICK_UP"),
    ],
)
def test_package_is_shown_where_amazon_brings_it_for_the_seller(tmp_path, easy_ship, status, detailed):
    """As the last notification says; no other parcel of the seller's own is known."""
    notices = [order_change(ORDER, at("11-03"), EasyShipShipmentStatus=easy_ship)]
    seller = world(tmp_path, order(ORDER, at("11-02")), order("302-2", at("11-02")), notices=notices)
    assert [each["packageStatus"] for each in shown(seller)["packages"]] == [
        {"status": status, "detailedStatus": detailed}
    ]
    assert "packages" not in shown(seller, "302-2")
    assert "packages" not in shown(seller, included="FULFILLMENT")


def test_buyer_and_recipient_are_shown_when_asked_for_and_made_up(tmp_path):
    """No e-mail address for Amazon's fulfilment."""
    rows = [order(ORDER, at("11-02"), **{"ship-country": "AT"}), order("302-2", at("11-02"))]
    rows[1]["fulfillment-channel"] = "Amazon"
    seller = world(tmp_path, *rows)
    everything = shown(seller, included=ALL)
    assert everything["buyer"] == {"buyerName": "Simulated Buyer", "buyerEmail": "simulated-buyer@marketplace.invalid"}
    assert everything["recipient"]["deliveryAddress"]["countryCode"] == "AT"
    assert shown(seller, "302-2", ALL)["buyer"] == {"buyerName": "Simulated Buyer"}
    assert {"buyer", "recipient"}.isdisjoint(shown(seller))


@pytest.mark.parametrize("told", ["11-02", "11-25"])
def test_order_that_a_notification_marks_as_a_replacement_names_the_order_it_replaces(tmp_path, told):
    """Whatever is included, and from its beginning: also before the notification comes, and after others that do not say so."""
    notices = [
        order_change(ORDER, at(told), OrderPrograms=["Prime", "Replacement"]),
        order_change(ORDER, at("11-26")),
        order_change("302-2", at("11-02"), OrderPrograms=["Business"]),
        order_change("302-3", at("11-02"), OrderPrograms="Replacement"),
    ]
    rows = [order(each, at("11-02")) for each in (ORDER, "302-2", "302-3")]
    seller = world(tmp_path, *rows, notices=notices)
    (original,) = shown(seller, included="")["associatedOrders"]
    assert original["associationType"] == "REPLACEMENT_ORIGINAL_ID"
    assert re.fullmatch("[0-9]{3}-[0-9]{7}-[0-9]{7}", original["orderId"])
    assert original["orderId"] != ORDER
    searched = seller.search(createdAfter=at("11-01")).raise_for_status().json()["orders"]
    assert {each["orderId"]: each.get("associatedOrders") for each in searched} == {
        ORDER: [original],
        "302-2": None,
        "302-3": None,
    }


def test_order_sold_elsewhere_says_so(tmp_path):
    """Multi-Channel orders belong to no marketplace."""
    seller = world(tmp_path, order(ORDER, at("11-02"), **{"sales-channel": "Non-Amazon DE"}))
    assert shown(seller)["salesChannel"] == {"channelName": "NON_AMAZON", "marketplaceName": "Non-Amazon DE"}


def test_order_that_is_not_there_is_not_found(tmp_path):
    """Nor one that nobody has bought yet."""
    seller = world(tmp_path, order(ORDER, at("11-25"), bought=at("11-21")), visibility=Visibility.TIMELINE)
    assert [seller.order(each).status_code for each in (ORDER, "302-9")] == [404, 404]
    seller.travel(NOW + timedelta(days=2))
    assert seller.order(ORDER).status_code == 200
    assert seller.order(ORDER, includedData="EVERYTHING").status_code == 400


# ---- searches ----


def test_search_finds_by_date_of_purchase_or_of_change_oldest_first(tmp_path):
    """Both ends belong to the range; each order is found once, as its latest row says."""
    seller = world(
        tmp_path,
        order("302-1", at("11-09"), bought=at("11-02"), status="Unshipped"),
        order("302-1", at("11-12"), bought=at("11-02")),
        order("302-2", at("11-10"), bought=at("11-05")),
        FR=[order("402-1", at("11-11"), bought=at("11-03"))],
    )
    assert found(seller, createdAfter=at("11-02"), createdBefore=at("11-03")) == ["302-1", "402-1"]
    assert found(seller, createdAfter=at("11-03")) == ["402-1", "302-2"]
    assert found(seller, lastUpdatedAfter=at("11-10")) == ["302-2", "402-1", "302-1"]
    assert found(seller, lastUpdatedAfter=at("11-10"), lastUpdatedBefore=at("11-11")) == ["302-2", "402-1"]
    assert found(seller, marketplaceIds=FR) == ["402-1"]


def test_search_filters_by_status_and_by_who_ships(tmp_path):
    """Several values of each are alternatives."""
    rows = [order(f"302-{status}", at("11-05"), status=status) for status in ("Pending", "Shipped", "Cancelled")]
    rows[2]["fulfillment-channel"] = "Amazon"
    seller = world(tmp_path, *rows)
    assert found(seller, fulfillmentStatuses="PENDING,SHIPPED") == ["302-Pending", "302-Shipped"]
    assert found(seller, fulfilledBy="AMAZON") == ["302-Cancelled"]
    assert len(found(seller, fulfilledBy="AMAZON,MERCHANT")) == 3


def test_search_sees_what_has_come_to_light(tmp_path):
    """In a span of time: the row of then, and no order of the future."""
    seller = world(
        tmp_path,
        order("302-1", at("11-10"), status="Unshipped"),
        order("302-1", at("11-21"), bought=at("11-10")),
        order("302-2", at("11-22")),
        visibility=Visibility.TIMELINE,
    )
    assert found(seller, fulfillmentStatuses="SHIPPED") == []
    assert found(seller) == ["302-1"]
    seller.travel(NOW + timedelta(days=5))
    assert found(seller, fulfillmentStatuses="SHIPPED") == ["302-1", "302-2"]


def test_search_without_an_end_stops_two_minutes_ago(tmp_path):
    """And says so."""
    minute_ago = (NOW - timedelta(minutes=1)).isoformat()
    seller = world(tmp_path, order("302-1", minute_ago))
    answer = seller.search(lastUpdatedAfter=at("11-01")).json()
    assert answer == {"orders": [], "lastUpdatedBefore": "2026-11-20T05:58:00Z"}
    seller.wait(61)
    assert found(seller) == ["302-1"]


def test_pages_hold_every_order_once_and_the_last_has_no_token(tmp_path):
    """A hundred to a page; the size may change on the way, and a page can be had twice."""
    seller = world(tmp_path, *many_orders(230, at("11-05")))
    params = {"createdAfter": at("11-01"), "marketplaceIds": DE}
    pages = [seller.search(**params).json()]
    for size in (100, 20, 50):
        token = pages[-1]["pagination"]["nextToken"]
        pages.append(seller.search(**params, paginationToken=token, maxResultsPerPage=size).json())
        assert seller.search(**params, paginationToken=token, maxResultsPerPage=size).json()["orders"]
    ids = [each["orderId"] for page in pages for each in page["orders"]]
    assert [len(page["orders"]) for page in pages] == [100, 100, 20, 10]
    assert len(set(ids)) == 230
    assert "pagination" not in pages[-1]


def test_token_holds_for_a_day_and_for_its_own_search(tmp_path):
    """All parameters but two are repeated as they were."""
    seller = world(tmp_path, *many_orders(3, at("11-05")))
    params = {"createdAfter": at("11-01"), "maxResultsPerPage": 1}
    token = seller.search(**params).json()["pagination"]["nextToken"]

    def refusal(**changed):
        answer = seller.search(**{**params, "paginationToken": token, **changed})
        return answer.json()["errors"][0]["details"] if answer.status_code == 400 else None

    assert refusal(includedData="FULFILLMENT", maxResultsPerPage=2) is None
    assert "must be those" in refusal(createdAfter=at("11-02"))
    assert "must be those" in refusal(fulfilledBy="AMAZON")
    assert "not valid" in refusal(paginationToken="x")
    seller.travel(NOW + timedelta(hours=24, seconds=-1))
    assert refusal() is None
    seller.travel(NOW + timedelta(hours=24))
    assert "expired" in refusal()


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"createdAfter": at("11-01"), "lastUpdatedAfter": at("11-01")},
        {"createdAfter": at("11-01"), "lastUpdatedBefore": at("11-02")},
        {"createdAfter": "2026-11-01"},
        {"createdAfter": at("11-02"), "createdBefore": at("11-01")},
        {"createdAfter": at("11-02"), "createdBefore": (NOW - timedelta(seconds=119)).isoformat()},
        {"createdAfter": at("11-01"), "fulfillmentStatuses": "Shipped"},
        {"createdAfter": at("11-01"), "fulfilledBy": "MFN"},
        {"createdAfter": at("11-01"), "includedData": "ALL"},
        {"createdAfter": at("11-01"), "maxResultsPerPage": "0"},
        {"createdAfter": at("11-01"), "maxResultsPerPage": "101"},
        {"createdAfter": at("11-01"), "marketplaceIds": ",".join([DE] * 51)},
    ],
)
def test_search_that_cannot_be_is_refused(tmp_path, params):
    """As documented, with a word on what is wrong."""
    answer = world(tmp_path, order(ORDER, at("11-02"))).search(**params)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")
    assert answer.json()["errors"][0]["details"]


def test_marketplace_of_somebody_else_is_denied(tmp_path):
    """And not passed over in silence."""
    seller = world(tmp_path, order(ORDER, at("11-02")))
    assert seller.search(createdAfter=at("11-01"), marketplaceIds="A1RKKUPIHCS9HS").status_code == 403


def test_both_operations_have_their_documented_limits(tmp_path):
    """Twenty searches and then one in three minutes; thirty orders and then one every two seconds."""
    seller = world(tmp_path, order(ORDER, at("11-02")))
    searches = [seller.search(createdAfter=at("11-01")) for _ in range(21)]
    orders = [seller.order(ORDER) for _ in range(31)]
    assert [each.status_code for each in (*searches[19:], *orders[29:])] == [200, 429, 200, 429]
    assert {each.headers.get("x-amzn-RateLimit-Limit") for each in searches} == {"0.0056", None}
    seller.wait(2)
    assert [seller.order(ORDER).status_code, seller.search(createdAfter=at("11-01")).status_code] == [200, 429]
    seller.wait(178)
    assert seller.search(createdAfter=at("11-01")).status_code == 200
