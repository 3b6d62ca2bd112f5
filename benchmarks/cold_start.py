"""How long the imports of each function take, as a ratio to `import boto3` in the same round.

Imported is what Lambda would import: the layers (the locked requirements unpacked for this machine by `make build`), boto3 as the
runtime brings it, and nothing else of this environment. Two cases: with bytecode for everything, and as deployed, where pip leaves
the layers without bytecode and /opt cannot be written, so that their source is compiled at every cold start.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import BenchmarkImpossible, Progress
from benchmarks.markdown import number, table
from tools import function_modules
from tools.built_tree import provide_runtime
from tools.sam_template import ROOT

TITLE = "What a cold start imports"
ROUNDS = 3
YARDSTICK = "boto3"
HOST = ROOT / "build" / "host"
LAYERS = (ROOT / "layers" / "goodstanding", HOST)
_SCRIPT = Path(__file__).with_name("cold_start_once.py")
_ENVIRONMENT = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


def measure(progress: Progress) -> dict[str, Any]:
    """Every function in both cases; medians over the rounds."""
    return run(ROUNDS, progress, function_modules.names())


def run(rounds: int, progress: Progress, names: Sequence[str]) -> dict[str, Any]:
    """Measure these functions in both cases; medians over the rounds."""
    if not HOST.is_dir():
        raise BenchmarkImpossible(f"{HOST.relative_to(ROOT)} is missing; run `make build` first")
    with _bytecode() as cache:
        path = [*LAYERS, cache / "runtime"]
        for name in (YARDSTICK, *names):
            _once(name, path, cache, write=True)
        with_bytecode = _rounds(rounds, names, path, cache, progress.within("with bytecode"))
        for folder in (*LAYERS, ROOT / "functions"):
            shutil.rmtree(cache / "bytecode" / folder.resolve().relative_to("/"))
        as_deployed = _rounds(rounds, names, path, cache, progress.within("as deployed"))
    return {"rounds": rounds, "with_bytecode": with_bytecode, "as_deployed": as_deployed}


@contextmanager
def _bytecode() -> Iterator[Path]:
    """A place for bytecode and for the runtime's packages, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        provide_runtime(Path(folder) / "runtime")
        yield Path(folder)


def _rounds(
    rounds: int, names: Sequence[str], path: Sequence[Path], cache: Path, progress: Progress
) -> Mapping[str, Any]:
    """The yardstick is measured at both ends of each round, every function between."""
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in (YARDSTICK, *names)}
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        progress(turn, rounds)
        before = _once(YARDSTICK, path, cache)
        found = {name: _once(name, path, cache) for name in names}
        after = _once(YARDSTICK, path, cache)
        taken[YARDSTICK] += [before, after]
        yardstick = (before["import"] + after["import"]) / 2
        for name, spans in found.items():
            taken[name].append(spans)
            ratios[name].append((spans["import"] + spans["first_call"]) / yardstick)
    return {
        name: {key: median(spans[key] for spans in each) for key in each[0]}
        | ({"ratio": median(ratios[name])} if name in ratios else {})
        for name, each in taken.items()
    }


def _once(name: str, path: Sequence[Path], cache: Path, *, write: bool = False) -> dict[str, float]:
    """One fresh interpreter: no site-packages, no environment but a region and credentials that nobody accepts."""
    options = ["-I", "-S", "-X", f"pycache_prefix={cache / 'bytecode'}", *([] if write else ["-B"])]
    command = [sys.executable, *options, str(_SCRIPT), name, *map(str, path)]
    answer = subprocess.run(  # noqa: S603 - our own script
        command, capture_output=True, text=True, check=False, env=_ENVIRONMENT | {"PATH": os.environ.get("PATH", "")}
    )
    if answer.returncode:
        raise BenchmarkImpossible(f"{name}: {answer.stderr.strip().splitlines()[-1]}")
    spans: dict[str, float] = json.loads(answer.stdout)
    return spans


def page(result: Mapping[str, Any]) -> str:
    """What was measured, for people."""
    rows = [
        {
            "imported": f"`{name}`",
            "ratio to boto3": f"{spans['ratio']:.2f}" if "ratio" in spans else "1",
            "app.py ms": number(round(spans["import"] * 1000)),
            "first call ms": number(round(spans.get("first_call", 0) * 1000)),
            "AWS clients ms": number(round(spans.get("clients", 0) * 1000)),
            "modules": number(spans["modules"]),
            "as deployed: ratio to boto3": f"{result['as_deployed'][name]['ratio']:.2f}" if "ratio" in spans else "1",
            "as deployed: app.py ms": number(round(result["as_deployed"][name]["import"] * 1000)),
        }
        for name, spans in result["with_bytecode"].items()
    ]
    return "\n\n".join(
        (
            (
                "Each function's `app.py` is imported from its folder in a fresh interpreter that sees the layers, boto3 and nothing else. "
                "`first call` imports what the handler needs besides: the logger, its adapters, boto3 or the SP-API client where it uses "
                f"them. The ratio is both over `import boto3` in the same round; medians of {result['rounds']} rounds."
            ),
            table(rows),
            (
                "`as deployed` is the cost without bytecode for the layers and functions: `sam build` ships none, and Lambda cannot write "
                "any under /opt. boto3 keeps its bytecode there, since the runtime brings it."
            ),
        )
    )
