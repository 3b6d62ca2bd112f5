"""The simulator's rate limits and fault plan."""

import gzip
import json
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from goodstanding.core.report_types import ReportType
from local.sp_api.faults import ALWAYS, Fault, FaultKind
from local.sp_api.limits import PLANS, Operation, Plan, PlanChange
from tests.local.sp_api_world import DE, FR, NOW, ORDERS, SELLER, V2, amazon, at, order, seller_folder, tsv

V2_BODY = json.dumps(
    {"accountStatuses": [{"marketplaceId": DE, "status": "NORMAL"}], "performanceMetrics": [], "note": "ü" * 4000}
)
ROWS = tsv([order("302-1", at("11-05"), sku="ü")])
RANGE = {"dataStartTime": at("11-01"), "dataEndTime": at("11-20")}


@pytest.fixture
def folder(tmp_path):
    """A seller with orders and a performance report in Germany and France."""
    files = {f"{place}/{name}": text for place in ("DE", "FR") for name, text in (("v2", V2_BODY), ("o", ROWS))}
    return seller_folder(tmp_path / "s", files)


# ---- rate limits ----


def test_burst_is_served_and_then_amazon_wants_to_wait(folder):
    """Fifteen createReport at once, then 429 QuotaExceeded, then one each minute."""
    seller = amazon(folder)
    assert {seller.create(V2).status_code for _ in range(15)} == {202}
    refused = seller.create(V2)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "QuotaExceeded")
    assert "x-amzn-RateLimit-Limit" not in refused.headers
    seller.wait(60)
    assert [seller.create(V2).status_code for _ in range(2)] == [202, 429]


def test_each_operation_and_each_seller_has_its_own_limit(tmp_path):
    """A bucket for each pair; getReport is generous."""
    folders = [seller_folder(tmp_path / name, {"DE/v2": V2_BODY}, seller_id=name) for name in ("A1", "A2")]
    seller = amazon(*folders)
    reports = [seller.create(V2) for _ in range(16)]
    assert reports[-1].status_code == 429
    assert seller.call("GET", f"/reports/{reports[0].json()['reportId']}").headers["x-amzn-RateLimit-Limit"] == "2.0"
    seller.log_in("local-A2")
    assert seller.create(V2).status_code == 202


def test_refused_requests_count_as_well(folder):
    """A malformed request is a request."""
    seller = amazon(folder)
    assert [seller.create("GET_NOTHING").status_code for _ in range(16)] == [400] * 15 + [429]


def test_time_that_goes_backwards_refills_nothing_and_breaks_nothing(folder):
    """Callers bring their own clocks."""
    seller = amazon(folder)
    for _ in range(15):
        seller.create(V2)
    seller.wait(-3000)
    assert seller.create(V2).status_code == 429
    seller.wait(3060)
    assert seller.create(V2).status_code == 202


def test_every_operation_of_sp_api_has_a_usage_plan():
    """Only the login and S3 have none, and what is no operation at all."""
    assert set(Operation) - set(PLANS) == {Operation.NONE, Operation.LOG_IN, Operation.DOWNLOAD_DOCUMENT}


def shown_limit(seller):
    """The limit that Amazon states with a getOrder."""
    return seller.order("302-1").headers["x-amzn-RateLimit-Limit"]


def test_plan_of_an_operation_changes_at_its_moment(folder):
    """The header tells; a lower burst takes tokens away, a higher rate fills faster from then on only."""
    later = NOW + timedelta(minutes=1)
    plans = [
        PlanChange(NOW, Operation.GET_ORDER, Plan(Decimal("0.1"), 3)),
        PlanChange(later, Operation.GET_ORDER, Plan(Decimal(1), 10), seller=SELLER),
        PlanChange(NOW, Operation.GET_ORDER, Plan(Decimal(9), 99), seller="A2SOMEBODYELSE"),
    ]
    seller = amazon(folder, plans=plans)
    assert shown_limit(seller) == "0.1"
    assert [seller.order("302-1").status_code for _ in range(3)] == [200, 200, 429]
    seller.wait(64)  # three tokens by the old plan, which holds no more; four by the new
    assert shown_limit(seller) == "1"
    assert [seller.order("302-1").status_code for _ in range(7)] == [200] * 6 + [429]


