"""SES: the canary, a mail of our own to the seller's mailbox."""

from email.message import EmailMessage
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from goodstanding.contracts.errors import AwsAnswerLost, AwsUnavailable
from goodstanding.core.mail.canary import CANARY_HEADER, Canary

_TEXT = """\
This mail of goodstanding shows every day that mails reach the mailbox from which it learns of buyers' messages.
Do not answer it, and do not filter it: when it does not arrive, an alert is sent.
"""


class SesMailer:
    """Sends mails."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, sender: str, to: str, canary: Canary) -> None:
        """Send a canary. Raises AwsUnavailable (not sent), AwsAnswerLost (perhaps sent)."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, canary.subject
        mail[CANARY_HEADER] = canary.token
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(_TEXT)
        try:
            self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": mail.as_bytes()}},
            )
        except ClientError as error:
            raise AwsUnavailable(f"SES {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise AwsAnswerLost(f"SES {type(error).__name__}") from None
