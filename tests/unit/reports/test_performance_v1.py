"""The share of messages answered within 24 hours, from whatever state Amazon's XML is in."""

from datetime import date
from decimal import Decimal

import pytest

from goodstanding.core.metrics import Metric, MetricSource, Window
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.performance_v1 import parse_performance_v1

SEVEN, THIRTY, NINETY = "2026-11-13", "2026-10-21", "2026-08-22"
END = "2026-11-19"


def frame(start: str, on_time: str, late: str | None = "5", never: str | None = "5", end: str = END) -> str:
    """One time frame."""
    figures = {
        "averageResponseTimeInHours": "3.2",
        "noResponseForContactsOlderThan24Hours": never,
        "responseUnder24Hours": on_time,
        "responseTimeGreaterThan24Hours": late,
    }
    cells = "\n".join(f"<{name}>{text}</{name}>" for name, text in figures.items() if text is not None)
    span = f"<timeFrame><start>{start}T00:00:00Z</start><end>{end}T23:59:59Z</end></timeFrame>"
    return f"<responseTimeMetrics>\n{span}\n{cells}\n</responseTimeMetrics>\n"


def report(*frames: str, status: str = "Good") -> str:
    """A report with these frames."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sellerPerformanceReports>\n<sellerPerformanceReport>\n'
        f"<performanceChecklist><contactResponseTime><status>{status}</status></contactResponseTime>"
        "</performanceChecklist>\n<orderDefects><orderDefectMetrics><timeFrame/></orderDefectMetrics></orderDefects>\n"
        f"<buyerSellerContactResponseTimeMetrics>\n{''.join(frames)}</buyerSellerContactResponseTimeMetrics>\n"
        "</sellerPerformanceReport>\n</sellerPerformanceReports>\n"
    )


def metric(text: str) -> Metric:
    """The only row of a sound report."""
    (row,), damage = parse_performance_v1(text)
    assert damage is None
    return row


def test_share_comes_with_its_window_and_amazons_word():
    """The target is none of the report's."""
    assert metric(report(frame(THIRTY, "90"))) == Metric(
        metric="contact_response_time",
        fulfillment=None,
        source=MetricSource.AMAZON,
        value=Decimal("0.9"),
        numerator=90,
        denominator=100,
        window=Window(date(2026, 10, 21), date(2026, 11, 19)),
        amazon_status="GOOD",
    )


@pytest.mark.parametrize(
    ("figures", "value"),
    [
        (("90", "5", "5"), "0.9"),
        (("90%", "5%", "5%"), "0.9"),
        (("90.5 %", "5", "5"), "0.905"),
        (("90,5%", None, None), "0.905"),
        (("0.9", "0.05", "0.05"), "0.9"),
        (("0.5", "99.5", "0"), "0.005"),
        (("95.5", None, None), "0.955"),
        (("0.955", None, None), "0.955"),
        (("3", "1", None), "0.75"),
        (("3", None, "1"), "0.75"),
        (("0", "1", "0"), "0"),
        (("1", "0", "0"), "1"),
        (("0%", None, None), "0"),
    ],
)
def test_percent_fraction_and_counts_are_all_a_share(figures, value):
    """Whichever way Amazon writes it."""
    assert metric(report(frame(THIRTY, *figures))).value == Decimal(value)


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        (("0", "0", "0"), "no_messages"),
        (("0%", "0%", "0%"), "no_messages"),
        (("95", None, None), "not_available"),
        (("-", "1", "1"), "not_available"),
        (("-1", "1", "1"), "not_available"),
        (("NaN", "1", "1"), "not_available"),
        (("", "1", "1"), "not_available"),
    ],
)
def test_share_that_cannot_be_told_is_null_with_a_reason(figures, reason):
    """A whole number alone may be a count or a percentage."""
    row = metric(report(frame(THIRTY, *figures)))
    assert (row.value, row.reason) == (None, reason)


def test_rate_and_count_within_a_figure_are_read():
    """As the other blocks of the report have them."""
    text = report(frame(THIRTY, "<count>9</count><rate>90.00%</rate>", "<count>1</count>", None))
    assert metric(text).value == Decimal("0.9")


@pytest.mark.parametrize(
    ("frames", "start"),
    [
        ((frame(SEVEN, "1"), frame(THIRTY, "2"), frame(NINETY, "3")), THIRTY),
        ((frame(NINETY, "3"), frame(THIRTY, "2"), frame(SEVEN, "1")), THIRTY),
        ((frame(NINETY, "3"), frame("2026-09-21", "4"), frame(SEVEN, "1")), "2026-09-21"),
        ((frame("2026-10-20", "2"), frame(NINETY, "1")), "2026-10-20"),
        ((frame("2026-09-21", "9", end="2026-10-20"), frame(THIRTY, "2")), THIRTY),
    ],
)
def test_frame_of_thirty_days_or_its_shortest_longer_one_is_taken(frames, start):
    """By its dates, in any order; of two alike the later."""
    assert metric(report(*frames)).window.from_ == date.fromisoformat(start)


