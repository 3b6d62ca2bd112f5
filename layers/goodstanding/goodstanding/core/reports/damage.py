"""What is wrong in a report's content, as data: parsers never raise for content, they say where and go on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damage:
    """One defect. `line` counts from 1; `column` is the report's own name for it; `what` is a stable code, never a cell's content."""

    line: int
    column: str | None
    what: str

    @property
    def reason(self) -> str:
        """One phrase for `sources[].reason`: stable code first, then where. It never holds buyer data."""
        where = f"line {self.line}" if self.column is None else f"line {self.line}, column {self.column}"
        return f"damaged: {self.what} ({where})"
