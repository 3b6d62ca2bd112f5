"""GET_V1_SELLER_PERFORMANCE_REPORT: the only report that tells how fast buyers' messages are answered.

Amazon publishes no schema; the names are those of parsers at work. How the ambiguous is read:
- Frames come in any order and number. The one of 30 days is taken, else its shortest longer one; a frame is as long as
  its days, first and last counted, so the 30-day frame may show 31 dates. Frames without dates say nothing.
- `responseUnder24Hours` is a percentage if a figure of its frame has a percent sign; figures with decimals are fractions,
  or percentages if one is above 1; whole numbers are counts, of which the share is computed (answered within 24 hours, of
  all three counts; a count that is not there is 0). Whole percentages that sum up to 100 give the same share as counts.
  A whole number with no other beside it may be either, so it is not available.
- Nothing but zeros means that nobody wrote: `no_messages`.
- The status is the checklist's, whose words (Good, Fair, Poor, Bad, None) are kept in capitals.
- A report that is broken is damaged only if what was looked for is not in the rest.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from goodstanding.core.metrics import Metric, MetricSource, Window
from goodstanding.core.reports import dates, loose_xml
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.loose_xml import Document, Element

NOT_AVAILABLE = "not_available"
NO_MESSAGES = "no_messages"

_FRAME_DAYS = 30
_FRAME = "responsetimemetrics"
_FRAMES = "buyersellercontactresponsetimemetrics"
_ON_TIME = "responseunder24hours"
_LATE = ("responsetimegreaterthan24hours", "noresponseforcontactsolderthan24hours")
_FIGURES = (_ON_TIME, *_LATE)
_CHECKLIST = ("performancechecklist", "contactresponsetime")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number, and what its spelling says about its kind."""

    number: Decimal
    is_percent: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Share:
    value: Decimal | None
    numerator: int | None = None
    denominator: int | None = None
    reason: str | None = None


def parse_performance_v1(text: str) -> tuple[tuple[Metric, ...], Damage | None]:
    """`contact_response_time`, the share of buyers' messages answered within 24 hours, or no row; and what is wrong.

    The target is none of the report's. Never raises for content.
    """
    document = loose_xml.read(text)
    found = list(document.root.all(_FRAME)) or list(document.root.all(_FRAMES))
    frames = [frame for frame in found if frame.is_whole and any(next(frame.all(name), None) for name in _FIGURES)]
    dated = [(window, frame) for frame in frames if (window := _window(frame))]
    long_enough = [(window, frame) for window, frame in dated if _days(window) >= _FRAME_DAYS]
    if long_enough:
        window, frame = min(long_enough, key=lambda found: (_days(found[0]), -found[0].to.toordinal()))
        metric = _metric(document, window, frame)
        if document.fault is None or metric.reason != NOT_AVAILABLE:
            return (metric,), None
    if document.fault is not None:
        return (), Damage(document.fault, None, "invalid_xml")
    return (), Damage(1, None, "no_time_frame") if frames and not dated else None


def _metric(document: Document, window: Window, frame: Element) -> Metric:
    share = _share(frame, is_sound=document.fault is None)
    return Metric(
        metric="contact_response_time",
        fulfillment=None,
        source=MetricSource.AMAZON,
        value=share.value,
        numerator=share.numerator,
        denominator=share.denominator,
        window=window,
        amazon_status=_status(document.root),
        reason=share.reason,
    )


def _status(root: Element) -> str | None:
    checklist, item = _CHECKLIST
    entries = (entry for found in root.all(checklist) for entry in found.all(item))
    words = (entry.value("status") or entry.text for entry in entries)
    return next((word.upper() for word in words if word), None)


def _share(frame: Element, *, is_sound: bool) -> _Share:
    on_time = _figure(frame, _ON_TIME)
    late = [figure for name in _LATE if (figure := _figure(frame, name))]
    if on_time is None:
        return _Share(None, reason=NOT_AVAILABLE)
    figures = (on_time, *late)
    if late and not any(figure.number for figure in figures):
        return _Share(None, reason=NO_MESSAGES)
    if any(figure.is_percent for figure in figures):
        return _Share(on_time.number / 100)
    if not all(figure.is_whole for figure in figures):
        return _Share(on_time.number / (100 if max(figure.number for figure in figures) > 1 else 1))
    if len(late) < (1 if is_sound else len(_LATE)):
        return _Share(None, reason=NOT_AVAILABLE)
    total = sum(int(figure.number) for figure in figures)
    return _Share(on_time.number / total, int(on_time.number), total)


def _figure(frame: Element, name: str) -> _Figure | None:
    """The number under a name, or in its rate, or in its count; None if there is none, or a negative or endless one."""
    for element in frame.all(name):
        text = element.text or element.value("rate") or element.value("count") or ""
        bare = text.removesuffix("%").strip().replace(",", ".")
        try:
            number = Decimal(bare)
        except InvalidOperation:
            continue
        if number.is_finite() and 0 <= number < 10**12:
            return _Figure(number, text.endswith("%"), bare.isdecimal())
    return None


def _window(frame: Element) -> Window | None:
    first = _day(frame.value("start", "startdate", "starttime", "from"))
    last = _day(frame.value("end", "enddate", "endtime", "to"))
    return Window(first, last) if first and last and first <= last else None


def _day(text: str | None) -> date | None:
    try:
        return dates.day(text, None) if text else None
    except ValueError:
        return None


def _days(window: Window) -> int:
    return (window.to - window.from_).days + 1
