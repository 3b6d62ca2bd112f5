"""@task: a handler is a declaration. Parse the event, read the environment, run one use case, dump the result."""

import os
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from goodstanding.contracts.base import Payload, Settings
from goodstanding.contracts.errors import AwsUnavailable, GoodstandingError, InternalError, InvalidPayload

_PASSING = frozenset(
    {
        "InternalError", "InternalFailure", "InternalServerError", "LimitExceededException", "ProvisionedThroughputExceededException",
        "RequestLimitExceeded", "RequestTimeout", "ServiceUnavailable", "SlowDown", "Throttled", "Throttling", "ThrottlingException",
        "TooManyRequestsException", "TransactionConflictException", "TransactionInProgressException",
    }
)  # fmt: skip


_time_left: ContextVar[Callable[[], float]] = ContextVar("_time_left", default=lambda: 900_000.0)


def remaining() -> timedelta:
    """How long this invocation may still run."""
    return timedelta(milliseconds=_time_left.get()())


@dataclass(frozen=True)
class Task[I: Payload, O: Payload, S: Settings]:
    """A Lambda handler with its declaration readable from outside (template tests compare both)."""

    run: Callable[[I, S], O]
    input_model: type[I]
    output_model: type[O]
    settings: type[S]

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Lambda's entrance. Only errors of contracts.errors leave it, without data of their cause."""
        from goodstanding.runtime.observability import logger

        log = logger()
        where = getattr(context, "function_name", "")
        if context is not None:
            _time_left.set(context.get_remaining_time_in_millis)
        try:
            request = self._parse(event)
            log.info("started", function=where, seller_id=getattr(request, "seller_id", None))
            return self.run(request, self._settings()).dump()
        except GoodstandingError as error:
            log.warning("failed", function=where, error=type(error).__name__, reason=error.reason)
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: nothing else may leave
            outward = _outward(error)
            log.warning("failed", function=where, error=type(error).__name__, reason=outward.reason, at=_place(error))
            raise outward from None

    def _settings(self) -> S:
        try:
            return self.settings.from_environment(os.environ)
        except ValidationError as error:
            names = ", ".join(str(fault["loc"][0]).upper() for fault in error.errors(include_input=False))
            raise InternalError(f"environment: check {names}") from None

    def _parse(self, event: dict[str, Any]) -> I:
        try:
            return self.input_model.parse(event)
        except ValidationError as error:
            keys = ", ".join(
                ".".join(str(part) for part in fault["loc"]) or "(whole)" for fault in error.errors(include_input=False)
            )
            raise InvalidPayload(f"{self.input_model.__name__}: {keys}") from None


def task[I: Payload, O: Payload, S: Settings](
    input_model: type[I], output_model: type[O], settings: type[S]
) -> Callable[[Callable[[I, S], O]], Task[I, O, S]]:
    """Declare a handler; importing it does no I/O and needs no environment."""
    return lambda run: Task(run, input_model, output_model, settings)


def _outward(error: Exception) -> GoodstandingError:
    """The error Step Functions may see: AWS faults are told from our own, and no text leaves that may quote data."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    if code in _PASSING or (type(error).__module__ == "botocore.exceptions" and not code):
        return AwsUnavailable(code or type(error).__name__)
    return InternalError(f"{type(error).__name__} {code}".strip() + f" at {_place(error)}")


def _place(error: BaseException) -> str:
    """File and line of the innermost frame."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
