"""Whatever goes wrong in whatever order: a buyer is asked at most once, never at a wrong time or against a wish, and none is forgotten."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings

from goodstanding.core.orders import OrderStatus, PromiseSource
from goodstanding.core.requests.record import Reason
from tests.life import Life
from tests.orders import order_id
from tests.property.request_machine import A_LAMBDA, DAY, HOUR, MINUTE, START, RequestMachine, S


def a_seller_with_one_order(lag: timedelta = timedelta(0), bought_ago: int = 24 * 22) -> RequestMachine:
    """In the middle of its window."""
    machine = RequestMachine()
    machine.begin(send_hour=2, delay_days=7, lag=lag, bought_ago=[bought_ago])
    return machine


def come_to_its_end(machine: RequestMachine) -> None:
    """What holds now, and what holds when nothing goes wrong any more."""
    machine.what_is_open_is_due_some_time_and_nothing_else()
    machine.ends_stay_ends()
    machine.teardown()


CALLS = range(1, 15)
"""A run that asks one buyer makes a dozen port calls; a few more, so that every one is met."""

FIRST_POSTS = ([], ["none", "lost_before"], ["none", "lost_after"], ["none", "throttled"], ["none", "revoked"])


@pytest.mark.parametrize("faults", FIRST_POSTS)
@pytest.mark.parametrize("after_effect", [False, True])
def test_death_at_any_call_loses_no_order_and_asks_nobody_twice(faults, after_effect):
    """Also when the run that takes over dies at any of its calls."""
    for first in CALLS:
        for second in (0, *CALLS):
            machine = a_seller_with_one_order()
            machine.send("a", faults, first, after_effect=after_effect, in_time=True, remaining=A_LAMBDA)
            machine.wait(7 * MINUTE)
            machine.send("b", [], second, after_effect=after_effect, in_time=True, remaining=A_LAMBDA)
            come_to_its_end(machine)


@pytest.mark.parametrize("holders", ["aa", "ab"])
@pytest.mark.parametrize("deed", ["send", "plan", "opt_out", "cancel"])
@pytest.mark.parametrize("stall", [timedelta(0), timedelta(seconds=30), 7 * MINUTE])
@pytest.mark.parametrize("lag", [timedelta(0), 10 * MINUTE])
def test_whatever_happens_at_any_call_asks_nobody_twice_or_against_a_wish(holders, deed, stall, lag):
    """A second sender, a planner, an opt-out and a cancellation, in the middle of everything."""
    for between in CALLS:
        for faults, others in (
            (FIRST_POSTS[0], FIRST_POSTS[0]),
            (FIRST_POSTS[2], FIRST_POSTS[0]),
            (FIRST_POSTS[0], FIRST_POSTS[2]),
        ):
            machine = a_seller_with_one_order(lag)
            machine.interleave(holders, faults, others, between, stall, deed, 0)
            come_to_its_end(machine)


@pytest.mark.parametrize("killed_at", CALLS)
def test_news_that_come_while_planning_are_planned(killed_at):
    """A promise that arrives at any call of the planner moves the window, at the latest the next time."""
    machine = a_seller_with_one_order()
    later = {killed_at: lambda: machine.promise(0, 0, PromiseSource.ORDER_CHANGE, 24, 48, OrderStatus.SHIPPED)}
    machine._plan(Life(at_call=later))
    machine._plan(Life(at_call={1: later[killed_at]}))
    (record,) = machine._records().values()
    assert record.window.closes_at == START + 48 * HOUR + 30 * DAY


def test_story_of_a_lost_answer_is_sent_once_and_says_so():
    """Amazon accepted it, nobody heard; a minute later it is no longer offered."""
    machine = a_seller_with_one_order()
    machine.send("a", ["none", "lost_after"], 0, after_effect=False, in_time=True, remaining=A_LAMBDA)
    (record,) = machine._records().values()
    assert (record.state, record.reason, record.attempts) == (S.SENT, Reason.ANSWER_LOST, 1)
    assert record.sent_at == machine.sides[order_id(1)].accepted_at


def test_story_of_a_post_that_never_arrived_and_a_list_that_was_empty_by_chance_is_asked_in_the_end():
    """For a day it counts as sent; then Amazon offers it again, and the buyer is asked."""
    machine = a_seller_with_one_order()
    machine.send("a", ["none", "lost_before", "empty"], 0, after_effect=False, in_time=True, remaining=A_LAMBDA)
    (record,) = machine._records().values()
    assert (record.state, record.reason, machine.sides[order_id(1)].accepted_at) == (S.SENT, Reason.ANSWER_LOST, None)
    machine.send("b", [], 0, after_effect=False, in_time=True, remaining=A_LAMBDA)
    (record,) = machine._records().values()
    assert (record.state, record.reason, record.attempts) == (S.SENT, None, 2)
    assert record.sent_at == machine.sides[order_id(1)].accepted_at


RequestMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestRequests = RequestMachine.TestCase
