"""A backlog of feedback requests: how near to Amazon's rate it is sent, what it costs, and what one execution for each order would.

One seller with a long backlog, and many sellers with a short one each, both in one hourly run. `GOODSTANDING_BACKLOG=50000` makes the
long one longer: half an hour here, and in virtual time fourteen hours, just before midnight ends the day's sending.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import yaml

from benchmarks.machine import BenchmarkImpossible, Progress
from benchmarks.markdown import dollars, number, table
from benchmarks.running_costs import PRICES, Quantities, bill, memory_of_functions, quantities
from tools import sam_template

TITLE = "A backlog of feedback requests"
SCENES: Mapping[str, tuple[int, int]] = {
    "backlog": (1, int(os.environ.get("GOODSTANDING_BACKLOG", "2000"))),
    "sellers": (200, 10),
}
"""Sellers, and orders of each."""

ORDERS = 10_000
AIM = 0.95
_TRANSITIONS, _INVOCATIONS, _WAITING_DAYS = 8, 5, 7
"""Of a state machine that waits for one order: what it takes in any case, and the days of the seller's delay, each a look of its own."""


def measure(progress: Progress) -> dict[str, Any]:
    """Run each in a process of its own."""
    counts = {}
    for done, (name, (sellers, orders)) in enumerate(SCENES.items()):
        progress(done, len(SCENES))
        counts[name] = _once(sellers, orders)
    return reckoned(counts, yaml.safe_load(PRICES.read_text(encoding="utf-8")))


def _once(sellers: int, orders: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.requests_once", str(sellers), str(orders)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=sam_template.ROOT)  # noqa: S603 - our own module
    if answer.returncode:
        raise BenchmarkImpossible(f"requests_once: {answer.stderr.strip().splitlines()[-1]}")
    counted: dict[str, Any] = json.loads(answer.stdout)
    return counted


def reckoned(counts: Mapping[str, Mapping[str, Any]], prices: Mapping[str, Any]) -> dict[str, Any]:
    """The counts, and what 10,000 requests cost by those of the backlog, and in executions of their own."""
    backlog = counts["backlog"]
    spent = quantities(backlog, memory_of_functions())
    scaled = {name: quantity * ORDERS / backlog["sent"] for name, quantity in spent.items()}
    return {
        "prices": dict(prices),
        "counts": {name: dict(each) for name, each in counts.items()},
        "requests": bill(scaled, prices),
        "one_execution_each": bill(_one_execution_each(), prices),
    }


def _one_execution_each() -> Quantities:
    return {
        "step_functions_transition": float(ORDERS * (_TRANSITIONS + _WAITING_DAYS)),
        "lambda_request": float(ORDERS * (_INVOCATIONS + _WAITING_DAYS)),
        "scheduler_invocation": float(ORDERS),
    }


def page(result: Mapping[str, Any]) -> str:
    """What was counted, and what it costs."""
    counts, prices = result["counts"], result["prices"]["prices"]
    share = min(each["share_of_rate"] for each in counts.values())
    throttled = sum(each["throttled"] for each in counts.values())
    ours, theirs = result["requests"], result["one_execution_each"]
    return "\n\n".join(
        (
            (
                "One hourly run of template.yaml's own state machine and handlers on the embedded AWS against the SP-API simulator, which "
                "keeps Amazon's documented rates. All orders are due and none was considered before. Time is virtual: pacing and waiting "
                "take none here."
            ),
            table([_row(name, each) for name, each in counts.items()]),
            (
                f"Aims: at least {AIM:.0%} of what Amazon's bucket allows between a seller's first and last post — "
                f"{'held' if share >= AIM else '**not held**'} ({share:.1%}, the slowest seller's); no 429 — "
                f"{'held' if not throttled else f'**not held** ({number(throttled)})'}."
            ),
            f"{number(ORDERS)} requests, in US dollars at the prices of {result['prices']['region']} (`benchmarks/prices.yaml`):",
            table(
                [
                    {
                        "": prices[name]["what"],
                        "number": number(line["quantity"]),
                        "$": dollars(line["cost"]),
                        "one execution each": number(theirs["lines"][name]["quantity"])
                        if name in theirs["lines"]
                        else "",
                        "one execution each, $": dollars(theirs["lines"][name]["cost"])
                        if name in theirs["lines"]
                        else "",
                    }
                    for name, line in ours["lines"].items()
                ]
                + [
                    {
                        "": "**total**",
                        "number": "",
                        "$": dollars(ours["total"]),
                        "one execution each": "",
                        "one execution each, $": dollars(theirs["total"]),
                    }
                ]
            ),
            (
                "The costs are the backlog's, scaled. Lambda's seconds are those of virtual time, in which a sender waits for Amazon's "
                "next token; a handler that does not wait counts with its work here. `one execution each` is the design of a schedule "
                f"and an execution for every order: {_TRANSITIONS} transitions and {_INVOCATIONS} invocations, and one of each for every "
                f"one of {_WAITING_DAYS} days of waiting. Its seconds of Lambda, its table and its requests to S3 and Secrets Manager are "
                "left out, so it is a lower bound. Nor does it keep a rate that all of a seller's orders share."
            ),
        )
    )


def _row(name: str, each: Mapping[str, Any]) -> dict[str, str]:
    return {
        "": name,
        "sellers": number(each["sellers"]),
        "requests": number(each["sent"]),
        "virtual time, s": number(each["virtual_seconds"]),
        "share of the rate": f"{each['share_of_rate']:.3f}",
        "429s": number(each["throttled"]),
        "state transitions": number(each["transitions"]),
        "Lambda invocations": number(sum(each["invocations"].values())),
        "AWS API calls": number(sum(each["api_calls"].values())),
        "SP-API calls": number(sum(each["sp_api_calls"].values())),
    }
