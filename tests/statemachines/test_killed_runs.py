"""A daily run that is killed after any of its effects and started again ends as an undisturbed one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.statemachines.kills import Killed, Killer
from tests.statemachines.reports import reports
from tests.statemachines.scenes import GOOD
from tests.statemachines.world import DAY, Effect, Items, World, world

EFFECTS = (
    Effect("ListSellersFunction", "PutObject", "runs"),
    Effect("PlanReportsFunction", "PutItem", "PLAN"),
    Effect("RequestReportFunction", "PutItem", "PACE"),
    Effect("RequestReportFunction", "UpdateItem", "PACE"),
    Effect("RequestReportFunction", "createReport"),
    Effect("RequestReportFunction", "PutItem", "FETCH"),
    Effect("StoreReportFunction", "PutItem", "PACE"),
    Effect("StoreReportFunction", "UpdateItem", "PACE"),
    Effect("StoreReportFunction", "PutObject", "reports"),
    Effect("StoreReportFunction", "PutItem", "FETCH"),
    Effect("IngestReportFunction", "PutItem", "AMAZON"),
    Effect("IngestReportFunction", "TransactWriteItems", "FEEDBACK"),
    Effect("IngestReportFunction", "TransactWriteItems", "ORDER"),
    Effect("IngestReportFunction", "TransactWriteItems", "SHIPMENT"),
    Effect("IngestReportFunction", "TransactWriteItems", "RETURN"),
    Effect("IngestReportFunction", "PutItem", "FETCH"),
    Effect("ComputeMetricsFunction", "PutItem", "SOURCE"),
    Effect("ComputeMetricsFunction", "BatchWriteItem", "METRIC"),
    Effect("ComputeMetricsFunction", "PutItem", "feedback_removal"),
    Effect("JudgeHealthFunction", "PutItem", "BEFORE"),
    Effect("JudgeHealthFunction", "TransactWriteItems", "STATE"),
    Effect("WriteDigestFunction", "TransactWriteItems", "ALERT"),
    Effect("PublishAlertsFunction", "UpdateItem", "ALERT claimed"),
    Effect("PublishAlertsFunction", "Publish", "metric_status"),
    Effect("PublishAlertsFunction", "Publish", "digest"),
    Effect("PublishAlertsFunction", "UpdateItem", "ALERT sent"),
    Effect("PublishAlertsFunction", "DeleteItem", "UNSENT"),
)
"""Everything that a day does to the world, in the order in which it is first done."""

MARK = "Wiederholung? "
REPORTS = 11

_OF_EFFECTS = frozenset(
    {"report_id", "requested_at", "fetched_at", "claimed_at", "settled_at", "message_id", "attempts"}
)
"""Attributes that tell when and how often something was done, and Amazon's and SNS's numbers for it."""


@pytest.fixture(scope="module")
def killer() -> Killer:
    """Kills on demand."""
    return Killer()


@pytest.fixture(scope="module")
def here(killer, tmp_path_factory) -> Iterator[World]:
    """One seller with a report of each kind."""
    with world(tmp_path_factory.mktemp("killed"), {GOOD: reports("DE")}) as here:
        killer.attend(here)
        yield here


@dataclass(frozen=True)
class Day:
    """What an undisturbed day leaves behind, and did."""

    items: Mapping[str, Items]
    said: Counter[str]
    effects: set[Effect]


@pytest.fixture(scope="module")
def undisturbed(here) -> Day:
    """A day on which nobody was killed."""
    effects: set[Effect] = set()
    here.after_effect.append(effects.add)
    here.day()
    here.after_effect.remove(effects.add)
    return Day(_lasting(here), _said(here), effects)


@pytest.fixture
def anew(here, undisturbed) -> World:
    """As before the first run, a day later: rates have recovered, tokens have expired."""
    here.forget()
    here.clock.sleep(DAY.total_seconds())
    return here


def test_list_of_effects_is_complete(undisturbed):
    """A new effect comes with its own kill."""
    assert undisturbed.effects == set(EFFECTS)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: f"{effect.function}-{effect.action}-{effect.on}")
def test_killed_run_ends_as_an_undisturbed_one(anew, killer, undisturbed, effect):
    """The tables hold the same, every message went out, at most one of them twice and then marked, no report is asked for anew."""
    asked_before = anew.standing().reports_asked_for
    killer.after = effect
    with pytest.raises(Killed):
        anew.again()
    killer.rest()
    assert anew.again().status == "SUCCEEDED"

    assert _lasting(anew) == undisturbed.items
    lost = 1 if effect.action == "createReport" else 0  # Amazon's answer, and with it the report's id
    assert anew.standing().reports_asked_for - asked_before == REPORTS + lost
    said = _said(anew)
    repeats = {subject for subject in said if subject.startswith(MARK)}
    assert {subject.removeprefix(MARK) for subject in said} == set(undisturbed.said)
    assert set(said.values()) == {1}
    assert len(repeats) == (effect.function == "PublishAlertsFunction" and effect.on in _UNSETTLED)


_UNSETTLED = {"ALERT claimed", "metric_status", "digest"}
"""Killed here, a message may have been sent or not; SNS cannot be asked."""


def _said(here: World) -> Counter[str]:
    return Counter(one.subject or "" for one in here.stack.published)


def _lasting(here: World) -> Mapping[str, Items]:
    """All items, but for what is only about the doing: paces, and attributes of effects."""
    return {
        table: {
            key: {name: value for name, value in item.items() if name not in _not_lasting(key)}
            for key, item in items.items()
            if not key[1].startswith("PACE#")
        }
        for table, items in here.standing().tables.items()
    }


def _not_lasting(key: tuple[str, str]) -> frozenset[str]:
    """A shipment's version is when its report was fetched, and its flag names it."""
    return _OF_EFFECTS | {"version", "flag"} if key[1].startswith("SHIPMENT#") else _OF_EFFECTS
