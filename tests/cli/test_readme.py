"""README.md shows what the commands really print."""

import pytest

from tools.readme import README, printed, refreshed, shown

TEXT = README.read_text(encoding="utf-8")
HELPS = [block for block in shown(TEXT) if "--help" in block.arguments]
RUNS = [block for block in shown(TEXT) if "--help" not in block.arguments]


@pytest.mark.parametrize("block", HELPS, ids=lambda block: block.arguments)
def test_shown_help_is_current(block):
    """`python -m tools.readme` writes it anew."""
    assert [block.output] == printed(block.arguments)


@pytest.mark.slow
def test_shown_runs_are_current():
    """The whole stack runs and prints what the page shows; what comes after it reads its results."""
    assert [block.output for block in RUNS] == printed(*(block.arguments for block in RUNS))


def test_readme_shows_a_run_and_its_help():
    """Real output, not prose about it."""
    assert HELPS
    assert RUNS


def test_an_outdated_output_is_replaced():
    """Only the output changes."""
    before = "a\n```console\n$ goodstanding --help\nold\n```\nb\n"
    after = refreshed(before)
    assert after.startswith("a\n```console\n$ goodstanding --help\nusage: goodstanding")
    assert after.endswith("\n```\nb\n")
