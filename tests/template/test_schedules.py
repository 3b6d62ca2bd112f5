"""Schedules: EventBridge Scheduler, with a logical time, retries and a place for what failed."""

import re

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


def test_scheduler_may_start_only_its_target(stack):
    """Each schedule's role starts one machine or function, and hands over to one queue."""
    machines = {*stack.all("AWS::StepFunctions::StateMachine"), *stack.all("AWS::Lambda::Function")}
    for name, schedule in stack.all("AWS::Scheduler::Schedule").items():
        target = set(sam_template.references(schedule["Target"]["Arn"])) & machines
        assert len(target) == 1, name
        role = schedule["Target"]["RoleArn"]["Fn::GetAtt"][0]
        allowed = {
            logical_id
            for statement in stack.statements(role)
            for logical_id in sam_template.references(statement["Resource"])
        }
        assert allowed & machines == target, name


def test_scheduled_function_ends_before_its_next_round(full_stack):
    """Rounds that overlap read the same mails twice; a round that failed is repeated by the next one."""
    functions = full_stack.all("AWS::Lambda::Function")
    rounds = {
        logical_id: schedule
        for schedule in full_stack.all("AWS::Scheduler::Schedule").values()
        for logical_id in sam_template.references(schedule["Target"]["Arn"])
        if logical_id in functions
    }
    assert rounds
    for name, schedule in rounds.items():
        minutes = int(re.fullmatch(r"rate\((\d+) minutes\)", schedule["ScheduleExpression"])[1])
        assert functions[name]["Timeout"] < minutes * 60, name
        (retries,) = (
            config
            for config in full_stack.all("AWS::Lambda::EventInvokeConfig").values()
            if name in sam_template.references(config["FunctionName"])
        )
        assert retries["MaximumRetryAttempts"] == 0, name
