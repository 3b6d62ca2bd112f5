"""What moto lacks, shown without each patch.

Every scenario states the right behaviour. It passes with all patches; without its own patch it must fail (strict xfail). When one
passes unpatched, moto has mended the defect: delete the patch, and its scenario.
"""

import json
from datetime import timedelta
from types import SimpleNamespace

import moto
import pytest
from boto3.session import Session
from moto.awslambda.models import LambdaFunction
from moto.core import responses
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import dynamo_type, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.utils import TMP_THREADS

from local.moto_patches import PATCHES, applied, storage
from local.stack import REGION

ONE = {"groups": [{"name": "g", "items": [{"name": "a"}]}]}
SLOW = {"child_seconds": 1, "seconds": 1, "groups": []}


def _jsonata(stack):
    assert stack.start("ChildStateMachine", {"seconds": 0}).output["waited"] == 0


def _assign_with_output(stack):
    """The child assigns `waited + 1` in the state whose output shows `waited`."""
    assert stack.start("ChildStateMachine", {"seconds": 90, "name": "a"}).output["waited"] == 90


def _states_all(_):
    everything = ErrorEqualsDecl([StatesErrorName(StatesErrorNameType.StatesALL)])
    env = SimpleNamespace(stack=[StatesErrorName(StatesErrorNameType.StatesRuntime)])
    everything._eval_body(env)
    assert env.stack == [False]


def _errors_of_iterations(_):
    assert iteration_worker.CustomErrorName("States.TaskFailed").error_name == "States.TaskFailed"


def _errors_passed_on(_):
    assert state_fail.CustomErrorName("States.Timeout").error_name == "States.Timeout"


def _unreadable_items(stack):
    """The list of items is gone before it is read."""

    def lose(function, event, result):
        stack.client("s3").delete_object(Bucket=stack.resource("ItemsBucket"), Key=result["key"])

    stack.after_invoke.append(lose)
    assert stack.start("ParentStateMachine", ONE).error == "States.ItemReaderFailed"


def _definitions(_):
    processor = {"StartAt": "Y", "States": {"Y": {"Type": "Succeed"}}, "ProcessorConfig": {"Mode": "DISTRIBUTED"}}
    each = {"Type": "Map", "ToleratedFailurePercentage": 100, "ItemProcessor": processor, "End": True}
    AmazonStateLanguageParser.parse(json.dumps({"QueryLanguage": "JSONata", "StartAt": "X", "States": {"X": each}}))


def _strings(stack):
    run = stack.start("ChildStateMachine", {"seconds": 0, "name": "a", "refused": True})
    assert run.cause == 'refused "by" choice for a'


def _executions_in_place(stack):
    stack.start("ChildStateMachine", {"seconds": 0})
    assert TMP_THREADS == []


def _status_changes(stack):
    stack.start("SlowStateMachine", {**SLOW, "groups": [{"fine": False}]})
    assert stack.published


def _machine_timeout(stack):
    assert stack.start("SlowStateMachine", {**SLOW, "seconds": 4000}).status == "TIMED_OUT"


def _task_timeout(stack):
    assert stack.start("SlowStateMachine", {**SLOW, "child_seconds": 61}).output == {"asked": "in vain"}


def _map_workers(stack):
    """No function is involved: unpatched, two at once would tear the environment of this process."""
    stack.start("SlowStateMachine", {**SLOW, "groups": [{"fine": True}, {"fine": True}]})
    assert TMP_THREADS == []


def _waiting(stack):
    begun = stack.clock.now()
    stack.start("ChildStateMachine", {"seconds": 1})
    assert stack.clock.now() - begun == timedelta(seconds=1)


def _timestamps(stack):
    assert stack.start("ParentStateMachine", ONE).output["started_at"] == "2026-11-20T06:00:00.000Z"


def _execution_names(stack):
    first, second = (stack.start("ChildStateMachine", {"seconds": 0}).name for _ in range(2))
    assert first
    assert first != second
    with pytest.raises(Exception, match="Invalid Name"):
        stack.start("ChildStateMachine", {"seconds": 0}, name="with:colon")


def _nested_parameters(stack):
    assert stack.start("ParentStateMachine", ONE).output["groups"][0]["results"][0] == {
        "name": "a", "attempt": 2, "waited": 90}  # fmt: skip


def _distributed_map(stack):
    stack.start("SlowStateMachine", {**SLOW, "groups": [{"fine": True}]}, name="parent")
    (inside,) = (step for step in stack.trace.steps if step.state == "Fine")
    assert inside.execution != "parent"


