"""Where and when something was measured, and with what."""

import os
import platform
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = ("boto3", "botocore", "pydantic", "python-amazon-sp-api", "aws-lambda-powertools", "httpx", "moto")


class BenchmarkImpossible(Exception):
    """A benchmark that cannot be run here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Tells on standard error how far a benchmark is."""

    what: str

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` steps are behind."""
        sys.stderr.write(f"{self.what}: {done + 1} of {total}\n")

    def within(self, part: str) -> "Progress":
        """For a part of it."""
        return Progress(f"{self.what}, {part}")


def description() -> dict[str, Any]:
    """The machine, the date, the versions. `load` is the 1-minute load average when it was asked."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "processors": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30), 1),
        "system": f"{platform.system()} {platform.machine()}",
        "load": load(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def load() -> float:
    """How busy the machine was in the last minute: processes that wanted to run."""
    return round(os.getloadavg()[0], 2)


def _processor() -> str:
    found = Path("/proc/cpuinfo")
    lines = found.read_text().splitlines() if found.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")
