"""A span leaves out only sweeps that would provably find nothing: whatever is to be said is said by the very next one."""

from datetime import UTC, datetime, timedelta

import pytest

from local import runner
from local.seller_folder import load_all
from tests.local.sp_api_world import SELLER, seller_folder
from tests.mail_world import FAILED, build_mail

START = datetime(2026, 11, 20, 7, 10, tzinfo=UTC)
WRITTEN = START - timedelta(hours=11, minutes=43)
FORGED = START + timedelta(minutes=7)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Half an hour: the first step of a message comes due in it, and a forged mail arrives."""
    folder = seller_folder(tmp_path_factory.mktemp("span") / "seller", {}, SELLER, "DE")
    (folder / "mail").mkdir()
    mails = {
        "real": build_mail("buyer_message", at=WRITTEN, message_id="1@x"),
        "forged": build_mail("claim_opened", at=FORGED, message_id="2@x", authentication=FAILED),
    }
    for name, raw in mails.items():
        (folder / "mail" / f"{name}.eml").write_bytes(raw)
    return runner.run(load_all([folder]), START, START + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("kind", "since"), [("deadline", WRITTEN + timedelta(hours=12)), ("mail", FORGED)], ids=["step", "left over"]
)
def test_sweep_that_has_something_to_say_is_not_left_out(outcome, kind, since):
    """A step that falls due, and an alert that was planned outside the sweep: once, within five minutes."""
    (told,) = [message for message in outcome.messages if message.kind == kind]
    assert since <= told.at < since + timedelta(minutes=5)
