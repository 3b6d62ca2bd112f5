"""Who is served: sellers' settings in the bucket, and manifests of them for the Distributed Map."""

import json
from collections.abc import Sequence
from typing import Any

from goodstanding.adapters.s3 import GONE
from goodstanding.contracts.errors import SellerNotConfigured
from goodstanding.contracts.seller import EnrolledSeller
from goodstanding.contracts.seller_yaml import SettingsFault, read_settings
from goodstanding.core import marketplaces
from goodstanding.core.orders import Fulfillment
from goodstanding.core.requests.consider import Wishes
from goodstanding.ports.sellers import Seller

SELLERS = "sellers/"
RUNS = "runs/"

_NOT_THERE = GONE | {"AccessDenied"}  # what S3 says of a missing object to whoever may not list the bucket


class S3SellerRegistry:
    """`sellers/<seller_id>.yaml`, one for each seller served."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def list(self) -> Sequence[str]:
        """Seller ids, sorted."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=SELLERS)
        keys = (item["Key"] for page in pages for item in page.get("Contents", ()))
        return sorted(key.removeprefix(SELLERS).removesuffix(".yaml") for key in keys if key.endswith(".yaml"))

    def get(self, seller_id: str) -> Seller:
        """Raises SellerNotConfigured, naming the object and the line, never what stands there: it may be an address."""
        key = f"{SELLERS}{seller_id}.yaml"
        try:
            text = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read().decode()
            settings = read_settings(text, EnrolledSeller)
        except SettingsFault as fault:
            raise SellerNotConfigured(f"{key}: check line {fault.line or 1}") from None
        except UnicodeDecodeError:
            raise SellerNotConfigured(f"{key}: is not UTF-8 text") from None
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _NOT_THERE:
                raise SellerNotConfigured(f"{key}: does not exist, or may not be read") from None
            raise
        if settings.seller_id != seller_id:
            raise SellerNotConfigured(f"{key}: seller_id is another seller's")
        stores = tuple(marketplaces.by_country(country) for country in settings.marketplaces)
        return Seller(
            seller_id,
            stores,
            settings.language,
            settings.mailbox,
            _wishes(settings),
            frozenset(address.lower() for address in settings.own_addresses),
        )

    def write_manifest(self, name: str, sellers: Sequence[Seller]) -> tuple[str, str]:
        """A JSON array, one object for each seller: the item source of a Distributed Map."""
        rows = [
            {
                "seller_id": one.seller_id,
                "marketplaces": [store.country for store in one.marketplaces],
                "regions": list(dict.fromkeys(store.region.value for store in one.marketplaces)),
            }
            for one in sellers
        ]
        key = f"{RUNS}{name}/sellers.json"
        self._client.put_object(
            Bucket=self._bucket, Key=key, Body=json.dumps(rows).encode(), ContentType="application/json"
        )
        return self._bucket, key


def _wishes(settings: EnrolledSeller) -> Wishes:
    requests = settings.requests
    return Wishes(
        enabled=requests.enabled,
        delay_days=requests.delay_days,
        send_hour=requests.send_hour,
        daily_cap=requests.daily_cap,
        skus=frozenset(requests.exclude.skus),
        asins=frozenset(requests.exclude.asins),
        countries=frozenset(requests.exclude.countries),
        channels=frozenset(Fulfillment(channel) for channel in requests.exclude.channels),
        opt_outs=frozenset(settings.opt_outs),
    )
