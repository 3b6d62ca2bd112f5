"""What is said when a seller's mailbox cannot be read."""

from datetime import datetime

from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.texts.figures import moment
from goodstanding.core.texts.limits import subject
from goodstanding.core.texts.phrases import say
from goodstanding.core.texts.source_words import reason_text, remedy


def mailbox_alert(since: datetime, reason: str, seller_id: str, language: str) -> Alert:
    """A warning, once for an outage, which is named after its beginning; `reason` is a stable code."""
    parts = [
        say("mailbox.head", language, seller_id=seller_id),
        say("mailbox.intro", language, since=moment(since, language)),
        f"{say('label.reason', language)}: {reason_text(reason, language)}",
        f"{say('label.step', language)}: {remedy(reason, language)}",
    ]
    return Alert(
        key=f"{since.date()}#mailbox#{since:%H%M%S}",
        topic=Topic.ALERTS,
        severity=Severity.WARNING,
        kind=AlertKind.MAIL,
        marketplace=None,
        order_id=None,
        subject=subject(say("mailbox.subject", language, seller_id=seller_id)),
        message="\n\n".join(parts) + "\n",
        sms=None,
    )
