"""functions/*/app.py as modules: every folder holds a module of the same name, so each is imported under a name of its own."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from tools import sam_template

if TYPE_CHECKING:
    from types import ModuleType

FUNCTIONS = sam_template.ROOT / "functions"


def names() -> list[str]:
    """The folders, sorted."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))


def load(name: str) -> ModuleType:
    """Import functions/<name>/app.py. Raises whatever its import raises."""
    spec = importlib.util.spec_from_file_location(f"functions_{name}_app", FUNCTIONS / name / "app.py")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"functions/{name}/app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def logical_id(name: str) -> str:
    """list_sellers → ListSellersFunction."""
    return "".join(word.capitalize() for word in name.split("_")) + "Function"
