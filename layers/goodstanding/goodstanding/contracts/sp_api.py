"""SP-API's and LWA's answers, leniently: unknown keys are ignored, unknown words kept. A missing key means a broken answer."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from goodstanding.core.fetches import ProcessingStatus
from goodstanding.core.reports.dates import is_plausible


def _known[E: StrEnum](enum: type[E], unknown: E) -> BeforeValidator:
    return BeforeValidator(lambda word: enum(word) if word in set(enum) else unknown)


class Answer(BaseModel):
    """An answer of Amazon's. A null says as much as a missing key."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, body: Any) -> Any:
        return {key: value for key, value in body.items() if value is not None} if isinstance(body, dict) else body


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


class AnyAnswer(Answer):
    """An answer whose content does not matter."""


class Action(Answer):
    """A link that names what may be done."""

    name: str = ""


class ActionLinks(Answer):
    """`_links` of GET /solicitations/v1/orders/{amazonOrderId}."""

    actions: tuple[Action, ...]


class SolicitationActions(Answer):
    """GET /solicitations/v1/orders/{amazonOrderId}; without `_links` it is no answer."""

    links: Annotated[ActionLinks, Field(alias="_links")]


def _none_if_implausible(at: datetime | None) -> datetime | None:
    return at if at is not None and is_plausible(at) else None


Moment = Annotated[AwareDatetime | None, AfterValidator(_none_if_implausible)]
"""One order with a date at the end of time must not cost the page."""


class TimeRange(Answer):
    """A window of the Orders API."""

    earliest: Annotated[Moment, Field(alias="earliestDateTime")] = None
    latest: Annotated[Moment, Field(alias="latestDateTime")] = None


class FoundFulfillment(Answer):
    """How and by when an order is fulfilled."""

    status: Annotated[str, Field(alias="fulfillmentStatus")] = ""
    deliver_by: Annotated[TimeRange | None, Field(alias="deliverByWindow")] = None
    ship_by: Annotated[TimeRange | None, Field(alias="shipByWindow")] = None


class PackageStatus(Answer):
    """How far a parcel is."""

    status: str = ""


class FoundPackage(Answer):
    """A parcel."""

    package_status: Annotated[PackageStatus, Field(alias="packageStatus")] = PackageStatus()
    ship_time: Annotated[Moment, Field(alias="shipTime")] = None


class AssociatedOrder(Answer):
    """What another order is to this one."""

    association_type: Annotated[str, Field(alias="associationType")] = ""


class FoundSalesChannel(Answer):
    """Where it was sold."""

    marketplace_id: Annotated[str, Field(alias="marketplaceId")] = ""


class FoundOrder(Answer):
    """An order of GET /orders/2026-01-01/orders, without buyer and recipient: they are not asked for."""

    order_id: Annotated[str, Field(alias="orderId", min_length=1)]
    last_updated_time: Annotated[AwareDatetime, Field(alias="lastUpdatedTime")]
    sales_channel: Annotated[FoundSalesChannel, Field(alias="salesChannel")] = FoundSalesChannel()
    fulfillment: FoundFulfillment = FoundFulfillment()
    packages: tuple[FoundPackage, ...] = ()
    associated_orders: Annotated[tuple[AssociatedOrder, ...], Field(alias="associatedOrders")] = ()


class NextPage(Answer):
    """Where the list goes on."""

    next_token: Annotated[str | None, Field(alias="nextToken")] = None


class FoundOrders(Answer):
    """GET /orders/2026-01-01/orders."""

    orders: tuple[FoundOrder, ...]
    pagination: NextPage | None = None


class Credentials(BaseModel):
    """A seller's secret: one LWA application, one refresh token for each region in which the seller has an account."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    lwa_app_id: Annotated[str, Field(min_length=1)]
    lwa_client_secret: Annotated[str, Field(min_length=1)]
    refresh_tokens: dict[str, str]
