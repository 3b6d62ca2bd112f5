"""Mails that prove that a seller's mailbox still reaches us."""

from collections.abc import Sequence
from typing import Protocol

from goodstanding.core.mail.canary import Canary


class CanaryStore(Protocol):
    """The canaries that were sent to the sellers' mailboxes, one for each day."""

    def canaries(self, seller_id: str) -> Sequence[Canary]:
        """Those of the last weeks, oldest first."""
        ...

    def put_canary(self, seller_id: str, canary: Canary) -> bool:
        """Write a canary over the revision it was made from; False when somebody else wrote in between."""
        ...

    def note_canary(self, seller_id: str, token: str) -> bool:
        """One with this token came through; False when it is none of ours."""
        ...


class Mailer(Protocol):
    """SES."""

    def send(self, sender: str, to: str, canary: Canary) -> None:
        """Send a canary. Raises AwsUnavailable (not sent), AwsAnswerLost (perhaps sent)."""
        ...
