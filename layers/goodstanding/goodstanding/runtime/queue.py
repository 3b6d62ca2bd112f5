"""@queue_task: a handler behind a queue is a declaration too. Each message on its own; those that fail come again, or end in the DLQ."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodstanding.contracts.base import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


@dataclass(frozen=True)
class QueueTask[S: Settings]:
    """A Lambda handler for SQS with partial batch failures."""

    take: Callable[[str, S], str]
    settings: type[S]

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Lambda's entrance; answers with the messages that failed."""
        from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

        from goodstanding.runtime.observability import logger

        log = logger()
        where = getattr(context, "function_name", "")
        settings = self.settings.from_environment(os.environ)

        def one(record: "SQSRecord") -> None:
            try:
                log.info(
                    "received", function=where, message_id=record.message_id, outcome=self.take(record.body, settings)
                )
            except Exception as error:
                reason = getattr(error, "reason", "internal_error")
                log.warning(
                    "failed", function=where, message_id=record.message_id, error=type(error).__name__, reason=reason
                )
                raise

        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        answer = process_partial_response(event=event, record_handler=one, processor=processor, context=context)
        return dict(answer)


def queue_task[S: Settings](settings: type[S]) -> Callable[[Callable[[str, S], str]], QueueTask[S]]:
    """Declare a handler that takes message bodies and says what each came to."""
    return lambda take: QueueTask(take, settings)
