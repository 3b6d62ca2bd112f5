"""`goodstanding resolve` and `goodstanding ack` against a deployed stack."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cli.main import main
from goodstanding.core.deadlines import ClosedBy, DeadlineState
from goodstanding.core.mail.threads import ThreadState
from local import runner
from local.clock import VirtualClock
from local.seller_folder import load
from local.stack import STACK_NAME, EmbeddedStack
from tests.mail_world import SENT_AT, build_mail

SELLER = "A2EXAMPLE00001"
HERE = ("--seller", SELLER, "--stack", STACK_NAME)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """A deployed stack that serves one seller, who got two messages of two buyers."""
    folder = tmp_path_factory.mktemp("seller")
    (folder / "seller.yaml").write_text(f"seller_id: {SELLER}\nmarketplaces: [DE]\n")
    with EmbeddedStack(runner.TEMPLATE, {}, VirtualClock(SENT_AT)) as deployed:
        runner.enrol(deployed, load(folder))
        for alias, order in (("k1111111111", "302-1111111-1111111"), ("k2222222222", "302-2222222-2222222")):
            arrive(deployed, build_mail("buyer_message", "de", alias=alias, order=order), order)
        yield deployed


def arrive(stack, raw, name):
    """A mail comes in."""
    bucket, key = stack.resource("DataBucket"), f"mail/{SELLER}/{name}.eml"
    stack.client("s3").put_object(Bucket=bucket, Key=key, Body=raw)
    stack.put_event("aws.s3", "Object Created", {"bucket": {"name": bucket}, "object": {"key": key}})


def thread(stack, order):
    """The conversation about an order."""
    found = (stored.thread for stored in runner.conversation_store(stack).threads(SELLER))
    return next(one for one in found if one.order_id == order)


def clock_of(stack, one):
    """The deadline of a conversation."""
    (found,) = (each for each in runner.deadline_store(stack).all(SELLER) if each.thread_id == one.thread_id)
    return found


def test_settled_conversation_ends_its_deadline(stack, capsys):
    """A person's word counts as an answer; said again it changes nothing."""
    one = thread(stack, "302-1111111-1111111")
    assert clock_of(stack, one).state is DeadlineState.OPEN
    for _ in range(2):
        assert main(["resolve", one.thread_id, *HERE]) == 0
        assert capsys.readouterr().out == "Noted: the conversation was answered; its deadlines have ended.\n"
    assert thread(stack, "302-1111111-1111111").state is ThreadState.ANSWERED
    ended = clock_of(stack, one)
    assert (ended.state, ended.closed_by) == (DeadlineState.MET, ClosedBy.RESOLVE)
    assert main(["ack", ended.id, "--hours", "4", *HERE]) == 2
    assert "no open deadline of this id" in capsys.readouterr().err


def test_open_deadline_is_paused_and_then_settled(stack, capsys):
    """Paused for as long as was asked for; then the conversation needs no answer."""
    one = thread(stack, "302-2222222-2222222")
    deadline_id = clock_of(stack, one).id
    assert main(["ack", deadline_id, "--hours", "4", *HERE]) == 0
    said = capsys.readouterr().out
    until = clock_of(stack, one).snoozed_until
    assert (
        said
        == f"Noted: no warnings about it until {until:%Y-%m-%d %H:%M} UTC; what is critical is said all the same.\n"
    )
    assert main(["resolve", one.thread_id, "--no-response-needed", *HERE]) == 0
    assert "needs no answer" in capsys.readouterr().out
    assert clock_of(stack, one).closed_by is ClosedBy.NO_RESPONSE_NEEDED


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("resolve", "gone", *HERE), "gone: A2EXAMPLE00001 has no such conversation; copy the id"),
        (("ack", "ship_by#DE#x", "--hours", "1", *HERE), "ship_by#DE#x: A2EXAMPLE00001 has no open deadline"),
        (("resolve", "gone", "--seller", SELLER, "--stack", "other"), "--stack other: no such stack in us-east-1"),
        (("resolve", "gone", "--seller", "A B", "--stack", STACK_NAME), "--seller A B: cannot be one; see its --help"),
        (("resolve", "gone", "--stack", STACK_NAME), "the following arguments are required: --seller"),
        (("ack", "x", "--hours", "73", *HERE), "73 is no number of hours; give 1 to 72"),
        (("ack", "x", "--hours", "²", *HERE), "² is no number of hours"),
    ],
)
@pytest.mark.usefixtures("stack")
def test_wrong_name_is_one_line_with_the_mend(arguments, said, capsys):
    """Exit status 2, no traceback."""
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_function_that_fails_is_not_taken_for_done(stack, capsys):
    """A seller that was taken out of the bucket is named; any other fault says where to look."""
    one = thread(stack, "302-1111111-1111111")
    bucket, key = stack.resource("DataBucket"), f"sellers/{SELLER}.yaml"
    settings = stack.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    stack.client("s3").delete_object(Bucket=bucket, Key=key)
    try:
        assert main(["resolve", one.thread_id, *HERE]) == 2
        assert "serves no such seller" in capsys.readouterr().err
    finally:
        stack.client("s3").put_object(Bucket=bucket, Key=key, Body=settings)


class FakeSession:
    """An AWS that fails at once."""

    def __init__(self, fault):
        self._fault = fault

    def client(self, *_args, **_kwargs):
        """No client comes of it."""
        raise self._fault


def client_error(code):
    """What AWS answers."""
    return ClientError({"Error": {"Code": code, "Message": "secret detail"}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (client_error("ExpiredToken"), "AWS does not accept the credentials (ExpiredToken); log in again"),
        (client_error("AccessDenied"), "AWS denies access; goodstanding needs cloudformation:DescribeStacks"),
        (client_error("Throttling"), "AWS answers Throttling; try again"),
        (EndpointConnectionError(endpoint_url="https://x.invalid"), "could not be reached (EndpointConnectionError)"),
    ],
)
def test_aws_that_refuses_is_one_line_with_the_mend(fault, said, monkeypatch, capsys):
    """Exit status 1: what was typed may be right."""
    monkeypatch.setattr(boto3.session, "Session", lambda: FakeSession(fault))
    assert main(["resolve", "t", "--seller", SELLER]) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert "secret detail" not in captured.err


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_DEFAULT_REGION": "eu-central-1"}, "no AWS credentials; run `aws configure`"),
        ({}, "no AWS region; set AWS_DEFAULT_REGION"),
        ({"AWS_PROFILE": "gone", "AWS_DEFAULT_REGION": "eu-central-1"}, "set AWS_PROFILE to one of"),
    ],
)
def test_missing_credentials_are_told_with_the_mend(environment, said, monkeypatch, tmp_path, capsys):
    """Before anything is sent to anybody."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    files = {"AWS_CONFIG_FILE": str(tmp_path / "c"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "s")}
    for name, value in {**files, "AWS_EC2_METADATA_DISABLED": "true", **environment}.items():
        monkeypatch.setenv(name, value)
    assert main(["ack", "x", "--hours", "1", "--seller", SELLER]) == 1
    assert said in capsys.readouterr().err


def test_another_stack_is_told_from_ours(stack, capsys):
    """A stack without the outputs is not invoked at random."""
    empty = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}}
    stack.client("cloudformation").create_stack(StackName="blog", TemplateBody=json.dumps(empty))
    assert main(["resolve", "t", "--seller", SELLER, "--stack", "blog"]) == 2
    assert "--stack blog: has no output ResolveThreadFunctionName" in capsys.readouterr().err
