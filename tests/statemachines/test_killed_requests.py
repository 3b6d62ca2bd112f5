"""An hourly run that is killed after any of its effects loses no request and makes none twice."""

from collections.abc import Iterator

import pytest

from goodstanding.core.requests.record import Reason, RequestState
from tests.local.sp_api_world import asked_again, many_orders, order_change, tsv
from tests.statemachines.kills import Killed, Killer
from tests.statemachines.scenes import GOOD, POST
from tests.statemachines.world import DAY, HOUR, START, Effect, World, requests_of, world

CLAIM = Effect("SendRequestsFunction", "TransactWriteItems", "REQUEST")
ASK = Effect("SendRequestsFunction", POST.value)
EFFECTS = (
    Effect("ListSellersFunction", "PutObject", "runs"),
    Effect("ReadPromisesFunction", "UpdateItem", "PACE"),
    Effect("ReadPromisesFunction", "PutItem", "PROMISE"),
    Effect("ReadPromisesFunction", "PutItem", "CURSOR"),
    Effect("PlanRequestsFunction", "PutItem", "REQUEST"),
    Effect("PlanRequestsFunction", "UpdateItem", "PROMISE"),
    Effect("SendRequestsFunction", "UpdateItem", "SHIFT"),
    CLAIM,
    ASK,
    Effect("SendRequestsFunction", "PutItem", "REQUEST"),
    Effect("SendRequestsFunction", "UpdateItem", "LOOKS"),
)
"""Everything that an hour does to the world, in the order in which it is first done."""

FIRST = START + 6 * HOUR


@pytest.fixture(scope="module")
def killer() -> Killer:
    """Kills on demand."""
    return Killer()


@pytest.fixture(scope="module")
def here(killer, tmp_path_factory) -> Iterator[World]:
    """A seller with an order for each kill; each was last changed a few hours before its own day, so that there is news every day."""
    rows = many_orders(len(EFFECTS) + 1, "", bought=(START - 10 * DAY).isoformat())
    for number, row in enumerate(rows):
        row["last-updated-date"] = (FIRST + number * DAY - 4 * HOUR).isoformat()
    with world(tmp_path_factory.mktemp("killed"), {GOOD: {"DE/orders.txt": tsv(rows)}}) as here:
        killer.attend(here)
        here.day()
        here.hour(START)
        yield here


def order_of(number: int) -> str:
    """Each kill has a day and an order of its own; the first of them is the undisturbed run's."""
    return many_orders(number + 1, "")[-1]["amazon-order-id"]


def promised(here: World, number: int) -> None:
    """Amazon tells that the order arrived a week ago: it is to be considered, and due at once."""
    now = FIRST + number * DAY
    here.clock.travel(now - HOUR)
    arrived = (now - 8 * DAY).isoformat()
    message = order_change(
        order_of(number), (now - HOUR).isoformat(), EarliestDeliveryDate=arrived, LatestDeliveryDate=arrived
    )
    here.stack.client("sqs").send_message(QueueUrl=here.stack.resource("NotificationsQueue"), MessageBody=message)


@pytest.fixture(scope="module")
def effects(here) -> list[Effect]:
    """What an undisturbed hour does."""
    done: list[Effect] = []
    promised(here, 0)
    here.after_effect.append(done.append)
    here.hour(FIRST)
    here.after_effect.remove(done.append)
    return list(dict.fromkeys(done))


def test_list_of_effects_is_complete(effects):
    """A new effect comes with its own kill."""
    assert effects == list(EFFECTS)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: f"{effect.function}-{effect.action}-{effect.on}")
def test_killed_hour_is_made_up_for_by_the_next_and_asks_nobody_twice(here, killer, effects, effect):
    """Whatever was done last, an hour later the buyer has been asked, once; what Amazon did without our hearing of it is found out."""
    assert effects
    number = EFFECTS.index(effect) + 1
    at = FIRST + number * DAY
    promised(here, number)
    killer.after = effect
    with pytest.raises(Killed):
        here.hour(at)
    killer.rest()
    assert here.hour(at + HOUR).status == "SUCCEEDED"

    record = requests_of(here, GOOD, "DE")[order_of(number)]
    posts = here.amazon.posts(GOOD)[order_of(number)]
    assert record.state is RequestState.SENT
    assert record.reason is (Reason.ANSWER_LOST if effect == ASK else None)
    assert [post.accepted for post in posts] == [True]
    assert record.attempts == (2 if effect == CLAIM else 1)
    assert asked_again(here.amazon, GOOD) == []


def test_kills_of_one_order_leave_the_others_as_they_were(here, effects):
    """Those whose day has not come, or whose window is long over."""
    assert effects
    others = set(requests_of(here, GOOD, "DE")) - set(here.amazon.solicited(GOOD))
    states = {requests_of(here, GOOD, "DE")[order_id].state for order_id in others}
    assert states <= {RequestState.PLANNED}
