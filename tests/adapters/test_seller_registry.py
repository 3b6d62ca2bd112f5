"""The sellers' settings in the bucket: whoever has none, or damaged ones, costs nobody else anything."""

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from goodstanding.adapters.sellers import S3SellerRegistry
from goodstanding.contracts.errors import SellerNotConfigured

SELLER = "A2EXAMPLE00001"


def test_settings_are_read_by_seller(lasting_aws):
    """Each from an object of its own."""
    bucket, s3 = lasting_aws.names["DataBucket"], lasting_aws.client("s3")
    s3.put_object(Bucket=bucket, Key=f"sellers/{SELLER}.yaml", Body=f"seller_id: {SELLER}\nmarketplaces: [DE, FR]\n")
    seller = S3SellerRegistry(s3, bucket).get(SELLER)
    assert (seller.seller_id, [one.country for one in seller.marketplaces]) == (SELLER, ["DE", "FR"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"seller_id: [\n", "line"),
        (b"seller_id: canary\nmarketplaces: [DE]\n", "another seller's"),
        (b"\xff", "UTF-8"),
    ],
)
def test_settings_that_cannot_be_used_are_told_of_without_their_content(lasting_aws, content, said):
    """They may hold addresses."""
    bucket, s3, seller_id = lasting_aws.names["DataBucket"], lasting_aws.client("s3"), "A2EXAMPLE00009"
    if content is not None:
        s3.put_object(Bucket=bucket, Key=f"sellers/{seller_id}.yaml", Body=content)
    with pytest.raises(SellerNotConfigured, match=said) as told:
        S3SellerRegistry(s3, bucket).get(seller_id)
    assert f"sellers/{seller_id}.yaml" in str(told.value)
    assert "canary" not in str(told.value)
    s3.delete_object(Bucket=bucket, Key=f"sellers/{seller_id}.yaml")


@pytest.mark.parametrize(
    ("code", "error"),
    [("NoSuchKey", SellerNotConfigured), ("AccessDenied", SellerNotConfigured), ("SlowDown", ClientError)],
)
def test_seller_who_is_gone_is_told_from_a_fault_of_s3(lasting_aws, code, error):
    """To whoever may not list the bucket, S3 says "denied" of what is not there; a sweep must go on to the next seller."""
    client = lasting_aws.client("s3")
    with Stubber(client) as stub:
        stub.add_client_error("get_object", code)
        with pytest.raises(error):
            S3SellerRegistry(client, "bucket").get(SELLER)
