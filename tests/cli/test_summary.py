"""What the terminal shows."""

import io
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from cli import summary
from goodstanding.core.requests.record import RequestState
from tests.cli.conftest import a_request, outcome_of, place


def _shown(outcome):
    console = Console(file=io.StringIO(), width=100, highlight=False, markup=False, emoji=False)
    summary.show(outcome, Path("out"), console)
    return console.file.getvalue()


def test_the_summary_has_a_row_for_each_marketplace_and_says_what_matters(outcome):
    """Counts, what is bad, about to be and missing, how much was published, and where the results are."""
    text = _shown(outcome)
    for part in (
        "Account health as of 2026-11-20 06:00 UTC",
        "│ A2EXAMPLE00001 │ DE    │ AT_RISK   │   1 │       1 │    1 │         0 │       1 │       0 │",
        "│ A2EXAMPLE00001 │ FR    │ not known │",
        "bad     DE  Order defect rate, own fulfilment: 1.23 % (3 of 244 orders), target under 1 %; Amazon (Amazon says: BAD)",
        "warning DE  Valid tracking rate: 95.5 %, target over 95 %; Amazon\n",
        "missing FR  Returns (own fulfilment): Amazon could not create the report",
        "asking  DE  1 asked (1 in the last day), 1 waiting, 1 not asked\n",
        "\n        DE  not asked: 1 its SKU is left out\n",
        "Published: 1 alert, 1 digest.",
        "Results: out/ (report.html is for reading)",
    ):
        assert part in text


def test_a_marketplace_without_requests_says_nothing_of_them(outcome):
    """France has none; who is not asked is told only where somebody is not."""
    assert "asking  FR" not in _shown(outcome)
    only_planned = place("DE", requests=[a_request(1, RequestState.PLANNED)])
    assert "not asked:" not in _shown(outcome_of(only_planned))


def test_requests_of_the_runs_own_last_minutes_were_asked_lately(outcome):
    """They are sent a little after the moment for which the run is made."""
    sent = a_request(1, RequestState.SENT, sent_at=outcome.as_of + timedelta(seconds=9))
    counted = place("DE", requests=[sent]).requests_counted(outcome.as_of)
    assert (counted.asked, counted.asked_lately) == (1, 1)


def test_a_run_without_messages_says_so():
    """None is a number too."""
    assert "Published: 0 alerts, 0 digests." in _shown(outcome_of(place("DE")))


def test_progress_without_a_terminal_is_a_line_for_each_tenth(capsys):
    """A log of a long run stays short."""
    with summary.progress() as step:
        for done in range(1000):
            step(done, 1000, "day")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "0/1000 day"
    assert len(lines) == 10


def test_progress_in_a_terminal_is_a_bar(monkeypatch, capsys):
    """Nothing of it remains on standard output."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with summary.progress() as step:
        step(1, 2, "DE")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "DE" in captured.err


def test_the_summary_is_plain_text_when_it_is_piped(capsys):
    """No escape codes in a file."""
    summary.show(outcome_of(place("DE")), Path("out"), summary.summary_console())
    assert "\x1b" not in capsys.readouterr().out
