"""The services around the state machines."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from boto3.session import Session
from botocore.exceptions import ClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.sns.models import Topic
from moto.sqs.models import sqs_backends
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
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

    def from_services(self: Any, body: Any, _: Any, response_headers: Any) -> bytes:
        answer = engine.invoke_function(self.function_name, json.loads(body or b"{}"))
        if answer.function_error:
            response_headers["x-amz-function-error"] = answer.function_error
        return json.dumps(answer.payload).encode()

    return (
        Replacement(lambda_eval_utils, "_invoke_lambda_function", from_states),
        Replacement(LambdaFunction, "invoke", from_services),
    )


@mends
def failed_messages(engine: Engine) -> tuple[Replacement, ...]:
    """A message that its function names as failed counts as done; one whose function fails comes again when another arrives.

    Here it comes again at once, as often as the queue allows, and ends in the dead-letter queue.
    """

    def send(self: Any, function_arn: str, messages: Sequence[Any], queue_arn: str) -> bool:
        queue = sqs_backends[self.account_id][self.region_name].get_queue(queue_arn.rpartition(":")[2])
        reports = queue.lambda_event_source_mappings[function_arn].function_response_types or ()
        left = list(messages)
        for receive_count in range(1, 1 + (queue.redrive_policy or {}).get("maxReceiveCount", 1)):
            event = {"Records": [_record(message, queue, receive_count) for message in left]}
            failed = _failed(engine, function_arn, event, reports)
            left = [message for message in left if message.id in failed]
            if not left:
                break
        if queue.dead_letter_queue is None:
            return not left
        for message in left:
            message.visible_at = 0.0
            queue.dead_letter_queue.add_message(message)
        return True  # moto takes the messages out of the queue

    return (Replacement(LambdaBackend, "send_sqs_batch", send),)


def _record(message: Any, queue: Any, receive_count: int) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(receive_count), "SentTimestamp": str(message.sent_timestamp)},
        "messageAttributes": {},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }


def _failed(engine: Engine, function_arn: str, event: Mapping[str, Any], reports: Collection[str]) -> set[str]:
    """The ids of the messages that come again: all of them if the function fails, those it names if it may name them."""
    sent = {record["messageId"] for record in event["Records"]}
    try:
        answer = engine.invoke_function(function_arn, event)
    except ClientError:
        return sent
    if answer.function_error:
        return sent
    if "ReportBatchItemFailures" not in reports or not isinstance(answer.payload, dict):
        return set()
    return {each["itemIdentifier"] for each in answer.payload.get("batchItemFailures", ())}


@mends
def clients(_: Engine) -> tuple[Replacement, ...]:
    """A boto3 client takes a fifth of a second to make; Step Functions makes one for each task, each function some."""
    inside: Any = Session.client

    def client(self: Any, service_name: str, region_name: str | None = None, **others: Any) -> Any:
        config = vars(others["config"]).items() if others.get("config") else ()
        plain = sorted((name, value) for name, value in others.items() if name != "config")
        key = (service_name, region_name or self.region_name, repr(plain), repr(sorted(config)))
        if key not in _MADE:
            _MADE[key] = inside(self, service_name, region_name=region_name, **others)
        return _MADE[key]

    return (Replacement(Session, "client", client),)


# Clients of the embedded AWS hold nothing of a stack: they find moto, and moto the stack, at each call.
_MADE: dict[tuple[str, str, str, str], Any] = {}
