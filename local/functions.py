"""Lambda functions run in this process, each with its own environment, as the template declares it.

One invocation runs at a time: the environment is the process's, so it is swapped in for the invocation and back after it. A handler
that sleeps is swapped out meanwhile, so that others run beside it, as they would on AWS.
Payload and result pass through JSON, as on the wire. A failing handler answers as Lambda does: errorType is the class's name.
"""

import importlib.util
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any

from goodstanding.runtime.wiring import World, installed
from local.clock import Clock
from local.template import FunctionCode

# Limits of synchronous invocations: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PAYLOAD_LIMIT = 6 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Invocation:
    """What an invocation answers: the payload, and the kind of failure when the function failed."""

    payload: Any
    function_error: str | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line a function wrote to standard output: logs and metrics."""

    function: str
    at: datetime
    text: str


@dataclass(slots=True)
class LambdaContext:
    """What Lambda hands to a handler beside the event."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    remaining: Callable[[], float]
    function_version: str = "$LATEST"
    log_group_name: str = ""
    log_stream_name: str = "local"

    def get_remaining_time_in_millis(self) -> int:
        """By the stack's clock: at virtual time a handler has all its time until something sleeps."""
        return int(self.remaining() * 1000)


class ServiceFault(Exception):
    """Raised by a `before_invoke` hook: the Lambda service fails before the handler runs.

    `code` without its prefix, as in `ServiceFault("TooManyRequestsException")`: the state machine sees `Lambda.<code>`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Console(io.TextIOBase):
    """The standard output of all functions. Loggers keep the stream they first saw, so there is only one, for good."""

    def __init__(self) -> None:
        self.write_line: Callable[[str], None] | None = None
        self._pending = ""

    def write(self, text: str) -> int:
        if self.write_line is None:
            return sys.__stdout__.write(text) if sys.__stdout__ else len(text)
        *lines, self._pending = (self._pending + text).split("\n")
        for line in lines:
            self.write_line(line)
        return len(text)

    @contextmanager
    def feeding(self, write_line: Callable[[str], None]) -> Iterator[None]:
        """Hand each line to `write_line`."""
        before, self.write_line = self.write_line, write_line
        try:
            with redirect_stdout(self):
                yield
        finally:
            if self._pending:
                write_line(self._pending)
                self._pending = ""
            self.write_line = before


CONSOLE = _Console()


class _Stay:
    """An invocation's stay in this process: one at a time, in surroundings of its own. `away` for as long as its handler sleeps."""

    def __init__(self, clock: Clock, surrounded: Callable[["_Stay"], AbstractContextManager[None]]) -> None:
        self._clock = clock
        self._surrounded = surrounded
        self._open = ExitStack()

    def __enter__(self) -> None:
        self._open.enter_context(self._clock.held())
        self._open.enter_context(self._surrounded(self))

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def away(self, sleep: Callable[[], None]) -> None:
        """Leave, sleep, come back."""
        self._open.close()
        try:
            sleep()
        finally:
            self.__enter__()


@dataclass(frozen=True, slots=True)
class _HandlerClock:
    """The clock that a handler sees."""

    clock: Clock
    stay: _Stay

    def now(self) -> datetime:
        """Aware, UTC."""
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        """Pass time; whoever else is due runs meanwhile."""
        if seconds > 0:
            self.stay.away(lambda: self.clock.sleep(seconds))


@dataclass(slots=True)
class Function:
    """One Lambda function of the stack."""

    logical_id: str
    name: str
    arn: str
    code: FunctionCode
    environment: Mapping[str, str]
    memory: int
    timeout: float
    clock: Clock
    log: Callable[[LogLine], None]
    world: World
    _module: ModuleType | None = field(default=None)

    def invoke(
        self,
        payload: Any,
        request_id: str,
        before: Callable[[Any], None],
        after: Callable[[Any, Any], None],
        around: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> Invocation:
        """Run the handler; what `before` and `after` raise counts as raised by the handler. `around` is entered while it runs."""
        began = self.clock.now()

        def remaining() -> float:
            return self.timeout - (self.clock.now() - began).total_seconds()

        context = LambdaContext(
            self.name, self.arn, self.memory, request_id, remaining, log_group_name=f"/aws/lambda/{self.name}"
        )
        event = json.loads(self._sized(json.dumps(payload)))

        @contextmanager
        def inside(stay: _Stay) -> Iterator[None]:
            with around(), self._surroundings(), installed(self.world.by(_HandlerClock(self.clock, stay))):
                yield

        stay = _Stay(self.clock, inside)
        with stay:
            try:
                before(event)
                result = json.loads(self._sized(json.dumps(self._handler()(event, context))))
                after(event, result)
            except ServiceFault:
                raise
            except Exception as failure:  # noqa: BLE001
                return Invocation(_as_error(failure), "Unhandled")
        if remaining() < 0:
            message = f"{request_id} Task timed out after {self.timeout:.2f} seconds"
            return Invocation({"errorType": "Sandbox.Timedout", "errorMessage": message}, "Unhandled")
        return Invocation(result, None)

    @staticmethod
    def _sized(text: str) -> str:
        if len(text.encode()) > PAYLOAD_LIMIT:
            raise ValueError(f"a Lambda payload may have {PAYLOAD_LIMIT} bytes at most, not {len(text.encode())}")
        return text

    def _handler(self) -> Callable[[Any, LambdaContext], Any]:
        file, _, name = self.code.handler.rpartition(".")
        if self._module is None:
            path = self.code.directory / f"{file.replace('.', '/')}.py"
            # The registered name is unique: every function's file is called app.py.
            spec = importlib.util.spec_from_file_location(f"lambda_{self.logical_id}", path)
            if spec is None or spec.loader is None:
                raise ImportError(f"{self.logical_id}: no module at {path}")
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
            self._module = module
        handler: Callable[[Any, LambdaContext], Any] = getattr(self._module, name)
        return handler

    @contextmanager
    def _surroundings(self) -> Iterator[None]:
        outside = dict(os.environ)
        os.environ.clear()
        os.environ.update(self._variables(outside))
        try:
            with CONSOLE.feeding(lambda text: self.log(LogLine(self.logical_id, self.clock.now(), text))):
                yield
        finally:
            os.environ.clear()
            os.environ.update(outside)

    def _variables(self, outside: Mapping[str, str]) -> dict[str, str]:
        region = outside["AWS_DEFAULT_REGION"]
        return {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "_HANDLER": self.code.handler,
            "PATH": outside.get("PATH", ""),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            **self.environment,
        }


def _as_error(failure: Exception) -> dict[str, Any]:
    return {
        "errorMessage": str(failure),
        "errorType": type(failure).__name__,
        "requestId": "local",
        "stackTrace": traceback.format_exception(failure),
    }
