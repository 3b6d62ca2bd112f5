"""`goodstanding explain`: one order, from the files of a run."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from cli import main as command
from cli.explain import in_words
from cli.outputs import output_directory
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import RequestWindow
from local.dossiers import Dossier, Event
from tests.cli.conftest import AS_OF, message, outcome_of, place

ORDER = "302-1234567-1234567"
BOUGHT = datetime(2026, 11, 1, 11, tzinfo=UTC)
SHIPPED = BOUGHT + timedelta(days=2)
EVENTS = [
    Event(BOUGHT, "purchase", {"fulfillment": "mfn", "sales_channel": "Amazon.de", "skus": ["A"], "asins": []}),
    Event(SHIPPED, "status", {"status": "shipped", "source": "report"}),
    Event(
        SHIPPED,
        "promise",
        {
            "source": "orders_api",
            "status": "shipped",
            "is_replacement": False,
            "earliest_delivery_at": None,
            "latest_delivery_at": SHIPPED + timedelta(days=2),
            "latest_ship_at": SHIPPED - timedelta(hours=1),
        },
    ),
    Event(SHIPPED, "shipment", {"source": "orders_api", "late": True}),
    Event(date(2026, 11, 9), "return", {"a_to_z_claim": True}),
    Event(date(2026, 11, 10), "feedback", {"rating": 1, "stands": False, "last_seen_on": "2026-11-15"}),
    Event(BOUGHT, "opt_out", {"source": "seller_list"}),
]


def record(state=RequestState.PLANNED, reason=None, **more):
    """A request whose window is open at the end of the run."""
    window = RequestWindow(
        SHIPPED + timedelta(days=5), SHIPPED + timedelta(days=9, hours=-2), SHIPPED + timedelta(days=32)
    )
    return RequestRecord(ORDER, window, EstimateSource.ORDERS_API, state=state, reason=reason, **more)


@pytest.fixture
def written(tmp_path):
    """Writes the files of a run in which an order was met; the folder."""

    def write(*records, events=tuple(EVENTS), countries=("DE",), messages=()):
        places = [place(country, requests=records, orders=[Dossier(ORDER, events)]) for country in countries]
        with output_directory(tmp_path / "out") as out:
            out.publish(outcome_of(*places, messages=messages))
        return tmp_path / "out"

    return write


@pytest.fixture
def explained(capsys):
    """Runs the command; its exit status, standard output and standard error."""

    def explain(out, *arguments, order=ORDER):
        status = command.main(["explain", order, "--out", str(out), *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return explain


def test_everything_about_an_order_is_told_in_the_order_of_time(written, explained):
    """Facts, request and alerts on the marketplace's clock, with what is to come after what was."""
    alert = message(order_id=ORDER, subject="Late", severity="warning", at=AS_OF)
    out = written(
        record(next_at=AS_OF + timedelta(hours=3)), messages=[alert, message(order_id="other", subject="Not this")]
    )
    assert explained(out) == (
        0,
        """\
Order 302-1234567-1234567, seller A2EXAMPLE00001, DE (amazon.de)

Feedback request: planned
  Amazon's window  2026-11-08 12:00 CET to 2026-12-05 12:00 CET
  not before       2026-11-12 10:00 CET (the seller's delay and hour)
  delivery date    promised by Amazon (orders_api)
  posts            0
  next             looked at 2026-11-20 10:00 CET, and asked then if Amazon offers it

2026-11-01 12:00 CET   bought on Amazon.de, own fulfilment, SKU A
2026-11-01 12:00 CET   the buyer wants no messages (seller_list)
2026-11-03 12:00 CET   shipped, by Amazon's report
2026-11-03 12:00 CET   the Orders API says: shipped, ship by 2026-11-03 11:00 CET, deliver by 2026-11-05 12:00 CET
2026-11-03 12:00 CET   shipped, later than its latest ship time, by the Orders API
2026-11-08 12:00 CET   Amazon's window for a feedback request opens
2026-11-09             return asked for, with an A-to-z claim
2026-11-10             feedback: 1 star; no longer there after 2026-11-15
2026-11-12 10:00 CET   a feedback request may be sent from here on
2026-11-20 07:00 CET   alert (warning): Late
2026-11-20 07:00 CET   ---- end of the run; what follows is promised or planned ----
2026-11-20 10:00 CET   feedback request: next look
2026-12-05 12:00 CET   Amazon's window for a feedback request closes
""",
        "",
    )


