"""What may be typed: the options of each command, and what makes one of them wrong. Every fault is one line that says the mend."""

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from local.seller_folder import BadInput

_YEARS = range(2000, 2101)  # outside, date arithmetic has no meaning for an Amazon seller, and may have no result
_ABOUT_NOW = timedelta(minutes=5)
_DEFAULT_OUT = Path("out")
_NOW = "now"
_LONGEST_PAUSE = 72  # hours; policy may cut it further

DESCRIPTION = "Keeps an Amazon seller's account in good standing. Runs the whole stack here, without an AWS account."

DEMO_EXAMPLES = """\
examples:
  goodstanding demo
  goodstanding demo --out results
"""

RUN_EXAMPLES = """\
examples:
  goodstanding run my-seller --as-of 2026-11-20T06:00:00Z
  goodstanding run seller-a seller-b --as-of 2026-11-20T07:00:00+01:00 --out results
  goodstanding run my-seller --from 2026-10-01T00:00:00Z --to 2026-11-15T00:00:00Z
  goodstanding run my-seller --as-of now --clock real --sp-api http://127.0.0.1:8080

exit status:
  0  done
  1  done, but at the end Amazon refused access or could not be reached
  2  bad input; nothing was written
"""


EXPLAIN_EXAMPLES = """\
examples:
  goodstanding explain 302-1234567-1234567
  goodstanding explain 302-1234567-1234567 --out results --json
"""

_STACK_STATUS = """
exit status:
  0  done
  1  not done: AWS refused, or could not be reached
  2  something typed is wrong: no such stack, seller, conversation or open deadline
"""

RESOLVE_EXAMPLES = f"""\
examples:
  goodstanding resolve 5f0c1e9a7d3b4c62 --seller A2EXAMPLE00001
  goodstanding resolve 5f0c1e9a7d3b4c62 --seller A2EXAMPLE00001 --no-response-needed
  AWS_PROFILE=shop goodstanding resolve 5f0c1e9a7d3b4c62 --seller A2EXAMPLE00001 --stack goodstanding-test
{_STACK_STATUS}"""

