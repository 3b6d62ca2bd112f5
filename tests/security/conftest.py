"""One run of the whole stack with faults and damage of every kind; every test here looks at what it left."""

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest

from cli.main import main
from goodstanding.runtime import observability
from goodstanding.usecases import ingest_report
from local import runner
from local.sp_api import documents, reports
from tests.security import troubled_world as world


@dataclass
class Run:
    """A finished run: what it left, and the canaries that were in it by where they entered."""

    places: dict[str, str]
    raw: str
    settings: str
    calls: frozenset[world.AwsCall]
    heard: str
    said: str
    in_files: list[str]
    secrets: list[str]

    @property
    def canaries(self) -> list[str]:
        """All of them."""
        return [
            *self.in_files,
            *self.secrets,
            *world.SAID,
            world.FATAL_BODY,
            world.OWN_ADDRESS,
            world.UNREADABLE_ADDRESS,
        ]


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """`goodstanding run` over the canary seller; everything is real but the simulator's manners."""
    here = tmp_path_factory.mktemp("canaries")
    in_files = world.write_folder(here / "seller")
    noise: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "EmbeddedStack", world.WatchedStack)
        patch.setattr(runner, "Simulator", world.TalkativeSimulator)
        patch.setattr(reports, "ErrorText", partial(reports.ErrorText, world.FATAL_BODY))
        patch.setattr(documents, "COMPRESSED_FROM", 1 << 30)  # a truncated download then breaks off inside the rows
        patch.setattr(ingest_report, "parse_shipments", _defective(ingest_report.parse_shipments))
        with _overheard(noise):
            status = main(["run", str(here / "seller"), "--as-of", world.AS_OF, "--out", str(here / "out")])
    assert status == 1  # access was refused, and that is said
    amazon, left = world.amazon[-1], world.found[-1]
    files = {f"out/{path.name}": path.read_text(encoding="utf-8") for path in (here / "out").iterdir()}
    return Run(
        places=left.places | files | {"library logs": "\n".join(noise)},
        raw=left.raw,
        settings=left.settings,
        calls=left.calls,
        heard="\n".join(amazon.heard),
        said="\n".join(body.decode("utf-8", "replace") for body in amazon.said),
        in_files=in_files,
        secrets=[world.CLIENT_SECRET, world.REFRESH_TOKEN, *amazon.access_tokens],
    )


def _defective(parse):
    """A parser with a defect: it fails on one file, and quotes it, as many a library's error would."""

    def parse_shipments(lines):
        lines = list(lines)
        if any("canarydefect" in line for line in lines):
            raise ValueError("\n".join(lines)) from KeyError(lines[-1])
        return parse(lines)

    return parse_shipments


@contextmanager
def _overheard(lines):
    """Every line that any library logs in our process, at the level that Lambda passes on."""
    ours, handler, root = observability.logger(), logging.Handler(), logging.getLogger()
    handler.emit = lambda record: lines.append(f"{record.name}: {record.getMessage()} {record.exc_text or ''}")
    levels = root.level, ours.log_level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    ours.setLevel(logging.DEBUG)  # as LogLevel=DEBUG does; here all functions share the logger of the process
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(levels[0])
        ours.setLevel(levels[1])
