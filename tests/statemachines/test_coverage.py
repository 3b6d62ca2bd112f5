"""Everything that the machines' definitions can do was done in some scene."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.coverage import Kind, possible
from tests.statemachines.scenes import SCENES
from tools import sam_template

MACHINES = sam_template.resources(sam_template.load(), "AWS::Serverless::StateMachine")
LARGEST_STATE = 10_000


@pytest.fixture(params=MACHINES)
def machine(request) -> str:
    """Each state machine."""
    return request.param


@pytest.fixture
def definition(machine) -> Mapping[str, Any]:
    """The machine as it is written."""
    path = sam_template.ROOT / MACHINES[machine]["DefinitionUri"]
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def done(scenes, machine):
    """What the machine did in all scenes, kind by kind: state and which of its rules."""

    def of(kind: Kind) -> set[tuple[str, Any]]:
        steps = (step for played in scenes.all() for step in played.steps)
        return {(step.state, step.index) for step in steps if step.machine == machine and step.kind is kind}

    return of


def test_scenes_reach_every_state(definition, done):
    """No state is there that no test has entered."""
    assert possible(definition).states - {state for state, _ in done(Kind.ENTERED)} == set()


def test_scenes_take_every_exit_of_every_choice(definition, done):
    """Each rule decided once, each Default too."""
    assert possible(definition).choices - done(Kind.CHOSE) == set()


def test_scenes_use_every_catch(definition, done):
    """Whatever fails, its failure was seen to go where the definition sends it."""
    assert possible(definition).catches - done(Kind.CAUGHT) == set()


def test_scenes_use_every_retry_for_each_error_it_names(scenes, machine, definition):
    """An error's name that never matches would be a retry that never happens."""
    steps = [step for played in scenes.all() for step in played.steps if step.machine == machine]
    retried = {(step.state, step.index, step.detail) for step in steps if step.kind is Kind.RETRIED}
    assert set(_retries(definition)) - retried == set()


def _retries(asl: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    """State, index of the rule and name of the error."""
    for name, state in asl["States"].items():
        for index, rule in enumerate(state.get("Retry", ())):
            for error in rule["ErrorEquals"]:
                yield name, index, error
        if "ItemProcessor" in state:
            yield from _retries(state["ItemProcessor"])


@pytest.mark.parametrize("name", SCENES)
def test_states_stay_small(scenes, name):
    """Report bodies and rows never enter a state."""
    size, where = scenes[name].largest_state
    assert size < LARGEST_STATE, where


@pytest.mark.parametrize("name", SCENES)
def test_buyers_are_never_named(scenes, name):
    """Neither logs nor messages hold what only a report may: the buyer's address, the seller's secret."""
    played = scenes[name]
    said = [line.text for line in played.logs] + [text for one in played.published for text in one.messages.values()]
    assert [text for text in said if "buyer@example.com" in text or "local-secret" in text] == []
