"""The pages that quote measured figures say what the results say."""

import json

import pytest
import yaml

from benchmarks import requests, running_costs
from benchmarks.__main__ import BENCHMARKS, RESULTS, results, whole_page
from benchmarks.markdown import dollars, number

ROOT = RESULTS.parent.parent
COSTS = json.loads((RESULTS / "running_costs.json").read_text(encoding="utf-8"))["result"]
REQUESTS = json.loads((RESULTS / "requests.json").read_text(encoding="utf-8"))["result"]
SAID = " ".join((ROOT / "docs" / "costs.md").read_text(encoding="utf-8").split())


def test_every_benchmark_has_a_result():
    """Nothing is listed that was never measured."""
    assert set(results(RESULTS)) == set(BENCHMARKS)


def test_page_of_results_is_made_from_the_results():
    """README.md is never edited by hand."""
    assert (RESULTS / "README.md").read_text(encoding="utf-8") == whole_page(results(RESULTS))


@pytest.mark.parametrize("bill", ["first_day", "later_day", "orders_when_stored", "orders_each_later_day", "monthly"])
def test_costs_follow_from_the_quantities_and_the_price_list(bill):
    """A price that was changed shows in the results."""
    prices = yaml.safe_load(running_costs.PRICES.read_text(encoding="utf-8"))
    quantities = {name: line["quantity"] for name, line in COSTS[bill]["lines"].items()}
    assert running_costs.bill(quantities, prices) == COSTS[bill]
    assert prices == COSTS["prices"]


@pytest.mark.parametrize("bill", ["requests", "one_execution_each"])
def test_costs_of_requests_follow_from_the_quantities_and_the_price_list(bill):
    """As those of a day."""
    prices = yaml.safe_load(running_costs.PRICES.read_text(encoding="utf-8"))
    quantities = {name: line["quantity"] for name, line in REQUESTS[bill]["lines"].items()}
    assert running_costs.bill(quantities, prices) == REQUESTS[bill]


def test_backlog_is_sent_at_amazons_pace():
    """As much as its rate allows, and never more: what was measured and is told."""
    for each in REQUESTS["counts"].values():
        assert each["share_of_rate"] >= requests.AIM
        assert each["throttled"] == 0


def _line(bill: str, name: str) -> str:
    return number(COSTS[bill]["lines"][name]["quantity"])


def _requests(name: str, what: str) -> str:
    value = REQUESTS["requests"]["lines"][name][what]
    return dollars(value) if what == "cost" else number(value)


LATER = COSTS["counts"]["sample"][1]
QUOTED = {
    "a later day": f"a later day costs {dollars(COSTS['later_day']['total'])}",
    "the first day": f"the first one {dollars(COSTS['first_day']['total'])}",
    "a month": f"{dollars(COSTS['monthly']['total'])} a month",
    "transitions": f"{number(LATER['transitions'])} state transitions",
    "transitions' cost": f"{dollars(COSTS['later_day']['lines']['step_functions_transition']['cost'])} of it are state transitions",
    "invocations": f"{number(sum(LATER['invocations'].values()))} Lambda invocations",
    "AWS API calls": f"{number(sum(LATER['api_calls'].values()))} AWS API calls",
    "SP-API calls": f"{number(sum(LATER['sp_api_calls'].values()))} calls to the SP-API",
    "10,000 orders": f"10,000 orders cost {dollars(COSTS['orders_when_stored']['total'])} when they are stored",
    "write units": f"{_line('orders_when_stored', 'dynamodb_write_unit')} write units",
    "10,000 orders, later": f"{dollars(COSTS['orders_each_later_day']['total'])} on each later day",
    "read units": f"{_line('orders_each_later_day', 'dynamodb_read_unit')} read units",
    "requests": f"10,000 feedback requests cost {dollars(REQUESTS['requests']['total'])}",
    "requests' transitions": f"{_requests('step_functions_transition', 'quantity')} state transitions and",
    "requests' invocations": f"{_requests('lambda_request', 'quantity')} Lambda invocations",
    "requests' seconds": f"{_requests('lambda_gb_second', 'cost')} of it are Lambda's seconds",
    "requests' writes": f"{_requests('dynamodb_write_unit', 'cost')} are writes",
    "one execution each": f"cost {dollars(REQUESTS['one_execution_each']['total'])} at least",
    "region": f"prices of {COSTS['prices']['region']}",
}


@pytest.mark.parametrize("figure", QUOTED)
def test_page_on_costs_quotes_the_results(figure):
    """docs/costs.md cannot drift from what was measured."""
    assert QUOTED[figure] in SAID
