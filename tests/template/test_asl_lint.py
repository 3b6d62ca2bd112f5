"""The ASL lint: a sound machine passes, and every rule can fail."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tools import asl, asl_lint, asl_rules, jsonata_subset, sam_template

SUBSTITUTIONS = {
    "PlanReportsFunction": asl.Target("PlanReportsFunction", 60),
    "CheckReportFunction": asl.Target("CheckReportFunction", 60, calls_sp_api=True),
}
LAMBDA_RETRY = {
    "ErrorEquals": [
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
        "AwsUnavailable",
    ],
    "IntervalSeconds": 2,
    "BackoffRate": 2,
    "MaxAttempts": 6,
    "MaxDelaySeconds": 60,
    "JitterStrategy": "FULL",
}
SP_API_RETRY = [
    {
        "ErrorEquals": ["SpApiThrottled"],
        "IntervalSeconds": 60,
        "BackoffRate": 1.5,
        "MaxAttempts": 8,
        "MaxDelaySeconds": 900,
        "JitterStrategy": "FULL",
    },
    {
        "ErrorEquals": ["SpApiUnavailable"],
        "IntervalSeconds": 30,
        "BackoffRate": 2,
        "MaxAttempts": 8,
        "MaxDelaySeconds": 600,
        "JitterStrategy": "FULL",
    },
]
CATCH = [
    {"ErrorEquals": ["States.ALL"], "Assign": {"cause": "{% $states.errorOutput.Error %}"}, "Next": "Plan failed"},
]


def _task(function: str, retry: list[dict[str, Any]], **rest: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Comment": "Says why.",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": f"${{{function}}}", "Payload": {"seller_id": "{% $states.input.seller_id %}"}},
        "TimeoutSeconds": 70,
        "Retry": retry,
        "Catch": copy.deepcopy(CATCH),
        **rest,
    }


@pytest.fixture
def machine():
    """A machine that keeps every rule."""
    check = _task("CheckReportFunction", [LAMBDA_RETRY, *SP_API_RETRY], Output="{% $states.result.Payload %}", End=True)
    check["Catch"][0]["Next"] = "Check failed"
    return copy.deepcopy(
        {
            "Comment": "Plans, then checks each.",
            "QueryLanguage": "JSONata",
            "StartAt": "Plan reports",
            "TimeoutSeconds": 3600,
            "States": {
                "Plan reports": _task(
                    "PlanReportsFunction",
                    [LAMBDA_RETRY],
                    Assign={"planned": "{% $states.result.Payload.planned %}"},
                    Output="{% $states.result.Payload %}",
                    Next="Anything planned?",
                ),
                "Anything planned?": {
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $count($planned) > 0 %}", "Next": "Wait for Amazon"}],
                    "Default": "Done",
                },
                "Wait for Amazon": {"Type": "Wait", "Seconds": 60, "Next": "Each report"},
                "Each report": {
                    "Type": "Map",
                    "Items": "{% $planned %}",
                    "ItemProcessor": {
                        "ProcessorConfig": {"Mode": "INLINE"},
                        "StartAt": "Check report",
                        "States": {
                            "Check report": check,
                            "Check failed": {"Type": "Pass", "Output": {"planned": "{% $planned %}"}, "End": True},
                        },
                    },
                    "Next": "Done",
                },
                "Done": {"Type": "Succeed"},
                "Plan failed": {"Type": "Fail", "Error": "PlanFailed", "Cause": "{% $cause %}"},
            },
        }
    )


def _rules(definition: dict[str, Any], substitutions: dict[str, asl.Target] | None = None) -> set[str]:
    found = asl_lint.lint(
        definition, "sample", SUBSTITUTIONS if substitutions is None else substitutions, asl_lint.known_errors()
    )
    return {finding.rule for finding in found}


def test_sound_machine_has_no_findings(machine):
    """What keeps the rules passes."""
    assert asl_lint.lint(machine, "sample", SUBSTITUTIONS, asl_lint.known_errors()) == []


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(definition: dict[str, Any]) -> None:
        *way, last = path.split("/")
        place: Any = definition
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[int(last) if isinstance(place, list) else last] = value

    return change


def _drop(path: str) -> Callable[[dict[str, Any]], None]:
    def change(definition: dict[str, Any]) -> None:
        *way, last = path.split("/")
        place: Any = definition
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place.pop(int(last) if isinstance(place, list) else last)

    return change


def _reverse(path: str) -> Callable[[dict[str, Any]], None]:
    def change(definition: dict[str, Any]) -> None:
        place = definition["States"][path]
        turned = dict(reversed(place.items()))
        place.clear()
        place.update(turned)

    return change


PLAN = "States/Plan reports"
EACH = "States/Each report"
CHECK = f"{EACH}/ItemProcessor/States/Check report"
BREACHES: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("keys_in_reading_order", _reverse("Plan reports")),
    ("keys_in_reading_order", _set(f"{PLAN}/ResultPath", "$")),
    ("targets_exist", _set(f"{PLAN}/Next", "Nowhere")),
    ("targets_exist", _set("States/Anything planned?/Default", "Nowhere")),
    ("targets_exist", _set("States/Anything planned?/Choices/0/Next", "Nowhere")),
    ("targets_exist", _set(f"{CHECK}/Catch/0/Next", "Plan failed")),
    ("ends_one_way", _drop(f"{PLAN}/Next")),
    ("ends_one_way", _set("States/Done/End", value=True)),
    ("ends_one_way", _drop("States/Anything planned?/Default")),
    ("query_language_at_the_top", _set(f"{PLAN}/QueryLanguage", "JSONata")),
    ("names_tell_the_kind", _set("States/Really?", {"Type": "Pass", "End": True})),
    ("names_tell_the_kind", _set("States/Pause", {"Type": "Wait", "Seconds": 1, "End": True})),
    ("tasks_say_why", _drop(f"{PLAN}/Comment")),
    ("tasks_say_what_comes_out", _drop(f"{PLAN}/Output")),
    ("timeouts_stand_above_the_callee", _drop(f"{PLAN}/TimeoutSeconds")),
    ("timeouts_stand_above_the_callee", _set(f"{PLAN}/TimeoutSeconds", 60)),
    ("timeouts_stand_above_the_callee", _set(f"{PLAN}/TimeoutSeconds", 121)),
    ("retries_are_bounded", _drop(f"{PLAN}/Retry")),
    ("retries_are_bounded", _set(f"{PLAN}/Retry/0/ErrorEquals", ["States.ALL"])),
    ("retries_are_bounded", _drop(f"{PLAN}/Retry/0/MaxDelaySeconds")),
    ("retries_are_bounded", _drop(f"{PLAN}/Retry/0/JitterStrategy")),
    ("lambda_faults_are_retried", _set(f"{PLAN}/Retry/0/ErrorEquals", ["Lambda.ServiceException"])),
    ("lambda_faults_are_retried", _set(f"{PLAN}/Retry/0/MaxAttempts", 3)),
    ("lambda_faults_are_retried", _drop(f"{PLAN}/Retry/0/ErrorEquals/4")),
    ("sp_api_faults_are_retried", _drop(f"{CHECK}/Retry/1")),
    ("sp_api_faults_are_retried", _set(f"{CHECK}/Retry/2/MaxDelaySeconds", 900)),
    ("sp_api_faults_are_retried", _set(f"{PLAN}/Retry", [LAMBDA_RETRY, *SP_API_RETRY])),
    ("tasks_catch_what_is_left", _drop(f"{PLAN}/Catch")),
    ("tasks_catch_what_is_left", _set(f"{PLAN}/Catch/0/ErrorEquals", ["ReportFatal"])),
    ("errors_are_known", _set(f"{PLAN}/Catch/0/ErrorEquals", ["ReportLost"])),
    ("errors_are_known", _set(f"{PLAN}/Catch/0/ErrorEquals", ["States.All"])),
    ("failures_are_named", _drop("States/Plan failed/Error")),
    ("assigned_values_are_simple", _set(f"{PLAN}/Assign/plannedReports", "{% $states.result.Payload %}")),
    ("assigned_values_are_simple", _set(f"{PLAN}/Assign/planned", {"a": 1})),
    ("expressions_stay_in_the_subset", _set(f"{PLAN}/Output", "{% $map($planned, $string) %}")),
    ("expressions_stay_in_the_subset", _set(f"{PLAN}/Output", "{% $states.result.Payload % }")),
    ("variables_are_assigned", _set(f"{CHECK}/Output", "{% $plan %}")),
    ("variables_are_assigned", _set(f"{EACH}/ItemProcessor/ProcessorConfig/Mode", "DISTRIBUTED")),
    ("states_fields_are_at_hand", _set(f"{PLAN}/Arguments/Payload", "{% $states.result %}")),
    ("states_fields_are_at_hand", _set(f"{PLAN}/Output", "{% $states.errorOutput %}")),
    ("states_fields_are_at_hand", _set(f"{PLAN}/Catch/0/Assign/cause", "{% $states.result %}")),
    ("machine_is_jsonata", _drop("QueryLanguage")),
    ("machine_has_a_timeout", _drop("TimeoutSeconds")),
    ("machine_keys_in_reading_order", _drop("Comment")),
    ("machine_keys_in_reading_order", _set("Version", "1.0")),
    ("every_state_is_reachable", _set("States/Island", {"Type": "Succeed"})),
    ("every_state_is_reachable", _set(f"{EACH}/ItemProcessor/States/Island", {"Type": "Succeed"})),
    ("every_state_is_reachable", _set("StartAt", "Nowhere")),
    ("state_names_are_unique", _set(f"{EACH}/ItemProcessor/States/Done", {"Type": "Succeed"})),
    ("substitutions_match_the_template", _set(f"{PLAN}/Arguments/FunctionName", "${PlanReportFunction}")),
]


@pytest.mark.parametrize(("rule", "breach"), BREACHES)
def test_breach_is_found_by_its_rule(machine, rule, breach):
    """Each rule fails on a machine that breaks it."""
    breach(machine)
    assert rule in _rules(machine)


def test_rule_tables_are_all_shown_to_fail():
    """No rule is there that cannot fail."""
    rules = {rule.__name__ for rule in (*asl_rules.STATE_RULES, *asl_rules.MACHINE_RULES)}
    assert {rule for rule, _ in BREACHES} == rules


def test_callee_without_timeout_is_found(machine):
    """A function or child machine must give up by itself."""
    substitutions = {**SUBSTITUTIONS, "PlanReportsFunction": asl.Target("PlanReportsFunction")}
    assert "timeouts_stand_above_the_callee" in _rules(machine, substitutions)


def test_unused_substitution_is_found(machine):
    """What the template hands over and nobody reads is found."""
    assert "substitutions_match_the_template" in _rules(machine, {**SUBSTITUTIONS, "Spare": asl.Target("Spare")})


def test_retryable_error_without_retry_is_found(machine):
    """An error of ours that another try mends is matched by at least one machine."""
    machine["States"]["Each report"]["ItemProcessor"]["States"]["Check report"]["Retry"].pop()
    assert [finding.message for finding in asl_lint.lint_together({"sample": machine})] == [
        "no Retry matches Conflict",
        "no Retry matches SpApiUnavailable",
    ]


def test_retryable_errors_exist_in_contracts():
    """The lint's own list of retryable errors names classes that functions can raise."""
    assert asl_lint.known_errors() >= asl_rules.RETRYABLE


