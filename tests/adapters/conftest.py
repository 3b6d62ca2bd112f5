"""An embedded AWS with the tables, bucket and topics of template.yaml: adapters are tested against what is deployed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.moto_patches import PATCHES
from tests.fakes.clock import FakeClock
from tools import sam_template


@dataclass
class Aws:
    """Clients, and the physical names of what the template declares."""

    names: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A client of the embedded AWS."""
        return boto3.client(service, region_name="us-east-1")

    def clear(self, table: str) -> None:
        """Remove every item of a table, by its logical name."""
        client, name = self.client("dynamodb"), self.names[table]
        for item in client.scan(TableName=name)["Items"]:
            client.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


_CREATED = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SNS::Topic"}
_LEFT_OUT = {
    "BucketEncryption",
    "LifecycleConfiguration",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "KmsMasterKeyId",
}


@pytest.fixture
def clock() -> FakeClock:
    """A clock that is moved by hand."""
    return FakeClock()


@pytest.fixture
def aws() -> Iterator[Aws]:
    """The template's tables, bucket and topics in an embedded AWS."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield from _created(monkeypatch)


@pytest.fixture(scope="module")
def lasting_aws() -> Iterator[Aws]:
    """The same for all tests of a module; each clears away what it wrote."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield from _created(monkeypatch)


def _created(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    template = sam_template.realise(sam_template.translate(sam_template.load(), {}), {})
    resources = {
        name: {
            "Type": resource["Type"],
            "Properties": {key: value for key, value in resource.get("Properties", {}).items() if key not in _LEFT_OUT},
        }
        for name, resource in template["Resources"].items()
        if resource["Type"] in _CREATED
    }
    with mock_aws():
        aws = Aws()
        cloudformation = aws.client("cloudformation")
        cloudformation.create_stack(StackName="tested", TemplateBody=json.dumps({"Resources": resources}))
        created = cloudformation.describe_stack_resources(StackName="tested")["StackResources"]
        aws.names = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in created}
        yield aws


@pytest.fixture(params=["fake", "adapter"])
def is_fake(request: pytest.FixtureRequest) -> bool:
    """A contract test runs twice: over the fake that use cases are tested with, and over what is deployed."""
    return bool(request.param == "fake")


@pytest.fixture
def large_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that hold thousands of items: moto's own transactions and queries grow with the square of a table."""
    for name in ("light_transactions", "narrow_queries", "plain_attribute_values"):
        for replacement in PATCHES[name](None):
            monkeypatch.setattr(replacement.owner, replacement.attribute, replacement.value)
