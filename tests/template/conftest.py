"""The template, translated once for each set of parameters: every condition is seen both ways."""

from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from tools import asl, function_modules, sam_template

PARAMETER_SETS: dict[str, dict[str, str]] = {
    "defaults": {},
    "everything": {
        "AlertEmail": "ops@example.com",
        "AlertPhone": "+491700000000",
        "SecondContactEmail": "deputy@example.com",
        "SecondContactPhone": "+491700000001",
        "DigestEmail": "owner@example.com",
        "SpApiEndpoint": "https://sp-api.example.com",
        "ImapCollection": "on",
        "MailDomain": "mail.example.com",
    },
}
"""Between them, every condition is true once and false once (a test says so)."""


@dataclass(frozen=True)
class Stack:
    """The template as CloudFormation would create it with one set of parameters."""

    parameters: dict[str, str]
    translated: dict[str, Any]
    template: dict[str, Any]

    def all(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Logical id → properties."""
        return sam_template.resources(self.template, resource_type)

    def statements(self, role: str) -> list[dict[str, Any]]:
        """Every statement that a role has, in itself and in policies attached to it."""
        documents = [policy["PolicyDocument"] for policy in self.all("AWS::IAM::Role")[role].get("Policies", ())]
        for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            documents += [
                properties["PolicyDocument"]
                for properties in self.all(kind).values()
                if role in set(sam_template.references(properties.get("Roles", [])))
            ]
        return [statement for document in documents for statement in as_list(document["Statement"])]


def as_list(value: Any) -> list[Any]:
    """IAM lets one stand for a list of one."""
    return value if isinstance(value, list) else [value]


@cache
def _stack(name: str) -> Stack:
    parameters = PARAMETER_SETS[name]
    translated = sam_template.translate(sam_template.load(), parameters)
    return Stack(parameters, translated, sam_template.realise(translated, parameters))


@pytest.fixture(scope="session", params=PARAMETER_SETS)
def stack(request) -> Stack:
    """The stack, for each set of parameters."""
    return _stack(request.param)


@pytest.fixture(scope="session")
def full_stack() -> Stack:
    """The stack with everything switched on."""
    return _stack("everything")


@pytest.fixture(scope="session")
def stacks() -> list[Stack]:
    """The stack with each set of parameters."""
    return [_stack(name) for name in PARAMETER_SETS]


@pytest.fixture(scope="session")
def source() -> dict[str, Any]:
    """The template as written."""
    return sam_template.load()


@pytest.fixture(scope="session")
def machines() -> list[asl.Machine]:
    """The state machines with their definitions."""
    return asl.machines(sam_template.load(), sam_template.ROOT)


@pytest.fixture(scope="session")
def handlers() -> dict[str, ModuleType]:
    """Function folder → its imported app.py."""
    return {name: function_modules.load(name) for name in function_modules.names()}
