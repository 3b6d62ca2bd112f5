"""Who is served today."""

from collections.abc import Callable, Mapping
from datetime import datetime

from goodstanding.contracts.errors import SellerNotConfigured
from goodstanding.contracts.tasks import ListSellersOutput
from goodstanding.ports.sellers import Seller, SellerRegistry


def list_sellers(
    scheduled_at: datetime,
    registry: SellerRegistry,
    credential_age: Callable[[str], float | None],
    report: Callable[[Mapping[str, float]], None],
    complain: Callable[[str, str], None],
) -> ListSellersOutput:
    """Write the manifest of sellers. One whose settings cannot be read costs no other its run.

    It is counted, alarmed on, and named to `complain` with what is wrong.
    """
    sellers: list[Seller] = []
    broken = 0
    for seller_id in registry.list():
        try:
            sellers.append(registry.get(seller_id))
        except SellerNotConfigured as error:
            broken += 1
            complain(seller_id, str(error))
    ages = [age for seller in sellers if (age := credential_age(seller.seller_id)) is not None]
    report({"SellersNotConfigured": broken, "OldestCredentialAgeDays": max(ages, default=0.0)})
    bucket, key = registry.write_manifest(f"{scheduled_at:%Y-%m-%dT%H%M%SZ}", sellers)
    return ListSellersOutput(bucket=bucket, key=key, count=len(sellers))
