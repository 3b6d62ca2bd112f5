"""Generated pages and what they are made from."""

import pytest

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
