"""Topics, subscriptions, alarms and the rule that watches the machines from outside."""

from itertools import chain

from tests.template.conftest import as_list
from tools import sam_template

PUBLISHING_SERVICES = {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
KEY_ACTIONS = {"kms:Decrypt", "kms:GenerateDataKey*", "kms:GenerateDataKey"}
HOUR = 3600


def _services(statement):
    principal = statement.get("Principal", {})
    return set(as_list(principal.get("Service", []))) if isinstance(principal, dict) else set()


def _key_of(stack, topic):
    return next(iter(set(sam_template.references(topic["KmsMasterKeyId"])) & set(stack.all("AWS::KMS::Key"))))


def _watched(stack):
    """Logical ids of topics that alarms and rules publish to."""
    actions = [alarm.get("AlarmActions", []) for alarm in stack.all("AWS::CloudWatch::Alarm").values()]
    actions += [[target["Arn"] for target in rule["Targets"]] for rule in stack.all("AWS::Events::Rule").values()]
    return set(sam_template.references(list(chain.from_iterable(actions)))) & set(stack.all("AWS::SNS::Topic"))


def test_topics_are_encrypted_with_our_key(stack):
    """A customer-managed key: AWS's own would keep CloudWatch and EventBridge out."""
    topics = stack.all("AWS::SNS::Topic")
    assert topics
    for topic in topics.values():
        assert _key_of(stack, topic)


def test_key_lets_cloudwatch_and_eventbridge_use_it(stack):
    """Without it alarms would fail in silence."""
    for name in _watched(stack):
        key = stack.all("AWS::KMS::Key")[_key_of(stack, stack.all("AWS::SNS::Topic")[name])]
        allowed = {
            service
            for statement in key["KeyPolicy"]["Statement"]
            if statement["Effect"] == "Allow" and len(KEY_ACTIONS & set(as_list(statement["Action"]))) > 1
            for service in _services(statement)
        }
        assert allowed >= PUBLISHING_SERVICES, name


def test_publishers_may_use_the_key(stack):
    """A function that publishes must also be able to encrypt."""
    publishers = 0
    for role in stack.all("AWS::IAM::Role"):
        statements = stack.statements(role)
        topics = {
            logical_id
            for statement in statements
            if "sns:Publish" in as_list(statement["Action"])
            for logical_id in sam_template.references(statement["Resource"])
        } & set(stack.all("AWS::SNS::Topic"))
        for name in topics:
            publishers += 1
            key = _key_of(stack, stack.all("AWS::SNS::Topic")[name])
            actions = {
                action
                for statement in statements
                if key in set(sam_template.references(statement["Resource"]))
                for action in as_list(statement["Action"])
            }
            assert actions >= {"kms:Decrypt", "kms:GenerateDataKey"}, (role, name)
    assert publishers


def test_services_may_publish_where_alarms_go(stack):
    """The topic's own policy names CloudWatch and EventBridge."""
    for name in _watched(stack):
        allowed = {
            service
            for policy in stack.all("AWS::SNS::TopicPolicy").values()
            if name in set(sam_template.references(policy["Topics"]))
            for statement in policy["PolicyDocument"]["Statement"]
            if "sns:Publish" in as_list(statement["Action"])
            for service in _services(statement)
        }
        assert allowed >= PUBLISHING_SERVICES, name


def _service_statements(stack):
    documents = [policy["PolicyDocument"] for policy in stack.all("AWS::SNS::TopicPolicy").values()]
    documents += [key["KeyPolicy"] for key in stack.all("AWS::KMS::Key").values()]
    return list(chain.from_iterable(document["Statement"] for document in documents))


def test_cloudwatch_may_act_for_this_account_only(stack):
    """Another account's alarm cannot use our topics and keys."""
    for statement in _service_statements(stack):
        if "cloudwatch.amazonaws.com" in _services(statement):
            assert "aws:SourceAccount" in str(statement.get("Condition")), statement


def test_eventbridge_is_allowed_without_a_condition(stack):
    """EventBridge sends no source account to SNS and KMS: with a condition its messages would be refused (SNS guide, key management)."""
    for statement in _service_statements(stack):
        if "events.amazonaws.com" in _services(statement):
            assert "Condition" not in statement, statement


def test_subscriptions_come_from_parameters(full_stack):
    """E-mail for what is to be read, SMS for what cannot wait."""
    protocols = {subscription["Protocol"] for subscription in full_stack.all("AWS::SNS::Subscription").values()}
    assert protocols >= {"email", "sms"}


def test_alert_subscriptions_filter_by_severity(full_stack):
    """Only what is critical becomes an SMS."""
    alerts = _watched(full_stack)
    for name, subscription in full_stack.all("AWS::SNS::Subscription").items():
        if set(sam_template.references(subscription["TopicArn"])) & alerts or subscription["Protocol"] == "sms":
            assert subscription["FilterPolicy"]["severity"], name
        if subscription["Protocol"] == "sms":
            assert "critical" in subscription["FilterPolicy"]["severity"], name
            assert not {"info", "warning"} & {s for s in subscription["FilterPolicy"]["severity"] if isinstance(s, str)}


def test_alarms_reach_a_person(full_stack):
    """CloudWatch and EventBridge set no severity: a subscription that filters for one must also take what has none."""
    for topic in _watched(full_stack):
        policies = [
            subscription.get("FilterPolicy", {}).get("severity", [{"exists": False}])
            for subscription in full_stack.all("AWS::SNS::Subscription").values()
            if topic in set(sam_template.references(subscription["TopicArn"]))
        ]
        assert any({"exists": False} in policy for policy in policies), topic


def test_every_alarm_says_what_it_means_and_goes_somewhere(stack):
    """An alarm nobody hears or understands is none."""
    for name, alarm in stack.all("AWS::CloudWatch::Alarm").items():
        assert alarm.get("AlarmDescription"), name
        assert set(sam_template.references(alarm["AlarmActions"])) & set(stack.all("AWS::SNS::Topic")), name
        assert alarm.get("TreatMissingData"), name


def _alarms(stack, namespace, metric):
    return [
        alarm
        for alarm in stack.all("AWS::CloudWatch::Alarm").values()
        if (namespace is None or alarm.get("Namespace") == namespace) and metric in alarm.get("MetricName", "")
    ]


def _dimensions(alarms):
    return set(sam_template.references([alarm.get("Dimensions", []) for alarm in alarms]))


def test_mailbox_out_of_reach_is_an_alarm(full_stack):
    """After half an hour, and so is a collector that says nothing for as long: silence must not look like health."""
    (alarm,) = _alarms(full_stack, "goodstanding", "MailboxesUnreachable")
    assert alarm["TreatMissingData"] == "breaching"
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert alarm["Period"] * alarm["EvaluationPeriods"] == HOUR / 2


def test_missing_run_is_an_alarm(stack):
    """RunCompleted less than once in 26 hours, and no data at all, is a fault: silence must not look like health."""
    (alarm,) = _alarms(stack, None, "RunCompleted")
    assert alarm["TreatMissingData"] == "breaching"
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 26 * HOUR
    assert alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) == alarm["EvaluationPeriods"]


