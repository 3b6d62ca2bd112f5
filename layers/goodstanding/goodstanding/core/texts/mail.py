"""What is said about the mailbox itself: mails that cannot be read or are not believed, and silence."""

from datetime import date, datetime

from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.mail.canary import Canary, CanaryState
from goodstanding.core.mail.record import Fate
from goodstanding.core.texts.figures import long_day, moment
from goodstanding.core.texts.limits import sms, subject
from goodstanding.core.texts.phrases import say


def unbelieved_alert(fate: Fate, seller_id: str, day: date, language: str) -> Alert:
    """A warning, once a day: mails of this fate arrived, and nothing was done because of them."""
    return _alert(
        f"{day}#mail#{fate}",
        Severity.WARNING,
        say(f"mail.{fate}.subject", language),
        [
            say("mail.head", language, seller_id=seller_id, day=long_day(day, language)),
            say(f"mail.{fate}.intro", language),
            f"{say('label.step', language)}: {say(f'mail.{fate}.step', language)}",
        ],
        None,
    )


def silence_alert(seller_id: str, since: datetime, day: date, language: str) -> Alert:
    """Critical, once for a silence, which is named after the last mail: nobody is warned of anything while it lasts."""
    said = moment(since, language)
    short = say("mail.silence.sms", language, seller_id=seller_id, since=said)
    return _alert(
        f"{since.date()}#mail#silence#{since:%H%M}",
        Severity.CRITICAL,
        say("mail.silence.subject", language),
        [
            say("mail.head", language, seller_id=seller_id, day=long_day(day, language)),
            say("mail.silence.intro", language, since=said),
            f"{say('label.step', language)}: {say('mail.silence.step', language)}",
        ],
        sms(short, ending=say("sms.ending", language)),
    )


def canary_alert(seller_id: str, lost: Canary, day: date, language: str) -> Alert:
    """Critical, once for a mailbox that canaries do not reach, by the first that was lost."""
    unsent = lost.state is CanaryState.PLANNED
    return _alert(
        f"{lost.day}#mail#canary",
        Severity.CRITICAL,
        say("mail.canary.subject", language),
        [
            say("mail.head", language, seller_id=seller_id, day=long_day(day, language)),
            say("mail.canary.intro", language, since=moment(lost.planned_at, language)),
            *([say("mail.canary.unsent", language)] if unsent else []),
            f"{say('label.step', language)}: {say('mail.canary.step', language)}",
        ],
        sms(say("mail.canary.sms", language, seller_id=seller_id), ending=say("sms.ending", language)),
    )


def _alert(key: str, severity: Severity, title: str, parts: list[str], short: str | None) -> Alert:
    return Alert(
        key=key,
        topic=Topic.ALERTS,
        severity=severity,
        kind=AlertKind.MAIL,
        marketplace=None,
        order_id=None,
        subject=subject(title),
        message="\n\n".join(parts) + "\n",
        sms=short,
    )
