"""No secret and no buyer's data leaves its store: not in logs, messages, execution data, tables or results, whatever goes wrong.

One run of the whole stack, with faults and damage of every kind, is searched for canaries by every test here.
"""

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest

from cli.main import main
from goodstanding.usecases import ingest_report
from local import runner
from local.sp_api import documents, reports
from tests.privacy import canary_world as world


@dataclass
class Run:
    """A finished run: what it left, and the canaries that were in it by where they entered."""

    places: dict[str, str]
    raw: str
    settings: str
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


def leaks(places: dict[str, str], canaries: list[str]) -> list[tuple[str, str]]:
    """Where a canary is seen, and which."""
    lower = {place: text.casefold() for place, text in places.items()}
    return [(place, word) for place, text in lower.items() for word in canaries if word.casefold() in text]


@pytest.fixture(scope="module")
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
    handler, root = logging.Handler(), logging.getLogger()
    handler.emit = lambda record: lines.append(f"{record.name}: {record.getMessage()} {record.exc_text or ''}")
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def test_every_canary_entered(run):
    """A search for what was never there would prove nothing: it was sent, or received, or lies in the bucket."""
    entered = {"said": run.said, "heard": run.heard, "raw": run.raw, "settings": run.settings}
    seen = {word for _, word in leaks(entered, run.canaries)}
    assert set(run.canaries) - seen == {world.FATAL_BODY}  # see test_nobody_fetched_…


def test_buyers_data_lies_in_the_raw_bucket_alone(run):
    """That is where it may be, encrypted and for 30 days."""
    assert len({word for _, word in leaks({"raw": run.raw}, run.in_files)}) > len(run.in_files) / 2


def test_every_place_was_really_looked_into(run):
    """Each holds what it ought to hold."""
    assert {place for place, text in run.places.items() if world.SELLER in text} >= {
        *("logs", "messages", "histories", "orders table", "health table", "manifests", "keys and metadata"),
        *("out/health.json", "out/report.html"),
    }
    assert world.order_id(1) in run.places["orders table"]
    assert '"level":"INFO"' in run.places["logs"]
    assert "SpApiThrottled" in run.places["histories"]


@pytest.mark.parametrize(
    "code",
    [
        "not_authorized",
        "report_fatal",
        "internal_error",
        "damaged: unreadable_date",
        "damaged: row_cut_off",
        "damaged: invalid_json",
    ],
)
def test_the_troubles_took_place(run, code):
    """What ought to go wrong went wrong, and is told by its code."""
    assert code in run.places["health table"]


def test_no_canary_got_out(run):
    """Not in logs, messages, execution data, tables, manifests or results."""
    assert not leaks(run.places, run.canaries), leaks(run.places, run.canaries)


def test_seller_left_out_is_named_in_the_logs(run):
    """The alarm sends the operator there: which settings, which line, but not what stands there."""
    complaints = [line for line in run.places["logs"].splitlines() if '"not configured"' in line]
    assert len(complaints) == 1
    assert f"sellers/{world.UNREADABLE_SELLER}.yaml: check line 3" in complaints[0]


def test_nobody_fetched_the_excuses_of_a_fatal_report(run):
    """Its document is no report."""
    assert world.FATAL_BODY not in run.said


def test_a_leak_would_be_seen():
    """Whatever its case, wherever it is."""
    assert leaks({"logs": "x CANARYa y", "out": ""}, ["canarya", "canaryb"]) == [("logs", "canarya")]