@pytest.mark.parametrize(
    ("state", "reason", "more", "words"),
    [
        (RequestState.PLANNED, Reason.DAILY_CAP, {}, "planned (the day's cap was reached)"),
        (
            RequestState.SENDING,
            Reason.ANSWER_PENDING,
            {"posted_at": AS_OF},
            "2026-11-20 07:00 CET   feedback request posted",
        ),
        (RequestState.SENT, None, {"posted_at": AS_OF, "sent_at": AS_OF}, "feedback request sent"),
        (RequestState.SENT, Reason.ANSWER_LOST, {"lost_at": AS_OF, "posted_at": AS_OF}, "posted, the answer was lost"),
        (RequestState.EXCLUDED, Reason.EXCLUDED_SKU, {}, "excluded (its SKU is left out)"),
        (RequestState.NOT_ELIGIBLE, Reason.NO_ACTION_OFFERED, {"empty_reads": 2}, "not offered      2 times"),
        (
            RequestState.ALREADY_ASKED,
            Reason.NOT_AVAILABLE,
            {"refusals": 2, "refused_for": Reason.NOT_AVAILABLE},
            "refusals         2 (Amazon says it is not available",
        ),
    ],
)
def test_a_request_says_where_it_stands_and_why(written, explained, state, reason, more, words):
    """Each state in words, with its evidence."""
    status, text, _ = explained(written(record(state, reason, **more)))
    assert status == 0
    assert words in text
    assert text.count("feedback request sent") <= 1


@pytest.mark.parametrize("state", RequestState)
def test_every_state_says_what_happens_next(written, explained, state):
    """Nobody is left to guess whether something is still to come; and what can never be sent has no day from which it may be."""
    _, text, _ = explained(written(record(state, Reason.REFUSED)))
    assert "  next             " in text
    waits = state in {RequestState.PLANNED, RequestState.SENDING, RequestState.SENT}
    assert ("may be sent from here on" in text) == waits


def test_a_request_taken_for_sent_says_that_it_is_looked_at_again(written, explained):
    """Until then nobody claims that it is final."""
    lost = {"lost_at": AS_OF, "posted_at": AS_OF, "sent_at": AS_OF}
    again = record(RequestState.SENT, Reason.ANSWER_LOST, next_at=AS_OF + timedelta(days=1), **lost)
    assert "it was not sent, and is asked after all" in explained(written(again))[1]
    assert "this is final" in explained(written(record(RequestState.SENT, Reason.ANSWER_LOST, **lost)))[1]


def test_an_order_that_was_never_considered_says_so(written, explained):
    """It has facts all the same; what has no date comes first."""
    events = [*EVENTS[:1], Event(None, "shipment", {"source": "report", "late": None}), Event(SHIPPED, "brand_new", {})]
    _, text, _ = explained(written(events=events))
    assert "Feedback request: never considered" in text
    assert text.index("(no date)") < text.index("bought on")
    assert "brand new" in text


def test_json_is_a_list_for_programs(written, explained):
    """Same events, times in UTC, one entry for each marketplace that has the order."""
    status, text, _ = explained(written(record(), countries=("DE", "FR")), "--json")
    first, second = json.loads(text)
    assert status == 0
    assert (first["marketplace"], second["marketplace"]) == ("DE", "FR")
    assert (first["order_id"], first["as_of"], first["request"]["state"]) == (ORDER, "2026-11-20T06:00:00Z", "PLANNED")
    assert first["events"][0]["at"] == "2026-11-01T11:00:00Z"


