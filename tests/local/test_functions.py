"""Functions in one process: a handler that sleeps makes room for others, and finds its own surroundings again."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from goodstanding.runtime.wiring import World
from local.clock import VirtualClock
from local.functions import Function, LogLine
from local.template import FunctionCode

START = datetime(2026, 11, 20, 6, tzinfo=UTC)
HANDLER = """
import os
from goodstanding.runtime import wiring

def handler(event, context):
    clock, seen = wiring.clock(), []
    for _ in range(3):
        seen.append([clock.now().isoformat(), os.environ["WHO"], context.function_name])
        print(os.environ["WHO"], "speaks")
        clock.sleep(event["pause"])
    if event.get("fails"):
        raise ValueError("at the end")
    return {"seen": seen, "who": os.environ["WHO"], "left": context.get_remaining_time_in_millis()}
"""


class Place:
    """Functions on one clock."""

    def __init__(self, folder: Path) -> None:
        (folder / "app.py").write_text(HANDLER)
        self.folder = folder
        self.clock = VirtualClock(START)
        self.lines: list[LogLine] = []
        self.answers: dict[str, Any] = {}

    def function(self, who: str, timeout: float = 60) -> Function:
        """A function that knows who it is from its environment only."""
        return Function(
            logical_id=who,
            name=who,
            arn=f"arn:{who}",
            code=FunctionCode(self.folder, "app.handler"),
            environment={"WHO": who},
            memory=128,
            timeout=timeout,
            clock=self.clock,
            log=self.lines.append,
            world=World(self.clock),
        )

    def branch(self, who: str, timeout: float = 60, **event: Any) -> Any:
        """An invocation, to be run beside others."""

        def run() -> None:
            self.answers[who] = self.function(who, timeout).invoke(event, who, lambda _: None, lambda *_: None)

        return run


@pytest.fixture
def place(tmp_path, monkeypatch) -> Place:
    """At six in the morning."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return Place(tmp_path)


def times(answer: Any) -> list[int]:
    """When a handler was awake, in seconds from the start."""
    return [(datetime.fromisoformat(at) - START) // timedelta(seconds=1) for at, *_ in answer.payload["seen"]]


def test_sleeping_handlers_overlap_in_time(place):
    """Two that pace themselves take as long as the slower one, as on AWS."""
    place.clock.gather([place.branch("slow", pause=10), place.branch("quick", pause=4)])
    assert times(place.answers["slow"]) == [0, 10, 20]
    assert times(place.answers["quick"]) == [0, 4, 8]
    assert place.clock.now() == START + timedelta(seconds=30)


def test_each_finds_its_environment_and_its_log_again(place):
    """However often others ran in between; and the process gets its own back."""
    before = dict(os.environ)
    place.clock.gather([place.branch(who, pause=pause) for who, pause in (("a", 3), ("b", 3), ("c", 5))])
    assert dict(os.environ) == before
    for who in "abc":
        assert {(said, named) for _, said, named in place.answers[who].payload["seen"]} == {(who, who)}
        assert [line.text for line in place.lines if line.function == who] == [f"{who} speaks"] * 3


def test_time_asleep_counts_for_the_timeout(place):
    """A handler sees what is left, and one that sleeps too long is timed out."""
    place.clock.gather([place.branch("long", 60, pause=19), place.branch("longer", 60, pause=21)])
    assert place.answers["long"].payload["left"] == 3_000
    assert place.answers["longer"].payload["errorType"] == "Sandbox.Timedout"


def test_failure_after_a_sleep_costs_no_other(place):
    """It answers with its error; the other goes on in its own surroundings."""
    place.clock.gather([place.branch("bad", pause=1, fails=True), place.branch("good", pause=2)])
    assert place.answers["bad"].payload["errorType"] == "ValueError"
    assert place.answers["good"].payload["who"] == "good"
    assert times(place.answers["good"]) == [0, 2, 4]
