"""What people are told of a deadline, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.core.alerts import AlertKind, Severity, Topic
from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind, closed, escalated
from goodstanding.core.marketplaces import MARKETPLACES, by_country
from goodstanding.core.texts.deadline_words import page
from goodstanding.core.texts.deadlines import clock_rows, deadline_alert, ship_by_alert, time_left
from goodstanding.core.texts.failures import repeated
from goodstanding.core.texts.limits import SMS_LENGTH, SUBJECT_LENGTH, is_gsm, septets
from goodstanding.policy.loader import load

OPENED = datetime(2026, 11, 20, 6, tzinfo=UTC)
DUE = OPENED + timedelta(hours=24)
HOUR = timedelta(hours=1)
ORDER = "302-1234567-1234567"
SELLER = "A2EXAMPLE00001"


def deadline(kind=DeadlineKind.MESSAGE_REPLY, country="DE", number=1, **fields):
    """A deadline that began at six."""
    identifier = deadline_id(kind, f"T{number}", "M1")
    return new_deadline(identifier, kind, by_country(country), OPENED, load(), **({"order_id": ORDER} | fields))


def alert(one, now, language="en"):
    """The message that is due."""
    return deadline_alert(escalated(one, now), seller_id=SELLER, now=now, language=language)


def orders(count, stated=DUE):
    """Orders to be shipped."""
    return [
        deadline(DeadlineKind.SHIP_BY, number=number, order_id=f"302-0000000-{number:07}", stated=stated)
        for number in range(count)
    ]


def round_alert(deadlines, now, language="en", round_=7):
    """The message about all that are due."""
    due = [escalation for escalation in (escalated(one, now) for one in deadlines) if escalation]
    return ship_by_alert(due, round_=round_, seller_id=SELLER, now=now, language=language)


def test_message_says_what_where_how_long_and_what_to_do():
    """One readable text; it claims no more than what was seen."""
    said = alert(deadline(thread_id="5f0c1e9a"), DUE - 12 * HOUR)
    assert said.subject == f"DE: reply to buyer, 12 hours left, order {ORDER}"
    assert (
        said.message
        == f"""\
Seller A2EXAMPLE00001, marketplace DE

We have not seen a reply to a buyer's message of 20 Nov 2026, 07:00 CET.
Order: {ORDER}
Due: 21 Nov 2026, 07:00 CET (12 hours left)

What to do: Reply in person, even if late; if no reply is needed, mark the message so. An automatic reply does not stop the clock.
Where: https://sellercentral.amazon.de/messaging/inbox (Messages)

Answered elsewhere: goodstanding resolve 5f0c1e9a --seller A2EXAMPLE00001 (with --no-response-needed: needs no answer)
Somebody is at it: goodstanding ack 'message_reply#T1#M1' --hours 4 --seller A2EXAMPLE00001

