"""The simulator speaks as Amazon's OpenAPI models say, and so does whoever calls it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

import local.runner
from local.runner import run
from local.seller_folder import load_all
from local.sp_api.faults import Fault, FaultKind
from local.sp_api.limits import Operation
from local.sp_api.simulator import Simulator
from local.sp_api.solicitations import ACTION
from tests.local.openapi import assert_valid_calls, needs_models
from tests.local.sp_api_world import (
    DE,
    NOW,
    ORDERS,
    SELLER,
    SHIPMENT_COLUMNS,
    V2,
    amazon,
    at,
    order,
    order_change,
    seller_folder,
    shipment,
    tsv,
)

pytestmark = needs_models

SHIPPED, AMAZONS, PENDING, REPLACEMENT = (f"302-0000000-000000{number}" for number in range(1, 5))
EVERYTHING = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES"
DAYS = {"dataStartTime": at("11-01"), "dataEndTime": at("11-20")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A seller with an order of each fulfilment, a pending one, a replacement, and notifications."""
    rows = [
        order(SHIPPED, at("11-03"), sku="A", asin="B01"),
        order(AMAZONS, at("11-03"), **{"fulfillment-channel": "Amazon"}),
        order(PENDING, at("11-03"), status="Pending", **{"sales-channel": "Non-Amazon"}),
        order(REPLACEMENT, at("11-03")),
    ]
    promise = {f"{end}{what}Date": at("11-06") for end in ("Earliest", "Latest") for what in ("Delivery", "Ship")}
    files = {
        "DE/o": tsv(rows),
        "DE/s": tsv([shipment(AMAZONS, at("11-04"), at("11-18"))], SHIPMENT_COLUMNS),
        "DE/v": '{"performanceMetrics": []}',
        "notifications/1.json": order_change(SHIPPED, at("11-03"), EasyShipShipmentStatus="Delivered", **promise),
        "notifications/2.json": order_change(REPLACEMENT, at("11-03"), OrderPrograms=["Replacement"]),
    }
    return seller_folder(tmp_path_factory.mktemp("openapi") / "s", files, marketplaces="DE")


@pytest.fixture
def seller(folder):
    """Its caller."""
    return amazon(folder)


def test_every_operation_and_its_refusals_are_of_the_models(seller):
    """Reports, solicitations and orders: done, not found, too much, too late, not allowed."""
    report = seller.finished(ORDERS, **DAYS)
    seller.document(report)
    report_id = seller.create(V2).json()["reportId"]
    seller.call("GET", "/reports", params={"reportTypes": [V2, ORDERS], "pageSize": 1})
    for method, path in (("GET", f"/reports/{report_id}"), ("DELETE", f"/reports/{report_id}"), ("GET", "/reports/1")):
        seller.call(method, path)
    for order_id in (SHIPPED, AMAZONS, PENDING, REPLACEMENT, "302-9"):
        seller.actions(order_id)
        seller.ask(order_id)
        seller.order(order_id, includedData=EVERYTHING)
    seller.actions(SHIPPED)
    found = seller.search(createdAfter=at("11-01"), maxResultsPerPage=1, includedData=EVERYTHING).json()
    token = found["pagination"]["nextToken"]
    seller.search(createdAfter=at("11-01"), maxResultsPerPage=100, paginationToken=token)
    seller.search(lastUpdatedAfter=at("11-01"), paginationToken="x")
    for _ in range(6):
        seller.ask(SHIPPED)
    seller.headers.clear()
    seller.order(SHIPPED)
    calls = seller.simulator.calls
    assert {call.operation for call in calls} == set(Operation) - {Operation.NONE, Operation.DOWNLOAD_DOCUMENT}
    assert {call.status for call in calls} == {200, 201, 202, 400, 403, 404, 429}
    assert_valid_calls(calls)


@pytest.mark.slow
def test_run_of_the_stack_makes_valid_calls_only(folder, monkeypatch):
    """What the product asks, as it goes over the wire, and what it is answered."""
    made = []

    def simulated(*args, **more):
        made.append(Simulator(*args, **more))
        return made[0]

    monkeypatch.setattr(local.runner, "Simulator", simulated)
    run(load_all([folder]), NOW)
    calls = made[0].calls
    assert {Operation.CREATE_REPORT, Operation.GET_REPORT_DOCUMENT} <= {call.operation for call in calls}
    assert_valid_calls(calls)


