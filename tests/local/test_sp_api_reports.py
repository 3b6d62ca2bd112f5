"""The Reports API of the simulator: each operation as documented, refusals included."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.local.sp_api_world import (
    DE,
    FEEDBACK,
    FR,
    JP,
    NOW,
    ORDERS,
    RETURNS,
    SELLER,
    SHIPMENTS,
    US,
    V1,
    V2,
    amazon,
    at,
    order,
    seller_folder,
    tsv,
)

V2_BODY = json.dumps({"accountStatuses": [{"marketplaceId": DE, "status": "NORMAL"}], "performanceMetrics": []})
TWO_DAYS = {"dataStartTime": at("11-04"), "dataEndTime": at("11-06")}


@pytest.fixture
def seller(tmp_path):
    """A seller with one order in Germany and a performance report."""
    return amazon(
        seller_folder(tmp_path / "s", {"DE/o.txt": tsv([order("302-1", at("11-05"))]), "DE/v2.json": V2_BODY})
    )


def refusal(answer):
    """Status, code and details of an error list."""
    (error,) = answer.json()["errors"]
    return answer.status_code, error["code"], error["details"]


def test_report_goes_through_its_statuses_as_time_passes(seller):
    """IN_QUEUE for a third of its time, then IN_PROGRESS, then DONE with a document."""
    answer = seller.create(ORDERS, **TWO_DAYS)
    assert answer.status_code == 202
    report_id = answer.json()["reportId"]
    seen = []
    for seconds in (0, 29, 1, 59, 1):
        seller.wait(seconds)
        seen.append(seller.get(report_id))
    assert [report["processingStatus"] for report in seen] == [
        "IN_QUEUE",
        "IN_QUEUE",
        "IN_PROGRESS",
        "IN_PROGRESS",
        "DONE",
    ]
    assert [
        len(report.keys() & {"processingStartTime", "processingEndTime", "reportDocumentId"}) for report in seen
    ] == [0, 0, 1, 1, 3]
    assert seen[-1] | {"reportDocumentId": ""} == {
        "reportId": report_id,
        "reportType": ORDERS,
        "marketplaceIds": [DE],
        "dataStartTime": "2026-11-04T10:00:00+00:00",
        "dataEndTime": "2026-11-06T10:00:00+00:00",
        "createdTime": "2026-11-20T06:00:00+00:00",
        "processingStartTime": "2026-11-20T06:00:30+00:00",
        "processingEndTime": "2026-11-20T06:01:30+00:00",
        "processingStatus": "DONE",
        "reportDocumentId": "",
    }


def test_report_never_falls_back_when_a_caller_is_behind_in_time(seller):
    """Callers bring their own clocks; a report that one has seen DONE is DONE for all."""
    report = seller.finished(V2)
    seller.wait(-80)
    assert seller.get(report["reportId"])["processingStatus"] == "DONE"


def test_performance_report_is_there_after_45_seconds(seller):
    """Snapshots take no dates and little time."""
    report_id = seller.create(V2).json()["reportId"]
    seller.wait(45)
    assert seller.get(report_id)["processingStatus"] == "DONE"
    assert seller.download(seller.get(report_id)).text == V2_BODY


@pytest.mark.parametrize(
    ("report_type", "body"),
    [
        (ORDERS, TWO_DAYS),
        (FEEDBACK, {"dataStartTime": at("09-01")}),
        (V1, {}),
        (RETURNS, TWO_DAYS),
        (SHIPMENTS, TWO_DAYS),
    ],
)
def test_report_without_data_is_cancelled_and_has_no_document(seller, report_type, body):
    """Amazon's way to say that there is nothing."""
    report = seller.finished(report_type, (FR,), **body)
    assert report["processingStatus"] == "CANCELLED"
    assert "reportDocumentId" not in report


