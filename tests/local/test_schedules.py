"""When EventBridge Scheduler fires."""

from datetime import UTC, datetime

import pytest

from local.schedules import Schedule, firings


def schedule(expression, zone="UTC", *, name="Daily", given="{}", enabled=True):
    """A schedule."""
    return Schedule(name, expression, zone, "SomeStateMachine", given, enabled)


def moment(text):
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fired(expression, zone, start, end):
    """When one schedule fires, as text."""
    found = firings([schedule(expression, zone)], moment(start), moment(end))
    return [each.at.strftime("%m-%dT%H:%M") for each in found]


@pytest.mark.parametrize(
    ("expression", "start", "end", "expected"),
    [
        ("cron(15 6 * * ? *)", "2026-01-30T00:00", "2026-02-01T00:00", ["01-30T06:15", "01-31T06:15"]),
        ("cron(0 12 1 * ? *)", "2026-01-01T00:00", "2026-03-02T00:00", ["01-01T12:00", "02-01T12:00", "03-01T12:00"]),
        ("cron(0 12 L 2 ? 2024,2026)", "2024-01-01T00:00", "2027-01-01T00:00", ["02-29T12:00", "02-28T12:00"]),
        ("cron(0 9 ? * MON-TUE *)", "2026-03-06T00:00", "2026-03-12T00:00", ["03-09T09:00", "03-10T09:00"]),
        ("cron(0 9 ? * 1 *)", "2026-03-06T00:00", "2026-03-12T00:00", ["03-08T09:00"]),
        ("cron(0/20 8-9 1 JAN ? *)", "2026-01-01T08:20", "2026-01-01T09:20", ["01-01T08:20", "01-01T08:40", "01-01T09:00"]),
        ("cron(*/30 0 1 1 ? *)", "2026-01-01T00:00", "2026-01-02T00:00", ["01-01T00:00", "01-01T00:30"]),
        ("rate(5 minutes)", "2026-01-01T00:01", "2026-01-01T00:15", ["01-01T00:05", "01-01T00:10"]),
        ("rate(1 hour)", "2026-01-01T00:00", "2026-01-01T02:00", ["01-01T00:00", "01-01T01:00"]),
        ("rate(1 day)", "2026-01-01T00:00", "2026-01-02T00:00", ["01-01T00:00"]),
        ("at(2026-01-01T10:00:00)", "2026-01-01T00:00", "2026-01-02T00:00", ["01-01T10:00"]),
    ],
)  # fmt: skip
def test_expression_fires_at_its_moments(expression, start, end, expected):
    """From the start, up to and without the end; days of the week count from Sunday."""
    assert fired(expression, "UTC", start, end) == expected


def test_daily_schedule_keeps_its_wall_time_through_daylight_saving():
    """06:15 in Berlin is 05:15 UTC in winter and 04:15 UTC in summer."""
    times = fired("cron(15 6 * * ? *)", "Europe/Berlin", "2026-03-28T00:00", "2026-03-30T00:00")
    assert times == ["03-28T05:15", "03-29T04:15"]


def test_wall_time_that_does_not_exist_is_skipped():
    """02:30 on the day clocks go forward never comes."""
    assert fired("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T12:00", "2026-03-30T12:00") == ["03-30T00:30"]


def test_wall_time_that_comes_twice_fires_once():
    """02:30 on the day clocks go back comes twice; the first counts."""
    times = fired("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00", "2026-10-26T12:00")
    assert times == ["10-25T00:30", "10-26T01:30"]


def test_several_schedules_fire_in_order_of_time():
    """A run over days is one stream, whatever the number of schedules."""
    schedules = [schedule("cron(0 6 * * ? *)", name="B"), schedule("rate(6 hours)", name="A")]
    found = [(each.at.hour, each.schedule.logical_id) for each in
             firings(schedules, moment("2026-01-01T00:00"), moment("2026-01-01T12:00"))]  # fmt: skip
    assert found == [(0, "A"), (6, "A"), (6, "B")]


def test_disabled_schedule_does_not_fire():
    """A stack deployed with its schedule off stays quiet."""
    quiet = schedule("rate(1 minute)", enabled=False)
    assert list(firings([quiet], moment("2026-01-01T00:00"), moment("2026-01-02T00:00"))) == []


def test_input_tells_the_scheduled_time_and_an_id_of_its_own():
    """Placeholders are replaced as Scheduler does; the id differs from firing to firing and not from run to run."""
    given = '{"scheduled_at": "<aws.scheduler.scheduled-time>", "run": "<aws.scheduler.execution-id>"}'
    ask = [schedule("rate(1 hour)", given=given)], moment("2026-01-01T00:00"), moment("2026-01-01T02:00")
    first, second = (each.input for each in firings(*ask))
    assert first["scheduled_at"] == "2026-01-01T00:00:00Z"
    assert first["run"] != second["run"]
    assert [first, second] == [each.input for each in firings(*ask)]


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("cron(0 6 * * *)", "six fields"),
        ("cron(0 6 * * * *)", "exactly one"),
        ("cron(0 6 15W * ? *)", "15W"),
        ("cron(0 6 ? * 2#1 *)", "2#1"),
        ("cron(0 25 * * ? *)", "0-23"),
        ("rate(0 hours)", "rate"),
        ("rate(5 fortnights)", "rate"),
        ("daily", "no cron"),
        ("every(5 minutes)", "no cron"),
    ],
)
def test_expression_not_understood_is_refused(expression, complaint):
    """A schedule is never misread into firing at another time."""
    with pytest.raises(ValueError, match=complaint):
        list(firings([schedule(expression)], moment("2026-01-01T00:00"), moment("2026-01-02T00:00")))
