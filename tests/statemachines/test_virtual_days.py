"""A virtual day, and a night in which the clocks go back, with a sweep every five minutes: who is told of what, when, and how often.

Mails come through the bucket's rule and notifications through the queue, some twice, some late, some in the wrong order. One sweep
is killed, and on the second day nothing sweeps for hours.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from goodstanding.core.texts.limits import SMS_LENGTH, is_gsm, septets
from local.arrivals import bring_mail, bring_notification
from local.runner import deadline_store
from local.stack import Published
from tests.local.sp_api_world import FR, order_change
from tests.mail_world import ALIAS, BUYER_TEXTS, build_mail
from tests.statemachines.kills import Killed, Killer
from tests.statemachines.scenes import FOURTH, GOOD, OTHER, THIRD, little
from tests.statemachines.world import ESCALATION, Effect, World, world

BEGIN = datetime(2026, 10, 24, 6, tzinfo=UTC)
"""In the night to come Germany's clocks go back, nineteen hours from here."""

SWEEP = timedelta(minutes=5)
MAIN_DAY = timedelta(hours=26)
SECOND_DAY = BEGIN + timedelta(hours=30)
MARK, LATE = "Wiederholung? ", re.compile("kommt zu spät|is late")
PEOPLE = {
    "AlertEmail": "first@example.com",
    "AlertPhone": "+491700000001",
    "SecondContactEmail": "second@example.com",
    "SecondContactPhone": "+491700000002",
}


def after(text: str) -> datetime:
    """`12:50` as so many hours and minutes from the beginning, in UTC."""
    hours, _, minutes = text.partition(":")
    return BEGIN + timedelta(hours=int(hours), minutes=int(minutes))


def order_id(number: int) -> str:
    """An order for each conversation and parcel."""
    return f"302-{number:07}-0000000"


