"""State machines as Mermaid diagrams: the picture of docs/state-machines.md, made from the definitions themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools import asl, jsonata_subset

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTE_WIDTH = 48
_INDENT = "    "
_PLAIN = str.maketrans({'"': "'", ";": ",", "<": "(", "\n": " "})
"""What Mermaid would read as syntax or as HTML, and what stands in for it (it has no escapes in state diagrams)."""


def diagram(definition: asl.Body) -> str:
    """A Mermaid `stateDiagram-v2` of one machine: Maps as composite states, Comments as notes, errors as labelled arrows."""
    lines = ["stateDiagram-v2", *(f"{_INDENT}{line}" for line in _scope(definition, asl.Scope("", definition)))]
    return "\n".join(lines)


def _scope(body: asl.Body, scope: asl.Scope) -> Iterator[str]:
    names = body.get("States", {})
    for name, state in names.items():
        yield from _state(asl.State(name, state, scope))
    if body.get("StartAt") in names:
        yield f"[*] --> {identifier(body['StartAt'])}"
    for name, state in names.items():
        yield from _arrows(name, state)
    for name, state in names.items():
        yield from _note(name, state)


def _state(state: asl.State) -> Iterator[str]:
    own = identifier(state.name)
    processor = state.body.get("ItemProcessor")
    if processor is not None:
        kind = "each, in executions of its own" if _distributed(processor) else "each"
        yield f'state "{_text(state.name)} ({kind})" as {own} {{'
        yield from (f"{_INDENT}{line}" for line in _scope(processor, state.scope))
        yield "}"
    else:
        yield f'state "{_text(state.name)}" as {own}'


def _distributed(processor: asl.Body) -> bool:
    mode: str = processor.get("ProcessorConfig", {}).get("Mode", "INLINE")
    return mode == "DISTRIBUTED"


def _arrows(name: str, body: asl.Body) -> Iterator[str]:
    own = identifier(name)
    for choice in body.get("Choices", ()):
        yield f"{own} --> {identifier(choice['Next'])}: {_text(_condition(choice.get('Condition', '')))}"
    if "Default" in body:
        yield f"{own} --> {identifier(body['Default'])}: otherwise"
    if "Next" in body:
        yield f"{own} --> {identifier(body['Next'])}"
    for catcher in body.get("Catch", ()):
        yield f"{own} --> {identifier(catcher['Next'])}: {_text(_errors(catcher['ErrorEquals']))}"
    if body.get("End") is True or body.get("Type") in {"Succeed", "Fail"}:
        yield f"{own} --> [*]"


def _condition(text: str) -> str:
    """A condition without its brackets and without where its values come from; `<` in words."""
    plain = text.removeprefix("{%").removesuffix("%}").strip() if jsonata_subset.is_expression(text) else text
    return (
        re.sub(r"\$(states\.(input|result)\.(Payload\.)?)?", "", plain).replace("<=", "at most").replace("<", "under")
    )


def _errors(names: list[str]) -> str:
    return "any other error" if names == ["States.ALL"] else ", ".join(names)


def _note(name: str, body: asl.Body) -> Iterator[str]:
    comment = str(body.get("Comment", "")).strip()
    if comment:
        yield f"note right of {identifier(name)}"
        yield from (f"{_INDENT}{line}" for line in _wrapped(_text(comment)))
        yield "end note"


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > _NOTE_WIDTH:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def identifier(name: str) -> str:
    """A Mermaid identifier: the name's letters and digits."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def _text(text: str) -> str:
    return text.translate(_PLAIN)
