"""The embedded stack: real definitions and handlers, their environments, what is written down of them."""

import json
import os
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from local.coverage import Kind, possible
from local.functions import ServiceFault
from local.schedules import Firing
from local.stack import EmbeddedStack, FunctionFailed
from local.template import UnsupportedTemplate

GROUPS = [
    {"name": "g1", "items": [{"name": "a"}, {"name": "b", "throttled": 1, "severity": "bad"}, {"name": "c", "refused": True}]},
    {"name": "g2", "items": [{"name": "d", "child_refused": True}]},
]  # fmt: skip


@pytest.fixture
def day(stack):
    """One execution of the parent that meets every shape."""
    return stack.start("ParentStateMachine", {"groups": GROUPS}, name="day-1")


def test_execution_runs_to_its_end(day):
    """Maps, nested executions, retries and catches give the output the definition says."""
    assert day.status == "SUCCEEDED", day
    assert [group["group"] for group in day.output["groups"]] == ["g1", "g2"]
    first, second = (group["results"] for group in day.output["groups"])
    assert first == [
        {"name": "a", "attempt": 2, "waited": 90},
        {"name": "b", "attempt": 3, "waited": 90},
        {"given_up": {"error": "WorkRefused", "name": "c"}},
    ]
    assert second == [{"given_up": {"error": "States.TaskFailed", "cause": "WorkRefused"}}]


def test_execution_knows_when_it_started_in_virtual_time(day):
    """The context object carries the stack's clock, as text."""
    assert day.output["started_at"] == "2026-11-20T06:00:00.000Z"


def test_same_run_twice_gives_the_same_history(template_path, clock):
    """Determinism: names, order, virtual times and messages do not depend on threads or chance."""

    def run():
        begun = clock.now()
        with EmbeddedStack(template_path, {"AlertEmail": "seller@example.com"}, clock) as stack:
            stack.start("ParentStateMachine", {"groups": GROUPS})
            steps = [
                (step.kind, step.machine, step.execution, step.state, step.at - begun) for step in stack.trace.steps
            ]
            return steps, [message.subject for message in stack.published], stack.history[-1].name

    assert run() == run()


def test_parallel_branches_overlap_in_virtual_time(stack, clock):
    """Two groups side by side, 90 seconds each, take 90 seconds."""
    begun = clock.now()
    stack.start("ParentStateMachine", {"groups": [{"name": n, "items": [{"name": n}]} for n in "ab"]})
    assert clock.now() - begun == timedelta(seconds=90)


def test_each_function_has_its_own_environment(stack):
    """Variables are those of the template, resolved; nothing of ours leaks in, nothing of theirs out."""
    before = dict(os.environ)
    assert stack.environment("ListItemsFunction") == {
        "STACK": "goodstanding",
        "BUCKET": stack.resource("ItemsBucket"),
        "TABLE": stack.resource("ItemsTable"),
    }
    assert stack.invoke("ListItemsFunction", {"key": "k", "items": []})["stack"] == "goodstanding"
    assert dict(os.environ) == before


def test_failing_function_answers_with_its_errors_name(stack):
    """The class's name is the interface; the text may hold quotes."""
    with pytest.raises(FunctionFailed, match="WorkRefused") as failure:
        stack.invoke("WorkFunction", {"name": "x", "refused": True})
    assert failure.value.error_type == "WorkRefused"
    assert failure.value.answer["errorMessage"] == 'x: "no" \\ never'


def test_functions_work_with_the_stacks_clock(stack, clock):
    """A handler that asks for the time gets virtual time."""
    assert stack.invoke("WorkFunction", {"name": "x"})["at"] == clock.now().isoformat()


def test_functions_can_be_invoked_through_the_api(stack):
    """Lambda's own client reaches the handler too."""
    name = stack.resource("WorkFunction")
    answer = stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"name": "x", "refused": True}))
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"])["errorType"] == "WorkRefused"


def test_output_of_functions_is_kept_line_by_line(stack):
    """What Lambda would send to its log group can be searched."""
    stack.invoke("ListItemsFunction", {"key": "k", "items": [1]})
    assert [(line.function, line.text) for line in stack.logs] == [("ListItemsFunction", "listed 1 items")]


def test_crash_before_the_handler_is_retried_like_a_failure(stack):
    """A hook that raises stands for a crash before any effect."""

    class WorkThrottled(Exception):
        """Named like the error the definition retries."""

    crashes = iter([WorkThrottled("crash")])

    def crash(function, _):
        if function == "WorkFunction" and (failure := next(crashes, None)):
            raise failure

    stack.before_invoke.append(crash)
    run = stack.start("ParentStateMachine", {"groups": [{"name": "g", "items": [{"name": "a"}]}]})
    assert run.output["groups"][0]["results"][0]["attempt"] == 2
    assert stack.trace.retries("ParentStateMachine") == {("Work here", 1): 1}


