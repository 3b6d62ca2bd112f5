"""Where a fake keeps what is of one seller."""

from goodstanding.core.marketplaces import Marketplace

type Place = tuple[str, str]
"""A seller, and what of it is meant: a country, a deadline, a conversation, a day."""


def place(seller_id: str, marketplace: Marketplace) -> Place:
    """Of one marketplace."""
    return seller_id, marketplace.country
