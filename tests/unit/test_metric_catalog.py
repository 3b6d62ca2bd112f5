"""The catalogue of metrics: complete, in words, and in step with the titles people read."""

import pytest

from goodstanding.core.metric_catalog import CATALOG, OTHER_VIOLATIONS, definition_of
from goodstanding.core.metrics import MetricSource
from goodstanding.core.texts.metric_words import METRICS, VIOLATIONS

TITLED = {*METRICS, *(f"policy_violations.{key}" for key in VIOLATIONS)}


def test_catalogue_defines_exactly_what_has_a_title():
    """A metric that people are told about has a definition, and the other way round."""
    assert {definition.metric for definition in CATALOG} == TITLED


def test_catalogue_names_each_metric_of_a_source_once():
    """One definition each."""
    keys = [(definition.source, definition.metric) for definition in CATALOG]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("definition", CATALOG, ids=lambda definition: f"{definition.source}-{definition.metric}")
def test_definition_is_a_sentence(definition):
    """Definitions are read by people."""
    assert definition.meaning[0].isupper()
    assert definition.meaning.endswith(".")


@pytest.mark.parametrize("definition", CATALOG, ids=lambda definition: f"{definition.source}-{definition.metric}")
def test_definition_is_found_by_source_and_name(definition):
    """Both sources may hold a metric of the same name."""
    assert definition_of(definition.source, definition.metric) is definition


def test_new_violation_block_is_covered():
    """A block that Amazon adds later has a definition too."""
    assert definition_of(MetricSource.AMAZON, "policy_violations.new_complaints") is OTHER_VIOLATIONS


@pytest.mark.parametrize(
    ("source", "metric"),
    [
        (MetricSource.COMPUTED, "policy_violations.new_complaints"),
        (MetricSource.AMAZON, "mood"),
        (MetricSource.COMPUTED, "late_shipment_rate"),
    ],
)
def test_unknown_metric_has_no_definition(source, metric):
    """What no run produces is not explained."""
    assert definition_of(source, metric) is None