def test_crash_after_the_handler_leaves_its_effects(stack):
    """A hook after the handler stands for a crash between the effect and the answer."""

    def crash(function, event, result):
        raise ConnectionError("lost the answer")

    stack.after_invoke.append(crash)
    with pytest.raises(FunctionFailed, match="ConnectionError"):
        stack.invoke("WorkFunction", {"name": "a"})
    items = stack.client("dynamodb").scan(TableName=stack.resource("ItemsTable"))["Items"]
    assert [item["pk"]["S"] for item in items] == ["a"]


def test_fault_of_the_lambda_service_reaches_the_machine_under_its_name(stack, clock):
    """Service errors are retried by their own rule, with its own delays, before the handler ever runs."""
    faults = iter(["ServiceException", "TooManyRequestsException"])

    def fault(function, _):
        if function == "WorkFunction" and (code := next(faults, None)):
            raise ServiceFault(code)

    stack.before_invoke.append(fault)
    begun = clock.now()
    stack.start("ParentStateMachine", {"groups": [{"name": "g", "items": [{"name": "a"}]}]})
    assert stack.trace.retries("ParentStateMachine") == {("Work here", 0): 2}
    assert clock.now() - begun == timedelta(seconds=2 + 4 + 90)


def test_trace_tells_what_a_definition_can_do_and_did(stack, day):
    """Coverage is what is possible minus what was seen, by state and by rule."""
    asl = stack.definition("ParentStateMachine")
    can, trace = possible(asl), stack.trace
    assert can.states - set(trace.states("ParentStateMachine")) == {"Nothing"}
    assert can.retries - set(trace.retries("ParentStateMachine")) == {("Work here", 0)}
    assert can.catches - set(trace.catches("ParentStateMachine")) == {("Work here", 0)}
    assert can.choices - set(trace.choices("ParentStateMachine")) == {("Anything?", None)}


def test_trace_counts_what_is_paid_for(stack, day):
    """Transitions, invocations and API calls by operation; not the calls a test makes itself."""
    stack.client("dynamodb").list_tables()
    assert stack.trace.invocations == {"ListItemsFunction": 1, "WorkFunction": 7}
    assert stack.trace.transitions == sum(step.kind in {Kind.ENTERED, Kind.RETRIED} for step in stack.trace.steps) == 25
    assert stack.trace.child_executions == 2
    calls = stack.trace.api_calls
    assert (calls["dynamodb.PutItem"], calls["sns.Publish"], calls["dynamodb.ListTables"]) == (5, 5, 0)
    assert stack.trace.waited_for("ChildStateMachine") == 270
    assert 100 < stack.trace.largest_state[0] < 10_000
    stack.trace.clear()
    assert stack.trace.transitions == 0


def test_published_messages_name_topic_protocols_attributes_and_recipients(stack, day):
    """Filter policies of the template decide who gets a message."""
    messages = [message for message in stack.published if message.subject == "worked on b"]
    assert [(m.topic, dict(m.attributes), m.recipients) for m in messages] == [
        ("AlertsTopic", {"severity": "bad"}, (("email", "seller@example.com"),)),
        ("AlertsTopic", {"severity": "good"}, ()),
    ]
    assert messages[0].messages == {"default": "done", "sms": "ok"}


def test_history_lists_nested_executions_with_their_failures(stack, day):
    """A failed child says why, in words the definition composed."""
    children = {run.name: run for run in stack.history if run.machine == "ChildStateMachine"}
    assert {name: run.status for name, run in children.items()} == {
        "child-a": "SUCCEEDED", "child-b": "SUCCEEDED", "child-d": "FAILED"}  # fmt: skip
    assert (children["child-d"].error, children["child-d"].cause) == ("WorkRefused", 'refused "by" choice for d')
    assert children["child-a"].events[0]["type"] == "ExecutionStarted"


def test_execution_with_a_used_name_is_refused(stack, day):
    """A name is the natural key of a run: it works once."""
    with pytest.raises(Exception, match="Execution Already Exists"):
        stack.start("ParentStateMachine", {"groups": []}, name="day-1")


def test_empty_day_fails_with_the_definitions_error(stack):
    """Fail states report their computed cause."""
    run = stack.start("ParentStateMachine", {"groups": []}, name="empty")
    assert (run.status, run.error, run.cause) == ("FAILED", "NothingToDo", "no groups in runs/empty.json")


def test_undefined_value_fails_with_a_query_evaluation_error(stack):
    """As on AWS, an expression that returns nothing is an error, not a null."""
    run = stack.start("ChildStateMachine", {})
    assert run.error == "States.QueryEvaluationError"
    assert "$states.input.seconds" in run.cause


def test_slow_task_times_out_in_virtual_time(stack):
    """A task's TimeoutSeconds counts the time its children wait."""
    run = stack.start("SlowStateMachine", {"child_seconds": 61, "seconds": 1, "groups": []})
    assert run.output == {"asked": "in vain"}


def test_broken_execution_reaches_people_through_its_rule(stack):
    """What a machine cannot catch is told by EventBridge, to every target of the matching rule."""
    run = stack.start("SlowStateMachine", {"child_seconds": 1, "seconds": 4000, "groups": []}, name="late")
    assert run.status == "TIMED_OUT"
    assert [message.messages["default"] for message in stack.published] == ['"late ended as TIMED_OUT"']
    url = stack.resource("EventsQueue")
    (message,) = stack.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["detail"]["status"] == "TIMED_OUT"


