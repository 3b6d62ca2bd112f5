"""template.yaml as it is written, and as CloudFormation would see it.

`translate` is what SAM's transform does; `realise` is what CloudFormation's conditions do: drop what a false condition switches
off, choose the branches of Fn::If. Nothing here talks to AWS.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boto3 import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

import local.template

if TYPE_CHECKING:
    from collections.abc import Iterator

type Template = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
REGION = "eu-central-1"
_PACKAGED = "s3://bucket/key"
"""Stands for a packaged artefact: the transform takes local paths only after `sam package` has replaced them."""
_LOCAL_PATHS = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
_NO_VALUE = {"Ref": "AWS::NoValue"}


def load(path: Path = TEMPLATE) -> Template:
    """The template as written. Raises FileNotFoundError or yaml.YAMLError."""
    return local.template.load(path)


def resources(template: Template, resource_type: str) -> dict[str, dict[str, Any]]:
    """Logical id → properties of all resources of a type, in the template's order."""
    return {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in template.get("Resources", {}).items()
        if resource["Type"] == resource_type
    }


def parameter_defaults(template: Template) -> dict[str, str]:
    """The parameters that have a default."""
    return {
        name: str(declaration["Default"])
        for name, declaration in template.get("Parameters", {}).items()
        if "Default" in declaration
    }


def translate(template: Template, parameters: Mapping[str, str]) -> Template:
    """What SAM's transform makes of it. Raises samtranslator's InvalidDocumentException."""
    packaged = copy.deepcopy(template)
    for resource in packaged["Resources"].values():
        path_key = _LOCAL_PATHS.get(resource["Type"])
        if path_key is not None and path_key in resource.get("Properties", {}):
            resource["Properties"][path_key] = _PACKAGED
    translator = Translator({}, Parser(), boto_session=Session(region_name=REGION))
    translated: Template = translator.translate(packaged, {**parameter_defaults(template), **parameters})
    return translated


def conditions(template: Template, parameters: Mapping[str, str]) -> dict[str, bool]:
    """The value of each condition."""
    values = {**parameter_defaults(template), **parameters}
    declared = template.get("Conditions", {})
    return {name: _condition(expression, declared, values) for name, expression in declared.items()}


def _condition(expression: Mapping[str, Any], declared: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    ((operator, operand),) = expression.items()

    def each() -> Iterator[bool]:
        return (_condition(inner, declared, values) for inner in operand)

    match operator:
        case "Fn::Equals":
            left, right = (_parameter(side, values) for side in operand)
            return left == right
        case "Fn::Not":
            return not next(each())
        case "Fn::And":
            return all(each())
        case "Fn::Or":
            return any(each())
        case "Condition":
            return _condition(declared[operand], declared, values)
        case _:
            raise ValueError(f"condition function {operator} is not known here")


def _parameter(side: Any, values: Mapping[str, str]) -> str:
    if isinstance(side, Mapping):
        if "Ref" in side:
            return values[side["Ref"]]
        if "Fn::Join" in side:
            separator, parts = side["Fn::Join"]
            joined = _parameter_list(parts, values)
            return str(separator).join(joined)
        raise ValueError(f"cannot compare {side}")
    return str(side)


def _parameter_list(parts: Any, values: Mapping[str, str]) -> list[str]:
    if isinstance(parts, Mapping):
        return _parameter(parts, values).split(",")
    return [_parameter(part, values) for part in parts]


def realise(translated: Template, parameters: Mapping[str, str]) -> Template:
    """The template with its conditions decided: only what would be created, each Fn::If replaced by its branch."""
    decided = conditions(translated, parameters)
    created = {
        logical_id: _decide(resource, decided)
        for logical_id, resource in translated["Resources"].items()
        if decided.get(resource.get("Condition"), True)
    }
    outputs = {
        name: _decide(output, decided)
        for name, output in translated.get("Outputs", {}).items()
        if decided.get(output.get("Condition"), True)
    }
    return {**translated, "Resources": created, "Outputs": outputs}


def _decide(value: Any, decided: Mapping[str, bool]) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"Fn::If"}:
            condition, then, otherwise = value["Fn::If"]
            return _decide(then if decided[condition] else otherwise, decided)
        chosen = {key: _decide(inner, decided) for key, inner in value.items()}
        return {key: inner for key, inner in chosen.items() if inner != _NO_VALUE}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [inner for inner in (_decide(item, decided) for item in value) if inner != _NO_VALUE]
    return value


def references(value: Any) -> Iterator[str]:
    """Every logical id (or parameter, or pseudo parameter) a piece of a template mentions by Ref, Fn::GetAtt or Fn::Sub."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.split(".")[0]
            elif key == "Fn::Sub":
                yield from _sub_references(inner)
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def _sub_references(operand: Any) -> Iterator[str]:
    text, local = (operand, {}) if isinstance(operand, str) else operand
    yield from references(list(local.values()))
    for piece in text.split("${")[1:]:
        name = piece.split("}", 1)[0]
        if not name.startswith("!") and name not in local:
            yield name.split(".")[0]