def test_burst_that_is_lowered_takes_tokens_away(folder):
    """Thirty at first, two from the change on."""
    change = PlanChange(NOW + timedelta(seconds=1), Operation.GET_ORDER, Plan(Decimal("0.5"), 2))
    seller = amazon(folder, plans=[change])
    assert shown_limit(seller) == "0.5"
    seller.wait(1)
    assert [seller.order("302-1").status_code for _ in range(3)] == [200, 200, 429]


# ---- failures instead of an answer ----


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (FaultKind.THROTTLE_429, 429, b"QuotaExceeded"),
        (FaultKind.THROTTLE_HTML, 429, b"<html>"),
        (FaultKind.SERVER_500_EMPTY, 500, b""),
        (FaultKind.UNAVAILABLE_503_HTML, 503, b"<html>"),
        (FaultKind.FORBIDDEN_MESSAGE, 403, b'{"message": "Forbidden"}'),
        (FaultKind.ACCESS_DENIED, 403, b"Access to requested resource is denied."),
    ],
)
@pytest.mark.parametrize("operation", [Operation.CREATE_REPORT, Operation.LOG_IN])
def test_failure_is_answered_instead_and_only_as_often_as_planned(folder, kind, status, body, operation):
    """The second call and no other; nothing happens behind it."""
    seller = amazon(folder, faults=[Fault(kind, operation, nth=2)])
    seller.log_in()
    call = seller.log_in if operation is Operation.LOG_IN else (lambda: seller.create(V2))
    if operation is Operation.CREATE_REPORT:
        call()
    answer = call()
    assert (answer.status_code, body in answer.content) == (status, True)
    assert call().status_code in {200, 202}
    made = seller.call("GET", "/reports", params={"reportTypes": V2}).json()["reports"]
    assert len(made) == (2 if operation is Operation.CREATE_REPORT else 0)


@pytest.mark.parametrize(
    ("kind", "error"), [(FaultKind.CONNECTION_RESET, httpx.ReadError), (FaultKind.TIMEOUT, httpx.ReadTimeout)]
)
def test_connection_that_fails_raises_what_httpx_raises(folder, kind, error):
    """And the call is recorded without a status."""
    seller = amazon(folder, faults=[Fault(kind, Operation.CREATE_REPORT)])
    with pytest.raises(error):
        seller.create(V2)
    assert seller.simulator.calls[-1].status is None
    assert seller.create(V2).status_code == 202


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (FaultKind.INVALID_GRANT, 400, b"invalid_grant"),
        (FaultKind.INVALID_CLIENT, 401, b"invalid_client"),
        (FaultKind.LWA_500_HTML, 500, b"<html>"),
    ],
)
def test_login_fails_as_planned(folder, kind, status, body):
    """Kinds that belong to the login need no operation named."""
    seller = amazon(folder, faults=[Fault(kind, nth=2, times=ALWAYS)])
    seller.log_in()
    for _ in range(3):
        answer = seller.log_in()
        assert (answer.status_code, body in answer.content) == (status, True)


# ---- answers spoilt ----


def test_answer_may_be_lost_or_spoilt_after_the_operation_took_place(folder):
    """The report was made; its caller does not know."""
    kinds = (FaultKind.ANSWER_LOST, FaultKind.INVALID_JSON, FaultKind.EMPTY_BODY)
    seller = amazon(
        folder, faults=[Fault(kind, Operation.CREATE_REPORT, nth=number) for number, kind in enumerate(kinds, 1)]
    )
    with pytest.raises(httpx.ReadError):
        seller.create(V2)
    broken = seller.create(V2)
    assert broken.status_code == 202
    with pytest.raises(json.JSONDecodeError):
        broken.json()
    assert (seller.create(V2).content, seller.create(V2).status_code) == (b"", 202)
    assert len(seller.call("GET", "/reports", params={"reportTypes": V2}).json()["reports"]) == 4


# ---- reports ----


