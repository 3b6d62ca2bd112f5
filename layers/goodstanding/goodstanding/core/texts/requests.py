"""What is said about feedback requests: when Amazon refuses the seller, and when it offers nothing to anybody."""

from datetime import date

from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.texts.figures import long_day
from goodstanding.core.texts.limits import sms, subject
from goodstanding.core.texts.phrases import say
from goodstanding.core.texts.source_words import remedy


def authorization_alert(region: str, seller_id: str, day: date, language: str) -> Alert:
    """Critical, once a day for a region: nothing is asked until a human mends it."""
    text = say("requests.authorization.sms", language, region=region, seller_id=seller_id)
    return _alert(
        f"{day}#authorization#{region}",
        AlertKind.AUTHORIZATION,
        say("requests.authorization.subject", language, region=region),
        [
            _head(region, seller_id, day, language),
            say("requests.authorization.intro", language),
            f"{say('label.step', language)}: {remedy('not_authorized', language)}",
        ],
        sms(text, ending=say("sms.ending", language)),
    )


def drought_alert(region: str, seller_id: str, since: date, language: str) -> Alert:
    """A warning, once for a drought, which is named after its first day."""
    return _alert(
        f"{since}#eligibility#{region}",
        AlertKind.ELIGIBILITY,
        say("requests.drought.subject", language, region=region),
        [
            _head(region, seller_id, since, language),
            say("requests.drought.intro", language, since=long_day(since, language)),
            f"{say('label.step', language)}: {say('requests.drought.step', language)}",
        ],
        None,
    )


def _head(region: str, seller_id: str, day: date, language: str) -> str:
    return say("requests.head", language, seller_id=seller_id, region=region, day=long_day(day, language))


def _alert(key: str, kind: AlertKind, title: str, parts: list[str], short: str | None) -> Alert:
    return Alert(
        key=key,
        topic=Topic.ALERTS,
        severity=Severity.WARNING if short is None else Severity.CRITICAL,
        kind=kind,
        marketplace=None,
        order_id=None,
        subject=subject(title),
        message="\n\n".join(parts) + "\n",
        sms=short,
    )