def _cloudformation_machines(stack):
    assert stack.definition("ChildStateMachine")["StartAt"] == "Wait for the work"
    assert stack.start("ChildStateMachine", {"seconds": 0}).status == "SUCCEEDED"


def _cloudformation_attributes(stack):
    assert stack.output("ChildArn") == stack.resource("ChildStateMachine")


def _functions_in_process(stack):
    """No container is asked for: looking for Docker, moto starts a shell whose pipe it never closes, then pulls images."""
    client, name = stack.client("lambda"), stack.resource("ListItemsFunction")

    def container(*_, **__):
        raise AssertionError("a container is asked for")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LambdaFunction, "_invoke_lambda", container)
        answer = client.invoke(FunctionName=name, Payload=json.dumps({"key": "k", "items": []}))
    assert json.load(answer["Payload"])["count"] == 0


def _failed_messages(stack):
    """What its function names as failed is not lost."""
    stack.client("sqs").send_message(QueueUrl=stack.resource("WishesQueue"), MessageBody="mumble")
    (dead,) = stack.client("sqs").receive_message(QueueUrl=stack.resource("MumbledWishesQueue"))["Messages"]
    assert dead["Body"] == "mumble"


class _Counted:
    """Tells how often it was copied."""

    copies = 0

    def __deepcopy__(self, _):
        self.copies += 1
        return self


def _light_transactions(stack):
    """A transaction leaves alone what it does not touch."""
    client, table, bystander = stack.client("dynamodb"), stack.resource("ItemsTable"), _Counted()
    client.put_item(TableName=table, Item={"pk": {"S": "untouched"}})
    (untouched,) = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(table).items.values()
    untouched.range_key = bystander
    put = {"Put": {"TableName": table, "Item": {"pk": {"S": "new"}}}}
    client.transact_write_items(TransactItems=[put])
    assert bystander.copies == 0


class _Looked:
    """An item that counts how often it was looked at, and is what it stands for."""

    def __init__(self, item):
        self._item = item
        self.looks = 0

    def __getattr__(self, name):
        self.looks += 1
        return getattr(self._item, name)


def _narrow_queries(stack):
    """A query of one key leaves the items of others alone."""
    client, table = stack.client("dynamodb"), stack.resource("ItemsTable")
    for key in "ab":
        client.put_item(TableName=table, Item={"pk": {"S": key}})
    items = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(table).items
    (other,) = (key for key in items if key.value == "b")
    items[other] = watched = _Looked(items[other])
    found = client.query(
        TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "a"}}
    )
    assert [item["pk"]["S"] for item in found["Items"]] == ["a"]
    assert watched.looks == 0


def _plain_attribute_values(stack):
    """An answer is put together without a look at each member of each value."""
    client, table = stack.client("dynamodb"), stack.resource("ItemsTable")
    client.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "1"}, "s": {"SS": ["x"]}})
    members, inside = [], ResponseSerializer._serialize_structure_member

    def counted(self, serialized, value, shape, key):
        members.extend([key] if shape.parent.name == "AttributeValue" else [])
        return inside(self, serialized, value, shape, key)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ResponseSerializer, "_serialize_structure_member", counted)
        item = client.get_item(TableName=table, Key={"pk": {"S": "a"}})["Item"]
    assert item == {"pk": {"S": "a"}, "n": {"N": "1"}, "s": {"SS": ["x"]}}
    assert members == []


class _Value:
    """An attribute value that must not be made a Python value of."""

    type, value = "S", "x"

    def to_regular_json(self):
        raise AssertionError("by way of Python values")


def _plain_projections(_):
    """The attributes that are wanted and there, as they are."""
    item = Item(DynamoType({"S": "a"}), None, {"pk": {"S": "a"}, "n": {"N": "1.50"}, "no": {"S": "x"}})
    dict.__setitem__(item.attrs, "no", _Value())
    entry = item.project([["pk"], ["n"], ["missing"]])
    assert entry.to_json() == {"Attributes": {"pk": {"S": "a"}, "n": {"N": "1.50"}}}


def _items_measured_once(_):
    """One look at the size for all attributes; an item without any is one, too."""
    looks = []

    class Counted(DynamoType):
        def size(self):
            looks.append(self)
            return super().size()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dynamo_type, "DynamoType", Counted)
        patched.setattr(storage, "DynamoType", Counted)
        Item(DynamoType({"S": "a"}), None, {name: {"S": name} for name in "abcd"})
    assert len(looks) <= 4
    assert Item(DynamoType({"S": "a"}), None, {}).to_json() == {"Attributes": {}}