def test_report_without_a_long_enough_frame_has_no_row():
    """Seven days are not thirty."""
    assert parse_performance_v1(report(frame(SEVEN, "90"))) == ((), None)
    assert parse_performance_v1(report()) == ((), None)


@pytest.mark.parametrize(("start", "end"), [("soon", END), (THIRTY, "later"), (END, THIRTY)])
def test_frames_without_dates_are_damage(start, end):
    """What they are about cannot be told."""
    assert parse_performance_v1(report(frame(start, "90", end=end))) == ((), Damage(1, None, "no_time_frame"))


def test_frame_may_go_without_an_element_of_its_own():
    """One frame, written directly."""
    inner = frame(THIRTY, "90").replace("responseTimeMetrics", "x")
    text = report(inner.removeprefix("<x>").strip().removesuffix("</x>"))
    assert metric(text).value == Decimal("0.9")


def test_dates_may_be_attributes_and_names_may_have_namespace_and_case():
    """Names are compared loosely."""
    text = report(frame(THIRTY, "90")).replace("<sellerPer", "<ns:SELLERPER").replace("</sellerPer", "</ns:SELLERPER")
    start, end = f"<start>{THIRTY}T00:00:00Z</start>", f"<end>{END}T23:59:59Z</end>"
    text = text.replace(f"<timeFrame>{start}{end}</timeFrame>", f"<timeFrame start='{THIRTY}' ns:end=\"{END}\" />")
    assert metric(text).window == Window(date(2026, 10, 21), date(2026, 11, 19))


@pytest.mark.parametrize(("status", "word"), [("Poor", "POOR"), ("", None), ("None", "NONE")])
def test_amazons_word_is_kept_in_capitals(status, word):
    """Also a word not known."""
    assert metric(report(frame(THIRTY, "90"), status=status)).amazon_status == word


def test_status_may_stand_without_an_element_of_its_own():
    """Directly in the checklist's entry; without an entry there is none."""
    text = report(frame(THIRTY, "90")).replace("<status>Good</status>", "Fair")
    assert metric(text).amazon_status == "FAIR"
    assert metric(text.replace("contactResponseTime>", "other>")).amazon_status is None


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("<responseUnder24Hours>", "responseUnder24Hours>"),
        ("</responseUnder24Hours>", "/responseUnder24Hours>"),
        ("</timeFrame>", ""),
        ("</responseTimeMetrics>", ""),
        ("</performanceChecklist>", "</stranger></performanceChecklist>"),
        ("<sellerPerformanceReports>", "sellerPerformanceReports>"),
        ("</sellerPerformanceReports>", ""),
    ],
)
def test_broken_report_is_recovered(broken, mended):
    """A lost angle or a lost end does not cost the figure."""
    assert metric(report(frame(THIRTY, "90")).replace(broken, mended)).value == Decimal("0.9")


def test_frames_whose_ends_are_lost_stay_apart():
    """A frame without an end swallows the next ones, but not their figures."""
    text = report(frame(SEVEN, "1"), frame(NINETY, "60"), frame(THIRTY, "90")).replace("</responseTimeMetrics>", "")
    assert metric(text).value == Decimal("0.9")


def test_every_truncation_is_right_or_damaged():
    """A figure that is half of itself is never believed."""
    whole = report(frame(THIRTY, "90"))
    for length in range(len(whole)):
        rows, damage = parse_performance_v1(whole[:length])
        assert damage is not None or [row.value for row in rows] == [Decimal("0.9")]


def test_broken_report_without_the_figure_is_damaged():
    """The line of the first fault is named."""
    text = report(frame(SEVEN, "90")).replace("<sellerPerformanceReport>", "sellerPerformanceReport>")
    assert parse_performance_v1(text) == ((), Damage(3, None, "invalid_xml"))
    lost = report(frame(THIRTY, "90", None)).replace("</timeFrame>", "")
    assert parse_performance_v1(lost)[1].what == "invalid_xml"


def test_comments_literals_and_entities_are_read_as_text():
    """Nothing in a comment counts; a document type expands nothing."""
    text = report(frame(THIRTY, "<![CDATA[90]]>", "&#53;")).replace("<sellerPerformanceReports>", "<!-- <a> -->\n<b/>")
    assert metric(text.replace('"UTF-8"?>', '"UTF-8"?><!DOCTYPE b>')).value == Decimal("0.9")


def test_text_without_elements_is_damaged():
    """It is no report at all."""
    assert parse_performance_v1("") == ((), Damage(1, None, "invalid_xml"))
