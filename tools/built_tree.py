"""What `sam build` made, checked: `python -m tools.built_tree fingerprint` and `… check --host DIR`.

Each built function is imported in a fresh interpreter that sees its own folder, the two layers and boto3, as in Lambda, and
nothing else of this checkout. The dependencies layer is for arm64; where this machine is not, DIR (the same locked requirements
unpacked for this machine) stands in for it, after its distributions are found to be the very same.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools import sam_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BUILT = sam_template.ROOT / ".aws-sam" / "build"
LAYER_LIMIT_MB = 60
"""Of 250 MB that Lambda allows; cold starts grow with it, so growth shall be noticed."""
_INPUTS = (
    "template.yaml",
    "samconfig.toml",
    "functions",
    "layers",
    "statemachines",
    "tools/build.sh",
    "tools/built_tree.py",
)
_FROM_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")
"""What Lambda's Python runtime brings: boto3 and what it needs."""
_ELF_MACHINE = {0x3E: "x86-64", 0xB7: "arm64"}
_IMPORT = """
import importlib, sys
sys.path[:0] = sys.argv[2:]
module, _, name = sys.argv[1].partition(".")
assert callable(getattr(importlib.import_module(module), name)), "the handler is not callable"
"""


@dataclass(frozen=True, slots=True)
class BuiltFunction:
    """A function of the built template: its logical id, handler and folder."""

    logical_id: str
    handler: str
    folder: Path


def fingerprint() -> str:
    """A hash over the names and contents of all that goes into the build."""
    digest = hashlib.sha256()
    for path in sorted(_files(sam_template.ROOT / name for name in _INPUTS)):
        digest.update(f"{path.relative_to(sam_template.ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(roots: Iterable[Path]) -> Iterator[Path]:
    for root in roots:
        if root.is_dir():
            yield from (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        elif root.exists():
            yield root


def check(built: Path, host: Path, runtime: Path) -> list[str]:
    """What is wrong with a built tree; empty when it is sound."""
    template = sam_template.load(built / "template.yaml")
    shared = template.get("Globals", {}).get("Function", {})
    layers = [
        built / properties["ContentUri"] / "python"
        for properties in sam_template.resources(template, "AWS::Serverless::LayerVersion").values()
    ]
    functions = [
        BuiltFunction(logical_id, properties.get("Handler", shared.get("Handler", "")), built / properties["CodeUri"])
        for logical_id, properties in sam_template.resources(template, "AWS::Serverless::Function").items()
    ]
    problems = [problem for layer in layers for problem in _layer_problems(layer)]
    path = [host if _distributions(layer) else layer for layer in layers]
    for layer in layers:
        problems.extend(_difference(layer, host))
    provide_runtime(runtime)
    for function in functions:
        problems.extend(_import_problem(function, [function.folder, *path, runtime]))
    if not problems:
        total = sum(_megabytes(layer) for layer in layers)
        print(f"build: {len(functions)} functions import; layers unzipped {total:.1f} MB")
    return problems


def _layer_problems(layer: Path) -> Iterator[str]:
    size = _megabytes(layer)
    if size > LAYER_LIMIT_MB:
        yield f"{layer.parent.name}: {size:.1f} MB unzipped, more than {LAYER_LIMIT_MB}"
    for library in layer.rglob("*.so"):
        machine = _ELF_MACHINE.get(int.from_bytes(library.read_bytes()[18:20], "little"), "an unknown machine")
        if machine != "arm64":
            yield f"{layer.parent.name}: {library.name} is for {machine}, not arm64"
    for name in ("boto3", "botocore"):
        if (layer / name).exists():
            yield f"{layer.parent.name}: holds {name}, which the runtime brings"


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1_000_000


def _distributions(folder: Path) -> set[str]:
    return {path.name.removesuffix(".dist-info") for path in folder.glob("*.dist-info")}


def _difference(layer: Path, host: Path) -> Iterator[str]:
    built, unpacked = _distributions(layer), _distributions(host)
    if built and built != unpacked:
        yield f"{layer.parent.name}: not what is imported here: {', '.join(sorted(built ^ unpacked))}"


def provide_runtime(folder: Path) -> None:
    """Make a folder that holds boto3 as the Lambda runtime would, by links into this environment."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FROM_RUNTIME:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise ModuleNotFoundError(f"{name} is not installed; make setup")
        origin = Path(found.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        link = folder / source.name
        link.unlink(missing_ok=True)
        link.symlink_to(source)


def _import_problem(function: BuiltFunction, path: Iterable[Path]) -> Iterator[str]:
    """In an interpreter without site-packages (-S), without this directory (-I), and with an empty environment."""
    command = [sys.executable, "-I", "-S", "-B", "-c", _IMPORT, function.handler, *map(str, path)]
    outcome = subprocess.run(command, capture_output=True, text=True, env={}, cwd=function.folder, check=False)  # noqa: S603
    if outcome.returncode != 0:
        last = outcome.stderr.strip().splitlines()[-1:] or ["no message"]
        yield f"{function.logical_id}: {function.handler} cannot be imported: {last[0]}"


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when the built tree is sound."""
    parser = argparse.ArgumentParser(prog="tools.built_tree", description="Check what sam build made.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fingerprint", help="hash of all inputs of the build")
    checking = commands.add_parser("check", help="sizes, architecture, imports")
    checking.add_argument("--host", type=Path, required=True, help="the locked requirements, unpacked for this machine")
    chosen = parser.parse_args(arguments)
    if chosen.command == "fingerprint":
        print(fingerprint())
        return 0
    problems = check(BUILT, chosen.host.resolve(), sam_template.ROOT / "build" / "runtime")
    for problem in problems:
        print(f"build: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