ACK_EXAMPLES = f"""\
examples:
  goodstanding ack 'ship_by#DE#302-1234567-1234567' --hours 4 --seller A2EXAMPLE00001
{_STACK_STATUS}"""


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Raises BadInput."""
        raise BadInput(f"{message}; see {self.prog} --help")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """One run. A day has `end` equal to `start`; both are aware, UTC."""

    folders: tuple[Path, ...]
    start: datetime
    end: datetime
    is_span: bool
    out: Path
    sp_api: str | None
    real_clock: bool


def parser() -> OneLineParser:
    """The command line."""
    root = OneLineParser(prog="goodstanding", description=DESCRIPTION, allow_abbrev=False)
    commands = root.add_subparsers(title="commands", dest="command", required=True, parser_class=OneLineParser)
    _add_demo(commands)
    _add_run(commands)
    _add_explain(commands)
    _add_resolve(commands)
    _add_ack(commands)
    return root


def _add_demo(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    demo = commands.add_parser(
        "demo",
        help="one day of the bundled sample seller",
        description="One day of the bundled sample seller: the whole stack on an embedded AWS. Prints a summary, writes results.",
        epilog=DEMO_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_out(demo)


def _add_run(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    run = commands.add_parser(
        "run",
        help="a day or a span of time of your own sellers",
        description="A day, or a span of virtual time, of the sellers in these folders.",
        epilog=RUN_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    run.add_argument(
        "folders", metavar="FOLDER", nargs="+", type=Path, help="a seller folder: seller.yaml, DE/, mail/, …"
    )
    run.add_argument(
        "--as-of", metavar="T", help="one day: every workflow once at this time (ISO 8601 with offset or Z)"
    )
    run.add_argument("--from", dest="start", metavar="A", help="a span: every schedule fires when due, from A …")
    run.add_argument("--to", dest="end", metavar="B", help="… to B")
    _add_out(run)
    run.add_argument(
        "--sp-api", metavar="URL", help="the SP-API (and LWA at URL/auth/o2/token) instead of the simulator"
    )
    run.add_argument(
        "--clock", choices=("virtual", "real"), default="virtual", help="real: waits really wait (default: virtual)"
    )


def _add_explain(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    explain = commands.add_parser(
        "explain",
        help="everything known about one order",
        description="Everything that a run found out about one order, in the order of time: facts, its feedback request and why, "
        "alerts.",
        epilog=EXPLAIN_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    explain.add_argument("order_id", metavar="ORDER_ID", type=str.strip, help="such as 302-1234567-1234567")
    _add_out(explain, "where the results of the run are (default: out)")
    explain.add_argument(
        "--json", action="store_true", help="for programs: a list, one entry for each marketplace with the order"
    )


def _add_resolve(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    resolve = commands.add_parser(
        "resolve",
        help="tell the deployed stack that a conversation is settled",
        description="A conversation was answered where the deployed stack does not see it, or needs no answer: its deadlines end now.",
        epilog=RESOLVE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    resolve.add_argument("thread", metavar="THREAD", help="the conversation, as the e-mail about its deadline names it")
    resolve.add_argument(
        "--no-response-needed", action="store_true", help="it needs no answer (mark it so in Seller Central too)"
    )
    _add_stack(resolve)


def _add_ack(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    ack = commands.add_parser(
        "ack",
        help="tell the deployed stack that somebody is at it",
        description="Somebody is at it: a deadline's warnings pause for some hours, never for good. What is critical is said all the "
        "same.",
        epilog=ACK_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    ack.add_argument("deadline", metavar="DEADLINE", help="the deadline, as the e-mail about it names it (in quotes)")
    ack.add_argument("--hours", metavar="N", type=_hours, required=True, help="for how long, 1 to 72")
    _add_stack(ack)


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= _LONGEST_PAUSE):
        raise argparse.ArgumentTypeError(f"{text} is no number of hours; give 1 to {_LONGEST_PAUSE}")
    return int(text)


def _add_stack(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seller", metavar="ID", required=True, help="Amazon's id of the seller")
    command.add_argument("--stack", metavar="NAME", default="goodstanding", help="default: goodstanding")


def _add_out(command: argparse.ArgumentParser, words: str = "where the results go (default: out)") -> None:
    command.add_argument("--out", metavar="DIR", type=Path, default=_DEFAULT_OUT, help=words)


def run_options(given: argparse.Namespace, now: datetime) -> RunOptions:
    """The options of a run, checked against each other. Raises BadInput."""
    real = given.clock == "real"
    start, end, is_span = _times(given, now)
    if real and is_span:
        raise BadInput("--from, --to: a span needs the virtual clock; use --as-of now, or leave out --clock real")
    if real and abs(start - now) > _ABOUT_NOW:
        raise BadInput(f"--as-of {given.as_of}: the real clock says {now:%Y-%m-%dT%H:%M:%SZ}; use --as-of now")
    return RunOptions(
        folders=tuple(given.folders),
        start=start,
        end=end,
        is_span=is_span,
        out=given.out,
        sp_api=None if given.sp_api is None else _base_url(given.sp_api),
        real_clock=real,
    )


def _times(given: argparse.Namespace, now: datetime) -> tuple[datetime, datetime, bool]:
    if given.as_of is not None:
        if given.start is not None or given.end is not None:
            raise BadInput("--as-of: cannot be combined with --from and --to; give one day or one span")
        as_of = _time("--as-of", given.as_of, now)
        return as_of, as_of, False
    if given.start is None or given.end is None:
        raise BadInput("the time is missing; give --as-of T for one day, or --from A --to B for a span")
    start, end = _time("--from", given.start, now), _time("--to", given.end, now)
    if end < start:
        raise BadInput(f"--to {given.end}: lies before --from {given.start}; swap the two")
    return start, end, True


def _time(option: str, text: str, now: datetime) -> datetime:
    if text == _NOW:
        return now.replace(microsecond=0)
    example = "write it like 2026-11-20T06:00:00Z"
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option} {text}: is no date and time; {example}") from None
    if parsed.tzinfo is None:
        raise BadInput(f"{option} {text}: has no offset, so it is not one moment; add Z or an offset, such as {text}Z")
    if parsed.year not in _YEARS:
        raise BadInput(f"{option} {text}: the year must be {_YEARS.start} to {_YEARS.stop - 1}")
    return parsed.astimezone(UTC).replace(microsecond=0)  # a schedule's time has whole seconds


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise BadInput(f"--sp-api {text}: is no base URL; write it like http://127.0.0.1:8080")
    return text.rstrip("/")
