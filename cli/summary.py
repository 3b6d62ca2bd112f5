"""What the terminal shows: a table at the end, progress on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cli.inbox import clocks, conversations
from goodstanding.core.metrics import MetricStatus
from goodstanding.core.texts import metric_lines
from goodstanding.core.texts.phrases import say
from goodstanding.core.texts.request_lines import refusals, standing
from goodstanding.core.texts.source_words import reason_text, source_name
from local.outcome import MarketplaceOutcome, Outcome, SellerOutcome

_WIDTH = 100  # where the output is no terminal
_STYLES = {MetricStatus.BAD: "bold red", MetricStatus.WARNING: "yellow", MetricStatus.GOOD: "green"}
_COLUMNS = (
    (MetricStatus.BAD, "bad"),
    (MetricStatus.WARNING, "warning"),
    (MetricStatus.GOOD, "good"),
    (MetricStatus.NONE, "no target"),
    (MetricStatus.UNAVAILABLE, "unknown"),
)
_MOST_CLOCKS = 10
_LANGUAGE = "en"  # of the command line, as of its help


class Steps(Protocol):
    """Told how far a run has come."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """`what` names the step that begins."""
        ...


def summary_console() -> Console:
    """Standard output; plain and of a fixed width when it is no terminal."""
    console = Console(highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else Console(width=_WIDTH, highlight=False, markup=False, emoji=False)


def show(outcome: Outcome, out: Path, console: Console) -> None:
    """The summary of a run: a row for each marketplace, what is bad, about to be and missing, what stands with buyers, the files."""
    table = Table(title=f"Account health as of {outcome.as_of:%Y-%m-%d %H:%M %Z}", title_justify="left")
    for heading in ("Seller", "Store", "Account"):
        table.add_column(heading, no_wrap=True)
    for _, heading in _COLUMNS:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("missing", justify="right", no_wrap=True)
    for seller in outcome.sellers:
        for place in seller.marketplaces:
            table.add_row(*_cells(seller, place))
    console.print(table)
    for seller in outcome.sellers:
        for place in seller.marketplaces:
            for line in (*_lines(place, outcome.as_of), *_conversations(seller, place)):
                console.print(line, soft_wrap=True)
    for seller in outcome.sellers:
        for line in _clocks(seller, outcome.as_of):
            console.print(line, soft_wrap=True)
    alerts = sum(message.topic == "alerts" for message in outcome.messages)
    console.print(f"\nPublished: {_counted(alerts, 'alert')}, {_counted(len(outcome.messages) - alerts, 'digest')}.")
    console.print(Text(f"Results: {out}/ (report.html is for reading)"), soft_wrap=True)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _cells(seller: SellerOutcome, place: MarketplaceOutcome) -> list[Text]:
    counts = [(place.count(status), _STYLES.get(status, "")) for status, _ in _COLUMNS]
    missing = len(place.missing)
    return [
        Text(seller.seller_id),
        Text(place.marketplace.country),
        Text(place.account_status or "not known", style="" if place.account_status == "NORMAL" else "bold red"),
        *(Text(str(count), style=style if count else "dim") for count, style in counts),
        Text(str(missing), style="yellow" if missing else "dim"),
    ]


def _lines(place: MarketplaceOutcome, as_of: datetime) -> Iterator[Text]:
    country = place.marketplace.country
    for status in (MetricStatus.BAD, MetricStatus.WARNING):
        rows = sorted((row for row in place.metrics if row.status is status), key=metric_lines.urgency)
        for row in rows:
            target = metric_lines.target(row.metric, _LANGUAGE)
            aim = f", target {target}" if target else ""
            words = f"{metric_lines.title(row.metric, _LANGUAGE)}: {metric_lines.share(row.metric, _LANGUAGE)}{aim}"
            whose = metric_lines.whose(row.metric, _LANGUAGE)
            yield Text.assemble((f"{status.value:<8}", _STYLES[status]), f"{country}  {words}; {whose}")
    counted = place.requests_counted(as_of)
    if counted.considered:
        yield Text.assemble(("asking  ", "cyan"), f"{country}  {standing(counted, _LANGUAGE)}")
    if counted.refused:
        yield Text(f"{'':<8}{country}  {say('requests.refused', _LANGUAGE, reasons=refusals(counted, _LANGUAGE))}")
    for source in place.missing:
        name = source_name(source.report_type, _LANGUAGE)
        yield Text.assemble(("missing ", "yellow"), f"{country}  {name}: {reason_text(source.reason, _LANGUAGE)}")


def _conversations(seller: SellerOutcome, place: MarketplaceOutcome) -> Iterator[Text]:
    counted = conversations(seller, place, _LANGUAGE)
    if counted:
        yield Text.assemble(("buyers  ", "cyan"), f"{place.marketplace.country}  conversations: {counted}")


def _clocks(seller: SellerOutcome, as_of: datetime) -> Iterator[Text]:
    open_ = clocks(seller, as_of, _LANGUAGE)
    for one in open_[:_MOST_CLOCKS]:
        mark = ("overdue ", "bold red") if one.is_overdue else ("due     ", "yellow")
        order = f", order {one.order_id}" if one.order_id else ""
        yield Text.assemble(mark, f"{one.country}  {one.name}{order}: {one.due} ({one.left})")
    if len(open_) > _MOST_CLOCKS:
        yield Text(f"{'':<8}and {len(open_) - _MOST_CLOCKS} more in deadlines.json")


@contextmanager
def progress() -> Iterator[Steps]:
    """Show progress on standard error: a bar in a terminal, a line for each tenth of a long run otherwise."""
    console = Console(stderr=True, highlight=False, markup=False)
    if not console.is_terminal:
        yield _plain(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("preparing", total=None)

        def step(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what)

        yield step


def _plain(console: Console) -> Steps:
    tenths: set[int] = set()

    def step(done: int, total: int, what: str) -> None:
        tenth = done * 10 // max(total, 1)
        if tenth not in tenths:
            tenths.add(tenth)
            console.print(f"{done}/{total} {what}", soft_wrap=True)

    return step
