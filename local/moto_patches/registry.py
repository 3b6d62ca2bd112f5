"""How moto is mended, and unmended."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import moto

from local.clock import Clock
from local.coverage import Trace
from local.functions import Invocation

SUPPORTED_MOTO = "5.2."


class Engine(Protocol):
    """What the mended moto asks of the stack it runs in."""

    clock: Clock
    trace: Trace

    def invoke_function(self, name: str, payload: Any) -> Invocation:
        """Run a function by name or ARN. Raises ClientError as the Lambda service would."""
        ...

    def execution_ended(self, execution: Any) -> None:
        """Hear of moto's execution once it has its final status."""
        ...

    def record_publish(self, call: Mapping[str, Any]) -> None:
        """Hear of a message published to SNS, with the arguments of the call."""
        ...


@dataclass(frozen=True, slots=True)
class Replacement:
    """An attribute of moto, and what stands in for it."""

    owner: Any
    attribute: str
    value: Any


type Patch = Callable[[Engine], tuple[Replacement, ...]]

PATCHES: dict[str, Patch] = {}


def mends(patch: Patch) -> Patch:
    """Register a patch; its docstring states the defect."""
    PATCHES[patch.__name__] = patch
    return patch


@contextmanager
def applied(engine: Engine, *, without: frozenset[str] = frozenset()) -> Iterator[None]:
    """Mend moto for as long as the context lasts. Raises RuntimeError with a moto these patches were not written for."""
    if not moto.__version__.startswith(SUPPORTED_MOTO):
        raise RuntimeError(
            f"local/moto_patches mends moto {SUPPORTED_MOTO}x, but {moto.__version__} is installed: "
            "run tests/local/test_moto_patches.py against it, delete what it has mended, and raise SUPPORTED_MOTO"
        )
    with ExitStack() as undo:
        for name, patch in PATCHES.items():
            if name not in without:
                for replacement in patch(engine):
                    _replace(replacement, undo)
        yield


def _replace(replacement: Replacement, undo: ExitStack) -> None:
    owner, attribute = replacement.owner, replacement.attribute
    if attribute in vars(owner):
        undo.callback(setattr, owner, attribute, vars(owner)[attribute])
    else:
        undo.callback(delattr, owner, attribute)
    setattr(owner, attribute, replacement.value)
