"""Tables and the bucket: encrypted, recoverable, and without buyer data after 30 days."""

from tools import sam_template

LONGEST_DAYS = 30
"""Amazon Information about buyers is deleted at most 30 days after delivery."""
WITH_BUYER_DATA = ("reports/", "mail/")


def test_tables_are_encrypted_recoverable_and_on_demand(stack):
    """SSE, PITR, no capacity to guess, TTL for what is transient."""
    tables = stack.all("AWS::DynamoDB::Table")
    assert tables
    for name, table in tables.items():
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert table["SSESpecification"]["SSEEnabled"] is True, name
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True, name
        assert table["TimeToLiveSpecification"]["Enabled"] is True, name
        assert table["TimeToLiveSpecification"]["AttributeName"], name


def test_what_holds_facts_outlives_a_mistake(stack):
    """Deleting the stack, or a change that replaces a table or the bucket, deletes nothing."""
    for name, resource in stack.template["Resources"].items():
        if resource["Type"] in {"AWS::DynamoDB::Table", "AWS::S3::Bucket"}:
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain"), name


def test_bucket_is_encrypted_with_our_key(stack):
    """KMS with a key of the stack, bucket keys so that it costs little."""
    buckets = stack.all("AWS::S3::Bucket")
    assert buckets
    for name, bucket in buckets.items():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["BucketKeyEnabled"] is True, name
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms", name
        key = set(sam_template.references(rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]))
        assert key & set(stack.all("AWS::KMS::Key")), name


def test_bucket_refuses_public_access(stack):
    """All four locks."""
    for name, bucket in stack.all("AWS::S3::Bucket").items():
        assert bucket["PublicAccessBlockConfiguration"] == {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        }, name


def _rules(bucket):
    return [rule for rule in bucket["LifecycleConfiguration"]["Rules"] if rule["Status"] == "Enabled"]


def _prefix(rule):
    return rule.get("Prefix", rule.get("Filter", {}).get("Prefix", ""))


def _most(days, stack):
    """The days of a rule; where a parameter sets them, the most it allows."""
    return stack.template["Parameters"][days["Ref"]]["MaxValue"] if isinstance(days, dict) else days


def test_buyer_data_expires(stack):
    """Reports and mail are gone after at most 30 days, older versions included."""
    for name, bucket in stack.all("AWS::S3::Bucket").items():
        versioned = bucket.get("VersioningConfiguration", {}).get("Status") == "Enabled"
        for prefix in WITH_BUYER_DATA:
            rules = [rule for rule in _rules(bucket) if prefix.startswith(_prefix(rule))]
            current = min(_most(rule["ExpirationInDays"], stack) for rule in rules if "ExpirationInDays" in rule)
            older = min(
                (
                    _most(rule["NoncurrentVersionExpiration"]["NoncurrentDays"], stack)
                    for rule in rules
                    if "NoncurrentVersionExpiration" in rule
                ),
                default=None if versioned else 0,
            )
            assert older is not None, (name, prefix)
            assert current + older <= LONGEST_DAYS, (name, prefix)


def test_unfinished_uploads_expire(stack):
    """Parts of an upload that broke off hold the same data."""
    for name, bucket in stack.all("AWS::S3::Bucket").items():
        days = [
            rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
            for rule in _rules(bucket)
            if "AbortIncompleteMultipartUpload" in rule and _prefix(rule) == ""
        ]
        assert days, name
        assert min(days) <= LONGEST_DAYS, name


def test_bucket_takes_tls_only(stack):
    """A policy denies everything else, for the bucket and for its objects."""
    for name in stack.all("AWS::S3::Bucket"):
        denied = [
            statement
            for policy in stack.all("AWS::S3::BucketPolicy").values()
            if name in set(sam_template.references(policy["Bucket"]))
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
            and str(statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")).lower() == "false"
        ]
        assert denied, name
        assert denied[0]["Action"] in ("s3:*", ["s3:*"]), name
        assert len(denied[0]["Resource"]) == 2, name


def test_queues_are_encrypted(stack):
    """What failed may carry a seller's identifiers."""
    for name, queue in stack.all("AWS::SQS::Queue").items():
        assert queue.get("SqsManagedSseEnabled") is True or "KmsMasterKeyId" in queue, name


def test_our_keys_rotate(stack):
    """Every year, by themselves."""
    assert {name: key.get("EnableKeyRotation") for name, key in stack.all("AWS::KMS::Key").items()} == dict.fromkeys(
        stack.all("AWS::KMS::Key"), True
    )