def test_item_is_still_measured(stack):
    """As DynamoDB does: 400 KB are the most."""
    with applied(stack), pytest.raises(ItemSizeTooLarge):
        Item(DynamoType({"S": "a"}), None, {name: {"S": "x" * 210_000} for name in "ab"})


def _parsed_once(_):
    """The same expression gives the same tree."""
    trees = [UpdateExpressionParser.make("SET a = :a") for _ in range(2)]
    assert trees[0] is trees[1]


def _clients(_):
    assert Session().client("sns") is Session().client("sns")


def _plain_calls(stack):
    sent = []
    client = stack.client("dynamodb")

    def note(request, **_):
        sent.append(request.headers)

    client.meta.events.register_first("before-send.dynamodb", note)
    try:
        client.list_tables()
    finally:
        client.meta.events.unregister("before-send.dynamodb", note)
    assert "Authorization" not in sent[0]
    agent = sent[0]["User-Agent"]  # Powertools adds its name where it has been imported
    assert (agent.decode() if isinstance(agent, bytes) else agent).startswith("local")


def _methods_listed_once(_):
    of = responses.method_names_from_class
    assert of(responses.BaseResponse) is of(responses.BaseResponse)


def _logging(stack, caplog):
    caplog.clear()
    stack.start("ChildStateMachine", {"seconds": 0, "name": "a", "refused": True})
    assert [record for record in caplog.records if record.name.startswith("moto")] == []


def _states(stack):
    stack.start("SlowStateMachine", {**SLOW, "groups": [{"fine": True}]})
    assert stack.trace.states("SlowStateMachine")["Fine"] == 1


def _retries(stack):
    stack.start("ParentStateMachine", {"groups": [{"name": "g", "items": [{"name": "a", "throttled": 1}]}]})
    assert stack.trace.retries("ParentStateMachine") == {("Work here", 1): 1}


def _catches(stack):
    stack.start("ParentStateMachine", {"groups": [{"name": "g", "items": [{"name": "a", "refused": True}]}]})
    assert stack.trace.catches("ParentStateMachine") == {("Work here", 1): 1}


def _choices(stack):
    stack.start("ChildStateMachine", {"seconds": 0})
    assert stack.trace.choices("ChildStateMachine") == {("Anything to do?", None): 1}


def _calls(stack):
    stack.invoke("WorkFunction", {"name": "a"})
    assert stack.trace.api_calls == {"dynamodb.PutItem": 1, "sns.Publish": 1}


def _messages(stack):
    stack.invoke("WorkFunction", {"name": "a"})
    assert [message.messages["sms"] for message in stack.published] == ["ok"]


SCENARIOS = {
    name.removeprefix("_"): check for name, check in list(globals().items()) if name.removeprefix("_") in PATCHES
}


@pytest.fixture
def right(request, open_stack):
    """Checks a scenario on a stack without some patches, and lets whatever threads moto started end before the stack closes."""

    def check(name, without):
        stack = open_stack(without_patches=without)
        scenario = SCENARIOS[name]
        try:
            scenario(stack, request.getfixturevalue("caplog")) if name == "logging" else scenario(stack)
        finally:
            for thread in TMP_THREADS:
                thread.join(5)
            TMP_THREADS.clear()

    return check


@pytest.mark.parametrize("name", PATCHES)
def test_patched_moto_behaves_as_aws(name, right):
    """With all patches the scenario holds."""
    right(name, frozenset())


@pytest.mark.xfail(reason="moto lacks it; when this passes, delete the patch of that name", strict=True)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("name", PATCHES)
def test_unpatched_moto_does_not(name, right):
    """Without its own patch it does not."""
    right(name, frozenset({name}))


def test_patches_leave_moto_as_they_found_it(stack):
    """After the stack has closed, moto is what it was."""
    inside = Session.client
    with applied(stack):
        assert Session.client is not inside
    assert Session.client is inside


def test_other_moto_is_refused(monkeypatch, stack):
    """A new minor version may have moved what is patched: say so instead of misbehaving."""
    monkeypatch.setattr(moto, "__version__", "5.3.0")
    with pytest.raises(RuntimeError, match=r"5\.3\.0 is installed"), applied(stack):
        pass
