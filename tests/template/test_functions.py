"""Functions: how they run, what they are told, and that folders, entries, events and settings agree."""

import json

import pytest
from aws_lambda_powertools.utilities.parser.models import SqsModel

from goodstanding.runtime.queue import QueueTask
from tools import function_modules, sam_template

FUNCTION_NAMES = function_modules.names()
RUNTIME = sam_template.ROOT / "layers" / "goodstanding" / "goodstanding" / "runtime"


def test_every_function_runs_on_arm64_with_python_3_13(stack):
    """One architecture and one runtime, those of the layers."""
    functions = stack.all("AWS::Lambda::Function")
    assert functions
    assert {(tuple(f["Architectures"]), f["Runtime"]) for f in functions.values()} == {(("arm64",), "python3.13")}


def test_layers_are_built_for_what_runs_them(source):
    """A wheel for another machine would fail only at run time."""
    for name, resource in source["Resources"].items():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            assert resource["Metadata"] == {"BuildMethod": "python3.13", "BuildArchitecture": "arm64"}, name
            assert resource["Properties"]["CompatibleRuntimes"] == ["python3.13"], name
            assert resource["Properties"]["CompatibleArchitectures"] == ["arm64"], name


def test_every_function_is_traced(stack):
    """X-Ray shows where the time goes."""
    modes = {name: f.get("TracingConfig", {}).get("Mode") for name, f in stack.all("AWS::Lambda::Function").items()}
    assert set(modes.values()) == {"Active"}, modes


def test_every_function_states_memory_and_timeout(source):
    """Lambda's own defaults (128 MB, 3 s) are nobody's choice."""
    shared = source.get("Globals", {}).get("Function", {})
    for name, properties in sam_template.resources(source, "AWS::Serverless::Function").items():
        assert "MemorySize" in {**shared, **properties}, name
        assert "Timeout" in properties, name


def test_every_function_has_its_own_log_group(stack):
    """Logs are JSON and expire; a group that Lambda makes by itself keeps them for ever."""
    groups = stack.all("AWS::Logs::LogGroup")
    used = []
    for name, function in stack.all("AWS::Lambda::Function").items():
        logging = function["LoggingConfig"]
        assert logging["LogFormat"] == "JSON", name
        group = logging["LogGroup"]["Ref"]
        assert "RetentionInDays" in groups[group], name
        used.append(group)
    assert len(used) == len(set(used))


def test_every_function_says_what_it_does(source):
    """The console shows descriptions."""
    for name, properties in sam_template.resources(source, "AWS::Serverless::Function").items():
        assert properties.get("Description"), name


def test_every_folder_has_an_entry_and_every_entry_a_folder(source):
    """VerbNounFunction is functions/verb_noun."""
    declared = {
        logical_id: properties["CodeUri"].rstrip("/")
        for logical_id, properties in sam_template.resources(source, "AWS::Serverless::Function").items()
    }
    assert declared == {function_modules.logical_id(name): f"functions/{name}" for name in FUNCTION_NAMES}


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_environment_is_what_the_settings_ask_for(stack, source, handlers, name):
    """Every variable has a reader, and every setting a value."""
    logical_id = function_modules.logical_id(name)
    function = stack.all("AWS::Lambda::Function").get(logical_id)
    if function is None:
        assert "Condition" in source["Resources"][logical_id]
        return
    given = set(function.get("Environment", {}).get("Variables", {})) - set(_shared_variables(source))
    assert given == {field.upper() for field in handlers[name].handler.settings.model_fields}


def test_shared_environment_is_read_by_the_runtime(source):
    """What every function is told is for Powertools or for our own glue around the handlers."""
    text = "".join(path.read_text(encoding="utf-8") for path in RUNTIME.glob("*.py"))
    unread = [name for name in _shared_variables(source) if not name.startswith("POWERTOOLS_") and name not in text]
    assert unread == []


def _shared_variables(source):
    return source.get("Globals", {}).get("Function", {}).get("Environment", {}).get("Variables", {})


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_event_is_one_the_function_takes(handlers, name):
    """events/<function>.json works with `sam local invoke`."""
    event = json.loads((sam_template.ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))
    handler = handlers[name].handler
    if isinstance(handler, QueueTask):
        assert SqsModel.model_validate(event).Records
    else:
        assert handler.input_model.parse(event).dump() == event


def test_every_event_belongs_to_a_function():
    """No sample outlives its function."""
    assert sorted(path.stem for path in (sam_template.ROOT / "events").glob("*.json")) == FUNCTION_NAMES


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_handler_is_a_declaration(name):
    """At most 40 lines: what is longer has a rule in it that belongs elsewhere."""
    assert len((function_modules.FUNCTIONS / name / "app.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_no_function_knows_its_state_machine(stack):
    """A function that named its machine would close a circle that no linter sees."""
    machines = set(stack.all("AWS::StepFunctions::StateMachine"))
    for name, function in stack.all("AWS::Lambda::Function").items():
        assert not machines & set(sam_template.references(function)), name
