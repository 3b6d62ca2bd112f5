"""Ways in for mail: each is a switch, and each may put objects under its own part of mail/ and nowhere else."""

import re

import pytest

from tests.template.conftest import as_list
from tools import sam_template


def _by(statements, service):
    return [one for one in statements if one["Principal"] != "*" and one["Principal"].get("Service") == service]


def _bucket_policy(stack):
    (policy,) = stack.all("AWS::S3::BucketPolicy").values()
    return policy["PolicyDocument"]["Statement"]


def _key_policy(stack):
    (key,) = stack.all("AWS::KMS::Key").values()
    return key["KeyPolicy"]["Statement"]


def _is_on(stack, parameter):
    return stack.parameters.get(parameter, "off") not in {"off", ""}


def test_collection_is_there_only_when_it_is_switched_on(stack):
    """Switched off, nothing of it exists: no function, no schedule, no role that could read a mailbox's secret."""
    on = _is_on(stack, "ImapCollection")
    assert ("CollectMailFunction" in stack.all("AWS::Lambda::Function")) is on
    mailbox = [role for role in stack.all("AWS::IAM::Role") if "/mailbox/*" in str(stack.statements(role))]
    assert bool(mailbox) is on
    schedules = [name for name in stack.all("AWS::Scheduler::Schedule") if name.startswith("CollectMail")]
    assert bool(schedules) is on


def test_receiving_is_there_only_with_a_domain(stack):
    """Without one SES is mentioned nowhere, neither in resources nor in policies."""
    on = _is_on(stack, "MailDomain")
    assert bool(stack.all("AWS::SES::ReceiptRule")) is on
    assert bool(stack.all("AWS::SES::ReceiptRuleSet")) is on
    assert bool(_by(_bucket_policy(stack), "ses.amazonaws.com")) is on
    assert bool(_by(_key_policy(stack), "ses.amazonaws.com")) is on


def test_rule_stores_mails_of_the_domain_as_they_are(full_stack):
    """Under mail/ses/, scanned, over TLS, and not encrypted by SES: then only SES's own client could read them."""
    (rule,) = full_stack.all("AWS::SES::ReceiptRule").values()
    inner = rule["Rule"]
    assert inner["Recipients"] == [{"Ref": "MailDomain"}]
    assert (inner["Enabled"], inner["ScanEnabled"], inner["TlsPolicy"]) == (True, True, "Require")
    (action,) = inner["Actions"]
    assert action == {"S3Action": {"BucketName": {"Ref": "DataBucket"}, "ObjectKeyPrefix": "mail/ses/"}}


def test_rule_is_made_after_the_permission_to_write(full_stack):
    """SES writes a test object before it takes a rule on."""
    assert full_stack.template["Resources"]["MailRule"]["DependsOn"] in ("DataBucketPolicy", ["DataBucketPolicy"])


@pytest.mark.parametrize("policy", [_bucket_policy, _key_policy])
def test_ses_may_write_for_this_account_and_rule_set_only(full_stack, policy):
    """Another account's rule that names our bucket is turned away."""
    (statement,) = _by(policy(full_stack), "ses.amazonaws.com")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    source = statement["Condition"]["ArnLike"]["aws:SourceArn"]
    assert "MailRuleSet" in set(sam_template.references(source))


def test_ses_may_only_put_objects_under_its_prefix(full_stack):
    """And use the key for it."""
    (bucket,) = _by(_bucket_policy(full_stack), "ses.amazonaws.com")
    assert as_list(bucket["Action"]) == ["s3:PutObject"]
    assert bucket["Resource"] == {"Fn::Sub": "${DataBucket.Arn}/mail/ses/*"}
    (key,) = _by(_key_policy(full_stack), "ses.amazonaws.com")
    assert set(key["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}


def test_collector_writes_mails_and_nothing_else_into_the_bucket(full_stack):
    """Settings, reports and the mails of other ways in are out of its reach."""
    role = full_stack.all("AWS::Lambda::Function")["CollectMailFunction"]["Role"]["Fn::GetAtt"][0]
    writes = [one for one in full_stack.statements(role) if "s3:PutObject" in as_list(one["Action"])]
    assert [one["Resource"] for one in writes] == [[{"Fn::Sub": "${DataBucket.Arn}/mail/*/imap/*"}]]


@pytest.mark.parametrize(
    ("domain", "fits"),
    [
        ("mail.example.com", True),
        ("example.com", True),
        ("", True),
        ("example", False),
        ("Mail.example.com", False),
        ("me@example.com", False),
        (".example.com", False),
    ],
)
def test_domain_is_checked_before_anything_is_created(source, domain, fits):
    """A whole domain in lower case; what is no domain would fail in the middle of a deployment."""
    pattern = source["Parameters"]["MailDomain"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, domain)) is fits
