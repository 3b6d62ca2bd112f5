"""template.yaml as CloudFormation would see it, ready for the embedded AWS.

The SAM translator does the translation; it needs neither network nor credentials. What refers to files (a function's code, a
state machine's definition) is read from the tree the template lies in.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

# Translated resource types that the embedded AWS does without, and why. Any other type it does not know is an error.
SKIPPED: Mapping[str, str] = {
    "AWS::CloudWatch::Alarm": "nothing measures metrics locally",
    "AWS::CloudWatch::CompositeAlarm": "nothing measures metrics locally",
    "AWS::CloudWatch::Dashboard": "nobody looks at it locally",
    "AWS::Events::Rule": "events are delivered by the stack, not by moto",
    "AWS::Lambda::EventInvokeConfig": "functions are invoked synchronously",
    "AWS::Lambda::LayerVersion": "what the layers hold is importable already",
    "AWS::Lambda::Permission": "permissions are not enforced",
    "AWS::Logs::MetricFilter": "nothing measures metrics locally",
    "AWS::Logs::SubscriptionFilter": "logs are kept by the stack",
    "AWS::S3::BucketPolicy": "permissions are not enforced",
    "AWS::SES::ReceiptRule": "nobody sends mail here",
    "AWS::SES::ReceiptRuleSet": "nobody sends mail here",
    "AWS::SNS::Subscription": "created by the stack",
    "AWS::SNS::TopicPolicy": "permissions are not enforced",
    "AWS::SQS::QueuePolicy": "permissions are not enforced",
    "AWS::Scheduler::Schedule": "read by the stack: local/schedules.py fires them",
    "AWS::Scheduler::ScheduleGroup": "schedules need no group locally",
}


_GENERATED = "AWS::SecretsManager::Secret"


class UnsupportedTemplate(Exception):
    """The template holds something the embedded AWS cannot stand in for; the text says what and where."""


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short intrinsics (`!Ref`, `!Sub`, …)."""


