"""What the escalation machine is made for, one scene each: a few open clocks, and sweeps that meet with trouble."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from goodstanding.contracts.errors import InternalError
from goodstanding.usecases import sweep_deadlines
from local.arrivals import bring_mail
from tests.mail_world import build_mail
from tests.statemachines.scenes import FOURTH, GOOD, OTHER, THIRD, Scene, little, passing
from tests.statemachines.world import HOUR, START, Effect, Trouble, World

SWEEP = timedelta(minutes=5)
FIRST = START + 12 * HOUR
"""When the first step of a message of START is due: twelve hours before its deadline."""

SECOND, THIRD_STEP = FIRST + 8 * HOUR, FIRST + 11 * HOUR


def message(here: World, seller: str, number: int = 1) -> None:
    """A buyer writes to a seller at START."""
    order = f"302-000000{number}-0000000"
    raw = build_mail(
        "buyer_message", at=START, order=order, alias=f"k{number}f3q9x2m", message_id=f"{number}.{seller}@x"
    )
    here.clock.travel(START)
    bring_mail(here.stack, seller, f"{number}.eml", raw)


def _swept(here: World) -> None:
    """More is due than a page holds; AWS falters at every turn, and one answer of SNS is lost."""
    for number in range(3):
        message(here, GOOD, number)
    message(here, OTHER)
    losses = [EndpointConnectionError(endpoint_url="sns")]

    def lose(effect: Effect) -> None:
        if effect.action == "Publish" and losses:
            raise losses.pop()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweep_deadlines, "BATCH", 2)
        here.sweep(FIRST - SWEEP)
        here.after_effect.append(lose)
        here.sweep(FIRST)
        here.sweep(FIRST + SWEEP)


def _broken(here: World) -> None:
    """One seller cannot be told; a sweep cannot look; another answers with what no list is. Each time the next one can."""
    for seller in (GOOD, OTHER):
        message(here, seller)

    def spoil(function: str, event: Any, result: Any) -> None:
        if function == "SweepDeadlinesFunction" and event["scheduled_at"] == _at(THIRD_STEP)["scheduled_at"]:
            result["sellers"] = "none"

    here.stack.after_invoke.append(spoil)
    for at in (FIRST, FIRST + SWEEP, SECOND, SECOND + SWEEP, THIRD_STEP, THIRD_STEP + SWEEP):
        here.sweep(at)


def _funnel_broken(here: World) -> None:
    """Nobody can be told, and nothing be recorded; then the sweep itself breaks, and is not recorded either."""
    for seller in (THIRD, FOURTH):
        message(here, seller)
    for at in (FIRST, SECOND, SECOND + SWEEP):
        here.sweep(at)


def _at(at: datetime) -> dict[str, str]:
    return {"scheduled_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}


ESCALATION_SCENES: dict[str, Scene] = {
    "swept": Scene(
        {GOOD: little("DE"), OTHER: little("DE")},
        troubles=[
            *passing("SweepDeadlinesFunction", **_at(FIRST)),
            *passing("PublishAlertsFunction", seller_id=GOOD),
        ],
        play=_swept,
    ),
    "sweep broken": Scene(
        {GOOD: little("DE"), OTHER: little("DE")},
        troubles=[
            Trouble("PublishAlertsFunction", InternalError("bug"), {"seller_id": OTHER, **_at(FIRST)}),
            *passing("RecordFailureFunction", seller_id=OTHER),
            Trouble("SweepDeadlinesFunction", InternalError("bug"), _at(SECOND)),
            *passing("RecordFailureFunction", seller_id=None),
        ],
        play=_broken,
    ),
    "sweep's funnel broken": Scene(
        {THIRD: little("DE"), FOURTH: little("DE")},
        troubles=[
            Trouble("PublishAlertsFunction", InternalError("bug"), {"seller_id": FOURTH, **_at(FIRST)}),
            Trouble("SweepDeadlinesFunction", InternalError("bug"), _at(SECOND)),
            Trouble("RecordFailureFunction", InternalError("bug")),
        ],
        play=_funnel_broken,
    ),
}
