"""State machines as the template declares them."""

from tools import asl_lint, sam_template


def test_every_definition_is_declared(machines):
    """No machine lies about that the template does not create."""
    declared = {machine.path for machine in machines}
    assert declared == set((sam_template.ROOT / "statemachines").glob("*.asl.json"))


def test_definitions_keep_every_rule(machines):
    """The ASL lint, over the real machines."""
    assert [str(finding) for finding in asl_lint.lint_all(machines)] == []


def test_substitutions_stand_for_resources(machines, source):
    """Every DefinitionSubstitution leads to a resource of the template."""
    for machine in machines:
        for name, target in machine.substitutions.items():
            assert target.logical_id in source["Resources"], (machine.logical_id, name)


def test_machines_are_traced_and_log_without_data(stack):
    """Execution data would carry identifiers into the logs."""
    groups = stack.all("AWS::Logs::LogGroup")
    for name, machine in stack.all("AWS::StepFunctions::StateMachine").items():
        assert machine["TracingConfiguration"]["Enabled"] is True, name
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False, name
        assert machine["LoggingConfiguration"]["Level"] in {"ALL", "ERROR"}, name
        (destination,) = machine["LoggingConfiguration"]["Destinations"]
        used = set(sam_template.references(destination)) & set(groups)
        assert all("RetentionInDays" in groups[group] for group in used), name
        assert used, name


def test_every_function_is_called_by_somebody(stack, machines):
    """By a machine, a schedule, a rule, a queue, or a person, for whom its name is an output. A function nobody calls is dead."""
    called = {target.logical_id for machine in machines for target in machine.substitutions.values()}
    events = {
        logical_id
        for rule in stack.all("AWS::Events::Rule").values()
        for logical_id in sam_template.references(rule["Targets"])
    }
    sources = {
        logical_id
        for mapping in stack.all("AWS::Lambda::EventSourceMapping").values()
        for logical_id in sam_template.references(mapping["FunctionName"])
    }
    people = {
        logical_id
        for name, output in stack.template["Outputs"].items()
        if name.endswith("FunctionName")
        for logical_id in sam_template.references(output["Value"])
    }
    scheduled = {
        logical_id
        for schedule in stack.all("AWS::Scheduler::Schedule").values()
        for logical_id in sam_template.references(schedule["Target"]["Arn"])
    }
    assert set(stack.all("AWS::Lambda::Function")) <= called | events | sources | people | scheduled
