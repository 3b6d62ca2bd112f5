"""`python -m benchmarks [NAME…]`: measure, then write benchmarks/results: one JSON file for each benchmark and a page of them all.

A benchmark is a module in `BENCHMARKS` with a `TITLE`, `measure(progress)` (what it found, as JSON) and `page(found)` (Markdown).
Results of benchmarks that were not asked for stay as they are. Exit status 1 when one could not be run.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from benchmarks import cold_start, deadlines, order_ingest, requests, running_costs
from benchmarks.machine import BenchmarkImpossible, Progress, description

RESULTS = Path(__file__).parent / "results"
_HEAD = """\
# Measured

Made by `make bench`, which takes some minutes; `.venv/bin/python -m benchmarks NAME` measures one of them anew. The figures as JSON
lie beside this page. They hold for the machine that is named with them; ratios travel better than seconds.
"""


class Benchmark(Protocol):
    """What a module must have."""

    TITLE: str

    def measure(self, progress: Progress) -> dict[str, Any]:
        """Raises BenchmarkImpossible when something is missing here."""

    def page(self, result: Mapping[str, Any]) -> str:
        """The found, for people; without a heading."""


BENCHMARKS: Mapping[str, Benchmark] = {
    "order_ingest": order_ingest,
    "cold_start": cold_start,
    "running_costs": running_costs,
    "deadlines": deadlines,
    "requests": requests,
}


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure; writes benchmarks/results.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(BENCHMARKS)} (all without one)")
    names = parser.parse_args(arguments).names or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    impossible = [name for name in names if not _run(name)]
    (RESULTS / "README.md").write_text(whole_page(results(RESULTS)), encoding="utf-8")
    return 1 if impossible else 0


def _run(name: str) -> bool:
    RESULTS.mkdir(exist_ok=True)
    started = perf_counter()
    machine = description()
    try:
        result = BENCHMARKS[name].measure(Progress(name))
    except BenchmarkImpossible as error:
        sys.stderr.write(f"{name}: {error}\n")
        return False
    seconds = round(perf_counter() - started)
    sys.stderr.write(f"{name}: measured in {seconds} s\n")
    text = json.dumps({"machine": machine, "seconds": seconds, "result": result}, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return True


def results(folder: Path) -> dict[str, Any]:
    """Every result there is, by the benchmark's name."""
    paths = {name: folder / f"{name}.json" for name in BENCHMARKS}
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in paths.items() if path.exists()}


def whole_page(found: Mapping[str, Any]) -> str:
    """The page of all results."""
    return "\n\n".join([_HEAD.strip(), *_sections(found)]) + "\n"


def _sections(found: Mapping[str, Any]) -> Iterable[str]:
    for name, kept in found.items():
        benchmark, machine = BENCHMARKS[name], kept["machine"]
        packages = ", ".join(f"{package} {version}" for package, version in machine["packages"].items())
        yield f"## {benchmark.TITLE}"
        yield benchmark.page(kept["result"])
        yield (
            f"Measured at {machine['measured_at']} in {kept['seconds']} s, load {machine['load']} when it began: "
            f"{machine['processor']}, {machine['processors']} processors, {machine['memory_gib']} GiB, {machine['system']}, "
            f"Python {machine['python']}; {packages}. Again: `.venv/bin/python -m benchmarks {name}`."
        )


if __name__ == "__main__":
    sys.exit(main())
