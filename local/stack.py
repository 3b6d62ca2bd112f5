"""The whole stack inside this process: template.yaml, the real state machines and the real handlers on an embedded AWS.

    with EmbeddedStack(Path("template.yaml"), {"SpApiEndpoint": url}, VirtualClock(start)) as stack:
        run = stack.start("AccountHealthStateMachine", {"scheduled_at": "2026-11-20T06:00:00Z"})

Only one stack can be open at a time: the embedded AWS is the process's. Credentials and region are fake, and set only inside.
"""

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import clean_json, get_model_map
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal import mock_random
from moto.sns.models import sns_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from goodstanding.runtime.wiring import World
from local import events, moto_patches, template
from local.clock import Clock
from local.coverage import Trace
from local.functions import Function, Invocation, LogLine, ServiceFault
from local.schedules import Firing, Schedule

REGION = "us-east-1"
STACK_NAME = "goodstanding"

type BeforeInvoke = Callable[[str, Any], None]
type AfterInvoke = Callable[[str, Any, Any], None]


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution that has ended. `output` is None unless it succeeded."""

    machine: str
    name: str
    status: str
    output: Any
    error: str | None
    cause: str | None
    events: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A message published to a topic. `messages` by protocol; `default` is what the others get."""

    topic: str
    subject: str | None
    messages: Mapping[str, str]
    attributes: Mapping[str, str]
    recipients: tuple[tuple[str, str], ...]
    at: datetime


class FunctionFailed(Exception):
    """A directly invoked function failed."""

    def __init__(self, answer: Any) -> None:
        super().__init__(f"{answer['errorType']}: {answer['errorMessage']}")
        self.error_type: str = answer["errorType"]
        self.answer = answer