def test_successful_execution_matches_no_rule(stack):
    """Nobody is told that all is well."""
    stack.start("SlowStateMachine", {"child_seconds": 1, "seconds": 1, "groups": []})
    assert stack.published == []


@pytest.mark.parametrize(("fine", "error"), [(2, None), (1, None), (0, "States.ExceedToleratedFailureThreshold")])
def test_failed_children_beyond_what_is_tolerated_fail_the_map(stack, fine, error):
    """Half of the children may fail, more may not."""
    groups = [{"fine": index < fine} for index in range(2)]
    run = stack.start("SlowStateMachine", {"child_seconds": 1, "seconds": 1, "groups": groups})
    assert run.error == error


def test_message_in_a_queue_reaches_the_function_behind_it(stack):
    """Event source mappings of the template deliver at once."""
    stack.client("sqs").send_message(QueueUrl=stack.resource("WishesQueue"), MessageBody="please")
    assert [(line.function, line.text) for line in stack.logs] == [("HearFunction", "please")]


@pytest.mark.parametrize("body", ["mumble", "cry"])
def test_message_that_fails_comes_again_and_ends_in_the_dead_letter_queue(stack, body):
    """Whether its function names it or fails; as often as the queue allows. The next message is not kept waiting."""
    sqs, wishes = stack.client("sqs"), stack.resource("WishesQueue")
    for each in (body, "please"):
        sqs.send_message(QueueUrl=wishes, MessageBody=each)
    assert [line.text for line in stack.logs] == [body] * 3 + ["please"]
    (dead,) = sqs.receive_message(QueueUrl=stack.resource("MumbledWishesQueue"), MaxNumberOfMessages=10)["Messages"]
    assert dead["Body"] == body
    assert "Messages" not in sqs.receive_message(QueueUrl=wishes)


def test_message_that_lambda_cannot_take_comes_again(stack):
    """A fault of the service is none of the message's."""
    faults = [ServiceFault("TooManyRequestsException")]

    def strike(function, event):
        if faults:
            raise faults.pop()

    stack.before_invoke.append(strike)
    stack.client("sqs").send_message(QueueUrl=stack.resource("WishesQueue"), MessageBody="please")
    assert [line.text for line in stack.logs] == ["please"]


def test_schedules_come_from_the_translated_template(stack, open_stack):
    """With time zone, input and target; those whose condition does not hold are not there."""
    (daily,) = stack.schedules
    assert (daily.logical_id, daily.expression, daily.time_zone) == (
        "ParentStateMachineDaily", "cron(15 6 * * ? *)", "Europe/Berlin")  # fmt: skip
    assert daily.target == "ParentStateMachine"


def test_schedule_starts_machine_or_function(open_stack):
    """Whatever its target is; a function's answer goes to nobody."""
    stack = open_stack(Hourly="yes")
    at = datetime(2026, 11, 20, 6, tzinfo=UTC)
    by_id = {each.logical_id: each for each in stack.schedules}
    assert stack.fire(Firing(at, by_id["HourlyParent"])).machine == "ChildStateMachine"
    stack.logs.clear()
    assert stack.fire(Firing(at, by_id["HourlyWish"])) is None
    assert [(line.function, line.text) for line in stack.logs] == [("HearFunction", "wished at 2026-11-20T06:00:00Z")]


def test_conditions_follow_the_parameters(open_stack):
    """Another value of a parameter deploys another stack."""
    stack = open_stack(Hourly="yes")
    assert {each.logical_id for each in stack.schedules} == {"ParentStateMachineDaily", "HourlyParent", "HourlyWish"}
    stack.start("ChildStateMachine", {"seconds": 0, "name": "a"})
    assert stack.published[0].recipients == ()


def test_resources_and_outputs_resolve(stack):
    """Physical names are known by logical id."""
    assert stack.output("TableName") == stack.resource("ItemsTable")
    assert stack.output("ChildArn") == stack.resource("ChildStateMachine")


def test_real_credentials_are_out_of_reach(template_path, clock, monkeypatch):
    """Inside, profile and keys of the caller do not exist; afterwards they are as before."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    with EmbeddedStack(template_path, {}, clock):
        assert "AWS_PROFILE" not in os.environ
        assert boto3.Session().get_credentials().access_key != "AKIAREAL"
    assert os.environ["AWS_PROFILE"] == "production"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"


def test_type_nobody_creates_is_an_error(tmp_path, clock):
    """What the embedded AWS cannot stand in for is named, never left out in silence."""
    template = tmp_path / "template.yaml"
    template.write_text("Resources:\n  Mail: {Type: 'AWS::SES::ReceiptFilter'}\n", encoding="utf-8")
    with pytest.raises(UnsupportedTemplate, match="AWS::SES::ReceiptFilter"), EmbeddedStack(template, {}, clock):
        pass
