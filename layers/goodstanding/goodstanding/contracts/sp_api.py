"""SP-API's and LWA's answers, leniently: unknown keys are ignored, unknown words kept. A missing key means a broken answer."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from goodstanding.core.fetches import ProcessingStatus


def _known[E: StrEnum](enum: type[E], unknown: E) -> BeforeValidator:
    return BeforeValidator(lambda word: enum(word) if word in set(enum) else unknown)


class Answer(BaseModel):
    """An answer of Amazon's."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CreatedReport(Answer):
    """POST /reports/2021-06-30/reports."""

    report_id: Annotated[str, Field(alias="reportId", min_length=1)]


class Report(Answer):
    """GET /reports/2021-06-30/reports/{reportId}."""

    status: Annotated[
        ProcessingStatus, Field(alias="processingStatus"), _known(ProcessingStatus, ProcessingStatus.UNKNOWN)
    ]
    document_id: Annotated[str | None, Field(alias="reportDocumentId")] = None


class ReportDocument(Answer):
    """GET /reports/2021-06-30/documents/{reportDocumentId}; the compression flag is not read: it lies."""

    url: Annotated[str, Field(min_length=1)]


class Credentials(BaseModel):
    """A seller's secret: one LWA application, one refresh token for each region in which the seller has an account."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    lwa_app_id: Annotated[str, Field(min_length=1)]
    lwa_client_secret: Annotated[str, Field(min_length=1)]
    refresh_tokens: dict[str, str]
