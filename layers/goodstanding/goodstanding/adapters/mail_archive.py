"""Raw mails in the bucket, and the key of a seller's keyed hashes. Reading is bounded: a mail of any size harms nothing."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from goodstanding.adapters.s3 import GONE
from goodstanding.contracts.errors import MailGone
from goodstanding.core.mail.events import Hasher, hasher


class S3MailArchive:
    """Objects under `mail/`."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, key: str, most: int) -> bytes:
        """At most so many bytes of a mail, and one more if there are more."""
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise MailGone("the mail is no longer in the bucket") from None
            raise
        content: bytes = body.read(most + 1)
        return content


def sellers_hashes(client: Any, secret_id: str) -> Callable[[str], Hasher]:
    """Hashes keyed by a secret of the stack and the seller: who has the tables but not the secret cannot try out names."""
    secret = client.get_secret_value(SecretId=secret_id)["SecretString"].encode()
    return lambda seller_id: hasher(hmac.new(secret, seller_id.encode(), hashlib.sha256).digest())
