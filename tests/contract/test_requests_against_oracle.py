"""requests.jsonl, and whom Amazon was told to ask, against a second, naive reading of the outputs' contract."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from local.sp_api.limits import Operation
from tests.contract.oracle import expectations
from tests.contract.ran import Ran
from tests.contract.selling import DAY, HOUR, MARKETPLACE_IDS, Habits, sales, write
from tests.local.openapi import assert_valid_calls, needs_models
from tests.local.sp_api_world import order_change
from tests.made_once import common_folder, made_once


@dataclass(frozen=True)
class Span:
    """A seller with so many orders in each country, and the days that are run through.

    `changes` is when clocks are changed where, `days` how often reports are read, `ends` what orders come to besides.
    """

    countries: tuple[str, ...]
    since: datetime
    until: datetime
    habits: Habits
    each: int
    seed: int
    changes: Mapping[str, datetime]
    days: int
    ends: frozenset[tuple[str, str]]


NEVER = {
    *(("OPTED_OUT", reason) for reason in ("seller_list", "buyer_opt_out")),
    *(("EXCLUDED", reason) for reason in ("cancelled", "non_amazon", "replacement")),
    *(("EXCLUDED", f"excluded_{what}") for what in ("sku", "asin", "country")),
}

SPANS = {
    "Germany and the USA": Span(
        countries=("DE", "US"),
        since=datetime(2026, 10, 24, tzinfo=UTC),
        until=datetime(2026, 11, 2, 12, tzinfo=UTC),
        habits=Habits(delay_days=6, send_hour=11),
        each=46,
        seed=57,
        changes={"DE": datetime(2026, 10, 25, 1, tzinfo=UTC), "US": datetime(2026, 11, 1, 9, tzinfo=UTC)},
        days=10,
        ends=frozenset(NEVER | {("WINDOW_CLOSED", "too_late")}),
    ),
    "Tokyo and Sydney, few a day": Span(
        countries=("JP", "AU"),
        since=datetime(2026, 10, 3, tzinfo=UTC),
        until=datetime(2026, 10, 5, 1, tzinfo=UTC),
        habits=Habits(delay_days=5, send_hour=9, daily_cap=3, channels=("afn",)),
        each=69,
        seed=66,
        changes={"AU": datetime(2026, 10, 3, 16, tzinfo=UTC)},
        days=2,
        ends=frozenset(NEVER | {("EXCLUDED", "excluded_channel")}),
    ),
}

LINE = {"order_id", "marketplace", "state", "reason", "eligible_from", "closes_at", "attempts", "sent_at"}
PROMPTLY = HOUR + timedelta(minutes=10)
"""An hourly run, and the time it takes."""

UNKNOWN = "305-7654321-1234567"

pytestmark = pytest.mark.slow


def moment(text):
    """A time of a line."""
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module", params=SPANS)
def name(request):
    """What the span is called."""
    return request.param


@pytest.fixture(scope="module")
def span(name):
    """The seller and the days."""
    return SPANS[name]


@pytest.fixture(scope="module")
def made(span):
    """Some hundred orders, of which a good part is due in the span.

    None is shipped after its last report: those are told of by notifications and the Orders API alone, which the oracle does not read.
    """
    chance = random.Random(span.seed)
    found = sales(span.countries, span.each, span.since - 48 * DAY, span.since + 4 * DAY, chance)
    last_report = span.until.replace(hour=6)
    last_report -= DAY if last_report > span.until else timedelta(0)
    return [sale for sale in found if not last_report < sale.shipped <= span.until]


@pytest.fixture(scope="module")
def ran(name, span, made, request, tmp_path_factory):
    """Those days, run through once for all the processes of a test run."""
    shared = common_folder(request.config, tmp_path_factory)

    def run():
        folder = write(shared / f"{name} seller", made, span.habits)
        (folder / "notifications" / "unknown.json").write_text(order_change(UNKNOWN, span.since.isoformat()))
        days = ["--from", span.since.isoformat(), "--to", span.until.isoformat()]
        with pytest.MonkeyPatch.context() as patched:
            return Ran([folder, *days], shared / f"{name} out", patched)

    return made_once(shared / f"{name}.run", run)


@pytest.fixture(scope="module")
def due(span, made):
    """What the oracle says of each order."""
    return expectations(made, span.habits, span.since, span.until)


def test_oracle_has_something_to_say_of_every_end(span, due):
    """Or the comparison would prove little."""
    ends = Counter((one.state, one.reason) for one in due.values())
    assert ends["SENT", None] >= 9
    assert set(ends) >= span.ends | {("PLANNED", None), (None, None)}


def test_oracle_knows_buyers_asked_before_and_after_what_may_go_wrong(span, made, due):
    """A change of the clock, a mail that comes too late to be heeded, a day on which no more may be asked."""
    asked = {sale.order_id: due[sale.order_id].asked for sale in made if due[sale.order_id].asked}
    for country, change in span.changes.items():
        assert {
            asked[sale.order_id] < change for sale in made if sale.order_id in asked and sale.country == country
        } == {
            True,
            False,
        }
    assert [sale for sale in made if sale.order_id in asked and sale.mailed and sale.mailed < span.until]
    put_off = [one for one in due.values() if one.state == "PLANNED" and one.window[0] < span.until]
    assert bool(put_off) == (span.habits.daily_cap is not None)


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
    """In the first hour of those in which the buyer may be asked, across the clock changes; nobody else ever."""
    posts = ran.posts()
    assert set(posts) == {order_id for order_id, one in due.items() if one.asked}
    for order_id, times in posts.items():
        (at,) = times
        assert timedelta(0) <= at - due[order_id].asked < PROMPTLY, order_id
        assert at < due[order_id].window[1]
        assert moment(ran.by_order[order_id]["sent_at"]) == at


def test_each_buyer_is_asked_in_the_marketplace_of_the_order(ran, made):
    """Solicitations know an order only there."""
    places = {sale.order_id: MARKETPLACE_IDS[sale.country] for sale in made}
    posts = [call for call in ran.calls if call.operation is Operation.CREATE_SOLICITATION]
    assert {call.status for call in posts} == {201}
    assert [call.path for call in posts if call.query["marketplaceIds"] != [places[str(call.params["id"])]]] == []


def test_hours_in_which_nothing_is_due_are_left_out(span, ran):
    """And news of an order that no report ever tells of makes none of them due."""
    hours = (span.until - span.since) / HOUR
    assert ran.started["AccountHealthStateMachine"] == span.days
    assert span.days < ran.started["FeedbackRequestsStateMachine"] < hours / 4


@needs_models
def test_calls_of_the_whole_span_are_of_amazons_models(ran):
    """Reports, orders and solicitations, day by day."""
    assert_valid_calls(ran.calls)
