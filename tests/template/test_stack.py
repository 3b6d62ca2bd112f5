"""The stack as a whole: every condition both ways, no names, no circles, and what the linter says."""

import json
from graphlib import TopologicalSorter

from cfnlint.api import lint as cfn_lint
from cfnlint.config import ManualArgs

from tests.template.conftest import PARAMETER_SETS
from tools import sam_template

NAMES = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""The property that would give a resource a physical name. A layer's name is no such: two stacks make two versions of it."""
REGIONS = ("eu-central-1", "us-east-1", "ap-northeast-1")
CONSTRAINTS = {"AllowedValues", "AllowedPattern", "MinValue", "MaxValue", "MinLength", "MaxLength"}


def test_every_condition_is_seen_both_ways(stacks, source):
    """The tests over the stack speak for both values of each condition."""
    seen = {
        (name, value) for stack in stacks for name, value in sam_template.conditions(source, stack.parameters).items()
    }
    assert seen == {(name, value) for name in source.get("Conditions", {}) for value in (True, False)}


def test_parameter_sets_use_declared_parameters(source):
    """A misspelt parameter would switch nothing on."""
    used = {name for parameters in PARAMETER_SETS.values() for name in parameters}
    assert used <= set(source["Parameters"])


def test_parameters_explain_and_constrain(source):
    """What a parameter is for is said where it is asked for; a wrong value is refused before anything is created."""
    for name, parameter in source["Parameters"].items():
        assert parameter.get("Description"), name
        assert CONSTRAINTS & set(parameter), name


def test_outputs_explain(source):
    """What comes out is for people, too."""
    assert source["Outputs"]
    assert [name for name, output in source["Outputs"].items() if not output.get("Description")] == []


def test_nothing_has_a_physical_name(stack):
    """Two stacks coexist in one account."""
    named = [
        name
        for name, resource in stack.template["Resources"].items()
        if NAMES.get(resource["Type"]) in resource.get("Properties", {})
    ]
    assert named == []


def test_references_lead_somewhere(stack):
    """With every set of parameters, nothing points at what a condition switched off."""
    known = {*stack.template["Resources"], *stack.template.get("Parameters", {})}
    for name, resource in stack.template["Resources"].items():
        dangling = {target for target in _references(resource) if not target.startswith("AWS::")} - known
        assert not dangling, name


def test_resources_depend_in_one_direction(stack):
    """CloudFormation refuses circles only when it deploys; TopologicalSorter raises on one here."""
    resources = stack.template["Resources"]
    graph = {name: set(_references(resource)) & set(resources) - {name} for name, resource in resources.items()}
    assert set(TopologicalSorter(graph).static_order()) == set(resources)


def _references(resource):
    depends_on = resource.get("DependsOn", [])
    yield from [depends_on] if isinstance(depends_on, str) else depends_on
    yield from sam_template.references(resource.get("Properties", {}))


def test_translated_template_passes_cfn_lint(full_stack):
    """Types, properties, enumerations and limits, as CloudFormation would check them, where sellers would deploy."""
    findings = cfn_lint(json.dumps(full_stack.translated), config=ManualArgs(regions=list(REGIONS)))
    assert [f"{finding.rule.id} {finding.path}: {finding.message}" for finding in findings] == []