Unless something is done, the next message about this deadline comes on 21 Nov 2026, 03:00 CET.
"""
    )
    assert (said.topic, said.kind, said.severity) == (Topic.ALERTS, AlertKind.DEADLINE, Severity.WARNING)
    assert (said.marketplace, said.order_id, said.sms) == ("DE", ORDER, None)
    assert said.key == "deadline#message_reply#T1#M1#12h"


def test_last_hour_is_a_text_message():
    """Short enough, with the order and the time that is left, and a way to more."""
    said = alert(replace(deadline(), steps=deadline().steps[2:]), DUE - HOUR)
    assert said.severity is Severity.CRITICAL
    assert said.sms == f"DE: reply to buyer, 1 hour left, order {ORDER}. See e-mail."
    german = alert(replace(deadline(), steps=deadline().steps[2:]), DUE - HOUR, "de")
    assert german.sms == f"DE: Antwort an Käufer, noch 1 Stunde, Bestellung {ORDER}. Siehe E-Mail."


def test_last_message_says_that_it_is_the_last():
    """At due; what is missed is repeated by the digest only."""
    said = alert(deadline(order_id=None), DUE)
    assert said.subject == "DE: reply to buyer, due now"
    assert "Order:" not in said.message
    assert "last message about this deadline" in said.message


def test_late_message_says_so():
    """And for when it was meant; one in time does not."""
    said = alert(deadline(), DUE + 2 * HOUR + timedelta(minutes=5))
    assert "2 hours 5 minutes overdue" in said.subject
    assert (
        "This message is late, it was meant for 20 Nov 2026, 19:00 CET (14 hours 5 minutes earlier): the program slept"
        in said.message
    )
    assert "This message is late" not in alert(deadline(), DUE - 12 * HOUR).message


def test_doubtful_rule_is_marked():
    """What Amazon has not confirmed says so wherever it is shown."""
    assert "Amazon does not confirm" in alert(replace(deadline(), unconfirmed=True), DUE).message
    assert "Amazon does not confirm" not in alert(deadline(), DUE).message


def test_orders_of_a_marketplace_are_told_of_in_one_message():
    """The most urgent first and in the subject; critical if one of them is."""
    later = orders(2, DUE + 9 * HOUR)
    sooner = replace(orders(1)[0], id="ship_by#sooner", order_id="302-1111111-1111111")
    said = round_alert([*later, sooner], DUE - 3 * HOUR)
    assert said.subject == "DE: dispatch confirmation, 3 orders, the first 3 hours left"
    lines = [line for line in said.message.splitlines() if line.startswith("* ")]
    assert lines[0] == "* 302-1111111-1111111: 21 Nov 2026, 07:00 CET (3 hours left)"
    assert lines[1:] == [f"* 302-0000000-000000{n}: 21 Nov 2026, 16:00 CET (12 hours left)" for n in (0, 1)]
    assert (said.severity, said.order_id) == (Severity.CRITICAL, None)
    assert said.key == "deadline#ship_by#DE#7"
    assert round_alert(later, DUE - 3 * HOUR).severity is Severity.WARNING


def test_single_order_is_named():
    """In the subject, and for those who filter by order."""
    said = round_alert(orders(1), DUE)
    assert said.subject == "DE: dispatch confirmation, due now, order 302-0000000-0000000"
    assert said.order_id == "302-0000000-0000000"
    nameless = round_alert([replace(orders(1)[0], order_id=None)], DUE)
    assert nameless.subject == "DE: dispatch confirmation, due now, order ship_by#T0#M1"
    assert "* ship_by#T0#M1:" in nameless.message


def test_many_orders_are_cut_and_counted():
    """The message stays readable and within what SNS takes."""
    said = round_alert(orders(500), DUE)
    assert "500 orders" in said.subject
    assert "... and 440 more" in said.message
    assert len(said.message.encode()) < 100_000


@pytest.mark.parametrize(
    ("left", "english", "german"),
    [
        (timedelta(days=3, hours=4, minutes=5), "3 days 4 hours left", "noch 3 Tage 4 Stunden"),
        (timedelta(days=1), "1 day left", "noch 1 Tag"),
        (timedelta(minutes=61), "1 hour 1 minute left", "noch 1 Stunde 1 Minute"),
        (timedelta(seconds=59), "0 minutes left", "noch 0 Minuten"),
        (timedelta(0), "due now", "jetzt fällig"),
        (timedelta(seconds=-59), "due now", "jetzt fällig"),
        (timedelta(minutes=-1), "1 minute overdue", "1 Minute überfällig"),
    ],
)
def test_time_left_is_said_in_words(left, english, german):
    """What is left is never rounded up, what is over never down to nothing."""
    assert time_left(DUE, DUE - left, "en") == english
    assert time_left(DUE, DUE - left, "de") == german


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_kind_has_a_page_in_every_marketplace(language):
    """The marketplace's own Seller Central, and nothing that names a claim or a buyer."""
    for marketplace in MARKETPLACES:
        for kind in DeadlineKind:
            url = page(kind, marketplace, language).split()[0]
            assert url.startswith(f"https://sellercentral.{marketplace.domain}/")
            assert "?" not in url


def test_digest_shows_what_runs_then_what_is_overdue():
    """The next due first; what was done is not shown."""
    running = [deadline(number=1), deadline(DeadlineKind.A_TO_Z_RESPONSE, "US", order_id=None)]
    overdue = [replace(deadline(), id=f"x{days}", due_at=DUE - timedelta(days=days)) for days in (3, 2)]
    done = closed(deadline(), Closing(OPENED, ClosedBy.REPLY))
    assert clock_rows([*overdue, done, *reversed(running)], DUE - HOUR, "en") == [
        ("DE", "reply to buyer", ORDER, "21 Nov 2026, 07:00 CET", "1 hour left"),
        ("US", "response to A-to-z claim", "", "21 Nov 2026, 22:00 PST", "1 day 1 hour left"),
        ("DE", "reply to buyer", ORDER, "19 Nov 2026, 07:00 CET", "1 day 23 hours overdue"),
        ("DE", "reply to buyer", ORDER, "18 Nov 2026, 07:00 CET", "2 days 23 hours overdue"),
    ]


KINDS = st.sampled_from(DeadlineKind)
LATER = st.integers(0, 400 * 1440).map(lambda minutes: timedelta(minutes=minutes))


@given(
    KINDS,
    st.sampled_from(MARKETPLACES),
    st.tuples(LATER, LATER),
    st.lists(st.none() | st.text(), min_size=1, max_size=3),
    st.sampled_from(["de", "en"]),
)
def test_whatever_is_due_can_be_sent(kind, marketplace, times, order_ids, language):
    """Subjects that SNS takes, SMS exactly for critical alerts and within their length, repeats too."""
    length, later = times
    due = [deadline(kind, marketplace.country, order_id=order_id, stated=OPENED + length) for order_id in order_ids]
    now = due[0].steps[0].at + later
    said = round_alert(due, now, language) if kind is DeadlineKind.SHIP_BY else alert(due[0], now, language)
    for each in (said, repeated(said, language)):
        assert each.subject.isascii()
        assert each.subject.isprintable()
        assert 0 < len(each.subject) <= SUBJECT_LENGTH
        assert (each.sms is not None) == (each.severity is Severity.CRITICAL)
        if each.sms is not None:
            assert is_gsm(each.sms)
            assert septets(each.sms) <= SMS_LENGTH


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", list(DeadlineKind))
def test_text_message_loses_neither_order_nor_time(kind, language):
    """In no kind and in neither language are the words so many that they are cut."""
    one = deadline(kind, stated=DUE)
    now = DUE + timedelta(days=300, hours=23)
    said = round_alert([one], now, language) if kind is DeadlineKind.SHIP_BY else alert(one, now, language)
    assert ORDER in said.sms
    assert "300" in said.sms
    assert "..." not in said.sms