@pytest.mark.parametrize(
    ("kind", "status", "has_document"),
    [
        (FaultKind.REPORT_FATAL, "FATAL", False),
        (FaultKind.REPORT_FATAL_WITH_DOCUMENT, "FATAL", True),
        (FaultKind.REPORT_CANCELLED, "CANCELLED", False),
        (FaultKind.REPORT_STUCK, "IN_PROGRESS", False),
    ],
)
def test_report_ends_as_planned(folder, kind, status, has_document):
    """However long one waits, and only the reports that the plan means."""
    seller = amazon(
        folder, faults=[Fault(kind, report_type=ReportType.PERFORMANCE_V2, marketplace="DE", seller=SELLER)]
    )
    other, unlucky, spared = seller.finished(V2, (FR,)), seller.finished(V2), seller.finished(V2)
    assert seller.finished(ORDERS, **RANGE)["processingStatus"] == "DONE"
    seller.wait(3000)
    assert (other["processingStatus"], spared["processingStatus"]) == ("DONE", "DONE")
    unlucky = seller.get(unlucky["reportId"])
    assert (unlucky["processingStatus"], "reportDocumentId" in unlucky) == (status, has_document)
    if has_document:
        assert b"The requested data is unavailable" in seller.download(unlucky).content


# ---- documents ----


def test_gzip_flag_may_lie_and_may_be_missing(folder):
    """Flagged and plain, then compressed and not flagged, then as it should be."""
    faults = [Fault(FaultKind.LYING_GZIP_FLAG), Fault(FaultKind.MISSING_GZIP_FLAG, nth=2)]
    seller = amazon(folder, faults=faults)
    report = seller.finished(V2)
    seen = []
    for _ in range(3):
        document = seller.document(report).json()
        raw = seller.client.get(document["url"]).content
        seen.append((document.get("compressionAlgorithm"), raw[:2] == b"\x1f\x8b"))
        assert (gzip.decompress(raw) if seen[-1][1] else raw).decode() == V2_BODY
    assert seen == [("GZIP", False), (None, True), ("GZIP", True)]


def test_charset_of_a_document_may_be_wrong(folder):
    """The header names another than the bytes are in."""
    seller = amazon(folder, faults=[Fault(FaultKind.WRONG_CHARSET)])
    report = seller.finished(ORDERS, **RANGE)
    answers = [seller.download(report) for _ in range(2)]
    assert [answer.headers["Content-Type"] for answer in answers] == [
        "text/plain;charset=Cp1252",
        "text/plain;charset=UTF-8",
    ]
    assert {answer.content for answer in answers} == {ROWS.encode()}


def test_download_may_break_off(folder):
    """As httpx tells it."""
    seller = amazon(folder, faults=[Fault(FaultKind.TRUNCATED_DOWNLOAD)])
    report = seller.finished(V2)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        seller.download(report)
    assert seller.download(report).status_code == 200


def test_link_may_have_expired_when_it_arrives(folder):
    """The next link works."""
    seller = amazon(folder, faults=[Fault(FaultKind.LINK_EXPIRED)])
    report = seller.finished(V2)
    assert [seller.download(report).status_code for _ in range(2)] == [403, 200]


def test_download_itself_may_fail(folder):
    """S3 has its outages too; the plan names the operation."""
    seller = amazon(
        folder,
        faults=[Fault(FaultKind.UNAVAILABLE_503_HTML, Operation.DOWNLOAD_DOCUMENT, report_type=ReportType.ALL_ORDERS)],
    )
    assert seller.download(seller.finished(V2)).status_code == 200
    assert seller.download(seller.finished(ORDERS, **RANGE)).status_code == 503


# ---- the plan ----


def test_one_call_suffers_one_fault_the_first_of_the_plan(folder):
    """Both faults count the call."""
    faults = [
        Fault(FaultKind.SERVER_500_EMPTY, Operation.CREATE_REPORT),
        Fault(FaultKind.THROTTLE_429, Operation.CREATE_REPORT, times=2),
    ]
    seller = amazon(folder, faults=faults)
    assert [seller.create(V2).status_code for _ in range(3)] == [500, 429, 202]


@pytest.mark.parametrize(
    ("kind", "operation"), [(FaultKind.TIMEOUT, None), (FaultKind.REPORT_FATAL, Operation.GET_REPORT)]
)
def test_fault_that_can_never_strike_is_refused(kind, operation):
    """A plan with a typing error would prove nothing."""
    with pytest.raises(ValueError, match=kind):
        Fault(kind, operation)