@dataclass
class Days:
    """The world, what is still to come, and the sweeps that were killed."""

    here: World
    coming: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)

    def mail(self, seller: str, kind: str, number: int, *, sent: str, arrives: str | None = None, **more: Any) -> None:
        """A mail about an order; it arrives when it is sent, unless `arrives` says later."""
        name = f"{number}-{kind}-{sent}-{arrives}.eml".replace(":", "")
        settings = {"alias": f"{ALIAS}{number}", "message_id": f"{number}.{kind}.{sent}@x", **more}
        raw = build_mail(kind, at=after(sent), order=order_id(number), **settings)
        self.coming.append((after(arrives or sent), lambda: bring_mail(self.here.stack, seller, name, raw)))

    def parcel(self, number: int, *, at: str, status: str = "Unshipped", **summary: str) -> None:
        """An ORDER_CHANGE of the first seller."""
        body = order_change(order_id(number), after(at).isoformat(), OrderStatus=status, **summary)
        self.coming.append((after(at), lambda: bring_notification(self.here.stack, body)))

    def acknowledge(self, seller: str, number: int, *, at: str, hours: int) -> None:
        """Somebody says that they are at it."""

        def say() -> None:
            known = deadline_store(self.here.stack).all(seller)
            (deadline,) = (one for one in known if one.order_id == order_id(number))
            payload = {"seller_id": seller, "deadline_id": deadline.id, "hours": hours}
            self.here.stack.invoke("AcknowledgeDeadlineFunction", payload)

        self.coming.append((after(at), say))

    def sweep_until(self, start: datetime, end: datetime, before: Callable[[datetime], None] = lambda _: None) -> None:
        """Everything that comes, and a sweep every five minutes."""
        self.coming.sort(key=lambda each: each[0])
        for number in range((end - start) // SWEEP + 1):
            at = start + number * SWEEP
            while self.coming and self.coming[0][0] <= at:
                arrives, bring = self.coming.pop(0)
                self.here.clock.travel(arrives)
                bring()
            self.here.clock.travel(at)
            before(at)
            with suppress(Killed):
                self.here.stack.start(ESCALATION, {"scheduled_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})

    def told(self, number: int) -> list[Published]:
        """The messages about an order, alone or among others."""
        return [one for one in self.alerts if order_id(number) in one.messages["default"]]

    def times(self, number: int) -> list[timedelta]:
        """When, from the beginning."""
        return [one.at - BEGIN for one in self.told(number)]

    @property
    def alerts(self) -> list[Published]:
        """Every message about a deadline."""
        return [one for one in self.here.stack.published if one.attributes.get("kind") == "deadline"]


def _speak(here: World, seller: str, language: str) -> None:
    """Change a seller's language, as an operator does."""
    place = {"Bucket": here.stack.resource("DataBucket"), "Key": f"sellers/{seller}.yaml"}
    s3 = here.stack.client("s3")
    settings = yaml.safe_load(s3.get_object(**place)["Body"].read()) | {"language": language}
    s3.put_object(**place, Body=yaml.safe_dump(settings).encode())


UNANSWERED, ANSWERED, REORDERED, DELAYED, WRITTEN_AGAIN, ACKNOWLEDGED, KILLED, SLEPT, CLAIM = range(1, 10)
SHIPPED, PARCELS, FRENCH = 10, (11, 12), (13, 14)
SHORT_CLAIM = 15


def _what_happens(days: Days) -> None:
    for arrives in ("0:02", "1:00", "13:00"):  # the same mail, three times
        days.mail(GOOD, "buyer_message", UNANSWERED, sent="0:02", arrives=arrives)
    days.mail(GOOD, "buyer_message", ANSWERED, sent="0:11")
    days.mail(GOOD, "own_reply", ANSWERED, sent="13:00", in_reply_to=f"{ANSWERED}.buyer_message.0:11@x")
    days.mail(GOOD, "own_reply", REORDERED, sent="1:00", in_reply_to=f"{REORDERED}.buyer_message.0:20@x")
    days.mail(GOOD, "buyer_message", REORDERED, sent="0:20", arrives="15:00")
    days.mail(OTHER, "buyer_message", DELAYED, sent="0:30", arrives="14:03")
    days.mail(OTHER, "buyer_message", WRITTEN_AGAIN, sent="0:40")
    days.mail(OTHER, "buyer_message", WRITTEN_AGAIN, sent="10:00")
    days.mail(OTHER, "buyer_message", ACKNOWLEDGED, sent="0:50")
    days.acknowledge(OTHER, ACKNOWLEDGED, at="13:00", hours=9)
    days.mail(THIRD, "buyer_message", KILLED, sent="1:05")
    days.mail(GOOD, "claim_opened", CLAIM, sent="1:15", text="Der Käufer hat einen Antrag gestellt.")
    short = "Bitte antworten Sie bis zum 24.10.2026."
    days.mail(GOOD, "claim_opened", SHORT_CLAIM, sent="2:00", arrives="12:00", text=short)
    for number in (SHIPPED, *PARCELS, *FRENCH):
        where = {"MarketplaceId": FR} if number in FRENCH else {}
        for at in ("0:10", "0:15"):
            days.parcel(number, at=at, LatestShipDate=after("20:00").isoformat(), **where)
    days.parcel(SHIPPED, at="15:00", status="Shipped")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """Both days, over."""
    sellers = {GOOD: little("DE", "FR"), OTHER: little("DE"), THIRD: little("DE"), FOURTH: little("DE")}
    with world(tmp_path_factory.mktemp("days"), sellers, parameters=PEOPLE) as here:
        _speak(here, OTHER, "en")
        days, killer = Days(here), Killer()
        killer.attend(here)
        _what_happens(days)

        def kill(at: datetime) -> None:
            killer.rest()
            if at == after("13:05"):
                killer.after = Effect("PublishAlertsFunction", "Publish", "deadline")

        days.sweep_until(BEGIN, BEGIN + MAIN_DAY, kill)
        days.mail(FOURTH, "buyer_message", SLEPT, sent="30:00")
        days.sweep_until(SECOND_DAY, SECOND_DAY + SWEEP)
        days.sweep_until(SECOND_DAY + timedelta(hours=23, minutes=30), SECOND_DAY + timedelta(hours=24, minutes=15))
        yield days


def _hours(*texts: str) -> list[timedelta]:
    return [after(text) - BEGIN for text in texts]


@pytest.mark.parametrize(
    ("number", "steps"),
    [
        (UNANSWERED, ("12:02", "20:02", "23:02", "24:02")),
        (ANSWERED, ("12:11",)),
        (REORDERED, ()),
        (DELAYED, ("14:03", "20:30", "23:30", "24:30")),
        (WRITTEN_AGAIN, ("12:40", "20:40", "23:40", "24:40")),
        (ACKNOWLEDGED, ("12:50", "22:00", "23:50", "24:50")),
        (CLAIM, ("25:15",)),
        (SHORT_CLAIM, ("12:00", "16:00")),
        (SHIPPED, ("8:00",)),
        (PARCELS[0], ("8:00", "17:00", "20:00")),
        (FRENCH[0], ("8:00", "17:00", "20:00")),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_each_step_is_said_once_within_five_minutes_and_none_after_an_answer(days, number, steps):
    """Mails twice, late or in the wrong order, an acknowledgement, a change of the clock: at its time, once, and no other."""
    told = [at for at in days.times(number) if at <= MAIN_DAY]
    assert [expected for expected in _hours(*steps) if not any(expected <= at < expected + SWEEP for at in told)] == []
    assert len(told) == len(steps)


def test_hours_are_elapsed_hours_when_the_clocks_go_back(days):
    """A message of 8:02 German summer time is due at 7:02 winter time, and the first warning already says so."""
    first, *_ = days.told(UNANSWERED)
    assert re.search(r"25\.10\.2026,? 0?7:02", first.messages["default"]), first.messages["default"]


def test_orders_to_be_shipped_make_one_message_for_each_marketplace(days):
    """Germany's three in one, France's two in another, at each step; the one that was shipped is no longer in the second."""
    parcels = [
        one for one in days.alerts if any(order_id(each) in one.messages["default"] for each in (*PARCELS, *FRENCH))
    ]
    assert [one.attributes["marketplace"] for one in parcels] == ["DE", "FR"] * 3
    named = [sum(order_id(each) in one.messages["default"] for each in (SHIPPED, *PARCELS, *FRENCH)) for one in parcels]
    assert named == [3, 2, 2, 2, 2, 2]
    assert [one.attributes["severity"] for one in parcels] == ["warning"] * 2 + ["critical"] * 4


def test_sweep_killed_between_publishing_and_record_repeats_once_and_says_so(days):
    """The next sweep says it again, marked; the later steps are said once."""
    first, repeat, *rest = days.told(KILLED)
    assert (first.at, first.at - repeat.at + SWEEP) == (after("13:05"), timedelta(0))
    assert repeat.subject.startswith(MARK)
    assert repeat.subject.removeprefix(MARK)[:60] == first.subject[:60]
    assert [one.at - BEGIN for one in rest] == _hours("21:05", "24:05", "25:05")
    assert [one.subject for one in days.alerts if one.subject.startswith(MARK)] == [repeat.subject]


def test_steps_missed_in_a_sleep_are_said_once_and_late(days):
    """Three were missed: one message of the most urgent, which says that it is late; the breach comes at its time."""
    late, breach = days.told(SLEPT)
    assert (late.at - SECOND_DAY, breach.at - SECOND_DAY) == (timedelta(hours=23, minutes=30), timedelta(hours=24))
    assert late.attributes["severity"] == "critical"
    assert LATE.search(late.messages["default"])
    assert not LATE.search(breach.messages["default"])


def test_only_what_was_missed_says_that_it_is_late(days):
    """Mails that came after their first step, and the steps of the second day's sleep, each in one message."""
    late = [one for one in days.alerts if LATE.search(one.messages["default"])]
    assert [one.attributes["order_id"] for one in late] == [
        order_id(number) for number in (SHORT_CLAIM, DELAYED, CLAIM, SLEPT)
    ]


def test_second_contact_gets_what_is_critical_and_nothing_else(days):
    """By e-mail and SMS; the first contact gets every warning by e-mail, and by SMS what is critical."""
    first, phone, second, second_phone = (PEOPLE[name] for name in PEOPLE)
    for one in days.alerts:
        critical = one.attributes["severity"] == "critical"
        assert {where for _, where in one.recipients} == ({first, phone, second, second_phone} if critical else {first})
    assert {one.attributes["severity"] for one in days.alerts} == {"warning", "critical"}


@pytest.mark.parametrize(
    ("seller", "words"),
    [
        (GOOD, ("noch |jetzt fällig|überfällig", "Was tun: ", "Wo: ")),
        (OTHER, (" left|due now|overdue", "What to do: ", "Where: ")),
    ],
)
def test_every_message_says_what_where_how_long_what_to_do_and_where_to_click(days, seller, words):
    """In the seller's own language."""
    alerts = [one for one in days.alerts if one.attributes["seller_id"] == seller]
    assert alerts
    for one in alerts:
        text = one.messages["default"]
        country = one.attributes["marketplace"]
        assert one.subject.startswith((f"{country}: ", f"{MARK}{country}: "))
        assert re.search(r"302-\d{7}-\d{7}", text)
        assert re.search(r"https://sellercentral\.amazon\.(de|fr)/", text)
        assert [word for word in words if not re.search(word, text)] == []


def test_sms_fit_and_are_there_only_for_what_is_critical(days):
    """At most 140 characters of the GSM alphabet."""
    for one in days.alerts:
        assert ("sms" in one.messages) == (one.attributes["severity"] == "critical")
        text = one.messages.get("sms", "")
        assert is_gsm(text)
        assert septets(text) <= SMS_LENGTH == 140


def test_no_message_and_no_log_line_holds_a_word_of_the_buyer(days):
    """Neither name nor address nor text."""
    said = [text for one in days.here.stack.published for text in (*one.messages.values(), one.subject or "")]
    said += [line.text for line in days.here.stack.logs]
    assert said
    for secret in ("Maren", ALIAS, BUYER_TEXTS["de"], "Der Käufer hat einen Antrag gestellt", "service@shop.example"):
        assert [text for text in said if secret in text] == []
