"""Write the generated pages of docs/: `python -m tools.generate_docs`; with `--check` only say which are stale, and exit 1.

Each page is made from the thing it describes, so that it cannot disagree with it: diagrams from the state machines, metrics from
their catalogue, policy from the policy packs, permissions from the template.
"""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from goodstanding.core.metric_catalog import CATALOG, OTHER_VIOLATIONS, VIOLATION_PREFIX, Definition
from goodstanding.core.metrics import Condition, MetricSource
from goodstanding.core.texts.metric_words import Unit, metric_name, words_of
from goodstanding.policy import loader as policy
from tools import asl, sam_template, state_diagrams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from goodstanding.core.policy import PolicyPack, PolicyRule

DOCS = sam_template.ROOT / "docs"
_MADE = "<!-- Made by `make docs`; edit what it is made from. -->"
_UNITS = {Unit.RATE: "fraction", Unit.SCORE: "score", Unit.COUNT: "count"}
_SOURCES = {
    MetricSource.AMAZON: (
        "Amazon's own figures",
        (
            "Read from the performance reports and never recomputed. The target is the report's own where it has one, else the "
            "policy pack's."
        ),
    ),
    MetricSource.COMPUTED: (
        "Computed figures",
        (
            "From order facts, feedback, claims and messages. They show the orders behind a rate, and they are there on the days on "
            "which Amazon's report is not. `order_defect_rate` is judged by the target of Amazon's block, else the policy pack's; "
            "`negative_feedback_rate` by the pack's; the other parts of the rate have no target of their own."
        ),
    ),
}


def state_machines_page(machines: Iterable[asl.Machine]) -> str:
    """A section with a diagram for each machine, in the template's order."""
    parts = [
        _MADE,
        "# State machines",
        (
            "What happens when, in which order, and what if it fails. Each diagram is the definition in `statemachines/`; the notes are "
            "its comments. Questions are Choices; arrows with an error's name are Catches. Retries are not drawn: faults of Lambda and of "
            "the SP-API are retried as the table in `tools/asl_rules.py` says."
        ),
    ]
    for machine in machines:
        parts += [
            f"## {machine.logical_id.removesuffix('StateMachine')}",
            f"`{machine.path.relative_to(sam_template.ROOT)}` · {machine.definition['Comment']}",
        ]
        for title, picture in state_diagrams.diagrams(machine.definition, ""):
            parts += [f"### {title}"] if title else []
            parts.append(f"```mermaid\n{picture}\n```")
    return _page(parts)


def metrics_page(catalog: Iterable[Definition]) -> str:
    """A table of all metrics for each source."""
    parts = [
        _MADE,
        "# Metrics",
        (
            "Rates are fractions (0.0123 is 1.23 %). `mfn` is fulfilment by the seller, `afn` by Amazon; a metric by fulfilment has one "
            "row for each. A metric that no report holds has no row; one whose figures are missing has a row without a value and with "
            "a reason."
        ),
    ]
    listed = list(catalog)
    for source, (title, introduction) in _SOURCES.items():
        rows = [definition for definition in listed if definition.source is source]
        parts += [f"## {title}", introduction, _table(_METRIC_COLUMNS, rows)]
    return _page(parts)


_METRIC_COLUMNS: Mapping[str, Callable[[Definition], str]] = {
    "metric": lambda definition: f"`{definition.metric}`",
    "title": lambda definition: _title(definition.metric),
    "unit": lambda definition: _UNITS[words_of(definition.metric).unit],
    "by fulfilment": lambda definition: "mfn, afn" if definition.by_fulfillment else "",
    "what it says": lambda definition: definition.meaning,
    "days": lambda definition: definition.window,
    "from": lambda definition: definition.origin,
}


def _title(metric: str) -> str:
    return "" if metric == OTHER_VIOLATIONS.metric else metric_name(metric, "en")


def policy_page(pack: PolicyPack) -> str:
    """A table of every version of every rule."""
    parts = [
        _MADE,
        "# Policy",
        (
            "What Amazon asks of sellers, as this product encodes it: dated packs in `layers/goodstanding/goodstanding/policy/packs`. A "
            "target in Amazon's own report always wins over the pack. Of several versions the newest one that is in force on the day "
            "counts, and a marketplace's own goes before the general one. What Amazon has not confirmed is marked here and wherever it "
            "is shown."
        ),
        _table(_POLICY_COLUMNS, (rule for versions in pack.rules.values() for rule in versions)),
    ]
    return _page(parts)


