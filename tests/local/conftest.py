"""A small stack with one of each shape that the engine must run."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.clock import VirtualClock
from local.stack import EmbeddedStack

TEMPLATE = Path(__file__).parent / "fixtures" / "template.yaml"
START = datetime(2026, 11, 20, 6, tzinfo=UTC)

type OpenStack = Callable[..., EmbeddedStack]


@pytest.fixture
def clock() -> VirtualClock:
    """A Friday morning."""
    return VirtualClock(START)


@pytest.fixture
def template_path() -> Path:
    """The fixture stack's template."""
    return TEMPLATE


@pytest.fixture
def open_stack(clock) -> Iterator[OpenStack]:
    """Opens fixture stacks, by parameters; closes them after the test."""
    with ExitStack() as opened:

        def opening(without_patches: frozenset[str] = frozenset(), **parameters: str) -> EmbeddedStack:
            return opened.enter_context(EmbeddedStack(TEMPLATE, parameters, clock, without_patches=without_patches))

        yield opening


@pytest.fixture
def stack(open_stack) -> EmbeddedStack:
    """The fixture stack with one subscriber."""
    return open_stack(AlertEmail="seller@example.com")
