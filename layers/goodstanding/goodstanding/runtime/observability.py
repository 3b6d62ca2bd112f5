"""Logs and metrics: JSON lines, masked by key, without payloads; figures as embedded metrics."""

import logging
import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

MASKED = "*****"
_MASKED_KEYS = frozenset(
    {
        "access_token", "authorization", "body", "buyer_email", "buyer_name", "comment", "comments", "email", "exception",
        "lwa_client_secret", "message", "name", "password", "rater_email", "refresh_token", "refresh_tokens", "secret",
        "stack_trace", "subject", "text", "x-amz-access-token",
    }
)  # fmt: skip


class _MaskingFormatter(LambdaPowertoolsFormatter):
    """Nothing is written unmasked. A line's own message is ours: constant words, no data."""

    def serialize(self, log: Any) -> str:
        """The line as JSON."""
        return super().serialize(masked(log) | {"message": log["message"]})


class _Output:
    """Whatever standard output is when a line is written, not when the logger was made."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@cache
def logger() -> Logger:
    """The one logger of a container."""
    for noisy in ("httpx", "httpcore", "sp_api", "botocore", "boto3", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)  # httpx logs whole URLs, links to documents included
    return Logger(
        service=os.environ.get("POWERTOOLS_SERVICE_NAME", "goodstanding"),
        logger_handler=logging.StreamHandler(_Output()),
        logger_formatter=_MaskingFormatter(use_rfc3339=True),
    )


def masked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with everything personal or secret struck out by key, at any depth."""
    return {key: MASKED if key.casefold() in _MASKED_KEYS else _masked_value(value) for key, value in fields.items()}


def _masked_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked(value)
    if isinstance(value, list | tuple):
        return [_masked_value(one) for one in value]
    return value


def complain(seller_id: str, problem: str, *, about: str = "not configured") -> None:
    """Log what is wrong with a seller's settings or mailbox, for the operator who looks after the alarm."""
    logger().warning(about, seller_id=seller_id, problem=problem)


def emit(unit: str, figures: Mapping[str, float]) -> None:
    """Write figures as CloudWatch embedded metrics. `unit` is a CloudWatch unit (Count, Seconds, …)."""
    if os.environ.get("POWERTOOLS_METRICS_DISABLED", "").casefold() == "true":
        return
    from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

    provider = AmazonCloudWatchEMFProvider(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "goodstanding"))
    provider.add_dimension("Stack", os.environ.get("STACK_NAME", "local"))  # two stacks may share an account
    for name, value in figures.items():
        provider.add_metric(name, unit, value)
    provider.flush_metrics()