def test_nothing_secret_is_remembered_of_a_call(seller):
    """Neither what a login sends, nor what it gets, nor the token of a call."""
    seller.order(SHIPPED)
    told = repr(seller.simulator.calls)
    assert {call.operation for call in seller.simulator.calls} == {Operation.LOG_IN, Operation.GET_ORDER}
    for secret in ("secret-canary", f"local-{SELLER}", seller.headers["x-amz-access-token"]):
        assert secret not in told


def test_answer_that_a_fault_spoilt_is_not_held_against_the_simulator(folder):
    """The call itself still is."""
    seller = amazon(folder, faults=[Fault(FaultKind.BAD_GATEWAY_502_HTML, Operation.GET_ORDER)])
    seller.order(SHIPPED, includedData="FULFILMENT")
    assert seller.simulator.calls[-1].fault is FaultKind.BAD_GATEWAY_502_HTML
    with pytest.raises(AssertionError, match="'FULFILMENT' is not one of"):
        assert_valid_calls(seller.simulator.calls)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"operation": Operation.NONE}, "of no model"),
        ({"path": "/orders/2026-01-01/order/302-1"}, "of no model"),
        ({"query": {"includeData": ["BUYER"]}}, "includeData is not known"),
        ({"query": {"includedData": ["BUYER,PRICE"]}}, "'PRICE' is not one of"),
        ({"body": b'{"a": 1}'}, "operation takes none"),
        ({"status": 418}, "a status of no model"),
        ({"answer": b""}, "is not JSON"),
        ({"answer": b'{"order": {}}'}, "'orderId' is a required property"),
        ({"answer": b'{"orders": []}'}, "'orders' was unexpected"),
    ],
)
def test_call_or_answer_that_breaks_the_model_is_found(seller, changed, fault):
    """Or the other tests here would prove nothing."""
    seller.order(SHIPPED)
    call = seller.simulator.calls[-1]
    assert_valid_calls([call])
    with pytest.raises(AssertionError, match=fault):
        assert_valid_calls([replace(call, **changed)])


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("createdTime", "2026-11-03 10:00", "is not a 'date-time'"),
        ("salesChannel", {"channel": "AMAZON"}, "'channelName' is a required property"),
        ("fulfillment", {"fulfillmentStatus": "Shipped"}, "'Shipped' is not one of"),
        ("buyerName", "x", "'buyerName' was unexpected"),
        ("orderItems", [{"orderItemId": 1}], "1 is not of type 'string'"),
    ],
)
def test_key_of_an_answer_that_breaks_the_model_is_found(seller, key, value, fault):
    """Names, types, formats and enumerations, however deep."""
    answer = seller.order(SHIPPED).json()
    answer["order"][key] = value
    with pytest.raises(AssertionError, match=fault):
        assert_valid_calls([replace(seller.simulator.calls[-1], answer=json.dumps(answer).encode())])


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({}, "marketplaceIds is missing"),
        ({"marketplaceIds": f"{DE},{DE}"}, "is too long|expected at most 1"),
    ],
)
def test_solicitation_without_exactly_one_marketplace_is_found(seller, params, fault):
    """The trap of the client library: a POST whose marketplace is in the body."""
    seller.request("POST", f"/solicitations/v1/orders/{SHIPPED}/solicitations/{ACTION}", params=params)
    with pytest.raises(AssertionError, match=fault):
        assert_valid_calls(seller.simulator.calls)


def test_page_size_that_is_no_number_is_found(seller):
    """Text that stands for no value of the parameter's type; and a body without what it must have."""
    seller.search(createdAfter=(NOW - timedelta(days=9)).isoformat(), maxResultsPerPage="many")
    with pytest.raises(AssertionError, match="'many' is not of type 'integer'"):
        assert_valid_calls(seller.simulator.calls)
    seller.call("POST", "/reports", json={"reportType": V2})
    with pytest.raises(AssertionError, match=r"body: .*'marketplaceIds' is a required property"):
        assert_valid_calls(seller.simulator.calls[-1:])
