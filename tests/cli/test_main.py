"""The command: its exit status, and what it says."""

import sys
import types
from datetime import UTC, datetime

import pytest

from cli import main as command
from cli.outputs import FILES
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import Source, SourceState
from tests.cli.conftest import outcome_of, place

SETTINGS = "seller_id: A2EXAMPLE00001\nmarketplaces: [DE]\n"


@pytest.fixture
def seller(tmp_path):
    """A seller folder without files."""
    folder = tmp_path / "seller"
    folder.mkdir()
    (folder / "seller.yaml").write_text(SETTINGS)
    return folder


@pytest.fixture
def runs(monkeypatch):
    """A runner that answers what it is told to, and remembers what it was asked."""
    runner = types.ModuleType("local.runner")
    runner.asked = []
    runner.answer = outcome_of(place("DE"))

    def run(folders, start, end=None, **options):
        runner.asked.append((folders, start, end, options))
        return runner.answer() if callable(runner.answer) else runner.answer

    runner.run = run
    monkeypatch.setitem(sys.modules, "local.runner", runner)
    return runner


def _run(*arguments):
    return command.main([str(argument) for argument in arguments])


def _failing(code):
    return outcome_of(place("DE", sources=[Source(ReportType.FEEDBACK, SourceState.UNAVAILABLE, None, code)]))


def test_a_run_writes_its_files_and_says_so(seller, runs, tmp_path, capsys):
    """Exit status 0."""
    out = tmp_path / "out"
    assert _run("run", seller, "--as-of", "2026-11-20T06:00:00Z", "--out", out) == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    captured = capsys.readouterr()
    assert f"Results: {out}/" in captured.out
    assert captured.err == ""
    ((folders, start, end, options),) = runs.asked
    assert [folder.seller_id for folder in folders] == ["A2EXAMPLE00001"]
    assert (start, end) == (datetime(2026, 11, 20, 6, tzinfo=UTC), None)
    assert (options["sp_api"], options["real_clock"]) == (None, False)


def test_a_span_has_an_end(seller, runs, tmp_path):
    """Both ends are handed on."""
    span = ("--from", "2026-10-01T00:00Z", "--to", "2026-10-02T00:00Z")
    assert _run("run", seller, *span, "--out", tmp_path / "out") == 0
    assert runs.asked[0][2] == datetime(2026, 10, 2, tzinfo=UTC)


def test_the_demo_runs_over_the_bundled_sample(runs, tmp_path):
    """At a fixed moment, so that it shows the same everywhere."""
    assert _run("demo", "--out", tmp_path / "out") == 0
    (folders, start, _, _) = runs.asked[0]
    assert [marketplace.country for marketplace in folders[0].marketplaces] == ["DE", "FR", "GB"]
    assert start == datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("not_authorized", "authorise the application again"), ("sp_api_unavailable", "not be reached")],
)
def test_a_run_cut_off_from_amazon_is_done_and_said(seller, runs, tmp_path, capsys, reason, words):
    """Exit status 1; the files are there."""
    runs.answer = _failing(reason)
    assert _run("run", seller, "--as-of", "2026-11-20T06:00:00Z", "--out", tmp_path / "out") == 1
    assert words in capsys.readouterr().err
    assert (tmp_path / "out" / "health.json").exists()


def test_a_report_that_failed_otherwise_is_no_failure_of_the_run(seller, runs, tmp_path):
    """It is missing, and said in the results."""
    runs.answer = _failing("report_fatal")
    assert _run("run", seller, "--as-of", "2026-11-20T06:00:00Z", "--out", tmp_path / "out") == 0


def test_a_workflow_that_broke_is_said(seller, runs, tmp_path, capsys):
    """Exit status 1 with its error."""
    runs.answer = outcome_of(place("DE"), failures=["AccountHealthStateMachine: InternalError: x"])
    assert _run("run", seller, "--as-of", "2026-11-20T06:00:00Z", "--out", tmp_path / "out") == 1
    assert "InternalError" in capsys.readouterr().err


def _nothing(_seller):
    return


def _no_settings(seller):
    (seller / "seller.yaml").unlink()


def _unknown_key(seller):
    (seller / "seller.yaml").write_text(SETTINGS + "langauge: de\n")


def _unknown_file(seller):
    (seller / "DE").mkdir()
    (seller / "DE" / "notes.txt").write_text("remember the milk\n")


def _truncated(seller):
    (seller / "DE").mkdir()
    (seller / "DE" / "orders.txt.gz").write_bytes(b"\x1f\x8b\x08\x00\x00")


def _other_marketplace(seller):
    (seller / "FR").mkdir()


@pytest.mark.parametrize(
    ("spoil", "arguments", "words"),
    [
        (_nothing, ["--as-of", "tomorrow"], "--as-of tomorrow"),
        (_no_settings, ["--as-of", "now"], "seller.yaml: is missing"),
        (_unknown_key, ["--as-of", "now"], "langauge"),
        (_unknown_file, ["--as-of", "now"], "notes.txt: is of no known kind"),
        (_truncated, ["--as-of", "now"], "orders.txt.gz"),
        (_other_marketplace, ["--as-of", "now"], "FR"),
        (_nothing, ["--as-of", "now", "--out", "/dev/null/out"], "--out /dev/null/out"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(seller, runs, tmp_path, capsys, spoil, arguments, words):
    """Exit status 2, before the run begins."""
    spoil(seller)
    before = sorted(tmp_path.rglob("*"))
    assert _run("run", seller, "--out", tmp_path / "out", *arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("goodstanding: ")
    assert words in captured.err
    assert captured.out == ""
    assert sorted(tmp_path.rglob("*")) == before
    assert runs.asked == []


def test_a_folder_that_does_not_exist_is_bad_input(runs, tmp_path, capsys):
    """It is named."""
    assert _run("run", tmp_path / "none", "--as-of", "now", "--out", tmp_path / "out") == 2
    assert "none: no such folder" in capsys.readouterr().err


def test_an_interrupted_run_writes_nothing(seller, runs, tmp_path, capsys):
    """Exit status 130, as shells have it."""

    def interrupt():
        raise KeyboardInterrupt

    runs.answer = interrupt
    assert _run("run", seller, "--as-of", "now", "--out", tmp_path / "out") == 130
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_help_names_the_commands_and_shows_examples(capsys):
    """Exit status 0."""
    for arguments, words in ((["--help"], "demo"), (["run", "--help"], "examples:"), (["demo", "--help"], "--out DIR")):
        with pytest.raises(SystemExit) as stop:
            _run(*arguments)
        assert stop.value.code == 0
        assert words in capsys.readouterr().out
