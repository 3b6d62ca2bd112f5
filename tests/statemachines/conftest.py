"""Scenes are played once in a test run, whichever process asks first, and then kept in a file for the others."""

import fcntl
import pickle
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.statemachines.every_scene import EVERY_SCENE
from tests.statemachines.request_faults import FAULT_SCENES
from tests.statemachines.world import Seen

_PLAYED = {**EVERY_SCENE, **FAULT_SCENES}


class Scenes:
    """What was to be seen in each scene."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared
        self._known: dict[str, Seen] = {}

    def __getitem__(self, name: str) -> Seen:
        """Played now, unless somebody has; waits for whoever is at it."""
        self._take(name, fcntl.LOCK_EX)
        return self._known[name]

    def all(self) -> Sequence[Seen]:
        """Every scene that a machine's coverage is made of; what others are at is left to them."""
        for name in EVERY_SCENE:
            with suppress(BlockingIOError):
                self._take(name, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return [self[name] for name in EVERY_SCENE]

    def _take(self, name: str, how: int) -> None:
        if name in self._known:
            return
        kept = self._shared / f"{name}.scene"
        with (self._shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, how)  # given back when the file is closed
            if not kept.exists():
                kept.write_bytes(pickle.dumps(_PLAYED[name].played(self._shared / f"{name} sellers")))
            self._known[name] = pickle.loads(kept.read_bytes())  # noqa: S301


@pytest.fixture(scope="session")
def scenes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    """All scenes, kept in a folder that the processes of a test run have in common."""
    own = tmp_path_factory.getbasetemp()
    return Scenes(own.parent if hasattr(request.config, "workerinput") else own)
