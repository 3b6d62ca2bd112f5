"""Policy packs as data: what Amazon asks of sellers, each rule with its source and the day it took effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goodstanding.core.metrics import Condition


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One fact. `value` has the unit that `unit` names (`fraction`, `days`, `hours`, …).

    A rule that lists several figures, such as steps, has them all in `values` and the first of them in `value`.
    `marketplace` is a country code, None for the rule of all marketplaces; `unconfirmed` rules are shown as such.
    """

    id: str
    value: Decimal
    unit: str
    condition: Condition | None
    source: str
    effective_from: date
    unconfirmed: bool = False
    marketplace: str | None = None
    values: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """Every version of every rule: by id, oldest first."""

    rules: Mapping[str, tuple[PolicyRule, ...]]

    def rule(self, rule_id: str, on: date | None = None, marketplace: str | None = None) -> PolicyRule:
        """The rule in force on a day (None: the newest) in a marketplace (a country code; None: where nothing else is said).

        A marketplace's own rule goes before the general one, whichever is newer. Before its first day the oldest version
        stands. Raises KeyError for a rule that no pack has.
        """
        versions = self.rules[rule_id]
        own = [rule for rule in versions if rule.marketplace == marketplace]
        general = [rule for rule in versions if rule.marketplace is None]
        in_force = [
            rule for candidates in (general, own) for rule in candidates if on is None or rule.effective_from <= on
        ]
        return in_force[-1] if in_force else (general or own)[0]
