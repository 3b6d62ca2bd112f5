"""Every error name that crosses a process boundary. Step Functions matches class names; a test holds both sides together.

Three families: throttled (wait, Amazon asks for it), unavailable (a fault of the other side, try again), and the rest, which a
human or another day must mend and which no retry helps.
"""


class GoodstandingError(Exception):
    """The root. `reason` is the stable code that outputs show; the message never holds buyer data or secrets."""

    reason = "internal_error"


class SpApiThrottled(GoodstandingError):
    """HTTP 429 although we paced ourselves: somebody else uses the same application and seller."""

    reason = "throttled"


class SpApiUnavailable(GoodstandingError):
    """A time-out, a reset connection, a 5xx, or an answer that is not SP-API's: an outage, whatever it looks like."""

    reason = "sp_api_unavailable"


class SellerNotAuthorized(GoodstandingError):
    """The refresh token was revoked, the client secret is wrong or expired, or a role is missing: only the seller can mend it."""

    reason = "not_authorized"


class SellerNotConfigured(GoodstandingError):
    """The seller's settings or its secret are missing or malformed."""

    reason = "not_configured"


class SpApiRefused(GoodstandingError):
    """A 4xx that no retry mends (a bad request, an unknown report): a defect here or a change at Amazon's."""

    reason = "sp_api_refused"


class ReportFatal(GoodstandingError):
    """Amazon ended the report with FATAL."""

    reason = "report_fatal"


class ReportStuck(GoodstandingError):
    """Amazon left the report IN_QUEUE or IN_PROGRESS past the patience of the run."""

    reason = "report_stuck"


class ReportDamaged(GoodstandingError):
    """A report's content cannot be read; what could be read was kept."""

    reason = "damaged"


class MailGone(GoodstandingError):
    """A raw mail is no longer in the bucket: it expired, or was taken away before it was read."""

    reason = "mail_gone"


class MailboxUnreachable(GoodstandingError):
    """A mailbox's server does not answer, not in time, not as IMAP, or cannot prove who it is."""

    reason = "mailbox_unreachable"


class MailboxRefused(GoodstandingError):
    """A mailbox's server turns the login away, or has no such folder: only a human can mend it."""

    reason = "mailbox_refused"


class AmazonCallsStopped(GoodstandingError):
    """The stop switch is on: no call to Amazon is made until the operator turns it off."""

    reason = "stopped"


class AwsUnavailable(GoodstandingError):
    """An AWS service throttled or failed; trying again helps."""

    reason = "aws_unavailable"


class AwsAnswerLost(AwsUnavailable):
    """An AWS service was asked and no answer came: it may have been done."""


class Conflict(GoodstandingError):
    """Somebody else wrote in between; reading anew and trying again helps."""

    reason = "conflict"


class InvalidPayload(GoodstandingError):
    """A task was handed something that is not its input. The message names the keys, never their values."""

    reason = "invalid_payload"


class InternalError(GoodstandingError):
    """Any other exception: its type and place are logged, its text is not (it may quote data)."""

    reason = "internal_error"
