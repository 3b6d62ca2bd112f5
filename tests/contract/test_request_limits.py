"""A seller that wants no requests, and one that wants few a day: a day's run, as the outputs' contract says."""

import json
import random
from collections import Counter
from datetime import UTC, datetime

import pytest

import local.runner
from cli.main import main
from local.sp_api.simulator import Simulator
from tests.contract.selling import DAY, Habits, sales, write

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
OFF, FEW, ALL = "A2EXAMPLE00001", "A2EXAMPLE00002", "A2EXAMPLE00003"
CAP = 2

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Three sellers with the same orders: how many buyers of each were asked, and the lines about those that might have been."""
    path = tmp_path_factory.mktemp("limits")
    made = sales(["DE"], 10, AS_OF - 26 * DAY, AS_OF - 24 * DAY, random.Random(4))
    settings = {OFF: {"enabled": False}, FEW: {"daily_cap": CAP}, ALL: {}}
    folders = [write(path / seller, made, Habits(others=others), seller) for seller, others in settings.items()]
    simulators = []

    def simulated(*args, **more):
        simulators.append(Simulator(*args, **more))
        return simulators[0]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(local.runner, "Simulator", simulated)
        assert main(["run", *map(str, folders), "--as-of", AS_OF.isoformat(), "--out", str(path / "out")]) == 0
    lines = [json.loads(line) for line in (path / "out" / "requests.jsonl").read_text().splitlines()]
    states = {seller: Counter(line["state"] for line in lines if line["seller_id"] == seller) for seller in settings}
    return {seller: len(simulators[0].posts(seller)) for seller in settings}, states


def test_seller_who_switched_requests_off_asks_nobody(ran):
    """The requests are planned all the same: whoever switches them on again loses nothing that is still in its window."""
    asked, states = ran
    assert asked[OFF] == 0
    assert states[OFF]["SENT"] == 0
    assert states[OFF]["PLANNED"] == states[ALL]["SENT"] + states[ALL]["PLANNED"]


def test_seller_with_a_daily_cap_asks_so_many_and_no_more(ran):
    """The rest waits for the next day."""
    asked, states = ran
    assert asked[ALL] == states[ALL]["SENT"] > CAP
    assert asked[FEW] == states[FEW]["SENT"] == CAP
    assert states[FEW]["PLANNED"] == states[OFF]["PLANNED"] - CAP