def _intrinsic(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


def _text(_: yaml.CSafeLoader, node: yaml.Node) -> str:
    return str(node.value)


_Loader.add_multi_constructor("!", _intrinsic)
# `Version: 2012-10-17` is text to CloudFormation, quoted or not.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """Where a function's handler is."""

    directory: Path
    handler: str


@dataclass(frozen=True, slots=True)
class Translated:
    """A CloudFormation template, with the files it was made from."""

    template: dict[str, Any]
    functions: Mapping[str, FunctionCode]
    definitions: Mapping[str, Path]


class _ManagedPolicies(dict[str, str]):
    """Any AWS managed policy by name; the translator asks IAM for them otherwise."""

    def __missing__(self, name: str) -> str:
        return f"arn:aws:iam::aws:policy/{name}"

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def get(self, name: str, _: Any = None) -> str:
        return self[name]


def load(path: Path) -> dict[str, Any]:
    """Read a template as it is written, with long intrinsics."""
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    return loaded


def translate(path: Path, parameters: Mapping[str, str], region: str = "us-east-1") -> Translated:
    """The template as CloudFormation sees it after the SAM transform, with definitions inlined.

    Raises samtranslator's InvalidDocumentException when SAM would refuse it.
    """
    translated = copy.deepcopy(_translated(path, path.stat().st_mtime_ns, tuple(sorted(parameters.items())), region))
    for logical_id, definition in translated.definitions.items():
        text = definition.read_text(encoding="utf-8")
        _inline(logical_id, translated.template["Resources"][logical_id]["Properties"], text)
    return translated


@cache
def _translated(path: Path, _changed_at: int, parameters: tuple[tuple[str, str], ...], region: str) -> Translated:
    template = load(path)
    defaults = template.get("Globals", {}).get("Function", {})
    code_uri = defaults.pop("CodeUri", None)
    functions: dict[str, FunctionCode] = {}
    definitions: dict[str, Path] = {}
    for logical_id, resource in template["Resources"].items():
        properties = resource.setdefault("Properties", {})
        match resource["Type"]:
            case "AWS::Serverless::Function":
                directory = path.parent / properties.pop("CodeUri", code_uri)
                functions[logical_id] = FunctionCode(directory, properties.get("Handler") or defaults["Handler"])
                # Nothing executes this: the handler is imported from its directory.
                properties["InlineCode"] = "-"
            case "AWS::Serverless::LayerVersion":
                properties["ContentUri"] = "s3://local/layer.zip"
            case "AWS::Serverless::StateMachine" if "DefinitionUri" in properties:
                definitions[logical_id] = path.parent / properties["DefinitionUri"]
                properties["DefinitionUri"] = "s3://local/definition.json"
    session = boto3.Session(region_name=region, aws_access_key_id="local", aws_secret_access_key="local")  # noqa: S106
    metrics = Metrics("ServerlessTransform", DummyMetricsPublisher())
    translated = Translator(None, Parser(), boto_session=session, metrics=metrics).translate(
        sam_template=template,
        parameter_values=dict(parameters),
        get_managed_policy_map=_ManagedPolicies,
    )
    metrics.publish()
    return Translated(translated, functions, definitions)


def _inline(logical_id: str, properties: dict[str, Any], text: str) -> None:
    """Put a definition into the template, substituted as `DefinitionSubstitutions` says."""
    substitutions = properties.pop("DefinitionSubstitutions", {})
    properties.pop("DefinitionS3Location", None)
    pieces: list[Any] = re.split(r"\$\{(\w+)\}", text)
    if missing := set(pieces[1::2]) - set(substitutions):
        raise UnsupportedTemplate(f"{logical_id}: DefinitionSubstitutions has no {sorted(missing)}")
    pieces[1::2] = [substitutions[name] for name in pieces[1::2]]
    properties["DefinitionString"] = {"Fn::Join": ["", pieces]}


def for_moto(template: Mapping[str, Any], supported: frozenset[str]) -> dict[str, Any]:
    """The part of a translated template that moto's CloudFormation can create.

    Raises UnsupportedTemplate when the template holds a type that is neither supported nor skipped for a reason.
    """
    resources: dict[str, Any] = template["Resources"]
    unknown = {
        logical_id: resource["Type"]
        for logical_id, resource in resources.items()
        if resource["Type"] not in SKIPPED and resource["Type"] not in supported
    }
    if unknown:
        raise UnsupportedTemplate(
            f"the embedded AWS cannot create {unknown}: add each to SKIPPED with a reason, or create it"
        )
    kept = {
        key: dict(resource) for key, resource in self_contained(template).items() if resource["Type"] not in SKIPPED
    }
    for resource in kept.values():
        resource["Properties"] = {key: value for key, value in resource["Properties"].items() if key != "Layers"}
        needs = resource.get("DependsOn", [])
        resource["DependsOn"] = [each for each in ([needs] if isinstance(needs, str) else needs) if each in kept]
    return {**template, "Resources": kept, "Outputs": _without(template.get("Outputs", {}), _skipped(resources))}


def self_contained(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """All resources of a translated template; what refers to a skipped one holds a plain name instead."""
    resources: dict[str, Any] = _without(template["Resources"], _skipped(template["Resources"]))
    return {logical_id: {"Properties": {}, **resource} for logical_id, resource in resources.items()}


def _skipped(resources: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(logical_id for logical_id, resource in resources.items() if resource["Type"] in SKIPPED)


def _without(part: Any, skipped: frozenset[str]) -> Any:
    """References to what is skipped, as plain names."""
    match part:
        case {"Ref": str(name)} if name in skipped:
            return name
        case {"Fn::GetAtt": [str(name), *attribute]} if name in skipped:
            return f"arn:aws:local:::{name}/{'.'.join(attribute)}"
        case dict():
            return {key: _without(value, skipped) for key, value in part.items()}
        case list():
            return [_without(each, skipped) for each in part]
    return part


def with_named_secrets(template: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The template without its secrets, which moto's CloudFormation does not know, each Ref to one replaced by its name; the names."""
    secrets = {logical_id for logical_id, resource in template["Resources"].items() if resource["Type"] == _GENERATED}
    kept = {key: value for key, value in template["Resources"].items() if key not in secrets}

    def named(value: Any) -> Any:
        match value:
            case {"Ref": str(logical_id)} if logical_id in secrets:
                return logical_id
            case dict():
                return {key: named(each) for key, each in value.items()}
            case list():
                return [named(each) for each in value]
        return value

    return named({**template, "Resources": kept}), tuple(sorted(secrets))
