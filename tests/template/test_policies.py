"""Roles: exact actions on exact resources."""

from itertools import chain

from tests.template.conftest import as_list
from tools import sam_template

ALLOWED_EVERYWHERE = {
    # Step Functions delivers its logs through the account's log deliveries, which have no ARN.
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
    # Traces belong to no resource.
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
}
"""Actions that AWS allows on `*` only."""
MANAGED = {
    # What SAM attaches to every function by itself: its logs, and its traces.
    "service-role/AWSLambdaBasicExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
}
CALLS = {
    "lambda": {"lambda:InvokeFunction"},
    "states": {"states:StartExecution"},
}
WAITS_FOR_A_CHILD = {"states:DescribeExecution", "states:StopExecution"}
LEARNS_OF_ITS_END = {"events:PutTargets", "events:PutRule", "events:DescribeRule"}


def _statements(stack):
    for role in stack.all("AWS::IAM::Role"):
        for statement in stack.statements(role):
            yield role, statement


def test_actions_are_exact(stack):
    """No `service:*`, no prefix, and nothing allowed by exclusion."""
    for role, statement in _statements(stack):
        assert "NotAction" not in statement, role
        assert [action for action in as_list(statement["Action"]) if "*" in action] == [], role


def test_resources_are_named(stack):
    """`*` only where AWS leaves no choice."""
    for role, statement in _statements(stack):
        assert "NotResource" not in statement, role
        if "*" in as_list(statement["Resource"]):
            assert set(as_list(statement["Action"])) <= ALLOWED_EVERYWHERE, role


def test_managed_policies_are_the_two_that_sam_attaches(stack):
    """AWS's own policies are wider than any of our needs."""
    for name, role in stack.all("AWS::IAM::Role").items():
        for arn in role.get("ManagedPolicyArns", ()):
            text = arn if isinstance(arn, str) else str(next(iter(arn.values())))
            assert any(text.endswith(f"policy/{allowed}") for allowed in MANAGED) or text in stack.all(
                "AWS::IAM::ManagedPolicy"
            ), (name, arn)


def test_every_function_has_a_role_of_its_own(stack):
    """A shared role is the sum of what each needs."""
    roles = [f["Role"]["Fn::GetAtt"][0] for f in stack.all("AWS::Lambda::Function").values()]
    assert len(roles) == len(set(roles))


def test_machine_may_call_what_it_calls(stack, machines):
    """Every function and child machine of a definition is allowed by the machine's role, and nothing else is."""
    for machine in machines:
        role = stack.all("AWS::StepFunctions::StateMachine")[machine.logical_id]["RoleArn"]["Fn::GetAtt"][0]
        called = {
            target.logical_id
            for target in machine.substitutions.values()
            if target.logical_id in stack.all("AWS::Lambda::Function")
        }
        children = {
            target.logical_id
            for target in machine.substitutions.values()
            if target.logical_id in stack.all("AWS::StepFunctions::StateMachine")
        }
        assert _allowed(stack, role, "lambda:InvokeFunction") == called, machine.logical_id
        assert _allowed(stack, role, "states:StartExecution") - {machine.logical_id} == children, machine.logical_id
        if children:
            actions = set(chain.from_iterable(as_list(s["Action"]) for s in stack.statements(role)))
            assert actions >= WAITS_FOR_A_CHILD | LEARNS_OF_ITS_END, machine.logical_id


def test_machine_with_distributed_map_may_start_itself(stack, machines):
    """Each item of a distributed Map is an execution of its own, and its items are read from the bucket."""
    for machine in machines:
        text = str(machine.definition)
        if "DISTRIBUTED" not in text:
            continue
        role = stack.all("AWS::StepFunctions::StateMachine")[machine.logical_id]["RoleArn"]["Fn::GetAtt"][0]
        statements = stack.statements(role)
        starts = [s for s in statements if "states:StartExecution" in as_list(s["Action"])]
        assert any(machine.logical_id in str(s["Resource"]) for s in starts), machine.logical_id
        reads = [s for s in statements if "s3:GetObject" in as_list(s["Action"])]
        assert any(set(sam_template.references(s["Resource"])) & set(stack.all("AWS::S3::Bucket")) for s in reads)


def _allowed(stack, role, action):
    return {
        logical_id
        for statement in stack.statements(role)
        if action in as_list(statement["Action"])
        for logical_id in sam_template.references(statement["Resource"])
        if not logical_id.startswith("AWS::")
    }


def test_function_may_reach_what_it_is_told_of(stack):
    """A table, bucket or topic in a function's environment is in its role too, and the other way round."""
    stores = {
        **stack.all("AWS::DynamoDB::Table"),
        **stack.all("AWS::S3::Bucket"),
        **stack.all("AWS::SNS::Topic"),
    }
    for name, function in stack.all("AWS::Lambda::Function").items():
        role = function["Role"]["Fn::GetAtt"][0]
        told = set(sam_template.references(function.get("Environment", {}))) & set(stores)
        allowed = {
            logical_id
            for statement in stack.statements(role)
            for logical_id in sam_template.references(statement["Resource"])
        } & set(stores)
        assert told == allowed, name
