"""Generated pages and what they are made from."""

from datetime import date
from decimal import Decimal

import pytest

from goodstanding.core.metric_catalog import CATALOG
from goodstanding.core.metrics import Condition
from goodstanding.core.policy import PolicyPack, PolicyRule
from tools import generate_docs, state_diagrams


def test_generated_pages_are_current():
    """What is committed is what would be written."""
    assert generate_docs.stale(generate_docs.pages()) == []


def test_stale_page_is_found(tmp_path):
    """Missing and changed pages are both stale."""
    kept, changed, missing = (tmp_path / name for name in ("kept.md", "changed.md", "missing.md"))
    kept.write_text("a")
    changed.write_text("b")
    assert generate_docs.stale({kept: "a", changed: "a", missing: "a"}) == [changed, missing]


MACHINE = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Comment": 'Asks "once"; then waits.',
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Bad"}],
            "Next": "Done?",
        },
        "Done?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.left <= 0 %}", "Next": "All"}],
            "Default": "Ask",
        },
        "All": {
            "Type": "Map",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED"},
                "StartAt": "One",
                "States": {"One": {"Type": "Pass", "End": True}},
            },
            "End": True,
        },
        "Bad": {"Type": "Fail", "Error": "Bad"},
    },
}


@pytest.mark.parametrize(
    "line",
    [
        "[*] --> Ask",
        "Ask --> Bad: any error",
        "Done --> All: left at most 0",
        "Done --> Ask: otherwise",
        'state "All (each an execution of its own, see below)" as All',
        "[*] --> One",
        "Bad --> [*]",
        "Asks 'once', then waits.",
    ],
)
def test_diagram_shows_ways_errors_maps_and_comments(line):
    """One picture tells the story, in words that Mermaid reads."""
    pictures = dict(state_diagrams.diagrams(MACHINE, "whole"))
    assert list(pictures) == ["whole", "All"]
    assert line in [part.strip() for picture in pictures.values() for part in picture.splitlines()]


def test_policy_page_names_source_day_and_doubt():
    """A rule that nobody can trace must not judge a seller; what is unconfirmed says so."""
    rule = PolicyRule(
        "late",
        Decimal("0.04"),
        "fraction",
        Condition.LESS_THAN,
        "Amazon says",
        date(2024, 9, 1),
        unconfirmed=True,
        marketplace="DE",
    )
    page = generate_docs.policy_page(PolicyPack({"late": (rule,)}))
    assert "| `late` | DE | under 0.04 fraction | 2024-09-01 | Amazon says (unconfirmed) |" in page


def test_permissions_page_names_actions_and_resources():
    """Whoever audits a role reads a line, not the template."""
    statement = {"Action": ["s3:GetObject"], "Resource": [{"Fn::Sub": "${DataBucket.Arn}/runs/*"}, {"Ref": "Topic"}]}
    arn = {"Fn::Sub": "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Machine.Name}:*"}
    functions = {
        "ReadFunction": {
            "Policies": [{"Statement": [statement, {"Action": ["states:StopExecution"], "Resource": arn}]}]
        },
        "IdleFunction": {},
    }
    resources = {name: {"Type": "AWS::Serverless::Function", "Properties": one} for name, one in functions.items()}
    page = generate_docs.permissions_page({"Resources": resources})
    assert "| `ReadFunction` | `s3:GetObject` | `DataBucket/runs/*` `Topic` |" in page
    assert "| `ReadFunction` | `states:StopExecution` | `execution:Machine.Name:*` |" in page
    assert "| `IdleFunction` | nothing |  |" in page


def test_metrics_page_shows_definitions_by_source():
    """Amazon's figures first, then ours."""
    page = generate_docs.metrics_page(CATALOG)
    assert page.index("Amazon's own figures") < page.index("Computed figures")
    assert all(definition.meaning.split("|")[0] in page for definition in CATALOG)
