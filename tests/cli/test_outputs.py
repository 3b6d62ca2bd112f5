"""The files of a run."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from cli.outputs import FILES, output_directory
from local.seller_folder import BadInput
from tests.cli.conftest import AS_OF, message, outcome_of, place


def _publish(outcome, path):
    with output_directory(path) as out:
        out.publish(outcome)


def test_all_files_of_the_contract_are_there_and_nothing_else(outcome, tmp_path):
    """Those that nothing fills yet exist and are empty."""
    _publish(outcome, tmp_path / "deep" / "out")
    assert sorted(path.name for path in (tmp_path / "deep" / "out").iterdir()) == sorted(FILES)
    assert list(tmp_path.iterdir()) == [tmp_path / "deep"]
    assert json.loads((tmp_path / "deep" / "out" / "deadlines.json").read_text()) == []
    for name in ("threads.jsonl", "feedback.jsonl"):
        assert (tmp_path / "deep" / "out" / name).read_text() == ""


def test_health_has_every_field_of_the_contract(outcome, tmp_path):
    """Names, nesting and exact figures."""
    _publish(outcome, tmp_path)
    health = json.loads((tmp_path / "health.json").read_text(), parse_float=Decimal)
    assert {key: health[key] for key in ("version", "as_of")} == {"version": 1, "as_of": "2026-11-20T06:00:00Z"}
    (seller,) = health["sellers"]
    germany, france = seller["marketplaces"]
    assert seller["seller_id"] == "A2EXAMPLE00001"
    assert {key: germany[key] for key in ("marketplace", "marketplace_id", "account_status")} == {
        "marketplace": "DE",
        "marketplace_id": "A1PA6795UKMFR9",
        "account_status": "AT_RISK",
    }
    assert germany["sources"][0] == {
        "source": "GET_V2_SELLER_PERFORMANCE_REPORT",
        "state": "fresh",
        "fetched_at": "2026-11-20T06:00:00Z",
        "reason": None,
    }
    assert france["sources"][0]["reason"] == "report_fatal"
    assert germany["metrics"][0] == {
        "metric": "order_defect_rate",
        "fulfillment": "mfn",
        "source": "amazon",
        "value": Decimal("0.012295081967213115"),
        "numerator": 3,
        "denominator": 244,
        "window": {"from": "2026-09-08", "to": "2026-11-06"},
        "target": Decimal("0.01"),
        "condition": "LESS_THAN",
        "amazon_status": "BAD",
        "status": "bad",
        "reason": None,
    }
    unknown = germany["metrics"][2]
    assert (unknown["value"], unknown["window"], unknown["reason"]) == (None, None, "no_mail_source")


def test_requests_are_one_line_for_each_order_considered(outcome, tmp_path):
    """The contract's fields; a planned request has no reason outside, whatever it was put off for."""
    _publish(outcome, tmp_path)
    sent, left_out, planned = map(json.loads, (tmp_path / "requests.jsonl").read_text().splitlines())
    assert sent == {
        "order_id": "302-0000000-0000001",
        "seller_id": "A2EXAMPLE00001",
        "marketplace": "DE",
        "state": "SENT",
        "reason": None,
        "eligible_from": "2026-11-12T06:00:00Z",
        "closes_at": "2026-12-05T06:00:00Z",
        "estimated_by": "fallback",
        "confidence": "guessed",
        "attempts": 0,
        "sent_at": "2026-11-20T06:00:00Z",
    }
    assert (left_out["state"], left_out["reason"]) == ("EXCLUDED", "excluded_sku")
    assert (planned["state"], planned["reason"]) == ("PLANNED", None)


def test_orders_are_one_line_each_with_events_and_request(outcome, tmp_path):
    """All that `explain` needs."""
    _publish(outcome, tmp_path)
    (order,) = map(json.loads, (tmp_path / "orders.jsonl").read_text().splitlines())
    assert order["events"] == [{"at": "2026-10-31T06:00:00Z", "what": "status", "status": "shipped"}]
    assert (order["marketplace"], order["request"]["state"], order["request"]["next_at"]) == ("DE", "SENT", None)


