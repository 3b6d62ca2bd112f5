"""The services around the state machines."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
from moto.awslambda.models import LambdaBackend
from moto.sns.models import Topic
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local.moto_patches.registry import Engine, Replacement, mends


@mends
def cloudformation_machines(_: Engine) -> tuple[Replacement, ...]:
    """CloudFormation creates state machines in the backend that does not execute."""

    def create(_: type[Any], /, resource_name: str, resource: Any, account_id: str, region_name: str, **__: Any) -> Any:
        properties = resource["Properties"]
        backend = stepfunctions_parser_backends[account_id][region_name]
        name = properties.get("StateMachineName", resource_name)
        return backend.create_state_machine(name, properties["DefinitionString"], properties["RoleArn"])

    return (Replacement(StateMachine, "create_from_cloudformation_json", classmethod(create)),)


@mends
def cloudformation_attributes(_: Engine) -> tuple[Replacement, ...]:
    """GetAtt knows no Arn of a state machine and no TopicArn of a topic."""

    def replacements(model: Any, attribute: str) -> tuple[Replacement, ...]:
        known_inside, get_inside = model.has_cfn_attr, model.get_cfn_attribute

        def known(_: Any, name: str) -> bool:
            return name == attribute or known_inside(name)

        def get(self: Any, name: str) -> Any:
            return self.arn if name == attribute else get_inside(self, name)

        return (
            Replacement(model, "has_cfn_attr", classmethod(known)),
            Replacement(model, "get_cfn_attribute", get),
        )

    return (*replacements(StateMachine, "Arn"), *replacements(Topic, "TopicArn"))


@mends
def functions_in_process(engine: Engine) -> tuple[Replacement, ...]:
    """Lambda functions need Docker."""

    def from_states(parameters: dict[str, Any], **_: Any) -> dict[str, Any]:
        answer = engine.invoke_function(parameters["FunctionName"], json.loads(parameters.get("Payload") or b"{}"))
        failed = {"FunctionError": answer.function_error} if answer.function_error else {}
        return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": answer.payload, **failed}

    def from_api(_: Any, function_name: str, __: Any, body: Any, ___: Any, response_headers: Any) -> bytes:
        answer = engine.invoke_function(function_name, json.loads(body or b"{}"))
        if answer.function_error:
            response_headers["x-amz-function-error"] = answer.function_error
        return json.dumps(answer.payload).encode()

    return (
        Replacement(lambda_eval_utils, "_invoke_lambda_function", from_states),
        Replacement(LambdaBackend, "invoke", from_api),
    )


@mends
def clients(_: Engine) -> tuple[Replacement, ...]:
    """Step Functions makes a new boto3 client for each task."""
    make: Any = boto3.client
    made: dict[tuple[str, str], Any] = {}

    def client(*, service_name: str, region_name: str, **others: Any) -> Any:
        key = (service_name, region_name)
        if key not in made:
            made[key] = make(service_name=service_name, region_name=region_name, **others)
        return made[key]

    return (Replacement(boto_client, "boto3", SimpleNamespace(client=client)),)
