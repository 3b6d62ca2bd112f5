"""What may be typed, and what is said when it is wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.arguments import parser, run_options
from local.seller_folder import BadInput

NOW = datetime(2026, 11, 20, 6, 0, 30, tzinfo=UTC)


def _options(*arguments):
    return run_options(parser().parse_args(["run", *arguments]), NOW)


def test_a_day_is_one_moment():
    """The offset is taken off; defaults are the built-in simulator, the virtual clock, and out/."""
    options = _options("a", "b", "--as-of", "2026-11-20T07:00:00+01:00")
    assert options.folders == (Path("a"), Path("b"))
    assert (options.start, options.end, options.is_span) == (NOW.replace(second=0), NOW.replace(second=0), False)
    assert (options.out, options.sp_api, options.real_clock) == (Path("out"), None, False)


def test_moments_are_whole_seconds():
    """As a schedule's are."""
    assert _options("a", "--as-of", "2026-11-20T06:00:30.9Z").start == NOW


def test_a_span_has_two_ends():
    """Everything can be given."""
    span = ("--from", "2026-10-01T00:00Z", "--to", "2026-10-02T00:00Z")
    options = _options("a", *span, "--out", "x", "--sp-api", "http://[::1]:8080/")
    assert options.is_span
    assert options.end - options.start == timedelta(days=1)
    assert (options.out, options.sp_api) == (Path("x"), "http://[::1]:8080")


def test_the_real_clock_takes_now():
    """As a word or as a time close to it."""
    assert _options("a", "--as-of", "now", "--clock", "real").start == NOW
    assert _options("a", "--as-of", "2026-11-20T06:04:00Z", "--clock", "real").real_clock


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["a"], "the time is missing"),
        (["a", "--from", "2026-10-01T00:00Z"], "the time is missing"),
        (["a", "--as-of", "yesterday"], "--as-of yesterday: is no date and time; write it like"),
        (["a", "--as-of", "2026-11-31T00:00:00Z"], "is no date and time"),
        (["a", "--as-of", "2026-11-20T06:00:00"], "has no offset, .* such as 2026-11-20T06:00:00Z"),
        (["a", "--as-of", "0001-01-01T00:00:00Z"], "the year must be 2000 to 2100"),
        (["a", "--as-of", "9999-12-31T23:59:59-14:00"], "the year must be 2000 to 2100"),
        (["a", "--as-of", "now", "--to", "now"], "cannot be combined with --from and --to"),
        (["a", "--from", "2026-10-02T00:00Z", "--to", "2026-10-01T00:00Z"], "lies before --from .*; swap the two"),
        (["a", "--from", "now", "--to", "now", "--clock", "real"], "a span needs the virtual clock"),
        (["a", "--as-of", "2026-11-20T05:00:00Z", "--clock", "real"], "the real clock says 2026-11-20T06:00:30Z"),
        (["a", "--as-of", "now", "--sp-api", "127.0.0.1:8080"], "is no base URL"),
        (["a", "--as-of", "now", "--sp-api", "http://x:99999"], "is no base URL"),
        (["a", "--as-of", "now", "--sp-api", "http://x?y"], "is no base URL"),
        (["a", "--as-of", "now", "--clock", "wrong"], "argument --clock: invalid choice.*see goodstanding run --help"),
        (["a", "--as-of"], "expected one argument"),
        (["--as-of", "now"], "the following arguments are required: FOLDER"),
        (["a", "--asof", "now"], "unrecognized arguments: --asof"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_the_mend(arguments, complaint):
    """Never a page of usage, never a traceback."""
    with pytest.raises(BadInput, match=complaint) as fault:
        _options(*arguments)
    assert "\n" not in str(fault.value)


def test_an_unknown_command_is_told():
    """Later commands do not exist before their time."""
    with pytest.raises(BadInput, match="invalid choice: 'triage'"):
        parser().parse_args(["triage"])
