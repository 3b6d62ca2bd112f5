"""One metric in words: its title, value and target, and the block that an alert shows."""

from decimal import Decimal

from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus
from goodstanding.core.texts.figures import day, number, percent
from goodstanding.core.texts.metric_words import COUNTED, NEXT_STEPS, Unit, metric_name, words_of
from goodstanding.core.texts.phrases import say
from goodstanding.core.texts.source_words import reason_text

_SIGNS = {Condition.LESS_THAN: "<", Condition.GREATER_THAN: ">", Condition.EQUALS: "="}
_URGENCY = (
    MetricStatus.BAD,
    MetricStatus.WARNING,
    MetricStatus.UNAVAILABLE,
    MetricStatus.NONE,
    MetricStatus.GOOD,
)
_READING_ORDER = (
    "account_health_rating",
    "order_defect_rate",
    "late_shipment_rate",
    "late_shipment_rate_10d",
    "pre_fulfillment_cancellation_rate",
    "on_time_delivery_rate",
    "valid_tracking_rate",
    "contact_response_time",
)


def title(metric: Metric, language: str) -> str:
    """The name of a metric, and who ships where that tells two apart."""
    name = metric_name(metric.metric, language)
    if metric.fulfillment is None:
        return name
    return say("metric.title", language, name=name, fulfillment=say(f"fulfillment.{metric.fulfillment}", language))


def value(metric: Metric, language: str) -> str:
    """The value in the metric's own unit; in words when it is not known."""
    if metric.value is None:
        return say("unknown", language)
    return _figure(metric, metric.value, language, apart_from=metric.target)


def target(metric: Metric, language: str, *, signs: bool = False) -> str:
    """The target, `under 1 %` or with `signs` `< 1 %`; empty when none applies."""
    if metric.target is None or metric.condition is None:
        return ""
    figure = _figure(metric, metric.target, language)
    return (
        f"{_SIGNS[metric.condition]} {figure}"
        if signs
        else say(f"condition.{metric.condition}", language, target=figure)
    )


def counts(metric: Metric, language: str) -> str:
    """The counts behind the value, `3 of 244 orders`; empty when there are none."""
    if metric.value is None or metric.numerator is None or metric.denominator is None:
        return ""
    return say(
        "metric.counts",
        language,
        numerator=number(metric.numerator, language),
        denominator=number(metric.denominator, language),
        counted=COUNTED[words_of(metric.metric).counted][language],
    )


def share(metric: Metric, language: str) -> str:
    """The value and the counts behind it."""
    behind = counts(metric, language)
    return f"{value(metric, language)} ({behind})" if behind else value(metric, language)


def whose(metric: Metric, language: str) -> str:
    """Whose figure it is, with Amazon's own word for it when there is one."""
    source = say(f"source.{metric.source}", language)
    if metric.amazon_status is None:
        return source
    return say("metric.amazon_says", language, source=source, word=metric.amazon_status)


def window(metric: Metric, language: str) -> str:
    """The days the figure is about; empty when it has none."""
    if metric.window is None:
        return ""
    return say("metric.window", language, start=day(metric.window.from_, language), end=day(metric.window.to, language))


def next_step(metric: Metric, language: str) -> str:
    """What to do about it."""
    return NEXT_STEPS[words_of(metric.metric).step][language]


def block(judged: JudgedMetric, before: MetricStatus | None, language: str, *, with_step: bool = True) -> str:
    """All that an alert says of one metric, aligned; without the step where the same was said just before."""
    metric = judged.metric
    troubled = judged.status in {MetricStatus.BAD, MetricStatus.WARNING}
    step = next_step(metric, language) if troubled and with_step else ""
    standing = say("none_yet" if before is None else f"status.{before}", language)
    rows = (
        ("label.value", share(metric, language)),
        ("label.reason", reason_text(metric.reason, language)),
        ("label.target", target(metric, language)),
        ("label.window", window(metric, language)),
        ("label.source", whose(metric, language)),
        ("label.before", standing),
        ("label.step", step),
    )
    labels = [(say(label, language), text) for label, text in rows if text]
    width = max(len(label) for label, _ in labels)
    return "\n".join([f"* {title(metric, language)}", *(f"  {label:<{width}}  {text}" for label, text in labels)])


def urgency(judged: JudgedMetric) -> tuple[int, int, bool, Decimal, str, str]:
    """Sorts the worst first: by status, by what matters most for the account, Amazon's figure before ours, by distance from the target."""
    metric = judged.metric
    rank = _READING_ORDER.index(metric.metric) if metric.metric in _READING_ORDER else len(_READING_ORDER)
    distance = (
        abs(metric.value - metric.target) if metric.value is not None and metric.target is not None else Decimal(0)
    )
    ours = metric.source is MetricSource.COMPUTED
    return _URGENCY.index(judged.status), rank, ours, -distance, metric.metric, str(metric.fulfillment)


def _figure(metric: Metric, figure: Decimal, language: str, *, apart_from: Decimal | None = None) -> str:
    if words_of(metric.metric).unit is Unit.RATE:
        return percent(figure, language, apart_from=apart_from)
    return number(figure, language)
