"""The secret of a seller's mailbox."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, SecretStr

from goodstanding.contracts.base import Payload


def _on_one_line[T: str | SecretStr](value: T) -> T:
    """What goes into a command must not end it; a pasted password often brings its line break along."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not text or not text.isprintable():
        raise ValueError("must be printable text on one line")
    return value


Line = Annotated[str, AfterValidator(_on_one_line)]
Password = Annotated[SecretStr, AfterValidator(_on_one_line)]


class MailboxAccess(Payload):
    """How to log in over IMAP, with TLS from the first byte. `inbox` and `sent` are folders as the server names them."""

    model_config = ConfigDict(hide_input_in_errors=True)

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    user: Line
    password: Password
    inbox: Line = "INBOX"
    sent: Line = "Sent"
