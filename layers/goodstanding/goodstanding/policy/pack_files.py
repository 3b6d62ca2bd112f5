"""The files of policy packs: `packs/<year>-<month>-<kind>[-<language>].yaml`, each a mapping with a list of rules.

A pack that is not as it should be does not load at all: a rule that nobody can trace must not judge anything.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is there, as it is in the wheels: ten times as fast, and a cold start waits for it."""


class PolicyPackInvalid(Exception):
    """A pack names no source, or is otherwise not usable; the message says which file, which rule and what to mend."""


def shipped(kind: str) -> list[tuple[str, str]]:
    """Name and text of the shipped packs of a kind, by name."""
    folder = files(__package__) / "packs"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return [
        (name, (folder / name).read_text(encoding="utf-8"))
        for name in names
        if name.removesuffix(".yaml").split("-")[2:3] == [kind]
    ]


def read_pack(name: str, text: str) -> dict[str, Any]:
    """The mapping in a pack, with a list of `rules`. Raises PolicyPackInvalid."""
    try:
        pack = yaml.load(text, Loader=_LOADER)  # noqa: S506
    except yaml.YAMLError as error:
        raise PolicyPackInvalid(f"{name}: not YAML; {error}") from error
    if not isinstance(pack, dict) or not isinstance(pack.get("rules"), list):
        raise PolicyPackInvalid(f"{name}: a pack is a mapping with one key, rules, that holds a list")
    return pack


def numbered_rules(name: str, rules: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each rule with the words that name it in a complaint."""
    for number, entry in enumerate(rules, start=1):
        if not isinstance(entry, dict):
            raise PolicyPackInvalid(f"{name}: rule {number}: a rule is a mapping")
        yield f"{name}: {entry.get('id', f'rule {number}')}", entry


def check_known(where: str, entry: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """No key is misspelt."""
    unknown = sorted(set(map(str, entry)) - set(known))
    if unknown:
        raise PolicyPackInvalid(f"{where}: unknown key {unknown[0]}; known are {', '.join(known)}")


def check_complete(where: str, entry: Mapping[str, Any], required: tuple[str, ...]) -> date:
    """Everything is there, and the first day, which is handed back, is a day."""
    for key in required:
        if entry.get(key) in (None, "", []):
            raise PolicyPackInvalid(f"{where}: has no {key}; every rule needs {', '.join(required)}")
    effective_from = entry["effective_from"]
    if type(effective_from) is not date:
        raise PolicyPackInvalid(f"{where}: effective_from is a day, YYYY-MM-DD")
    return effective_from
