"""The embedded AWS asks nobody for permission. So what a run did is held against the roles of the template."""

import pytest

from tests.security.troubled_world import AwsCall, needs
from tools import sam_template

_KEY = {"s3:GetObject": "kms:Decrypt", "s3:PutObject": "kms:GenerateDataKey", "sns:Publish": "kms:GenerateDataKey"}
"""What a call asks of the key behind the store."""


def grants() -> set[AwsCall]:
    """Every action of a function's role on each resource that it names."""
    functions = sam_template.resources(sam_template.load(), "AWS::Serverless::Function")
    return {
        AwsCall(name, action, resource)
        for name, properties in functions.items()
        for policy in properties.get("Policies", ())
        for statement in policy["Statement"]
        for action in statement["Action"]
        for resource in sam_template.references(statement["Resource"])
    }


def test_every_call_of_a_run_is_allowed(run):
    """Each function's role allows what the function did, with the store and with its key."""
    secrets = {
        call._replace(resource="AWS::StackName" if "/seller/" in call.resource else "MailKeySecret")
        for call in run.calls
        if call.action.startswith("secretsmanager:")
    }
    stores = {call for call in run.calls if not call.action.startswith("secretsmanager:")}
    keys = {AwsCall(call.function, _KEY[call.action], "DataKey") for call in stores if call.action in _KEY}
    assert sorted((stores | secrets | keys) - grants()) == []


def test_the_run_did_what_needs_permissions(run):
    """Writes with and without conditions, alone, in batches and in transactions; reads, downloads, messages."""
    assert {call.action for call in run.calls} >= {
        *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:BatchWriteItem"),
        *("s3:GetObject", "s3:PutObject", "s3:ListBucket", "sns:Publish", "secretsmanager:GetSecretValue"),
    }
    assert AwsCall("IngestReportFunction", "dynamodb:PutItem", "OrdersTable") in run.calls
    assert {call.resource for call in run.calls if call.function == "ReceiveMailFunction"} >= {
        *("ConversationsTable", "DeadlinesTable", "OrdersTable", "HealthTable", "DataBucket"),
    }


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        (("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "T"}}]}), ("dynamodb:PutItem", "T")),
        (("TransactWriteItems", {"TransactItems": [{"Update": {"TableName": "T"}}]}), ("dynamodb:UpdateItem", "T")),
        (("BatchWriteItem", {"RequestItems": {"T": []}}), ("dynamodb:BatchWriteItem", "T")),
        (("Query", {"TableName": "T"}), ("dynamodb:Query", "T")),
    ],
)
def test_permission_of_a_call_is_the_one_that_iam_asks_for(asked, needed):
    """A transaction is allowed by its parts."""
    assert list(needs("dynamodb", *asked)) == [needed]
