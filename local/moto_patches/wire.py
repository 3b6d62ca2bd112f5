"""The way from a client to moto's memory: nothing that a call carries is checked there, but all of it is made anew for each call."""

from functools import cache
from typing import Any

from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from moto.core import responses

from local.moto_patches.registry import Engine, Replacement, mends


@mends
def plain_calls(_: Engine) -> tuple[Replacement, ...]:
    """A call of DynamoDB, of which a run makes thousands, is signed and says at length who makes it: a seventh of its time."""
    signer: Any = RequestSigner
    inside = signer.sign

    def sign(self: Any, *args: Any, **others: Any) -> None:
        if self.signing_name != "dynamodb":
            inside(self, *args, **others)

    def who(_: Any) -> str:
        return "local"

    return (Replacement(signer, "sign", sign), Replacement(UserAgentString, "to_string", who))


@mends
def methods_listed_once(_: Engine) -> tuple[Replacement, ...]:
    """For each call all methods of the class that answers are listed, to see whether one has the operation's name."""
    inside = vars(responses)["method_names_from_class"]
    return (Replacement(responses, "method_names_from_class", cache(inside)),)
