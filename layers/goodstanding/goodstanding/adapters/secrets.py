"""Sellers' secrets in Secrets Manager, named `<prefix><seller_id>`: contracts.sp_api.Credentials, and contracts.mailbox.MailboxAccess."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from goodstanding.contracts.errors import SellerNotConfigured
from goodstanding.contracts.mailbox import MailboxAccess
from goodstanding.contracts.sp_api import Credentials

_MISSING = frozenset({"ResourceNotFoundException", "InvalidRequestException"})


class SellerSecrets:
    """Reads secrets, and how old they are."""

    def __init__(self, client: Any, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def read(self, seller_id: str) -> Credentials:
        """Raises SellerNotConfigured, naming the secret and what is wrong with it, never its content."""
        name = f"{self._prefix}{seller_id}"
        credentials = _read(self._client, name, Credentials)
        if credentials is None:
            raise SellerNotConfigured(f"secret {name} does not exist")
        return credentials

    def age_days(self, seller_id: str, now: datetime) -> float | None:
        """Days since the secret was last changed; None when there is none. Does not read it."""
        try:
            answer = self._client.describe_secret(SecretId=f"{self._prefix}{seller_id}")
        except self._client.exceptions.ResourceNotFoundException:
            return None
        changed: datetime = answer.get("LastChangedDate") or answer["CreatedDate"]
        return max(0.0, (now - changed).total_seconds() / 86_400)


class MailboxSecrets:
    """Reads how to log in to sellers' mailboxes."""

    def __init__(self, client: Any, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def read(self, seller_id: str) -> MailboxAccess | None:
        """None when there is no secret. Raises SellerNotConfigured as SellerSecrets does."""
        return _read(self._client, f"{self._prefix}{seller_id}", MailboxAccess)


def _read[M: BaseModel](client: Any, name: str, model: type[M]) -> M | None:
    try:
        return model.model_validate_json(client.get_secret_value(SecretId=name)["SecretString"])
    except ValidationError as error:
        keys = ", ".join(
            str(fault["loc"][0]) if fault["loc"] else "JSON" for fault in error.errors(include_input=False)
        )
        raise SellerNotConfigured(f"secret {name}: check {keys}") from None
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return None
        raise