_CONDITIONS = {Condition.LESS_THAN: "under ", Condition.GREATER_THAN: "over ", Condition.EQUALS: "exactly ", None: ""}
_POLICY_COLUMNS: Mapping[str, Callable[[PolicyRule], str]] = {
    "rule": lambda rule: f"`{rule.id}`",
    "marketplace": lambda rule: rule.marketplace or "all",
    "value": lambda rule: f"{_CONDITIONS[rule.condition]}{_figures(rule)} {rule.unit}",
    "from": lambda rule: rule.effective_from.isoformat(),
    "source": lambda rule: rule.source + (" (unconfirmed)" if rule.unconfirmed else ""),
}


def _figures(rule: PolicyRule) -> str:
    return ", ".join(f"{value:f}" for value in rule.values or (rule.value,))


def permissions_page(template: sam_template.Template) -> str:
    """What each function and state machine may do, as the template says."""
    rows = []
    for kind in ("AWS::Serverless::StateMachine", "AWS::Serverless::Function"):
        for name, properties in sam_template.resources(template, kind).items():
            statements = [one for policy in properties.get("Policies", ()) for one in policy["Statement"]]
            rows += [_Grant(name, one["Action"], one["Resource"]) for one in statements]
            rows += [] if statements else [_Grant(name, [], [])]
    parts = [
        _MADE,
        "# Permissions",
        (
            "What each role may do beside writing its own logs and traces. `*` stands only where AWS knows no resources. A Distributed "
            "Map starts executions of its own machine; that statement is `AccountHealthMapPolicy` in the template."
        ),
        _table(_GRANT_COLUMNS, rows),
    ]
    return _page(parts)


class _Grant(NamedTuple):
    """One statement of a role."""

    of: str
    actions: list[str]
    resources: Any


_GRANT_COLUMNS: Mapping[str, Callable[[_Grant], str]] = {
    "role of": lambda grant: f"`{grant.of}`",
    "may": lambda grant: " ".join(f"`{action}`" for action in grant.actions) or "nothing",
    "on": lambda grant: " ".join(f"`{_resource(one)}`" for one in _listed(grant.resources)),
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource(value: Any) -> str:
    """A resource's logical id, with the path behind it; a whole ARN from its sixth part on."""
    if isinstance(value, str):
        return value
    ((_, operand),) = value.items()
    text = ".".join(operand) if isinstance(operand, list) else str(operand)
    return re.sub(r"\$\{([^}]+)\}", r"\1", _ARN_HEAD.sub("", text)).replace(".Arn", "")


_ARN_HEAD = re.compile(r"arn:\$\{AWS::Partition\}:\w+:\$\{AWS::Region\}:\$\{AWS::AccountId\}:")


def _table[Row](columns: Mapping[str, Callable[[Row], str]], rows: Iterable[Row]) -> str:
    lines = [list(columns), ["---"] * len(columns)]
    lines += [[cell(row).replace("|", "\\|") for cell in columns.values()] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Path → text of every generated page."""
    machines = asl.machines(sam_template.load(), sam_template.ROOT)
    ends = [definition.metric for definition in CATALOG if definition.metric.startswith(VIOLATION_PREFIX)]
    last = max(index for index, definition in enumerate(CATALOG) if definition.metric == ends[-1]) + 1
    return {
        DOCS / "state-machines.md": state_machines_page(machines),
        DOCS / "permissions.md": permissions_page(sam_template.load()),
        DOCS / "policy.md": policy_page(policy.load()),
        DOCS / "metrics.md": metrics_page((*CATALOG[:last], OTHER_VIOLATIONS, *CATALOG[last:])),
    }


def stale(wanted: Mapping[Path, str]) -> list[Path]:
    """The pages that are missing or differ."""
    return [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="tools.generate_docs", description="Write the generated pages of docs/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    chosen = parser.parse_args(arguments)
    wanted = pages()
    old = stale(wanted)
    for path in old:
        name = path.relative_to(sam_template.ROOT)
        if chosen.check:
            print(f"{name}: stale; run make docs")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
            print(f"{name}: written")
    return 1 if chosen.check and old else 0


if __name__ == "__main__":
    sys.exit(main())
