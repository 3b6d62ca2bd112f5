"""requests.jsonl, and whom Amazon was told to ask, against a second, naive reading of the outputs' contract."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from local.sp_api.limits import Operation
from tests.contract.ran import Ran
from tests.contract.selling import DAY, HOUR, MARKETPLACE_IDS, Habits, expected, sales, write
from tests.local.openapi import assert_valid_calls, needs_models
from tests.local.sp_api_world import asked_again, order_change

SINCE, UNTIL = datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 11, 2, 12, tzinfo=UTC)
"""Clocks go back in Germany on the second day, in the USA on the ninth."""

HABITS = Habits(delay_days=6, send_hour=11)
LINE = {"order_id", "marketplace", "state", "reason", "eligible_from", "closes_at", "attempts", "sent_at"}
PROMPTLY = HOUR + timedelta(minutes=10)
"""An hourly run, and the time it takes."""

UNKNOWN = "305-7654321-1234567"

pytestmark = pytest.mark.slow


def moment(text):
    """A time of a line."""
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def made():
    """A few dozen orders, of which a good part is due in the span."""
    return sales(["DE", "US"], 21, SINCE - 48 * DAY, SINCE + 4 * DAY, random.Random(15))


@pytest.fixture(scope="module")
def ran(made, tmp_path_factory):
    """Ten days and a half."""
    path = tmp_path_factory.mktemp("span")
    folder = write(path / "seller", made, HABITS)
    (folder / "notifications" / "unknown.json").write_text(order_change(UNKNOWN, SINCE.isoformat()))
    with pytest.MonkeyPatch.context() as patched:
        yield Ran([folder, "--from", SINCE.isoformat(), "--to", UNTIL.isoformat()], path / "out", patched)


@pytest.fixture(scope="module")
def due(made):
    """What the oracle says of each order."""
    return {sale.order_id: expected(sale, HABITS, SINCE, UNTIL) for sale in made}


def test_oracle_has_something_to_say_of_every_end(due):
    """Or the comparison would prove little."""
    ends = Counter((one.state, one.reason) for one in due.values())
    assert ends["SENT", None] >= 8
    assert set(ends) >= {
        ("PLANNED", None),
        ("WINDOW_CLOSED", "too_late"),
        ("OPTED_OUT", "seller_list"),
        *(
            ("EXCLUDED", reason)
            for reason in ("cancelled", "non_amazon", "excluded_sku", "excluded_asin", "excluded_country")
        ),
        (None, None),
    }


def test_each_order_ever_considered_has_one_line_as_the_contract_says(ran, made, due):
    """Its state, its reason, its window; orders that were never shipped have none."""
    countries = {sale.order_id: sale.country for sale in made}
    assert len(ran.lines) == len(ran.by_order)
    assert set(ran.by_order) == {order_id for order_id, one in due.items() if one.state is not None}
    assert [line for line in ran.lines if not set(line) >= LINE] == []
    for order_id, line in ran.by_order.items():
        one = due[order_id]
        assert (line["state"], line["reason"]) == (one.state, one.reason), order_id
        assert line["marketplace"] == countries[order_id]
        assert (moment(line["eligible_from"]), moment(line["closes_at"])) == one.window, order_id
        assert line["attempts"] == (1 if one.state == "SENT" else 0)
        assert (line["sent_at"] is None) == (one.asked is None)


def test_each_eligible_buyer_is_asked_once_at_the_right_time(ran, due):
    """In the first hour of those in which the buyer may be asked, across both clock changes; nobody else ever."""
    posts = ran.posts()
    assert set(posts) == {order_id for order_id, one in due.items() if one.asked}
    for order_id, times in posts.items():
        (at,) = times
        assert timedelta(0) <= at - due[order_id].asked < PROMPTLY, order_id
        assert at < due[order_id].window[1]
        assert moment(ran.by_order[order_id]["sent_at"]) == at
    assert asked_again(ran.amazon) == []


def test_each_buyer_is_asked_in_the_marketplace_of_the_order(ran, made):
    """Solicitations know an order only there."""
    places = {sale.order_id: MARKETPLACE_IDS[sale.country] for sale in made}
    posts = [call for call in ran.amazon.calls if call.operation is Operation.CREATE_SOLICITATION]
    assert {call.status for call in posts} == {201}
    assert [call.path for call in posts if call.query["marketplaceIds"] != [places[str(call.params["id"])]]] == []


def test_hours_in_which_nothing_is_due_are_left_out(ran):
    """And news of an order that no report ever tells of makes none of them due."""
    hours = (UNTIL - SINCE) / HOUR
    assert ran.started["AccountHealthStateMachine"] == 10
    assert 10 < ran.started["FeedbackRequestsStateMachine"] < hours / 4


@needs_models
def test_calls_of_the_whole_span_are_of_amazons_models(ran):
    """Reports, orders and solicitations, day by day."""
    assert_valid_calls(ran.amazon.calls)
