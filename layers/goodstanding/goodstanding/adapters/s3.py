"""The bucket: raw report bodies, sellers' settings, manifests for the Distributed Map."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from goodstanding.contracts.errors import ReportDamaged, SellerNotConfigured
from goodstanding.contracts.seller import EnrolledSeller
from goodstanding.contracts.seller_yaml import SettingsFault, read_settings
from goodstanding.core import marketplaces
from goodstanding.core.fetches import StoredDocument
from goodstanding.ports import Document, Seller

_GONE = frozenset({"NoSuchKey", "404"})
SELLERS = "sellers/"
RUNS = "runs/"


class S3ReportArchive:
    """Report bodies as first downloaded, under `reports/`."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def store(self, key: str, document: Document) -> StoredDocument:
        """Write a body, streaming in parts; nothing is there until it is complete."""
        body = _Counted(document.body)
        extra = {"Metadata": {"charset": document.charset}} if document.charset else {}
        self._client.upload_fileobj(body, self._bucket, key, ExtraArgs=extra)
        return StoredDocument(self._bucket, key, body.sha256.hexdigest(), body.size, document.charset)

    @contextmanager
    def open(self, stored: StoredDocument) -> Iterator[BinaryIO]:
        """Read a body, streaming."""
        try:
            body = self._client.get_object(Bucket=stored.bucket, Key=stored.key)["Body"]
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                raise ReportDamaged("the stored report is gone") from None
            raise
        with body:
            yield cast("BinaryIO", body)


class _Counted:
    """A body that is hashed and counted while it passes."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self.sha256 = hashlib.sha256()
        self.size = 0

    def read(self, amount: int = -1) -> bytes:
        chunk = self._body.read(amount)
        self.sha256.update(chunk)
        self.size += len(chunk)
        return chunk


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
        """Raises SellerNotConfigured, naming the object and the key."""
        key = f"{SELLERS}{seller_id}.yaml"
        try:
            text = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read().decode()
            settings = read_settings(text, EnrolledSeller)
        except SettingsFault as fault:
            raise SellerNotConfigured(f"{key}: {fault}") from None
        except UnicodeDecodeError:
            raise SellerNotConfigured(f"{key}: is not UTF-8 text") from None
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                raise SellerNotConfigured(f"{key}: does not exist") from None
            raise
        if settings.seller_id != seller_id:
            raise SellerNotConfigured(f"{key}: seller_id is another seller's")
        stores = tuple(marketplaces.by_country(country) for country in settings.marketplaces)
        return Seller(seller_id, stores, settings.language, settings.mailbox)

    def write_manifest(self, name: str, sellers: Sequence[Seller]) -> tuple[str, str]:
        """A JSON array, one object for each seller: the item source of a Distributed Map."""
        rows = [
            {"seller_id": one.seller_id, "marketplaces": [store.country for store in one.marketplaces]}
            for one in sellers
        ]
        key = f"{RUNS}{name}/sellers.json"
        self._client.put_object(
            Bucket=self._bucket, Key=key, Body=json.dumps(rows).encode(), ContentType="application/json"
        )
        return self._bucket, key
