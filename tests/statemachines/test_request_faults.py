"""No fault of Amazon's makes a buyer be asked twice, or be forgotten; and the ledger says why it stands as it stands."""

from collections.abc import Mapping, Sequence

import pytest

from goodstanding.core.requests.record import Reason
from local.sp_api.solicitations import Post
from tests.local.openapi import assert_valid_calls, needs_models
from tests.statemachines.request_faults import (
    CASES,
    CLOSED,
    CUT_OFF,
    DRY,
    FAULT_SCENES,
    FEW,
    HEALTHY,
    HOURS_OF_THE_FIRST_DAY,
    MANY,
    RAIN,
    REFUSED,
    SENT,
    order_of,
)
from tests.statemachines.scenes import GOOD, LOOK, POST
from tests.statemachines.world import HOUR, START

NO_POSTS: Sequence[Post] = ()


@pytest.fixture
def struck(scenes):
    """Single orders' faults."""
    return scenes["faults of orders"]


@pytest.fixture
def troubled(scenes):
    """Whole sellers' troubles."""
    return scenes["troubles of sellers"]


# ---- single orders ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: str(CASES[number]))
def test_fault_of_one_order_ends_where_it_must(struck, number):
    """In the right state, with the right reason, after no more posts than needed."""
    case, record = CASES[number], struck.requests[GOOD, "DE"][order_of(number)]
    assert (record.state, record.reason, record.attempts) == (case.state, case.reason, case.posts)
    posts = struck.posts[GOOD].get(order_of(number), NO_POSTS)
    assert [post.accepted for post in posts] == [False] * (case.posts - 1) + [case.state is SENT] * min(case.posts, 1)


def test_fault_of_one_order_costs_no_other(struck):
    """Those between them were asked in the first hours."""
    struck_ones = {order_of(number) for number in range(len(CASES))}
    plain = [record for order_id, record in struck.requests[GOOD, "DE"].items() if order_id not in struck_ones]
    assert len(plain) > len(CASES) // 3
    assert {(record.state, record.reason, record.attempts) for record in plain} == {(SENT, None, 1)}
    assert [record for record in plain if record.sent_at > START + 6 * HOUR] == []


@pytest.mark.parametrize("name", FAULT_SCENES)
def test_no_fault_makes_a_buyer_be_asked_twice(scenes, name):
    """Once Amazon accepted a request there was never another post."""
    posts = [made for by_order in scenes[name].posts.values() for made in by_order.values()]
    assert len(posts) > FEW
    assert [made for made in posts if any(post.accepted for post in made[:-1])] == []


@pytest.mark.parametrize("name", FAULT_SCENES)
def test_no_fault_fails_a_run(scenes, name):
    """Amazon's troubles are expected."""
    assert {run.status for run in scenes[name].runs} == {"SUCCEEDED"}


@needs_models
@pytest.mark.parametrize("name", FAULT_SCENES)
def test_calls_are_of_amazons_models(scenes, name):
    """However the answers were spoilt."""
    assert_valid_calls(scenes[name].calls)


# ---- whole sellers ------------------------------------------------------------------------------------------------------------


def in_the_evening(seen, seller: str) -> list[Mapping[str, str]]:
    """The seller's requests at the end of the first day."""
    items = seen.standings[HOURS_OF_THE_FIRST_DAY].tables["OrdersTable"]
    requests = [item for (partition, sort), item in items.items() if partition.startswith(seller) and sort == "REQUEST"]
    return [{name: item[name].get("S", "") for name in ("state", "reason") if name in item} for item in requests]


def solicitations(seen, seller: str) -> int:
    """How often Amazon was asked for them on the first day."""
    calls = [call for call in seen.calls if call.seller == seller and call.operation in {LOOK, POST}]
    return sum(call.at.date() == START.date() for call in calls)


def told(seen, seller: str) -> list[tuple[str, str, int]]:
    """Kind, severity and day of what was said about requests."""
    said = [one for one in seen.published if one.attributes.get("seller_id") == seller]
    return [
        (one.attributes["kind"], one.attributes["severity"], (one.at.date() - START.date()).days)
        for one in said
        if one.attributes["kind"] in {"authorization", "eligibility"}
    ]


def asked(seen, seller: str) -> int:
    """How many buyers were asked by us."""
    return sum(any(post.accepted for post in made) for made in seen.posts[seller].values())


@pytest.mark.parametrize("seller", REFUSED)
def test_refused_seller_stops_at_once_and_is_told_once(troubled, seller):
    """Each hour an order finds out whether it is still so; nothing is asked; one alert, critical."""
    assert [request["state"] for request in in_the_evening(troubled, seller)] == ["PLANNED"] * FEW
    assert solicitations(troubled, seller) <= 2 * HOURS_OF_THE_FIRST_DAY
    assert told(troubled, seller) == [("authorization", "critical", 0)]


def test_healthy_seller_beside_refused_ones_is_unharmed(troubled):
    """Asked in the first hour, nothing said."""
    assert [request["state"] for request in in_the_evening(troubled, HEALTHY)] == ["SENT"] * FEW
    assert told(troubled, HEALTHY) == []


@pytest.mark.parametrize("seller", CUT_OFF)
def test_outage_is_no_evidence_and_no_storm(troubled, seller):
    """Three answers in a row end a batch; the orders wait, with their reason, and nobody is called ineligible."""
    evening = in_the_evening(troubled, seller)
    assert [request["state"] for request in evening] == ["PLANNED"] * FEW
    assert {request["reason"] for request in evening} == {Reason.UNAVAILABLE}
    assert solicitations(troubled, seller) <= 3 * 7 * HOURS_OF_THE_FIRST_DAY  # a batch's orders, its tries, the hours


@pytest.mark.parametrize("seller", [HEALTHY, *REFUSED, *CUT_OFF])
def test_everybody_is_asked_once_when_the_trouble_is_over(troubled, seller):
    """Nothing that was planned is lost."""
    assert [record.state for record in troubled.requests[seller, "DE"].values()] == [SENT] * FEW
    assert asked(troubled, seller) == FEW


def test_drought_is_told_once_and_nobody_is_called_ineligible(troubled):
    """Windows that end in it are closed with their reason; the others are asked when Amazon offers again."""
    records = troubled.requests[DRY, "DE"].values()
    ended = [record for record in records if record.window.closes_at < RAIN]
    assert [(record.state, record.reason) for record in ended] == [(CLOSED, Reason.NO_ACTION_OFFERED)] * FEW
    assert [record.state for record in records if record not in ended] == [SENT] * MANY
    assert asked(troubled, DRY) == MANY
    assert told(troubled, DRY) == [("eligibility", "warning", 0)]
