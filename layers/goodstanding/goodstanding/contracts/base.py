"""The two kinds of models at the boundary: our own payloads, and the environment of a function."""

import json
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """What our own tasks hand to each other: strict, frozen, no unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read a JSON object. Raises pydantic.ValidationError."""
        return cls.model_validate_json(json.dumps(event))

    def dump(self) -> dict[str, Any]:
        """The JSON object that `parse` reads."""
        return self.model_dump(mode="json")


class Settings(BaseModel):
    """A function's environment variables: FIELD_NAME in capitals; other variables are not ours and ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the variables named like the fields. Raises pydantic.ValidationError that names what is missing."""
        return cls.model_validate(
            {name: environment[name.upper()] for name in cls.model_fields if name.upper() in environment}
        )
