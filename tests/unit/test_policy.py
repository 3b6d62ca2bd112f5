"""The policy packs, and what makes one unusable."""

from datetime import date
from decimal import Decimal

import pytest

from goodstanding.core.judge import MARGIN_RULE, POLICY_TARGETS
from goodstanding.core.metrics import Condition
from goodstanding.core.policy import PolicyPack
from goodstanding.policy.loader import PolicyPackInvalid, load, merge

RULE = """
rules:
  - id: late
    value: 0.04
    unit: fraction
    condition: LESS_THAN
    source: somewhere
    effective_from: 2020-01-01
"""
OVERRIDE = RULE + "    marketplaces: {IN: {value: 0.03, source: elsewhere, effective_from: 2024-01-01}}\n"
LATER = RULE.replace("0.04", "0.05").replace("2020", "2025")


def pack(*texts: str) -> PolicyPack:
    """These texts as packs."""
    return merge((f"{number}.yaml", text) for number, text in enumerate(texts, start=1))


def test_shipped_packs_hold_every_rule_that_is_asked_for():
    """Each with its source and the day it took effect."""
    rules = load().rules
    assert {*POLICY_TARGETS.values(), MARGIN_RULE} <= set(rules)
    assert all(version.source and version.effective_from for versions in rules.values() for version in versions)
    assert load() is load()


def test_rule_carries_all_that_is_written():
    """Numbers are exact."""
    rule = pack(RULE).rule("late")
    assert (rule.value, rule.unit, rule.condition, rule.source) == (
        Decimal("0.04"),
        "fraction",
        Condition.LESS_THAN,
        "somewhere",
    )
    assert (rule.effective_from, rule.unconfirmed, rule.marketplace) == (date(2020, 1, 1), False, None)


def test_rule_may_list_its_figures():
    """In the order of the pack, the first of them as its value; a single figure is no list."""
    rule = pack(RULE.replace("0.04", "[12, 0.5]")).rule("late")
    assert (rule.value, rule.values) == (Decimal(12), (Decimal(12), Decimal("0.5")))
    assert pack(RULE).rule("late").values == ()


@pytest.mark.parametrize(
    ("on", "value"),
    [(None, "0.05"), (date(2025, 1, 1), "0.05"), (date(2024, 12, 31), "0.04"), (date(2019, 1, 1), "0.04")],
)
def test_rule_is_the_version_in_force_on_the_day(on, value):
    """Before the first day the oldest stands, without a day the newest, in whatever order packs are read."""
    assert pack(RULE, LATER).rule("late", on).value == Decimal(value)
    assert pack(LATER, RULE).rule("late", on).value == Decimal(value)


@pytest.mark.parametrize(
    ("marketplace", "on", "value"),
    [
        ("IN", None, "0.03"),
        ("IN", date(2026, 1, 1), "0.03"),
        ("IN", date(2023, 1, 1), "0.04"),
        ("IN", date(2019, 1, 1), "0.04"),
        ("DE", None, "0.05"),
        (None, None, "0.05"),
    ],
)
def test_marketplaces_own_rule_goes_before_the_general_one(marketplace, on, value):
    """From its own first day on, also before a newer general one."""
    assert pack(OVERRIDE, LATER).rule("late", on, marketplace).value == Decimal(value)


def test_rule_that_no_pack_has_is_refused():
    """A rule is never made up."""
    with pytest.raises(KeyError):
        pack(RULE).rule("early")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RULE.replace("    source: somewhere\n", ""), "1.yaml: late: has no source"),
        (RULE.replace("somewhere", "''"), "1.yaml: late: has no source"),
        (RULE.replace("id: late", "di: late"), "1.yaml: rule 1: unknown key di"),
        (RULE.replace("    unit: fraction\n", ""), "1.yaml: late: has no unit"),
        (RULE.replace("0.04", "few"), "1.yaml: late: value is a number"),
        (RULE.replace("0.04", "true"), "1.yaml: late: value is a number"),
        (RULE.replace("0.04", "[]"), "1.yaml: late: has no value"),
        (RULE.replace("0.04", "[1, few]"), "1.yaml: late: value is a number or a list of numbers"),
        (RULE.replace("2020-01-01", "lately"), "1.yaml: late: effective_from is a day"),
        (RULE.replace("LESS_THAN", "LESS"), "1.yaml: late: condition is one of"),
        (OVERRIDE.replace("source: elsewhere, ", ""), "1.yaml: late: IN: has no source"),
        (OVERRIDE.replace("IN:", "XX:"), "1.yaml: late: XX: marketplaces are country codes"),
        (
            OVERRIDE.replace("{value: 0.03, source: elsewhere, effective_from: 2024-01-01}", "3"),
            "late: IN: marketplaces",
        ),
        (OVERRIDE.replace("value: 0.03", "unit: x"), "1.yaml: late: IN: unknown key unit"),
        ("rules: [3]", "1.yaml: rule 1: a rule is a mapping"),
        ("rules: 3", "1.yaml: a pack is a mapping"),
        ("{rules: [], more: 1}", "1.yaml: a pack is a mapping"),
        ("[]", "1.yaml: a pack is a mapping"),
        ("{", "1.yaml: not YAML"),
    ],
)
def test_unusable_pack_says_what_to_mend(text, says):
    """The file and the rule are named."""
    with pytest.raises(PolicyPackInvalid, match=says):
        pack(text)


def test_two_versions_of_one_day_are_refused():
    """Which one holds could not be told."""
    with pytest.raises(PolicyPackInvalid, match=r"2.yaml: late: two versions from 2020-01-01"):
        pack(RULE, RULE)