def test_alerts_are_one_line_each(outcome, tmp_path):
    """Every published message, in order, with the contract's fields."""
    _publish(outcome, tmp_path)
    alert, digest = map(json.loads, (tmp_path / "alerts.jsonl").read_text().splitlines())
    assert alert == {
        "at": "2026-11-20T06:04:00Z",
        "topic": "alerts",
        "severity": "critical",
        "kind": "metric_status",
        "seller_id": "A2EXAMPLE00001",
        "marketplace": "DE",
        "order_id": None,
        "subject": "DE: bad",
        "message": "Order defect rate\n",
        "sms": "DE: bad. See e-mail.",
    }
    assert (digest["topic"], digest["sms"]) == ("digest", None)


def test_alerts_are_listed_by_time_also_where_sellers_ran_side_by_side(tmp_path):
    """Each seller's own in the order in which they were published."""
    times = (AS_OF + timedelta(minutes=9), AS_OF, AS_OF + timedelta(minutes=9))
    told = [message(at=at, subject=subject) for at, subject in zip(times, "abc", strict=True)]
    _publish(outcome_of(place("DE"), messages=told), tmp_path)
    lines = map(json.loads, (tmp_path / "alerts.jsonl").read_text().splitlines())
    assert [line["subject"] for line in lines] == ["b", "a", "c"]


def test_a_second_run_replaces_the_files_and_leaves_others_alone(outcome, tmp_path):
    """What else lies in the folder is the user's."""
    (tmp_path / "notes.txt").write_text("mine")
    _publish(outcome, tmp_path)
    first = (tmp_path / "health.json").read_bytes()
    _publish(outcome, tmp_path)
    assert (tmp_path / "health.json").read_bytes() == first
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_run_that_fails_writes_nothing(tmp_path):
    """The results of the run before stay as they were."""
    (tmp_path / "health.json").write_text("before")
    with pytest.raises(KeyboardInterrupt), output_directory(tmp_path):
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["health.json"]
    assert (tmp_path / "health.json").read_text() == "before"


def test_a_failed_run_leaves_no_new_folder(tmp_path):
    """An output folder is made only when there is something to put in."""
    with pytest.raises(KeyboardInterrupt), output_directory(tmp_path / "new"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_is_a_file_is_refused(tmp_path):
    """Told before the run begins."""
    (tmp_path / "out").write_text("")
    with (
        pytest.raises(BadInput, match=r"--out .*out: .*out is a file; name a folder"),
        output_directory(tmp_path / "out"),
    ):
        pass


def test_an_output_below_a_file_is_refused(tmp_path):
    """A file on the way is as bad."""
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="is a file"), output_directory(tmp_path / "file" / "out"):
        pass


def test_a_result_that_cannot_be_replaced_is_refused(tmp_path):
    """A folder with the name of a result would stop the last step of the run."""
    (tmp_path / "health.json").mkdir()
    with pytest.raises(BadInput, match=r"health\.json in it is a folder"), output_directory(tmp_path):
        pass


def test_a_place_without_write_permission_is_refused(tmp_path, monkeypatch):
    """Told before the run begins (simulated: the superuser may write everywhere)."""
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(BadInput, match=r"cannot be written \(Permission denied\)"), output_directory(tmp_path):
        pass


def test_a_file_system_that_fills_up_is_told(outcome, tmp_path, monkeypatch):
    """One line instead of a traceback."""

    def full(*_args, **_keywords):
        raise OSError(28, "No space left on device")

    with output_directory(tmp_path / "out") as out:
        monkeypatch.setattr("pathlib.Path.write_text", full)
        with pytest.raises(BadInput, match="No space left on device"):
            out.publish(outcome)
