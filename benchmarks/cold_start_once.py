"""The imports of one function's cold start, in a process of its own: `python -I -S cold_start_once.py NAME PATH…` prints JSON.

NAME is a folder under functions/, or `boto3` for the yardstick; the paths are all that is imported from. Three spans follow on each
other: importing app.py; what the first call imports besides (the logger, the adapters that the handler names, SP-API's client where
it talks to Amazon); making the boto3 clients that it asks for. Nothing is called over a network.
"""

import ast
import importlib.util
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
YARDSTICK = "boto3"
_SECRET = {"lwa_app_id": "a", "lwa_client_secret": "b", "refresh_tokens": {"EU": "c"}}


class _Secrets:
    """A client of any service, of which only Secrets Manager is asked anything."""

    def get_secret_value(self, **_: str) -> dict[str, str]:
        return {"SecretString": json.dumps(_SECRET)}


def _import_app(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("app", ROOT / "functions" / name / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _adapters_named(app: ModuleType) -> Iterator[ast.Expression]:
    """The handler's own expressions `wiring.<adapter>(…)`, in their order."""
    for node in ast.walk(ast.parse(Path(str(app.__file__)).read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("wiring."):
            yield ast.Expression(node)


def _first_call(app: ModuleType, expressions: list[Any], names: dict[str, Any]) -> None:
    """Import what the first call would."""
    from goodstanding.core.marketplaces import Region
    from goodstanding.runtime.observability import logger

    logger()
    for expression in expressions:
        made = eval(expression, vars(app) | names)  # noqa: S307 - a line of our own handler
        if expression.co_name == "selling_partner":
            made("A2EXAMPLE00001", Region.EU)
    if hasattr(app, "emit"):
        app.emit("Count", {"RunCompleted": 1})


def _compiled(app: ModuleType) -> list[Any]:
    return [
        compile(each, "app.py", "eval").replace(co_name=ast.unparse(each.body.func).removeprefix("wiring."))  # type: ignore[attr-defined]
        for each in _adapters_named(app)
    ]


def measure(name: str) -> dict[str, Any]:
    """Seconds of each span, and how many modules were loaded in the end."""
    start = perf_counter()
    if name == YARDSTICK:
        importlib.import_module("boto3")
        return {"import": perf_counter() - start, "modules": len(sys.modules)}
    app = _import_app(name)
    imported = perf_counter() - start

    from goodstanding.runtime.wiring import World, installed

    asked: list[str] = []

    class WithoutClients(World):
        def aws(self, service: str) -> Any:
            importlib.import_module("boto3")
            importlib.import_module("botocore.config")
            asked.append(service)
            return _Secrets()

    fields = app.handler.settings.model_fields
    settings = app.handler.settings(**{field: "on" if field == "amazon_calls" else "x" for field in fields})
    if "sp_api_endpoint" in fields:
        settings = settings.model_copy(update={"sp_api_endpoint": ""})
    expressions = _compiled(app)
    with redirect_stdout(StringIO()):
        start = perf_counter()
        with installed(WithoutClients()):
            _first_call(app, expressions, {"settings": settings})
        first = perf_counter() - start
        start = perf_counter()
        world = World()
        for service in asked:
            world.aws(service)
        clients = perf_counter() - start
    return {"import": imported, "first_call": first, "clients": clients, "modules": len(sys.modules)}


if __name__ == "__main__":
    sys.path[:0] = sys.argv[2:]
    print(json.dumps(measure(sys.argv[1])))
