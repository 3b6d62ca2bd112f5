"""Reads the policy packs that ship with the package: dated YAML files, each rule with its source.

A pack that is not as it should be does not load at all: a rule that nobody can trace must not judge a seller.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from goodstanding.core.marketplaces import MARKETPLACES
from goodstanding.core.metrics import Condition
from goodstanding.core.policy import PolicyPack, PolicyRule
from goodstanding.policy.pack_files import (
    PolicyPackInvalid,
    check_complete,
    check_known,
    numbered_rules,
    read_pack,
    shipped,
)

_REQUIRED = ("id", "value", "unit", "source", "effective_from")
_OPTIONAL = ("condition", "unconfirmed", "marketplaces")
_OVERRIDABLE = ("value", "source", "effective_from", "condition", "unconfirmed")
_COUNTRIES = frozenset(marketplace.country for marketplace in MARKETPLACES)


KINDS = ("thresholds", "requests", "deadlines")
"""Packs of figures, by the third part of their names; packs of words have a loader of their own."""


@cache
def load() -> PolicyPack:
    """Every shipped pack of figures as one. Raises PolicyPackInvalid."""
    return merge(pack for kind in KINDS for pack in shipped(kind))


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
    pack = read_pack(name, text)
    if set(pack) != {"rules"}:
        raise PolicyPackInvalid(f"{name}: a pack is a mapping with one key, rules, that holds a list")
    for where, entry in numbered_rules(name, pack["rules"]):
        check_known(where, entry, _REQUIRED + _OPTIONAL)
        general = {key: value for key, value in entry.items() if key != "marketplaces"}
        yield _rule(where, general, None)
        for country, override in (entry.get("marketplaces") or {}).items():
            own = f"{where}: {country}"
            if country not in _COUNTRIES or not isinstance(override, dict):
                raise PolicyPackInvalid(f"{own}: marketplaces are country codes, each with what it says otherwise")
            check_known(own, override, _OVERRIDABLE)
            if "source" not in override:
                raise PolicyPackInvalid(f"{own}: has no source; say where it is written")
            yield _rule(own, general | override, country)


def _rule(where: str, entry: Mapping[str, Any], marketplace: str | None) -> PolicyRule:
    effective_from = check_complete(where, entry, _REQUIRED)
    value, condition = entry["value"], entry.get("condition")
    listed = value if isinstance(value, list) else [value]
    if not listed or any(isinstance(each, bool) or not isinstance(each, int | float) for each in listed):
        raise PolicyPackInvalid(f"{where}: value is a number or a list of numbers")
    figures = tuple(Decimal(str(each)) for each in listed)
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
