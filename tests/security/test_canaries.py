"""No secret and no buyer's data leaves its store: not in logs, messages, execution data, tables or results, whatever goes wrong."""

import pytest

from tests.mail_world import SUBJECTS
from tests.security import troubled_world as world


def leaks(places: dict[str, str], canaries: list[str]) -> list[tuple[str, str]]:
    """Where a canary is seen, and which."""
    lower = {place: text.casefold() for place, text in places.items()}
    return [(place, word) for place, text in lower.items() for word in canaries if word.casefold() in text]


def test_every_canary_entered(run):
    """A search for what was never there would prove nothing: it was sent, or received, or lies in the bucket."""
    entered = {"said": run.said, "heard": run.heard, "raw": run.raw, "settings": run.settings}
    seen = {word for _, word in leaks(entered, run.canaries)}
    assert set(run.canaries) - seen == {world.FATAL_BODY}  # see test_nobody_fetched_…


def test_buyers_data_lies_in_the_raw_bucket_alone(run):
    """That is where it may be, encrypted and for 30 days."""
    assert len({word for _, word in leaks({"raw": run.raw}, run.in_files)}) > len(run.in_files) / 2


def test_every_place_was_really_looked_into(run):
    """Each holds what it ought to hold."""
    assert {place for place, text in run.places.items() if world.SELLER in text} >= {
        *("logs", "messages", "histories", "orders table", "health table", "manifests", "keys and metadata"),
        *("deadlines table", "conversations table", "out/health.json", "out/report.html"),
        *("out/threads.jsonl", "out/deadlines.json", "out/alerts.jsonl"),
    }
    assert world.order_id(1) in run.places["orders table"]
    assert '"level":"INFO"' in run.places["logs"]
    assert "SpApiThrottled" in run.places["histories"]


@pytest.mark.parametrize(
    "code",
    [
        "not_authorized",
        "report_fatal",
        "internal_error",
        "damaged: unreadable_date",
        "damaged: row_cut_off",
        "damaged: invalid_json",
    ],
)
def test_the_troubles_took_place(run, code):
    """What ought to go wrong went wrong, and is told by its code."""
    assert code in run.places["health table"]


def test_mails_were_received_and_left_something_behind(run):
    """A mail that nobody read could not leak: every kind is on record, and there are threads, clocks and claims."""
    for kind in SUBJECTS:
        assert f'"{kind}"' in run.places["conversations table"], kind
    assert '"unreadable"' in run.places["conversations table"]
    failed = [line for line in run.places["logs"].splitlines() if '"failed"' in line and "ReceiveMail" in line]
    assert failed == []
    assert "message_reply#" in run.places["deadlines table"]
    assert "CLAIM#a_to_z" in run.places["orders table"]
    assert run.places["out/threads.jsonl"].count("\n") > 1


def test_no_canary_got_out(run):
    """Not in logs, messages, execution data, tables, manifests or results."""
    assert not leaks(run.places, run.canaries), leaks(run.places, run.canaries)


def test_seller_left_out_is_named_in_the_logs(run):
    """The alarm sends the operator there: which settings, which line, but not what stands there."""
    complaints = [line for line in run.places["logs"].splitlines() if '"not configured"' in line]
    assert len(complaints) == 2  # the daily and the hourly workflow each list the sellers
    assert all(f"sellers/{world.UNREADABLE_SELLER}.yaml: check line 3" in complaint for complaint in complaints)


def test_nobody_fetched_the_excuses_of_a_fatal_report(run):
    """Its document is no report."""
    assert world.FATAL_BODY not in run.said


def test_a_leak_would_be_seen():
    """Whatever its case, wherever it is."""
    assert leaks({"logs": "x CANARYa y", "out": ""}, ["canarya", "canaryb"]) == [("logs", "canarya")]
