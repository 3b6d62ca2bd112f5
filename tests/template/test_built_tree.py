"""The check of what `sam build` made: a sound tree passes, and each fault is named."""

import shutil

import pytest

from tools import built_tree

TEMPLATE = """
Globals: {Function: {Handler: app.handler}}
Resources:
  GreetFunction: {Type: "AWS::Serverless::Function", Properties: {CodeUri: GreetFunction}}
  DependenciesLayer: {Type: "AWS::Serverless::LayerVersion", Properties: {ContentUri: DependenciesLayer}}
  OwnLayer: {Type: "AWS::Serverless::LayerVersion", Properties: {ContentUri: OwnLayer}}
"""
ARM64 = b"\x7fELF" + bytes(14) + (0xB7).to_bytes(2, "little")
X86_64 = b"\x7fELF" + bytes(14) + (0x3E).to_bytes(2, "little")


@pytest.fixture
def tree(tmp_path):
    """A built tree with one function that uses both layers and boto3, and the dependencies unpacked for this machine."""
    built, host = tmp_path / "built", tmp_path / "host"
    for folder in (built / "DependenciesLayer" / "python", host):
        (folder / "lib_a-1.0.dist-info").mkdir(parents=True)
        (folder / "lib_a.py").write_text("word = 'hello'\n")
    (built / "DependenciesLayer" / "python" / "fast.so").write_bytes(ARM64)
    (built / "OwnLayer" / "python").mkdir(parents=True)
    (built / "OwnLayer" / "python" / "own.py").write_text("import boto3\nimport lib_a\n")
    (built / "GreetFunction").mkdir()
    (built / "GreetFunction" / "app.py").write_text("import own\n\ndef handler(event, context):\n    return own\n")
    (built / "template.yaml").write_text(TEMPLATE)
    return tmp_path


def _check(tree):
    return built_tree.check(tree / "built", tree / "host", tree / "runtime")


def test_sound_tree_has_no_problems(tree):
    """Functions import with their folder, the layers and boto3."""
    assert _check(tree) == []


def test_function_that_reaches_into_the_checkout_is_found(tree):
    """What is installed here but not in a layer is missing in Lambda."""
    (tree / "built" / "GreetFunction" / "app.py").write_text("import pytest\n")
    (problem,) = _check(tree)
    assert problem.endswith("No module named 'pytest'")


def test_import_that_needs_the_environment_is_found(tree):
    """Importing app.py needs no variables."""
    (tree / "built" / "GreetFunction" / "app.py").write_text("import os\nos.environ['PATH']\n")
    (problem,) = _check(tree)
    assert problem.startswith("GreetFunction: app.handler cannot be imported: KeyError")


def test_missing_handler_is_found(tree):
    """The handler the template names is there and can be called."""
    (tree / "built" / "GreetFunction" / "app.py").write_text("handler = 1\n")
    (problem,) = _check(tree)
    assert problem.endswith("the handler is not callable")


def test_library_for_another_machine_is_found(tree):
    """A layer for arm64 holds libraries for arm64."""
    (tree / "built" / "DependenciesLayer" / "python" / "fast.so").write_bytes(X86_64)
    assert _check(tree) == ["DependenciesLayer: fast.so is for x86-64, not arm64"]


def test_boto3_in_a_layer_is_found(tree):
    """The runtime brings it; two of them disagree."""
    (tree / "built" / "DependenciesLayer" / "python" / "boto3").mkdir()
    assert _check(tree) == ["DependenciesLayer: holds boto3, which the runtime brings"]


def test_other_distributions_than_those_imported_are_found(tree):
    """What is imported here is what was built."""
    shutil.move(tree / "host" / "lib_a-1.0.dist-info", tree / "host" / "lib_a-1.1.dist-info")
    assert _check(tree) == ["DependenciesLayer: not what is imported here: lib_a-1.0, lib_a-1.1"]


def test_grown_layer_is_found(tree, monkeypatch):
    """Cold starts grow with the layer."""
    monkeypatch.setattr(built_tree, "LAYER_LIMIT_MB", 0)
    assert all("MB unzipped, more than 0" in problem for problem in _check(tree))
    assert len(_check(tree)) == 2


def test_fingerprint_follows_the_inputs(tmp_path, monkeypatch):
    """The build is skipped as long as nothing that goes into it changes; what Python leaves behind does not."""
    monkeypatch.setattr(built_tree.sam_template, "ROOT", tmp_path)
    (tmp_path / "functions" / "greet" / "__pycache__").mkdir(parents=True)
    app = tmp_path / "functions" / "greet" / "app.py"
    app.write_text("a")
    before = built_tree.fingerprint()
    (app.parent / "__pycache__" / "app.pyc").write_text("b")
    assert built_tree.fingerprint() == before
    app.write_text("c")
    assert built_tree.fingerprint() != before