@pytest.mark.parametrize(
    ("report_type", "body", "status"),
    [
        (ORDERS, {"dataStartTime": at("10-06"), "dataEndTime": at("11-05")}, "DONE"),
        (ORDERS, {"dataStartTime": at("10-05"), "dataEndTime": at("11-05")}, "FATAL"),
        (ORDERS, {}, "CANCELLED"),
        (SHIPMENTS, {"dataStartTime": at("10-01"), "dataEndTime": at("11-05")}, "FATAL"),
        (RETURNS, {"dataStartTime": at("09-01"), "dataEndTime": at("11-05")}, "FATAL"),
        (FEEDBACK, {"dataStartTime": at("11-01")}, "DONE"),
        (FEEDBACK, {"dataStartTime": at("11-16")}, "CANCELLED"),
        (FEEDBACK, {"dataStartTime": at("09-01"), "dataEndTime": at("11-20")}, "CANCELLED"),
        (V2, {"dataStartTime": at("01-01"), "dataEndTime": at("11-20")}, "DONE"),
    ],
)
def test_range_that_amazon_does_not_serve_ends_the_report(tmp_path, report_type, body, status):
    """Too long a range is FATAL, no range is empty, and feedback takes a start at least 5 days back and no end."""
    feedback = (
        "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\r\n05.11.26\t1\tspät\t\t302-1234567-1234567\t\r\n"
    )
    files = {"DE/o": tsv([order("302-1", at("11-04"))]), "DE/f": feedback, "DE/v": V2_BODY}
    caller = amazon(seller_folder(tmp_path / "s", files))
    assert caller.finished(report_type, **body)["processingStatus"] == status


@pytest.mark.parametrize(
    "body",
    [
        {"reportType": "GET_NOTHING"},
        {"reportType": None},
        {"reportType": "DATA_KIOSK_SELLER_ANALYTICS"},
        {"marketplaceIds": []},
        {"marketplaceIds": DE},
        {"marketplaceIds": ["A1RKKUPIHCS9HS"]},
        {"marketplaceIds": [DE] * 26},
        {"dataStartTime": "2026-11-01"},
        {"dataStartTime": "2026-11-01T00:00:00"},
        {"dataStartTime": 5},
        {"dataEndTime": "soon"},
        {"dataStartTime": at("11-10"), "dataEndTime": at("11-09")},
        {"reportOptions": "none"},
    ],
)
def test_malformed_request_for_a_report_is_refused(seller, body):
    """400 InvalidInput, and no report comes of it."""
    answer = seller.call("POST", "/reports", json={"reportType": V2, "marketplaceIds": [DE], **body})
    assert refusal(answer)[:2] == (400, "InvalidInput")
    assert answer.headers["x-amzn-RateLimit-Limit"] == "0.0167"
    assert seller.call("GET", "/reports", params={"reportTypes": V2}).json()["reports"] == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_body_that_is_no_json_object_is_refused(seller, body):
    """400, not a crash."""
    assert refusal(seller.call("POST", "/reports", content=body))[:2] == (400, "InvalidInput")


def test_unknown_ids_are_not_found(seller):
    """Reports and documents that were never made, and links nobody gave out."""
    assert refusal(seller.call("GET", "/reports/1"))[:2] == (404, "NotFound")
    assert refusal(seller.call("DELETE", "/reports/1"))[:2] == (404, "NotFound")
    assert refusal(seller.call("GET", "/documents/x"))[:2] == (404, "NotFound")
    assert refusal(seller.call("GET", "/nothing"))[:2] == (404, "NotFound")
    assert seller.client.get(f"{seller.base}/documents/9").status_code == 404


def test_document_is_not_to_be_had_before_its_report_ended(seller):
    """Its id is only told then."""
    report = seller.finished(V2)
    again = seller.create(V2).json()["reportId"]
    assert "reportDocumentId" not in seller.get(again)
    assert seller.document(report).status_code == 200


