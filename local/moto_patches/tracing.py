"""What is written down while the machines run."""

from typing import Any

from botocore.client import BaseClient
from moto.sns.models import SNSBackend
from moto.stepfunctions.parser.asl.component.common.catch.catch_decl import CatchDecl
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.catch.catcher_outcome import CatcherOutcomeCaught
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retry_decl import RetryDecl
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from local.moto_patches.registry import Engine, Replacement, mends


@mends
def states(engine: Engine) -> tuple[Replacement, ...]:
    """History leaves out what happened inside the children of a distributed Map."""
    inside = CommonStateField._eval_body
    trace = engine.trace

    def enter(self: Any, env: Any) -> None:
        trace.entered(env, self.name, to_json_str(env.states.get_input()))
        inside(self, env)
        trace.measured(env, to_json_str(env.states.get_input()))

    return (Replacement(CommonStateField, "_eval_body", enter),)


@mends
def retries(engine: Engine) -> tuple[Replacement, ...]:
    """History does not say which rule of Retry was used."""

    def retry(self: Any, env: Any) -> None:
        error_name = env.stack.pop()
        for index, retrier in enumerate(self.retriers):
            env.stack.append(error_name)
            retrier.eval(env)
            outcome = env.stack.pop()
            if outcome == RetrierOutcome.Executed:
                engine.trace.retried(env, index, error_name.error_name)
            if outcome != RetrierOutcome.Skipped:
                env.stack.append(_AFTER_RETRIER[outcome])
                return
        env.stack.append(RetryOutcome.NoRetrier)

    return (Replacement(RetryDecl, "_eval_body", retry),)


_AFTER_RETRIER = {RetrierOutcome.Executed: RetryOutcome.CanRetry, RetrierOutcome.Failed: RetryOutcome.CannotRetry}


@mends
def catches(engine: Engine) -> tuple[Replacement, ...]:
    """History does not say which rule of Catch was used."""

    def catch(self: Any, env: Any) -> None:
        state, error = env.next_state_name, env.stack[-1].error_name
        for index, catcher in enumerate(self.catchers):
            catcher.eval(env)
            if isinstance(env.stack.pop(), CatcherOutcomeCaught):
                engine.trace.caught(env, state, index, error.error_name if error else None)
                env.stack.append(CatchOutcome.Caught)
                return
        env.stack.append(CatchOutcome.NotCaught)

    return (Replacement(CatchDecl, "_eval_body", catch),)


@mends
def choices(engine: Engine) -> tuple[Replacement, ...]:
    """History does not say which rule of a Choice was taken."""

    def choose(self: Any, env: Any) -> None:
        for index, rule in enumerate(self.choices_decl.rules):
            rule.eval(env)
            if env.stack.pop() is True:
                return take(env, index, rule.next_stmt.name)
        if self.default_state is None:
            raise RuntimeError(f"no rule of {self.name!r} matched and it has no Default")
        return take(env, None, self.default_state.state_name)

    def take(env: Any, index: int | None, target: str) -> None:
        engine.trace.chose(env, index, target)
        env.stack.append(target)

    return (Replacement(StateChoice, "_eval_state", choose),)


@mends
def calls(engine: Engine) -> tuple[Replacement, ...]:
    """Nothing counts calls of AWS."""
    client: Any = BaseClient
    inside = client._make_api_call

    def call(self: Any, operation_name: str, api_params: Any) -> Any:
        engine.trace.called(self.meta.service_model.service_name, operation_name)
        return inside(self, operation_name, api_params)

    return (Replacement(client, "_make_api_call", call),)


@mends
def messages(engine: Engine) -> tuple[Replacement, ...]:
    """SNS keeps neither the time nor the structure of what was published."""
    inside = SNSBackend.publish
    names = ("phone_number", "subject", "message_attributes", "group_id", "deduplication_id", "message_structure")

    def publish(self: Any, message: str, arn: str | None, *args: Any, **named: Any) -> Any:
        message_id = inside(self, message, arn, *args, **named)
        engine.record_publish({"message": message, "arn": arn, **dict(zip(names, args, strict=False)), **named})
        return message_id

    return (Replacement(SNSBackend, "publish", publish),)
