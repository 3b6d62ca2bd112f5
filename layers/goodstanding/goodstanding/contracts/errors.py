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
