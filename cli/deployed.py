"""A person's word to a deployed stack: `goodstanding resolve` and `goodstanding ack` invoke the functions that its outputs name.

Credentials, region and profile are those of the environment, as for the AWS command line.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from pydantic import ValidationError

from goodstanding.contracts.base import Payload
from goodstanding.contracts.errors import SellerNotConfigured
from goodstanding.contracts.tasks import AcknowledgeInput, AcknowledgeOutput, ResolveThreadInput, ResolveThreadOutput
from local.seller_folder import BadInput

_RESOLVE, _ACKNOWLEDGE = "ResolveThreadFunctionName", "AcknowledgeDeadlineFunctionName"
_TYPED = {"seller_id": "--seller", "thread_id": "THREAD", "deadline_id": "DEADLINE", "hours": "--hours"}
_CONFIG = Config(connect_timeout=10, read_timeout=90, retries={"mode": "standard", "max_attempts": 3})
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


class NotDone(Exception):
    """AWS or the stack did not do it. The message is one line with the mend."""


def resolve(thread_id: str, seller_id: str, stack: str, *, no_response_needed: bool) -> str:
    """Settle a conversation; what to say of it. Raises BadInput (a name that is wrong) and NotDone."""
    payload = _payload(
        ResolveThreadInput, thread_id=thread_id, seller_id=seller_id, no_response_needed=no_response_needed
    )
    answer = ResolveThreadOutput.parse(_invoke(stack, _RESOLVE, payload, seller_id))
    if not answer.found:
        raise BadInput(
            f"{thread_id}: {seller_id} has no such conversation; copy the id from the e-mail about its deadline"
        )
    settled = "needs no answer" if no_response_needed else "was answered"
    rest = "; a newer message in it is still open" if answer.open else "; its deadlines have ended"
    return f"Noted: the conversation {settled}{rest}."


def acknowledge(deadline_id: str, hours: int, seller_id: str, stack: str) -> str:
    """Pause a deadline's warnings; what to say of it. Raises BadInput (a name that is wrong) and NotDone."""
    payload = _payload(AcknowledgeInput, deadline_id=deadline_id, hours=hours, seller_id=seller_id)
    answer = AcknowledgeOutput.parse(_invoke(stack, _ACKNOWLEDGE, payload, seller_id))
    if answer.until is None:
        raise BadInput(
            f"{deadline_id}: {seller_id} has no open deadline of this id; it has ended, or copy the id from the e-mail about it"
        )
    return f"Noted: no warnings about it until {answer.until:%Y-%m-%d %H:%M %Z}; what is critical is said all the same."


def _payload[P: Payload](model: type[P], **values: object) -> P:
    try:
        return model(**values)
    except ValidationError as error:
        name = str(error.errors(include_input=False)[0]["loc"][0])
        raise BadInput(f"{_TYPED[name]} {values[name]}: cannot be one; see its --help") from None


def _invoke(stack: str, output: str, payload: Payload, seller_id: str) -> Mapping[str, Any]:
    with _said_in_one_line(stack):
        session = boto3.session.Session()
        name = _output(session, stack, output)
        answer = session.client("lambda", config=_CONFIG).invoke(
            FunctionName=name, Payload=json.dumps(payload.dump()).encode()
        )
        result: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" not in answer:
        return result
    kind = result.get("errorType", "an error")
    if kind == SellerNotConfigured.__name__:
        raise BadInput(f"--seller {seller_id}: the stack {stack} serves no such seller; look at sellers/ in its bucket")
    raise NotDone(f"the function {name} failed with {kind}; try again, then look at its log")


def _output(session: Any, stack: str, output: str) -> str:
    client = session.client("cloudformation", config=_CONFIG)
    try:
        described = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise BadInput(
            f"--stack {stack}: no such stack in {client.meta.region_name}; name another, or set AWS_DEFAULT_REGION or AWS_PROFILE"
        ) from None
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}
    if output not in outputs:
        raise BadInput(f"--stack {stack}: has no output {output}; it is another stack, or deploy this version of it")
    return str(outputs[output])


@contextmanager
def _said_in_one_line(stack: str) -> Iterator[None]:
    """What AWS and its client may say on the way, as one line with the mend."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError):
        raise NotDone("no AWS credentials; run `aws configure` or `aws sso login`, or set AWS_PROFILE") from None
    except NoRegionError:
        raise NotDone("no AWS region; set AWS_DEFAULT_REGION, or a region in the profile") from None
    except ProfileNotFound as error:
        raise NotDone(f"{error}; set AWS_PROFILE to one of `aws configure list-profiles`") from None
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _EXPIRED:
            raise NotDone(f"AWS does not accept the credentials ({code}); log in again") from None
        if code in _DENIED:
            raise NotDone(
                f"AWS denies access; {stack} needs cloudformation:DescribeStacks and lambda:InvokeFunction"
            ) from None
        raise NotDone(f"AWS answers {code}; try again") from None
    except BotoCoreError as error:
        raise NotDone(f"AWS could not be reached ({type(error).__name__}); try again") from None
