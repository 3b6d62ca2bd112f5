"""Scenes are played once in a test run, whichever process asks first, and then kept in a file for the others."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.made_once import common_folder, made_once
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
        self._take(name, wait=True)
        return self._known[name]

    def all(self) -> Sequence[Seen]:
        """Every scene that a machine's coverage is made of; what others are at is left to them."""
        for name in EVERY_SCENE:
            with suppress(BlockingIOError):
                self._take(name, wait=False)
        return [self[name] for name in EVERY_SCENE]

    def _take(self, name: str, *, wait: bool) -> None:
        if name not in self._known:
            folder = self._shared / f"{name} sellers"
            kept = self._shared / f"{name}.scene"
            self._known[name] = made_once(kept, lambda: _PLAYED[name].played(folder), wait=wait)


@pytest.fixture(scope="session")
def scenes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    """All scenes, kept in a folder that the processes of a test run have in common."""
    return Scenes(common_folder(request.config, tmp_path_factory))
