"""A seller that wants no requests, and one that wants few a day: a day's run, as the outputs' contract says."""

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.contract.ran import Ran
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
    with pytest.MonkeyPatch.context() as patched:
        ran = Ran([*folders, "--as-of", AS_OF.isoformat()], path / "out", patched)
    states = {
        seller: Counter(line["state"] for line in ran.lines if line["seller_id"] == seller) for seller in settings
    }
    return {seller: len(ran.posts(seller)) for seller in settings}, states


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


def test_switched_off_requests_make_no_hour_due(tmp_path, monkeypatch):
    """What is due waits, so a span leaves those hours out: one considers the day's reports, no other is run."""
    made = sales(["DE"], 5, AS_OF - 26 * DAY, AS_OF - 24 * DAY, random.Random(4))
    folder = write(tmp_path / "seller", made, Habits(others={"enabled": False}))
    span = ["--from", AS_OF.isoformat(), "--to", (AS_OF + DAY).isoformat()]
    ran = Ran([folder, *span], tmp_path / "out", monkeypatch)
    assert ran.started == {"AccountHealthStateMachine": 1, "FeedbackRequestsStateMachine": 1}
    assert {line["state"] for line in ran.lines} == {"PLANNED"}
    assert ran.posts() == {}
