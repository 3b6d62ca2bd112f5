"""Tables and figures of the result pages."""

from collections.abc import Mapping, Sequence


def table(rows: Sequence[Mapping[str, str]]) -> str:
    """A Markdown table; the first row's keys are its header. Columns of figures stand to the right."""
    names = list(rows[0])
    right = [all(_is_figure(row[name]) for row in rows) for name in names]
    lines = [names, ["---:" if each else "---" for each in right], *([row[name] for name in names] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def number(value: float) -> str:
    """A count: thousands apart, no more than three digits after the point, and none when it is large or whole."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3f}".rstrip("0").rstrip(".")


def dollars(value: float) -> str:
    """US dollars with enough digits to tell small from nothing."""
    return f"${value:,.2f}" if value >= 1 else f"${value:.6f}" if value < 0.01 else f"${value:.4f}"


def _is_figure(cell: str) -> bool:
    return not cell or cell.lstrip("$≤").replace(",", "").replace(".", "").isdigit()
