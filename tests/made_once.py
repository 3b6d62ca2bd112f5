"""What takes long to make, and several processes of a test run want: made by whoever asks first, kept in a file for the others."""

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest


def common_folder(config: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of a test run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(config, "workerinput") else own


def made_once[T](kept: Path, make: Callable[[], T], *, wait: bool = True) -> T:
    """What was made, or is made now. Raises BlockingIOError, if it is not to wait, while somebody else is at it."""
    how = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, how)  # given back when the file is closed
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make()))
        made: T = pickle.loads(kept.read_bytes())  # noqa: S301
        return made
