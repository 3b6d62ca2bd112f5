"""Lint the state machines: `python -m tools.asl_lint` prints `file:state: message` and exits 1 when a rule is broken.

SAM's and CloudFormation's linters do not read definitions behind DefinitionUri; this one does.
"""

from __future__ import annotations

import inspect
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodstanding.contracts import errors
from tools import asl, asl_rules, sam_template

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule. `state` is empty when the machine as a whole breaks it."""

    machine: str
    state: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.machine}:{self.state}: {self.message}"


def known_errors() -> frozenset[str]:
    """The names in contracts/errors.py."""
    return frozenset(name for name, member in vars(errors).items() if inspect.isclass(member))


def lint(
    definition: asl.Body, name: str, substitutions: Mapping[str, asl.Target], known_errors: Collection[str]
) -> list[Finding]:
    """All findings of one machine, machine rules first, then state by state in reading order."""
    context = asl_rules.Context(name, definition, substitutions, frozenset(known_errors))
    findings = [
        Finding(name, state, rule.__name__, message)
        for rule in asl_rules.MACHINE_RULES
        for state, message in rule(context)
    ]
    findings.extend(
        Finding(name, state.name, rule.__name__, message)
        for state in asl.states(definition, name)
        for rule in asl_rules.STATE_RULES
        for message in rule(state, context)
    )
    return findings


def lint_together(definitions: Mapping[str, asl.Body]) -> Iterator[Finding]:
    """What no machine can break alone: every retryable error of ours is matched by some Retry."""
    matched = {
        error
        for name, definition in definitions.items()
        for state in asl.states(definition, name)
        for retrier in state.body.get("Retry", ())
        for error in retrier.get("ErrorEquals", ())
    }
    for error in sorted(asl_rules.RETRYABLE - matched):
        yield Finding("statemachines", "", "retryable_errors_are_matched", f"no Retry matches {error}")


def lint_all(machines: Iterable[asl.Machine]) -> list[Finding]:
    """All findings of all machines."""
    listed = list(machines)
    findings = [
        finding
        for machine in listed
        for finding in lint(machine.definition, str(machine.path), machine.substitutions, known_errors())
    ]
    return [*findings, *lint_together({str(machine.path): machine.definition for machine in listed})]


def main() -> int:
    """The command; 0 when all rules hold."""
    try:
        findings = lint_all(asl.machines(sam_template.load(), sam_template.ROOT))
    except (OSError, json.JSONDecodeError) as error:
        sys.stderr.write(f"asl_lint: {error}\n")
        return 1
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
