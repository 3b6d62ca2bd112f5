"""SNS: one message, an e-mail text for everybody and an SMS text for those who asked to be woken."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from goodstanding.contracts.errors import AwsAnswerLost, AwsUnavailable
from goodstanding.core.alerts import Alert


class SnsAlerts:
    """Publishes alerts; subscriptions filter on the attribute `severity`."""

    def __init__(self, client: Any, topic_arns: Mapping[str, str]) -> None:
        self._client = client
        self._topic_arns = topic_arns

    def publish(self, seller_id: str, alert: Alert) -> str:
        """Publish; SNS's message id. Raises AwsUnavailable (not sent), AwsAnswerLost (perhaps sent)."""
        texts = {"default": alert.message, "email": alert.message} | ({"sms": alert.sms} if alert.sms else {})
        attributes = {
            "severity": alert.severity.value,
            "kind": alert.kind.value,
            "seller_id": seller_id,
            "marketplace": alert.marketplace,
            "order_id": alert.order_id,
        }
        try:
            answer = self._client.publish(
                TopicArn=self._topic_arns[alert.topic],
                Subject=alert.subject,
                Message=json.dumps(texts, ensure_ascii=False),
                MessageStructure="json",
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                    if value is not None
                },
            )
        except ClientError as error:
            raise AwsUnavailable(f"SNS {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise AwsAnswerLost(f"SNS {type(error).__name__}") from None
        return str(answer["MessageId"])
