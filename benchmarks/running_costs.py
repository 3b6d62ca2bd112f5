"""What a day and 10,000 orders take of AWS and of the SP-API, counted on the embedded stack, and what that costs.

Three sellers run two days each. `sample` is the bundled one, `small` its German store alone, `large` the same store with 2,000 orders:
the difference of the two, scaled to 10,000, is what orders cost. Prices are those of prices.yaml.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from benchmarks.machine import BenchmarkImpossible, Progress
from benchmarks.markdown import dollars, number, table
from tools import sam_template
from tools.make_sample import make
from tools.sample_stores import STORES, Store

TITLE = "What a day and 10,000 orders take"
PRICES = Path(__file__).with_name("prices.yaml")
ORDERS = 10_000
_GERMANY = STORES[0]
_PER_DAY = 1
_GIGABYTE = 1 << 30
_WHATEVER_THE_ORDERS = frozenset({"sns_publish", "sns_email", "scheduler_invocation"})
"""A message tells of what is wrong, not of how much there is."""

SELLERS: Mapping[str, tuple[Store, ...]] = {
    "sample": STORES,
    "small": (_GERMANY,),
    "large": (replace(_GERMANY, mfn=1_000, afn=1_000),),
}

type Day = Mapping[str, Any]
type Quantities = dict[str, float]


def measure(progress: Progress) -> dict[str, Any]:
    """Run each seller in a process of its own."""
    days = {}
    for done, (name, stores) in enumerate(SELLERS.items()):
        progress.within(name)(done, len(SELLERS))
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), stores)
            days[name] = _once(Path(folder))
    return reckoned(days, yaml.safe_load(PRICES.read_text(encoding="utf-8")))


def _once(folder: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "benchmarks.running_costs_once", str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=sam_template.ROOT)  # noqa: S603 - our own module
    if answer.returncode:
        raise BenchmarkImpossible(f"running_costs_once: {answer.stderr.strip().splitlines()[-1]}")
    days: list[dict[str, Any]] = json.loads(answer.stdout)["days"]
    return days


# ---- reckoning ----------------------------------------------------------------------------------------------------------------


def reckoned(days: Mapping[str, Sequence[Day]], prices: Mapping[str, Any]) -> dict[str, Any]:
    """Counts, quantities and costs; the difference of the two sellers scaled to 10,000 orders."""
    memory = memory_of_functions()
    spent = {name: [quantities(day, memory) for day in each] for name, each in days.items()}
    more = days["large"][0]["orders_stored"] - days["small"][0]["orders_stored"]
    orders = [
        {key: 0 if key in _WHATEVER_THE_ORDERS else (large[key] - small[key]) * ORDERS / more for key in large}
        for large, small in zip(spent["large"], spent["small"], strict=True)
    ]
    monthly = monthly_quantities(days["sample"][1])
    return {
        "prices": dict(prices),
        "counts": {name: list(each) for name, each in days.items()},
        "first_day": bill(spent["sample"][0], prices),
        "later_day": bill(spent["sample"][1], prices),
        "orders_compared": more,
        "orders_when_stored": bill(orders[0], prices),
        "orders_each_later_day": bill(orders[1], prices),
        "monthly": bill(monthly, prices),
    }


def memory_of_functions() -> dict[str, int]:
    """MB by logical id."""
    functions = sam_template.resources(sam_template.load(), "AWS::Serverless::Function")
    return {logical_id: int(properties["MemorySize"]) for logical_id, properties in functions.items()}


def quantities(day: Day, memory: Mapping[str, int]) -> Quantities:
    """What one day takes, in the units that have a price."""
    calls: Counter[str] = Counter(day["api_calls"])
    return {
        "step_functions_transition": day["transitions"],
        "lambda_request": sum(day["invocations"].values()),
        "lambda_gb_second": sum(seconds * memory[name] / 1024 for name, seconds in day["function_seconds"].items()),
        "dynamodb_write_unit": sum(day["write_units"].values()),
        "dynamodb_read_unit": sum(day["read_units"].values()),
        "s3_write_request": sum(times for call, times in calls.items() if _is_s3(call) and not _reads(call)),
        "s3_read_request": sum(times for call, times in calls.items() if _is_s3(call) and _reads(call)),
        "secrets_manager_call": sum(times for call, times in calls.items() if call.startswith("secretsmanager.")),
        "sns_publish": day["messages"],
        "sns_email": day["messages"],
        "scheduler_invocation": _PER_DAY,
        "logs_gigabyte": day["log_bytes"] / _GIGABYTE,
    }


def monthly_quantities(day: Day) -> Quantities:
    """What is paid for each month whether or not anything runs, for one seller."""
    template = sam_template.load()

    def count(kind: str) -> int:
        return len(sam_template.resources(template, kind))

    return {
        "secret_month": 1,
        "kms_key_month": count("AWS::KMS::Key"),
        "alarm_month": count("AWS::CloudWatch::Alarm"),
        "custom_metric_month": day["custom_metrics"],
    }


def _is_s3(call: str) -> bool:
    return call.startswith("s3.")


def _reads(call: str) -> bool:
    return call in {"s3.GetObject", "s3.HeadObject"}


def bill(spent: Quantities, prices: Mapping[str, Any]) -> dict[str, Any]:
    """Each quantity with its cost, and the total."""
    lines = {
        name: {"quantity": quantity, "cost": quantity * prices["prices"][name]["price"] / prices["prices"][name]["per"]}
        for name, quantity in spent.items()
    }
    return {"lines": lines, "total": sum(line["cost"] for line in lines.values())}


# ---- telling ------------------------------------------------------------------------------------------------------------------


_COUNTS: Mapping[str, Callable[[Day], float]] = {
    "state transitions": lambda day: day["transitions"],
    "Lambda invocations": lambda day: sum(day["invocations"].values()),
    "AWS API calls": lambda day: sum(day["api_calls"].values()),
    "SP-API calls": lambda day: sum(day["sp_api_calls"].values()),
    "DynamoDB write units": lambda day: sum(day["write_units"].values()),
    "DynamoDB read units": lambda day: sum(day["read_units"].values()),
    "messages": lambda day: day["messages"],
    "log KB": lambda day: round(day["log_bytes"] / 1024),
    "orders in store": lambda day: day["orders_stored"],
}
_BILLS = {
    "first_day": "first day",
    "later_day": "each later day",
    "orders_when_stored": "10,000 orders, once",
    "orders_each_later_day": "10,000 orders, each later day",
}


def page(result: Mapping[str, Any]) -> str:
    """What was counted, and what it costs."""
    prices = result["prices"]
    return "\n\n".join(
        (
            (
                "Counted while template.yaml's own state machines and handlers run on the embedded AWS against the SP-API simulator. "
                "`sample` is the bundled seller with three marketplaces, `small` its German store, `large` that store with "
                f"{number(result['counts']['large'][0]['orders_stored'])} orders. The first day knows nothing and fetches sixty days; the "
                "second, 24 hours later, stands for every later day, on which the simulator has no news."
            ),
            table(_counts(result["counts"])),
            "By operation, on the sample's later day:",
            table(_operations(result["counts"]["sample"][1])),
            f"Costs in US dollars at the prices of {prices['region']} (`benchmarks/prices.yaml`), without any free tier:",
            table(_costs(result)),
            f"Besides, each month and for one seller, {dollars(result['monthly']['total'])}:",
            table(_monthly(result["monthly"], prices)),
            (
                "The columns for 10,000 orders are the difference of `large` and `small`, scaled: what is fetched, stored and read more "
                "because there are more orders (messages are left out: they tell "
                "of what is wrong, not of how much there is). "
                "Write units are reckoned from the items (`benchmarks/dynamodb_units.py`): a transaction "
                "costs two a KB, and index entries are written besides. Lambda's seconds are those of the "
                "processor in the handlers here, without the embedded AWS and the simulator beside them, without waiting for a network and "
                "without cold starts: an order of magnitude, the one figure that is not a count. Not in it: "
                "storage, X-Ray traces, KMS requests, text messages."
            ),
            table(_prices(prices)),
        )
    )


def _counts(days: Mapping[str, Sequence[Day]]) -> list[dict[str, str]]:
    columns = [(f"{name}, day {place}", day) for name, each in days.items() for place, day in enumerate(each, start=1)]
    return [{"": what} | {title: number(count(day)) for title, day in columns} for what, count in _COUNTS.items()]


def _operations(day: Day) -> list[dict[str, str]]:
    groups = {"Lambda": day["invocations"], "AWS API": day["api_calls"], "SP-API": day["sp_api_calls"]}
    return [
        {"": group, "what": f"`{name}`", "times": number(times)}
        for group, counted in groups.items()
        for name, times in counted.items()
    ]


def _costs(result: Mapping[str, Any]) -> list[dict[str, str]]:
    prices = result["prices"]["prices"]
    rows = []
    for name in result["first_day"]["lines"]:
        row = {"": prices[name]["what"]}
        for key, title in _BILLS.items():
            line = result[key]["lines"][name]
            row |= {title: number(line["quantity"]), f"{title}, $": dollars(line["cost"])}
        rows.append(row)
    total = {"": "**total**"}
    for key, title in _BILLS.items():
        total |= {title: "", f"{title}, $": dollars(result[key]["total"])}
    return [*rows, total]


def _monthly(monthly: Mapping[str, Any], prices: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"": prices["prices"][name]["what"], "number": number(line["quantity"]), "$": dollars(line["cost"])}
        for name, line in monthly["lines"].items()
    ]


def _prices(prices: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"price of": each["what"], "$": f"{each['price']:f}".rstrip("0"), "per": number(each["per"]),
         "evidence": each["evidence"], "source": each["source"]}
        for each in prices["prices"].values()
    ]  # fmt: skip