def test_sellers_do_not_see_each_others_reports(tmp_path):
    """A report id is unique only together with its seller: the same id is another report."""
    folders = [seller_folder(tmp_path / name, {"DE/v2": V2_BODY}, seller_id=name) for name in ("A1", "A2")]
    one = amazon(*folders)
    mine = one.finished(V2)
    one.log_in("local-A2")
    assert one.call("GET", f"/reports/{mine['reportId']}").status_code == 404
    assert one.document(mine).status_code == 404
    theirs = one.finished(V2)
    assert theirs["reportId"] == mine["reportId"]
    assert theirs["reportDocumentId"] != mine["reportDocumentId"]


def test_report_in_queue_can_be_cancelled_and_only_then(seller):
    """As documented for cancelReport."""
    report_id = seller.create(V2).json()["reportId"]
    answer = seller.call("DELETE", f"/reports/{report_id}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert seller.get(report_id)["processingStatus"] == "CANCELLED"
    started = seller.create(V2).json()["reportId"]
    seller.wait(20)
    assert refusal(seller.call("DELETE", f"/reports/{started}"))[:2] == (400, "InvalidInput")


def test_reports_are_listed_page_by_page_newest_first(seller):
    """Filters, and a next token that must come alone."""
    ids = []
    for _ in range(3):
        ids.append(seller.create(V2).json()["reportId"])
        seller.wait(60)
    seller.create(ORDERS, **TWO_DAYS)
    first = seller.call("GET", "/reports", params={"reportTypes": V2, "pageSize": 2}).json()
    assert [report["reportId"] for report in first["reports"]] == [ids[2], ids[1]]
    second = seller.call("GET", "/reports", params={"nextToken": first["nextToken"]}).json()
    assert [report["reportId"] for report in second["reports"]] == [ids[0]]
    assert "nextToken" not in second
    both = {"nextToken": first["nextToken"], "pageSize": 2}
    assert refusal(seller.call("GET", "/reports", params=both))[:2] == (400, "InvalidInput")


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"reportTypes": f"{V2},{ORDERS}"}, 2),
        ({"reportTypes": V2, "processingStatuses": "DONE"}, 1),
        ({"reportTypes": V2, "processingStatuses": "FATAL"}, 0),
        ({"reportTypes": V2, "marketplaceIds": FR}, 0),
        ({"reportTypes": V2, "createdSince": at("11-20")}, 0),
        ({"reportTypes": V2, "createdUntil": at("11-19")}, 0),
    ],
)
def test_list_of_reports_is_filtered(seller, params, found):
    """By type, status, marketplace and time of creation."""
    seller.finished(V2)
    seller.create(ORDERS, **TWO_DAYS)
    assert len(seller.call("GET", "/reports", params=params).json()["reports"]) == found


@pytest.mark.parametrize(
    "params", [{}, {"reportTypes": V2, "pageSize": 0}, {"reportTypes": V2, "pageSize": 101}, {"nextToken": "x"}]
)
def test_malformed_list_request_is_refused(seller, params):
    """400 InvalidInput."""
    assert refusal(seller.call("GET", "/reports", params=params))[:2] == (400, "InvalidInput")


def test_link_to_a_document_expires_after_five_minutes(seller):
    """S3 then says 403 in XML; a new link works."""
    report = seller.finished(V2)
    url = seller.document(report).json()["url"]
    seller.wait(299)
    assert seller.client.get(url).status_code == 200
    seller.wait(1)
    late = seller.client.get(url)
    assert late.status_code == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in late.content
    assert seller.download(report).text == V2_BODY


def test_download_needs_no_token(seller):
    """The link is the permission, as with S3."""
    report = seller.finished(V2)
    url = seller.document(report).json()["url"]
    seller.headers.clear()
    assert seller.client.get(url).text == V2_BODY


