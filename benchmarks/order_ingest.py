"""A long All Orders report through download, parsing, folding and batching: rows per second, as a ratio to reading it alone."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks.machine import BenchmarkImpossible, Progress, load
from benchmarks.markdown import number, table
from benchmarks.order_report import cached_report
from tools.sam_template import ROOT

TITLE = "A long All Orders report"
REPORTS = ROOT / "build" / "bench"
SIZES: Mapping[int, int] = {10_000: 5, 100_000: 3, 1_000_000: 3}
"""Rows, and how often each is measured: long ones vary less."""
AIM_RATIO, AIM_MIB = 8, 150
"""What the longest report should stay under: times the reading of the same file, and peak memory."""


def measure(progress: Progress) -> dict[str, Any]:
    """Every size, each round in a process of its own; medians of the rounds."""
    steps = [(rows, turn) for rows, rounds in SIZES.items() for turn in range(rounds)]
    taken: dict[int, list[dict[str, Any]]] = {rows: [] for rows in SIZES}
    for done, (rows, _) in enumerate(steps):
        progress(done, len(steps))
        taken[rows].append(once(cached_report(REPORTS, rows)))
    return {"sizes": [summary(each) for each in taken.values()], "load_at_the_end": load()}


def once(path: Path) -> dict[str, Any]:
    """Serve a report and ingest it."""
    with _served(path) as url:
        command = [sys.executable, "-m", "benchmarks.ingest_once", str(path), url]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - our own module
    if answer.returncode:
        raise BenchmarkImpossible(f"ingest_once: {answer.stderr.strip().splitlines()[-1]}")
    measured: dict[str, Any] = json.loads(answer.stdout)
    return measured


def summary(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Medians over the rounds of one size. Each ratio is taken within a round, in time of the processor."""
    first = rounds[0]
    return {
        "rows": first["rows"],
        "bytes": first["bytes"],
        "bytes_gzipped": first["bytes_gzipped"],
        "order_updates": first["order_updates"],
        "transactions": first["transactions"],
        "rounds": len(rounds),
        "rows_per_second": median(each["rows"] / _whole(each, "wall") for each in rounds),
        "microseconds_per_row": median(_whole(each, "cpu") / each["rows"] * 1e6 for each in rounds),
        "ratio_to_reading_lines": median(_whole(each, "cpu") / _alone(each, "read_lines_alone") for each in rounds),
        "ratio_to_unzipping": median(_whole(each, "cpu") / _alone(each, "unzip_alone") for each in rounds),
        "peak_mib": median(each["peak_bytes"] for each in rounds) / (1 << 20),
        "peak_mib_before": median(each["peak_bytes_before"] for each in rounds) / (1 << 20),
    }


def _whole(one: Mapping[str, Any], clock: str) -> float:
    return float(one["download"][clock] + one["ingest"][clock])


def _alone(one: Mapping[str, Any], way: str) -> float:
    return mean(float(each["cpu"]) for each in one[way])


@contextmanager
def _served(path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.loopback", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:  # noqa: S603 - our own module
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}/"
        finally:
            server.terminate()


def verdict(sizes: Sequence[Mapping[str, Any]]) -> str:
    """Whether the aims hold, said of the longest report."""
    longest, before = sizes[-1], sizes[-2]
    growth = longest["microseconds_per_row"] / before["microseconds_per_row"]
    return (
        f"Aims, for the longest report: at most {AIM_RATIO} times the reading — {_held(longest['ratio_to_unzipping'], AIM_RATIO)} against "
        f"unzipping, {_held(longest['ratio_to_reading_lines'], AIM_RATIO)} against reading lines; at most {AIM_MIB} MiB — "
        f"{_held(longest['peak_mib'], AIM_MIB)}. A row costs {growth:.2f} times what it costs in a report a tenth as long."
    )


def _held(measured: float, aim: float) -> str:
    return f"{'held' if measured <= aim else '**not held**'} ({measured:.1f})"


def page(result: Mapping[str, Any]) -> str:
    """What was measured, for people."""
    rows = [
        {
            "rows": number(size["rows"]),
            "MB": number(size["bytes"] / 1e6),
            "rounds": number(size["rounds"]),
            "rows/s": number(size["rows_per_second"]),
            "µs of processor/row": f"{size['microseconds_per_row']:.1f}",
            "ratio to reading lines": f"{size['ratio_to_reading_lines']:.1f}",
            "ratio to unzipping": f"{size['ratio_to_unzipping']:.1f}",
            "peak MiB": number(size["peak_mib"]),
            "of which before": number(size["peak_mib_before"]),
            "order updates": number(size["order_updates"]),
            "transactions": number(size["transactions"]),
        }
        for size in result["sizes"]
    ]
    return "\n\n".join(
        (
            (
                "A gzipped report is downloaded over loopback HTTP, stored, parsed, folded into one fact for each order and batched into "
                "DynamoDB transactions, with the product's own code. The clients of S3 and DynamoDB are stubs that count: neither their "
                "serialisation nor the network is in it. Each round is a process of its own; medians."
            ),
            table(rows),
            verdict(result["sizes"]),
            (
                "The ratios are processor time over that of reading the same gzip in the same process, in two ways: `reading lines` is "
                "`for line in gzip.open(path, 'rt')`, `unzipping` reads its bytes and looks at none. The download opens an HTTP client, "
                "which is some 0.1 s whatever the size and weighs on short reports. `before` is the process with all its imports."
            ),
        )
    )
