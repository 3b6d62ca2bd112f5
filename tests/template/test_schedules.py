"""Schedules: EventBridge Scheduler, with a logical time, retries and a place for what failed."""

from tools import sam_template


def test_schedules_have_no_physical_name(stack):
    """Two stacks fit into one account."""
    schedules = stack.all("AWS::Scheduler::Schedule")
    assert schedules
    assert [name for name, schedule in schedules.items() if "Name" in schedule] == []


def test_schedules_have_a_group_of_the_stack(stack):
    """The group's metrics are the stack's metrics."""
    groups = set(stack.all("AWS::Scheduler::ScheduleGroup"))
    for name, schedule in stack.all("AWS::Scheduler::Schedule").items():
        assert set(sam_template.references(schedule["GroupName"])) <= groups, name
        assert groups, name


def test_schedules_name_their_time_zone(stack):
    """A day begins where the seller is."""
    for name, schedule in stack.all("AWS::Scheduler::Schedule").items():
        assert schedule.get("ScheduleExpressionTimezone"), name


def test_schedules_retry_and_keep_what_failed(stack):
    """A start that could not be delivered is tried again, then kept in the queue that an alarm watches."""
    queues = set(stack.all("AWS::SQS::Queue"))
    for name, schedule in stack.all("AWS::Scheduler::Schedule").items():
        target = schedule["Target"]
        assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0, name
        assert "MaximumEventAgeInSeconds" in target["RetryPolicy"], name
        assert set(sam_template.references(target["DeadLetterConfig"]["Arn"])) & queues, name


def test_schedules_hand_over_the_logical_time(stack):
    """The run's date comes from the schedule, never from a clock."""
    for name, schedule in stack.all("AWS::Scheduler::Schedule").items():
        assert "<aws.scheduler.scheduled-time>" in str(schedule["Target"]["Input"]), name


def test_rules_are_for_events_only(stack):
    """What comes by the clock comes from Scheduler."""
    assert [name for name, rule in stack.all("AWS::Events::Rule").items() if "ScheduleExpression" in rule] == []


def test_scheduler_may_start_only_its_machine(stack):
    """Each schedule's role starts one machine, and hands over to one queue."""
    machines = set(stack.all("AWS::StepFunctions::StateMachine"))
    for name, schedule in stack.all("AWS::Scheduler::Schedule").items():
        target = set(sam_template.references(schedule["Target"]["Arn"])) & machines
        role = schedule["Target"]["RoleArn"]["Fn::GetAtt"][0]
        allowed = {
            logical_id
            for statement in stack.statements(role)
            for logical_id in sam_template.references(statement["Resource"])
        }
        assert allowed & machines == target, name