def test_messages_deadlines_and_triage_are_told_when_the_files_have_them(written, explained):
    """Only those about the order."""
    out = written(record())
    thread = {"order_id": ORDER, "category": "tracking", "messages": 2, "state": "open"}
    thread |= {"first_unanswered_at": "2026-11-19T06:00:00Z", "due_at": "2026-11-20T06:00:00Z"}
    closed = thread | {"first_unanswered_at": None, "due_at": None, "state": "answered", "messages": 5}
    deadline = {"order_id": ORDER, "kind": "a_to_z_response", "opened_at": "2026-11-10T06:00:00Z", "state": "met"}
    deadline |= {"due_at": "2026-11-12T06:00:00Z", "closed_at": "2026-11-11T06:00:00Z", "closed_by": "reply"}
    other = deadline | {"order_id": None, "kind": "ship_by"}
    triage = {
        "order_id": ORDER,
        "left_on": "2026-11-10",
        "grounds": [{"ground": "obscene"}],
        "advice": "request_removal",
    }
    (out / "threads.jsonl").write_text("".join(json.dumps(each) + "\n" for each in (thread, closed)))
    (out / "deadlines.json").write_text(json.dumps([deadline, deadline | {"closed_at": None, "state": "open"}, other]))
    (out / "feedback.jsonl").write_text(json.dumps(triage) + "\n")
    _, text, _ = explained(out)
    for words in (
        "2026-11-19 07:00 CET   a buyer's message waits for an answer (tracking)",
        "2026-11-20 07:00 CET   the answer to the buyer's message is due (tracking)",
        "5 messages of the buyer, answered",
        "2026-11-12 07:00 CET   deadline a_to_z_response is due (met)",
        "2026-11-11 07:00 CET   deadline a_to_z_response is closed (reply)",
        "2026-11-10             feedback looked at: grounds obscene; advice request removal",
    ):
        assert words in text
    assert text.count("is closed") == 1
    assert "ship_by" not in text


def test_files_of_a_run_cut_short_are_enough(written, explained):
    """Without health.json there is no line between past and future; the rest stands."""
    out = written(record())
    for name in ("health.json", "alerts.jsonl"):
        (out / name).unlink()
    status, text, _ = explained(out)
    assert status == 0
    assert "end of the run" not in text


def _nothing(_out):
    return


def _no_folder(out):
    for path in out.iterdir():
        path.unlink()
    out.rmdir()


def _no_orders(out):
    (out / "orders.jsonl").unlink()


def _torn(out):
    (out / "orders.jsonl").write_text("\n" + (out / "orders.jsonl").read_text()[:-20])


def _of_another_version(out):
    (out / "orders.jsonl").write_text(json.dumps({"order_id": ORDER}) + "\n")


def _not_text(out):
    (out / "alerts.jsonl").write_bytes(b"\xff" + ORDER.encode())


def _no_list(out):
    (out / "deadlines.json").write_text(f'["{ORDER}"]')


@pytest.mark.parametrize(
    ("spoil", "order", "words"),
    [
        (_nothing, "302-0000000-0000000", "302-0000000-0000000: is not among the orders of"),
        (_nothing, "302", "302: is not among the orders of"),
        (_nothing, "", ": is not among the orders of"),
        (_no_folder, ORDER, "no such folder"),
        (_no_orders, ORDER, "has no orders.jsonl"),
        (_torn, ORDER, "orders.jsonl: line 2: cannot be understood"),
        (_of_another_version, ORDER, "orders.jsonl: line 1: cannot be understood"),
        (_not_text, ORDER, "alerts.jsonl: cannot be read"),
        (_no_list, ORDER, "deadlines.json: cannot be understood"),
    ],
)
def test_what_cannot_be_explained_is_one_clear_line(written, explained, spoil, order, words):
    """Exit status 2, nothing on standard output."""
    out = written(record())
    spoil(out)
    status, text, complaint = explained(out, order=order)
    assert (status, text) == (2, "")
    assert complaint.startswith("goodstanding: ")
    assert complaint.count("\n") == 1
    assert words in complaint


def test_a_number_with_spaces_around_is_understood(written, explained):
    """As it comes out of a mail or a sheet."""
    assert explained(written(record()), order=f" {ORDER}\n")[0] == 0


def test_no_event_is_lost_in_words(written, explained):
    """One line for each event, whatever it is."""
    status, text, _ = explained(written(record()), "--json")
    assert status == 0
    (dossier,) = json.loads(text)
    lines = in_words(dossier).splitlines()
    assert sum(line[:4].isdigit() for line in lines) == len(dossier["events"]) + 1
