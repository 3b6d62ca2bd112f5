"""Having Amazon ask the buyer of an order for feedback."""

from decimal import Decimal
from typing import Protocol

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.requests.decide import Answer


class Solicitations(Protocol):
    """One seller's Solicitations API, one region.

    What Amazon says of one order is an answer, never an error. Both methods raise SpApiThrottled (certainly not done),
    SpApiUnavailable, SellerNotAuthorized, SellerNotConfigured or SpApiRefused (the login, never the order), and nothing else.
    """

    def look(self, order_id: str, marketplace: Marketplace) -> Answer:
        """Whether a request may be sent for the order now."""
        ...

    def post(self, order_id: str, marketplace: Marketplace) -> Answer:
        """Have the buyer asked. SpApiUnavailable: it may have been done."""
        ...

    def limit(self, operation: str) -> Decimal | None:
        """The rate that Amazon named last for an operation, in calls a second."""
        ...
