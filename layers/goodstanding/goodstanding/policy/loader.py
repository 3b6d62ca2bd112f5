"""Reads the policy packs that ship with the package: dated YAML files, each rule with its source.

A pack that is not as it should be does not load at all: a rule that nobody can trace must not judge a seller.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from goodstanding.core.marketplaces import MARKETPLACES
from goodstanding.core.metrics import Condition
from goodstanding.core.policy import PolicyPack, PolicyRule

_REQUIRED = ("id", "value", "unit", "source", "effective_from")
_OPTIONAL = ("condition", "unconfirmed", "marketplaces")
_OVERRIDABLE = ("value", "source", "effective_from", "condition", "unconfirmed")
_COUNTRIES = frozenset(marketplace.country for marketplace in MARKETPLACES)


class PolicyPackInvalid(Exception):
    """A pack names no source, or is otherwise not usable; the message says which file, which rule and what to mend."""


@cache
def load() -> PolicyPack:
    """Every shipped pack as one. Raises PolicyPackInvalid."""
    folder = files(__package__) / "packs"
    packs = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    return merge((pack.name, pack.read_text(encoding="utf-8")) for pack in packs)


def merge(packs: Iterable[tuple[str, str]]) -> PolicyPack:
    """Packs, given as file name and YAML, as one; of one rule with several first days all versions are kept."""
    rules: dict[str, list[PolicyRule]] = {}
    for name, text in packs:
        for rule in _rules(name, text):
            versions = rules.setdefault(rule.id, [])
            if any(
                (known.marketplace, known.effective_from) == (rule.marketplace, rule.effective_from)
                for known in versions
            ):
                raise PolicyPackInvalid(
                    f"{name}: {rule.id}: two versions from {rule.effective_from}; give them different days"
                )
            versions.append(rule)
    return PolicyPack({key: tuple(sorted(found, key=lambda rule: rule.effective_from)) for key, found in rules.items()})


def _rules(name: str, text: str) -> Iterable[PolicyRule]:
    try:
        pack = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PolicyPackInvalid(f"{name}: not YAML; {error}") from error
    if not isinstance(pack, dict) or set(pack) != {"rules"} or not isinstance(pack["rules"], list):
        raise PolicyPackInvalid(f"{name}: a pack is a mapping with one key, rules, that holds a list")
    for number, entry in enumerate(pack["rules"], start=1):
        where = f"{name}: rule {number}"
        if not isinstance(entry, dict):
            raise PolicyPackInvalid(f"{where}: a rule is a mapping")
        where = f"{name}: {entry.get('id', f'rule {number}')}"
        _check_keys(where, entry, _REQUIRED + _OPTIONAL)
        general = {key: value for key, value in entry.items() if key != "marketplaces"}
        yield _rule(where, general, None)
        for country, override in (entry.get("marketplaces") or {}).items():
            own = f"{where}: {country}"
            if country not in _COUNTRIES or not isinstance(override, dict):
                raise PolicyPackInvalid(f"{own}: marketplaces are country codes, each with what it says otherwise")
            _check_keys(own, override, _OVERRIDABLE)
            if "source" not in override:
                raise PolicyPackInvalid(f"{own}: has no source; say where it is written")
            yield _rule(own, general | override, country)


def _check_keys(where: str, entry: Mapping[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(set(map(str, entry)) - set(known))
    if unknown:
        raise PolicyPackInvalid(f"{where}: unknown key {unknown[0]}; known are {', '.join(known)}")


def _rule(where: str, entry: Mapping[str, Any], marketplace: str | None) -> PolicyRule:
    for key in _REQUIRED:
        if entry.get(key) in (None, ""):
            raise PolicyPackInvalid(f"{where}: has no {key}; every rule needs {', '.join(_REQUIRED)}")
    value, effective_from, condition = entry["value"], entry["effective_from"], entry.get("condition")
    listed = value if isinstance(value, list) else [value]
    if not listed or any(isinstance(each, bool) or not isinstance(each, int | float) for each in listed):
        raise PolicyPackInvalid(f"{where}: value is a number or a list of numbers")
    figures = tuple(Decimal(str(each)) for each in listed)
    if type(effective_from) is not date:
        raise PolicyPackInvalid(f"{where}: effective_from is a day, YYYY-MM-DD")
    if condition is not None and condition not in set(Condition):
        raise PolicyPackInvalid(f"{where}: condition is one of {', '.join(Condition)}")
    return PolicyRule(
        id=str(entry["id"]),
        value=figures[0],
        unit=str(entry["unit"]),
        condition=None if condition is None else Condition(condition),
        source=str(entry["source"]),
        effective_from=effective_from,
        unconfirmed=bool(entry.get("unconfirmed", False)),
        marketplace=marketplace,
        values=figures if isinstance(value, list) else (),
    )