def test_finding_reads_as_file_state_message():
    """One line leads to the place."""
    finding = asl_lint.Finding("statemachines/a.asl.json", "Plan reports", "rule", "needs a Comment")
    assert str(finding) == "statemachines/a.asl.json:Plan reports: needs a Comment"


@pytest.mark.parametrize(
    "source",
    [
        "$states.input.seller_id",
        "$states.result.Payload.items[0].key",
        "'a' & $string($number('3'))",
        "{'a': $planned.b, 'c': [$planned.d, 1]}",
        "$exists($planned) and ($count($planned.x) >= 2 or $planned.y != null)",
        "true",
        "-1",
    ],
)
def test_expression_inside_the_subset_is_accepted(source):
    """Carrying values is allowed."""
    assert jsonata_subset.read(f"{{% {source} %}}").problems == ()


@pytest.mark.parametrize(
    "source",
    [
        "$now()",
        "$uuid()",
        "$random()",
        "$map($a, function($x) {$x})",
        "$reduce($a, $string)",
        "$filter($a, $exists)",
        "$a[b = 1]",
        "$a.b{c: d}",
        "$a.*",
        "$a ~> $string",
        "$a ? 1 : 2",
        "$a + 1",
        "-$a",
        "$a := 1",
        "($a; $b)",
        "[1..3]",
        "a.b",
        "$a.$string(b)",
        "/a/",
        "(",
    ],
)
def test_expression_outside_the_subset_is_refused(source):
    """Deciding is Python's job."""
    assert jsonata_subset.read(f"{{% {source} %}}").problems


