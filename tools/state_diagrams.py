"""State machines as Mermaid diagrams: the picture of docs/state-machines.md, made from the definitions themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools import asl, jsonata_subset

if TYPE_CHECKING:
    from collections.abc import Iterator

_INDENT = "    "
_MAP_MODES = {"INLINE": " (see below)", "DISTRIBUTED": " (each an execution of its own, see below)"}
_PLAIN = str.maketrans({'"': "'", ";": ",", "<": "(", "\n": " "})
"""What Mermaid would read as syntax or as HTML, and what stands in for it (it has no escapes in state diagrams)."""


def diagrams(definition: asl.Body, name: str) -> list[tuple[str, str]]:
    """(title, Mermaid `stateDiagram-v2`) of each scope: the machine, then what each Map repeats, outermost first.

    One picture for each scope: Mermaid lays notes inside nested states so far away that nobody could read them.
    """
    return [(scope.name, _diagram(scope.body)) for scope in asl.scopes(definition, name)]


def _diagram(body: asl.Body) -> str:
    states: asl.Body = body["States"]
    lines = [f'state "{_title(name, state)}" as {identifier(name)}' for name, state in states.items()]
    lines.append(f"[*] --> {identifier(body['StartAt'])}")
    for part in (_arrows, _note):
        lines += [line for name, state in states.items() for line in part(name, state)]
    return "\n".join(("stateDiagram-v2", *(f"{_INDENT}{line}" for line in lines)))


def _title(name: str, state: asl.Body) -> str:
    mode = state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode")
    return _text(name) + _MAP_MODES.get(mode, "")


def _arrows(name: str, body: asl.Body) -> Iterator[str]:
    own = identifier(name)
    for choice in body.get("Choices", ()):
        yield f"{own} --> {identifier(choice['Next'])}: {_text(_condition(choice.get('Condition', '')))}"
    if "Default" in body:
        yield f"{own} --> {identifier(body['Default'])}: otherwise"
    if "Next" in body:
        yield f"{own} --> {identifier(body['Next'])}"
    for number, catcher in enumerate(body.get("Catch", ())):
        yield f"{own} --> {identifier(catcher['Next'])}: {_text(_errors(catcher['ErrorEquals'], number))}"
    if body.get("End") is True or body.get("Type") in {"Succeed", "Fail"}:
        yield f"{own} --> [*]"


def _condition(text: str) -> str:
    """A condition without its brackets and without where its values come from; `<` in words."""
    plain = text.removeprefix("{%").removesuffix("%}").strip() if jsonata_subset.is_expression(text) else text
    return (
        re.sub(r"\$(states\.(input|result)\.(Payload\.)?)?", "", plain).replace("<=", "at most").replace("<", "under")
    )


def _errors(names: list[str], number: int) -> str:
    if names == ["States.ALL"]:
        return "any error" if number == 0 else "any other error"
    return ", ".join(names)


def _note(name: str, body: asl.Body) -> Iterator[str]:
    comment = str(body.get("Comment", "")).strip()
    if comment:
        yield f"note right of {identifier(name)}"
        yield f"{_INDENT}{_text(comment)}"
        yield "end note"


def identifier(name: str) -> str:
    """A Mermaid identifier: the name's letters and digits."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def _text(text: str) -> str:
    return text.translate(_PLAIN)