def test_failed_and_timed_out_executions_are_alarms(stack):
    """For the machines that schedules start; children's failures are caught by their parents."""
    started = {
        logical_id
        for schedule in stack.all("AWS::Scheduler::Schedule").values()
        for logical_id in sam_template.references(schedule["Target"]["Arn"])
    } & set(stack.all("AWS::StepFunctions::StateMachine"))
    for metric in ("ExecutionsFailed", "ExecutionsTimedOut"):
        assert _dimensions(_alarms(stack, "AWS/States", metric)) >= started, metric


def test_waiting_dead_letters_are_an_alarm(stack):
    """For every queue that no function empties."""
    assert _dimensions(_alarms(stack, "AWS/SQS", "ApproximateNumberOfMessagesVisible")) >= _queues(stack, emptied=False)


def test_messages_that_nobody_takes_are_an_alarm(stack):
    """For every queue that a function empties; what it cannot take in goes to a dead-letter queue."""
    emptied = _queues(stack, emptied=True)
    assert _dimensions(_alarms(stack, "AWS/SQS", "ApproximateAgeOfOldestMessage")) >= emptied
    for name in emptied:
        target = stack.all("AWS::SQS::Queue")[name]["RedrivePolicy"]["deadLetterTargetArn"]
        assert set(sam_template.references(target)) <= _queues(stack, emptied=False)


def _queues(stack, *, emptied):
    mappings = stack.all("AWS::Lambda::EventSourceMapping").values()
    sources = {name for mapping in mappings for name in sam_template.references(mapping["EventSourceArn"])}
    return {name for name in stack.all("AWS::SQS::Queue") if (name in sources) is emptied}


def test_scheduler_that_cannot_start_is_an_alarm(stack):
    """For the stack's group."""
    groups = set(stack.all("AWS::Scheduler::ScheduleGroup"))
    assert _dimensions(_alarms(stack, "AWS/Scheduler", "TargetErrorCount")) >= groups


def test_old_credentials_are_an_alarm(stack):
    """Amazon asks for a new client secret every 180 days."""
    (alarm,) = _alarms(stack, None, "CredentialAge")
    assert alarm["Threshold"] < 180


def test_unfinished_executions_alert_independently_of_the_machine(stack):
    """States.ALL catches neither States.Runtime nor a payload too large: EventBridge sees the end from outside."""
    machines = set(stack.all("AWS::StepFunctions::StateMachine"))
    watched = set()
    for rule in stack.all("AWS::Events::Rule").values():
        pattern = rule["EventPattern"]
        if "Step Functions Execution Status Change" in pattern.get("detail-type", []):
            assert pattern["source"] == ["aws.states"]
            assert set(pattern["detail"]["status"]) >= {"FAILED", "TIMED_OUT", "ABORTED"}
            assert set(sam_template.references([target["Arn"] for target in rule["Targets"]])) & set(
                stack.all("AWS::SNS::Topic")
            )
            watched |= set(sam_template.references(pattern["detail"]["stateMachineArn"])) & machines
    started = {
        logical_id
        for schedule in stack.all("AWS::Scheduler::Schedule").values()
        for logical_id in sam_template.references(schedule["Target"]["Arn"])
    } & machines
    assert watched >= started