@pytest.mark.parametrize("token", [{}, {"x-amz-access-token": "Atza|stranger"}])
def test_call_without_a_known_access_token_is_denied(seller, token):
    """403 Unauthorized in Amazon's words, and no rate limit told."""
    seller.headers = token
    answer = seller.create(V2)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "Unauthorized")
    assert answer.json()["errors"][0]["message"] == "Access to requested resource is denied."
    assert "x-amzn-RateLimit-Limit" not in answer.headers


def test_access_token_expires_after_an_hour(seller):
    """And a new one is to be had at any time."""
    seller.wait(3599)
    assert seller.create(V2).status_code == 202
    seller.wait(1)
    assert refusal(seller.create(V2))[0] == 403
    seller.log_in()
    assert seller.create(V2).status_code == 202


def test_login_answers_like_amazon(seller):
    """Tokens for a seller of this run, OAuth errors for anybody else."""
    granted = seller.log_in().json()
    assert (granted["token_type"], granted["expires_in"], granted["refresh_token"]) == (
        "bearer",
        3600,
        f"local-{SELLER}",
    )
    assert granted["access_token"].startswith("Atza|")
    for form, status, error in (
        ({"refresh_token": "local-NOBODY"}, 400, "invalid_grant"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ):
        answer = seller.log_in(**form)
        assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_callers_own_time_counts_where_it_sends_one(seller):
    """x-amz-date is the virtual time; without it, or with nonsense in it, the clock's."""
    seller.headers["x-amz-date"] = "20260701T120000Z"
    report_id = seller.create(V2).json()["reportId"]
    del seller.headers["x-amz-date"]
    assert seller.get(report_id)["createdTime"] == "2026-07-01T12:00:00+00:00"
    seller.headers["x-amz-date"] = "yesterday"
    assert seller.get(seller.create(V2).json()["reportId"])["createdTime"] == "2026-11-20T06:00:00+00:00"


def test_calls_are_recorded_without_tokens_or_secrets(seller):
    """When, who, what, how it ended."""
    seller.log_in("local-NOBODY")
    report = seller.finished(V2)
    seller.download(report)
    calls = seller.simulator.calls
    assert [(call.operation, call.seller, call.status) for call in calls] == [
        ("logInWithAmazon", SELLER, 200),
        ("logInWithAmazon", None, 400),
        ("createReport", SELLER, 202),
        ("getReport", SELLER, 200),
        ("getReportDocument", SELLER, 200),
        ("downloadDocument", SELLER, 200),
    ]
    assert calls[2].params == {"reportType": V2, "marketplaceIds": [DE]}
    assert [call.at - NOW for call in calls[2:4]] == [timedelta(0), timedelta(seconds=90)]
    assert not any(secret in repr(calls) for secret in ("Atza", "local-", "secret-canary"))


def test_simulation_is_deterministic(tmp_path):
    """The same calls get the same answers, ids and tokens included."""
    path = seller_folder(tmp_path / "s", {"DE/v2": V2_BODY})
    answers = []
    for _ in range(2):
        caller = amazon(path)
        report = caller.finished(V2)
        answers.append((caller.headers, report, caller.document(report).json(), caller.download(report).headers))
    assert answers[0] == answers[1]


def test_several_marketplaces_may_be_asked_for_at_once(tmp_path):
    """The rows of all of them come as one document."""
    files = {"DE/o": tsv([order("302-1", at("11-05"))]), "FR/o": tsv([order("402-1", at("11-05"))])}
    caller = amazon(seller_folder(tmp_path / "s", files))
    assert caller.order_ids("11-04", marketplaces=(DE, FR, JP, US)) == ["302-1", "402-1"]


def test_time_is_read_as_utc_whatever_its_offset(seller):
    """Amazon answers in UTC."""
    report_id = seller.create(ORDERS, dataStartTime="2026-11-04T10:00:00+09:00", dataEndTime=at("11-06")).json()[
        "reportId"
    ]
    assert datetime.fromisoformat(seller.get(report_id)["dataStartTime"]) == datetime(2026, 11, 4, 1, tzinfo=UTC)