def test_command_on_this_tree_finds_nothing(capsys):
    """The state machines of this tree keep every rule."""
    assert (asl_lint.main(), capsys.readouterr().out) == (0, "")


def test_substitution_of_a_child_machine_knows_its_timeout(tmp_path):
    """A machine that starts another one must outwait it."""
    (tmp_path / "child.asl.json").write_text('{"TimeoutSeconds": 900}')
    (tmp_path / "parent.asl.json").write_text("{}")
    (tmp_path / "template.yaml").write_text(
        """
Globals: {Function: {Timeout: 30}}
Resources:
  Child: {Type: "AWS::Serverless::StateMachine", Properties: {DefinitionUri: child.asl.json}}
  Parent:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: parent.asl.json
      DefinitionSubstitutions: {Child: !Ref Child, Check: !GetAtt Check.Arn, Bucket: !Ref Bucket}
  Check:
    Type: AWS::Serverless::Function
    Properties: {Environment: {Variables: {SP_API_ENDPOINT: ""}}}
  Bucket: {Type: "AWS::S3::Bucket"}
"""
    )
    parent = asl.machines(sam_template.load(tmp_path / "template.yaml"), tmp_path)[1]
    assert parent.substitutions == {
        "Child": asl.Target("Child", 900),
        "Check": asl.Target("Check", 30, calls_sp_api=True),
        "Bucket": asl.Target("Bucket"),
    }
