"""Keeps the command output that README.md shows current: `python -m tools.readme` writes it, a test compares it.

A block that begins with ```console and a line `$ goodstanding …` is followed by what that command prints. The commands of a text run one
after the other in one folder, so that one may show what an earlier one left there.
"""

import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from cli.main import main

README = Path(__file__).resolve().parent.parent / "README.md"
_BLOCK = re.compile(r"(?P<head>```console\n\$ goodstanding (?P<arguments>[^\n]*)\n)(?P<shown>.*?)(?=```)", re.DOTALL)
_COLUMNS = "100"


@dataclass(frozen=True, slots=True)
class Shown:
    """A command in the text and the output printed below it."""

    arguments: str
    output: str


def shown(text: str) -> list[Shown]:
    """The commands that a text shows, with their outputs."""
    return [Shown(found["arguments"], found["shown"]) for found in _BLOCK.finditer(text)]


def printed(*commands: str) -> list[str]:
    """What each command prints on standard output, run in this order in a folder that is empty at first."""
    with _quiet_folder():
        return [_printed(arguments) for arguments in commands]


def _printed(arguments: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()), suppress(SystemExit):  # --help ends so
        main(shlex.split(arguments))
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


@contextmanager
def _quiet_folder() -> Iterator[None]:
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = _COLUMNS
    try:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            yield
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def refreshed(text: str) -> str:
    """The text with every output as it is today."""
    outputs = iter(printed(*(block.arguments for block in shown(text))))
    return _BLOCK.sub(lambda found: found["head"] + next(outputs), text)


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
