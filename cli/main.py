"""The `goodstanding` command."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cli.arguments import RunOptions, parser, run_options
from local.seller_folder import BadInput

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "demo-seller"
SAMPLE_AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)

DONE, CUT_OFF, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

_WHY = {
    "not_authorized": "Amazon refuses access; authorise the application again for this seller",
    "sp_api_unavailable": "the SP-API could not be reached; see reasons under sources in health.json",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. Bad input is one line on standard error."""
    try:
        given = parser().parse_args(arguments)
        return _COMMANDS[given.command](given)
    except BadInput as fault:
        sys.stderr.write(f"goodstanding: {fault}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("goodstanding: interrupted; nothing was written\n")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output left; Python would complain once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _demo(given: Namespace) -> int:
    return _run_stack(
        RunOptions((SAMPLE,), SAMPLE_AS_OF, SAMPLE_AS_OF, is_span=False, out=given.out, sp_api=None, real_clock=False)
    )


def _run(given: Namespace) -> int:
    return _run_stack(run_options(given, datetime.now(UTC)))


def _explain(given: Namespace) -> int:
    from cli import json_text
    from cli.explain import explain, in_words

    found = explain(given.order_id, given.out)
    sys.stdout.write(json_text.page(found) if given.json else "\n".join(map(in_words, found)))
    return DONE


def _resolve(given: Namespace) -> int:
    from cli.deployed import resolve

    return _told(lambda: resolve(given.thread, given.seller, given.stack, no_response_needed=given.no_response_needed))


def _ack(given: Namespace) -> int:
    from cli.deployed import acknowledge

    return _told(lambda: acknowledge(given.deadline, given.hours, given.seller, given.stack))


def _told(tell: Callable[[], str]) -> int:
    """Say something to a deployed stack."""
    from cli.deployed import NotDone

    try:
        sys.stdout.write(f"{tell()}\n")
    except NotDone as fault:
        sys.stderr.write(f"goodstanding: {fault}\n")
        return CUT_OFF
    return DONE


_COMMANDS = {"demo": _demo, "run": _run, "explain": _explain, "resolve": _resolve, "ack": _ack}


def _run_stack(options: RunOptions) -> int:
    # Imported here: the embedded stack takes a second to import, and --help or a typing error should not wait for it.
    from cli.outputs import output_directory
    from cli.summary import progress, show, summary_console
    from local.runner import run
    from local.seller_folder import load_all

    folders = load_all(options.folders)
    with output_directory(options.out) as out:
        with progress() as step:
            outcome = run(
                folders,
                options.start,
                options.end if options.is_span else None,
                sp_api=options.sp_api,
                real_clock=options.real_clock,
                step=step,
            )
        out.publish(outcome)
    show(outcome, options.out, summary_console())
    complaints = [
        *(f"{seller_id} {place}: {_WHY[code]}" for seller_id, place, code in outcome.cut_off()),
        *outcome.failures,
    ]
    for complaint in complaints:
        sys.stderr.write(f"goodstanding: {complaint}\n")
    return CUT_OFF if complaints else DONE