class EmbeddedStack:
    """A deployed stack; use as a context manager."""

    def __init__(
        self,
        template_path: Path,
        parameters: Mapping[str, str],
        clock: Clock,
        http_transport: Any = None,
        *,
        without_patches: frozenset[str] = frozenset(),
    ) -> None:
        self.clock = clock
        self.trace = Trace(clock, self._machine_of)
        self.published: list[Published] = []
        self.logs: list[LogLine] = []
        self.before_invoke: list[BeforeInvoke] = []
        self.after_invoke: list[AfterInvoke] = []
        self.schedules: tuple[Schedule, ...] = ()
        self._template_path = template_path
        self._parameters = dict(parameters)
        self._http_transport = http_transport
        self._without_patches = without_patches
        self._open = ExitStack()
        self._functions: dict[str, Function] = {}
        self._machines: dict[str, str] = {}
        self._topics: dict[str, str] = {}
        self._rules: tuple[events.Rule, ...] = ()
        self._resources: Any = None
        self._translated: dict[str, Any] = {}

    # ---- opening --------------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(_environment())
            opening.enter_context(mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
            opening.enter_context(moto_patches.applied(self, without=self._without_patches))
            mock_random.seed(0)
            self._deploy()
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _deploy(self) -> None:
        translated = template.translate(self._template_path, self._parameters, REGION)
        deployed, secrets = template.with_named_secrets(translated.template)
        self._translated = template.self_contained(deployed)
        cut = template.for_moto(deployed, frozenset(get_model_map()))
        self.client("cloudformation").create_stack(
            StackName=STACK_NAME,
            TemplateBody=json.dumps(cut),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in self._parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        for name in secrets:
            self.client("secretsmanager").create_secret(Name=name, SecretString=f"local {name}")
        self._resources = cloudformation_backends[DEFAULT_ACCOUNT_ID][REGION].get_stack(STACK_NAME).resource_map
        self._machines = {self.resource(each): each for each in self._of_type("AWS::StepFunctions::StateMachine")}
        self._topics = {self.resource(each): each for each in self._of_type("AWS::SNS::Topic")}
        for logical_id, properties in self._of_type("AWS::Lambda::Function").items():
            self._functions[logical_id] = self._function(logical_id, properties, translated.functions[logical_id])
        for properties in self._of_type("AWS::SNS::Subscription").values():
            self._subscribe(properties)
        self._rules = tuple(
            events.Rule(logical_id, properties["EventPattern"], tuple(properties["Targets"]))
            for logical_id, properties in self._of_type("AWS::Events::Rule").items()
            if "EventPattern" in properties
        )
        schedules = self._of_type("AWS::Scheduler::Schedule").items()
        self.schedules = tuple(self._schedule(logical_id, properties) for logical_id, properties in schedules)

    def _of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Properties, resolved, of the resources of a type whose condition holds."""
        return {
            logical_id: clean_json(resource["Properties"], self._resources)
            for logical_id, resource in self._translated.items()
            if resource["Type"] == resource_type
            and ("Condition" not in resource or self._resources.lazy_condition_map[resource["Condition"]])
        }

    def _function(self, logical_id: str, properties: Mapping[str, Any], code: template.FunctionCode) -> Function:
        name = self.resource(logical_id)
        variables = properties.get("Environment", {}).get("Variables", {})
        return Function(
            logical_id=logical_id,
            name=name,
            arn=f"arn:aws:lambda:{REGION}:{DEFAULT_ACCOUNT_ID}:function:{name}",
            code=code,
            environment={key: str(value) for key, value in variables.items()},
            memory=int(properties.get("MemorySize", 128)),
            timeout=float(properties.get("Timeout", 3)),
            clock=self.clock,
            log=self.logs.append,
            world=World(clock=self.clock, http_transport=self._http_transport),
        )

    def _subscribe(self, properties: Mapping[str, Any]) -> None:
        attributes = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in properties.items()
            if key in {"FilterPolicy", "FilterPolicyScope", "RawMessageDelivery"}
        }
        self.client("sns").subscribe(
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties["Endpoint"],
            Attributes=attributes,
        )

    def _schedule(self, logical_id: str, properties: Mapping[str, Any]) -> Schedule:
        target = properties["Target"]
        return Schedule(
            logical_id=logical_id,
            expression=properties["ScheduleExpression"],
            time_zone=properties.get("ScheduleExpressionTimezone", "UTC"),
            target=self._target_of(target["Arn"]),
            input=target.get("Input", "{}"),
            enabled=properties.get("State", "ENABLED") == "ENABLED",
        )

    # ---- asking ---------------------------------------------------------------------------------------------------------------

    def resource(self, logical_id: str) -> str:
        """What `Ref` gives for a resource: a name, or an ARN. Raises KeyError when the stack has none of that id."""
        return str(self._resources[logical_id].physical_resource_id)

    def output(self, name: str) -> str:
        """A value from the template's Outputs. Raises KeyError when there is none of that name."""
        stack = self.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        outputs: dict[str, str] = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        return outputs[name]

    def definition(self, state_machine: str) -> Mapping[str, Any]:
        """A state machine's definition, substituted and parsed."""
        asl: dict[str, Any] = json.loads(self._resources[state_machine].definition)
        return asl

    def environment(self, function: str) -> Mapping[str, str]:
        """A function's variables, resolved."""
        return self._functions[function].environment

    @staticmethod
    def client(service: str) -> Any:
        """A boto3 client of the embedded AWS."""
        make: Any = boto3.client
        return make(service)

    @property
    def history(self) -> tuple[Execution, ...]:
        """Every execution so far, nested ones too, machine by machine in the order they started."""
        machines = _machines_backend().state_machines
        return tuple(self._ended(execution) for machine in machines for execution in machine.executions)

    # ---- doing ----------------------------------------------------------------------------------------------------------------

    def start(self, state_machine: str, execution_input: Any, name: str | None = None) -> Execution:
        """Run a state machine, by logical id, to its end."""
        arn = self.resource(state_machine)
        with self._called_by("states"):
            execution = _machines_backend().start_execution(arn, name, json.dumps(execution_input))
        return self._ended(execution)

    def invoke(self, function: str, payload: Any) -> Any:
        """Invoke a function by its logical id. Raises FunctionFailed when its handler raised."""
        answer = self.invoke_function(self._functions[function].name, payload)
        if answer.function_error:
            raise FunctionFailed(answer.payload)
        return answer.payload

    def invoke_function(self, name: str, payload: Any) -> Invocation:
        """Invoke by name or ARN, as the Lambda API does. Raises ClientError as the Lambda service would."""
        short = name.rsplit(":function:", maxsplit=1)[-1].split(":", maxsplit=1)[0]
        function = next((each for each in self._functions.values() if each.name == short), None)
        if function is None:
            raise _lambda_error("ResourceNotFoundException", f"Function not found: {name}")
        logical_id = function.logical_id
        self.trace.invoked(logical_id)

        def before(event: Any) -> None:
            for hook in self.before_invoke:
                hook(logical_id, event)

        def after(event: Any, result: Any) -> None:
            for hook in self.after_invoke:
                hook(logical_id, event, result)

        try:
            return function.invoke(
                payload, self.trace.next_name(), before, after, around=lambda: self._called_by(logical_id)
            )
        except ServiceFault as fault:
            raise _lambda_error(fault.code, "injected") from fault

    def fire(self, firing: Firing) -> Execution | None:
        """What Scheduler does: run the target; a function answers nobody, what it raised is in the logs."""
        target = firing.schedule.target
        if target in self._functions:
            self.invoke_function(self._functions[target].name, firing.input)
            return None
        return self.start(target, firing.input)

    def put_event(self, source: str, kind: str, detail: Mapping[str, Any]) -> None:
        """An event on the default bus: the rules of the template decide who hears of it."""
        with self._called_by("outside"):
            for delivery in events.deliveries(self._rules, events.event(source, kind, detail, self.clock.now())):
                self._deliver(delivery)

    def _deliver(self, delivery: events.Delivery) -> None:
        service, name = delivery.target.split(":")[2], delivery.target.split(":")[-1]
        match service:
            case "sns":
                self.client("sns").publish(TopicArn=delivery.target, Message=delivery.text)
            case "sqs":
                url = self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
                self.client("sqs").send_message(QueueUrl=url, MessageBody=delivery.text)
            case "lambda":
                self.invoke_function(delivery.target, json.loads(delivery.text))
            case "states":
                _machines_backend().start_execution(delivery.target, None, delivery.text)
            case _:
                raise template.UnsupportedTemplate(f"no rule can have {delivery.target} as its target here")

    def execution_ended(self, execution: Any) -> None:
        """Tell the default bus; the patched Step Functions tells of each execution that ends."""
        detail = {
            "executionArn": execution.exec_arn,
            "stateMachineArn": execution.state_machine_arn,
            "name": execution.name,
            "status": execution.status,
            "error": execution.error,
            "cause": execution.cause,
        }
        self.put_event("aws.states", "Step Functions Execution Status Change", detail)

    def record_publish(self, call: Mapping[str, Any]) -> None:
        """Keep a published message; the patched SNS tells of each."""
        arn, text = call["arn"], call["message"]
        attributes = call.get("message_attributes") or {}
        messages = json.loads(text) if call.get("message_structure") == "json" else {"default": text}
        self.published.append(
            Published(
                topic=self._topics.get(arn, str(arn)),
                subject=call.get("subject"),
                messages=messages,
                attributes={name: str(value["Value"]) for name, value in attributes.items()},
                recipients=tuple(_recipients(arn, attributes, text)),
                at=self.clock.now(),
            )
        )

    # ---- within ---------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _called_by(self, caller: str) -> Iterator[None]:
        before, self.trace.caller = self.trace.caller, caller
        try:
            yield
        finally:
            self.trace.caller = before

    def _machine_of(self, arn: str) -> str:
        return self._machines[arn.partition("/")[0]]

    def _target_of(self, arn: str) -> str:
        functions = (each.logical_id for each in self._functions.values() if each.name == arn.rpartition(":")[2])
        return next(functions, None) or self._machine_of(arn)

    def _ended(self, execution: Any) -> Execution:
        succeeded = execution.status == "SUCCEEDED"
        return Execution(
            machine=self._machine_of(execution.state_machine_arn),
            name=execution.name,
            status=execution.status,
            output=execution.output if succeeded else None,
            error=execution.error,
            cause=execution.cause,
            events=tuple(execution.to_history_output()["events"]),
        )


@contextmanager
def _environment() -> Iterator[None]:
    """Fake credentials and region; whatever the caller has of both is out of reach."""
    outside = {key: value for key, value in os.environ.items() if key.startswith("AWS_")}
    session = boto3.DEFAULT_SESSION
    try:
        for key in outside:
            del os.environ[key]
        os.environ |= {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        boto3.DEFAULT_SESSION = None
        yield
    finally:
        for key in [key for key in os.environ if key.startswith("AWS_")]:
            del os.environ[key]
        os.environ |= outside
        boto3.DEFAULT_SESSION = session


def _machines_backend() -> Any:
    return stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][REGION]


def _lambda_error(code: str, message: str) -> ClientError:
    metadata = {"HTTPStatusCode": 500, "RequestId": str(uuid.UUID(int=0))}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "Invoke")  # type: ignore[typeddict-item]


def _recipients(arn: str | None, attributes: dict[str, Any], message: str) -> Iterator[tuple[str, str]]:
    """Who gets a message, by the filter policies of the topic's subscriptions."""
    for subscription in sns_backends[DEFAULT_ACCOUNT_ID][REGION].subscriptions.values():
        matcher = subscription._filter_policy_matcher
        if subscription.topic_arn == arn and (matcher is None or matcher.matches(attributes, message)):
            yield subscription.protocol, subscription.endpoint
