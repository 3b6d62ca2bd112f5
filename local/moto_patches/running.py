"""Running: one thread, one clock, names and identities of executions."""

import re
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.exceptions import InvalidName
from moto.stepfunctions.parser import models as parser_models
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import jitter_strategy_decl, retrier_decl
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state import state as state_module
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.inline_iteration_component import (
    InlineIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker as distributed_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.job import JobPool
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.parse import preprocessor
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local.moto_patches.language import failure
from local.moto_patches.registry import Engine, Replacement, mends

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html: 80 characters, none of these.
ALLOWED_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")


@mends
def executions_in_place(_: Engine) -> tuple[Replacement, ...]:
    """Executions run in threads of their own, so a nested execution is polled with real sleeps."""

    def start(self: Any) -> None:
        self._execution_logic()

    def resolve(*_: Any, sync_resolver: Any, **__: Any) -> Any:
        return sync_resolver()

    return (
        Replacement(ExecutionWorker, "start", start),
        Replacement(StateTaskServiceCallback, "_eval_sync", resolve),
    )


@mends
def status_changes(engine: Engine) -> tuple[Replacement, ...]:
    """EventBridge does not hear of executions that end."""
    inside = BaseExecutionWorkerCommunication.terminated

    def terminated(self: Any) -> None:
        inside(self)
        engine.execution_ended(self.execution)

    return (Replacement(BaseExecutionWorkerCommunication, "terminated", terminated),)


@mends
def machine_timeout(engine: Engine) -> tuple[Replacement, ...]:
    """A machine's TimeoutSeconds counts real seconds."""

    def run(self: Any, env: Any) -> None:
        began = engine.clock.now()
        env.next_state_name = self.start_at.start_at_name
        EvalComponent.eval(self, env)
        if self.timeout_seconds and (engine.clock.now() - began).total_seconds() > self.timeout_seconds.timeout_seconds:
            env.set_timed_out()

    return (Replacement(Program, "eval", run),)


@mends
def task_timeout(engine: Engine) -> tuple[Replacement, ...]:
    """A task's TimeoutSeconds counts real seconds, in a thread per task."""

    def evaluate_with_timeout(self: Any, env: Any) -> None:
        self.timeout.eval(env=env)
        seconds = env.stack.pop()
        began = engine.clock.now()
        frame = env.open_frame()
        frame.states.reset(input_value=env.states.get_input())
        frame.stack = list(env.stack)
        try:
            self._eval_execution(frame)
        finally:
            frame.set_ended()
            env.close_frame(frame)
        if (engine.clock.now() - began).total_seconds() > seconds:
            raise EvalTimeoutError
        result = frame.stack.pop()
        env.stack.append(result)
        engine.trace.measured(env, to_json_str(result))
        env.states.set_result(result)
        if self.assign_decl:
            self.assign_decl.eval(env=env)

    return (Replacement(ExecutionState, "_evaluate_with_timeout", evaluate_with_timeout),)


@mends
def map_workers(engine: Engine) -> tuple[Replacement, ...]:
    """Map workers are threads that race for moto's in-memory backends."""

    def launch(self: Any, env: Any, eval_input: Any, job_pool: Any) -> Any:
        worker = self._create_worker(env=env, eval_input=eval_input, job_pool=job_pool)
        job_pool.__dict__.setdefault("branches", []).append(worker.eval)
        return worker

    def run(self: Any) -> None:
        engine.clock.gather(self.__dict__.get("branches", [])[: self._jobs_number])

    return (Replacement(InlineIterationComponent, "_launch_worker", launch), Replacement(JobPool, "await_jobs", run))


@mends
def waiting(engine: Engine) -> tuple[Replacement, ...]:
    """Wait and retries really sleep."""

    def wait(_: Any, env: Any, wait_seconds: float) -> None:
        engine.trace.waited(env, wait_seconds)
        engine.clock.sleep(wait_seconds)

    return (
        Replacement(WaitFunction, "_wait_interval", wait),
        Replacement(retrier_decl, "time", SimpleNamespace(sleep=engine.clock.sleep)),
        # Full jitter, but the same every time.
        Replacement(jitter_strategy_decl, "random", Random(0)),
    )


@mends
def timestamps(engine: Engine) -> tuple[Replacement, ...]:
    """Events, states and executions carry the machine's time; an execution's StartTime is no JSON."""

    def now(tz: Any = UTC) -> datetime:
        return engine.clock.now().astimezone(tz)

    inside = Execution.get_start_execution_details

    def details(self: Any) -> Any:
        started: Any = inside(self)
        started.start_time = iso(self.start_date)
        return started

    virtual = SimpleNamespace(datetime=SimpleNamespace(now=now), timezone=SimpleNamespace(utc=UTC))
    return (
        Replacement(EventManager, "_get_current_timestamp", staticmethod(now)),
        Replacement(state_module, "datetime", virtual),
        Replacement(parser_models, "datetime", virtual),
        Replacement(Execution, "get_start_execution_details", details),
    )


def iso(moment: datetime) -> str:
    """As Step Functions writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@mends
def execution_names(engine: Engine) -> tuple[Replacement, ...]:
    """An execution without a name is called None; a name AWS refuses is taken."""
    inside: Any = StepFunctionsParserBackend.start_execution

    def start(self: Any, arn: str, name: str | None = None, execution_input: str | None = None, *_: Any) -> Any:
        if name is not None and not ALLOWED_NAME.fullmatch(name):
            raise InvalidName(f"Invalid Name: '{name}'")
        return inside(self, arn, name or engine.trace.next_name(), execution_input)

    return (Replacement(StepFunctionsParserBackend, "start_execution", start),)


@mends
def nested_parameters(_: Engine) -> tuple[Replacement, ...]:
    """startExecution.sync:2 sends its parameters, and reads the answer, under the wrong names."""
    inside = StateTaskServiceSfn._normalise_parameters

    def parameters(self: Any, parameters: dict[str, Any], *names: Any, **named: Any) -> None:
        inside(self, parameters, *names, **named)
        for key in list(parameters):
            parameters[key[0].lower() + key[1:]] = parameters.pop(key)

    def response(_: Any, response: dict[str, Any], *__: Any, **___: Any) -> None:
        response.pop("ResponseMetadata", None)
        for key, value in list(response.items()):
            del response[key]
            response[key[0].upper() + key[1:]] = int(value.timestamp() * 1000) if isinstance(value, datetime) else value

    return (
        Replacement(StateTaskServiceSfn, "_normalise_parameters", parameters),
        Replacement(StateTaskServiceSfn, "_normalise_response", response),
    )


@mends
def distributed_map(engine: Engine) -> tuple[Replacement, ...]:
    """A child execution of a distributed Map has its parent's identity, and failed children never fail the Map."""
    job_inside = distributed_worker.DistributedItemProcessorWorker._eval_job
    run_inside = DistributedIterationComponent._map_run

    def run_job(self: Any, env: Any, job: Any) -> None:
        context = env.states.context_object.context_object_data
        machine_id = self._map_run_record.map_state_machine_arn
        name = engine.trace.next_name()
        context["Execution"] = {
            **context["Execution"],
            "Id": f"{machine_id.replace(':stateMachine:', ':execution:')}:{name}",
            "Name": name,
            "Input": job.job_input,
            "StartTime": iso(engine.clock.now()),
        }
        context["StateMachine"] = {"Id": machine_id, "Name": machine_id.rsplit(":", 1)[-1]}
        engine.trace.began_child()
        job_inside(self, env, job)

    def run_map(self: Any, env: Any, eval_input: Any) -> None:
        run_inside(self, env=env, eval_input=eval_input)
        counts = eval_input.map_run_record.item_counter
        failed, total = counts.failed.get() + counts.timed_out.get(), counts.total.get()
        limits = (
            (eval_input.tolerated_failure_count, failed),
            (eval_input.tolerated_failure_percentage, 100 * failed / total if total else 0),
        )
        given = [limit for limit in limits if limit[0]] or limits[:1]
        if any(happened > tolerated for tolerated, happened in given):
            error = StatesErrorNameType.StatesExceedToleratedFailureThreshold
            cause = "The specified tolerated failure threshold was exceeded"
            raise failure(env, error, HistoryEventType.MapRunFailed, "mapRunFailedEventDetails", cause)

    return (
        Replacement(distributed_worker.DistributedItemProcessorWorker, "_eval_job", run_job),
        Replacement(DistributedIterationComponent, "_map_run", run_map),
    )


@mends
def logging(_: Engine) -> tuple[Replacement, ...]:
    """Each failure is logged with the text of the whole definition; what is mended here is warned about."""

    def say_nothing(*_: Any, **__: Any) -> None:
        """The execution's error and cause tell it."""

    names = ("_log_failure_event_exception", "_log_exception", "_log_evaluation_step")
    loggers = (preprocessor.LOG, execute_state.LOG)
    return (
        *(Replacement(EvalComponent, name, say_nothing) for name in names),
        *(Replacement(logger, "disabled", value=True) for logger in loggers),
    )
