"""The catalog speaks both languages everywhere, about everything."""

import string

import pytest

from goodstanding.contracts import errors
from goodstanding.core.report_types import ReportType
from goodstanding.core.texts.metric_words import (
    COUNTED,
    METRICS,
    NEXT_STEPS,
    VIOLATIONS,
    MetricWords,
    Unit,
    metric_name,
    words_of,
)
from goodstanding.core.texts.phrases import PHRASES, say
from goodstanding.core.texts.source_words import (
    REASONS,
    REMEDIES,
    SOURCES,
    TRY_AGAIN,
    reason_code,
    reason_text,
    remedy,
    source_name,
)

LANGUAGES = {"de", "en"}
TABLES = {**PHRASES, **COUNTED, **NEXT_STEPS, **SOURCES, **REASONS, **REMEDIES, "try_again": TRY_AGAIN}


def _places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("key", sorted(TABLES))
def test_every_text_exists_in_both_languages_with_the_same_places(key):
    """No text is missing or lacks a figure in one of the languages."""
    assert set(TABLES[key]) == LANGUAGES
    assert all(TABLES[key].values())
    assert _places(TABLES[key]["de"]) == _places(TABLES[key]["en"])


def test_every_metric_has_a_step_and_a_counted_thing():
    """Each metric says what to do and what it counts."""
    for words in (*METRICS.values(), *VIOLATIONS.values()):
        assert words.step in NEXT_STEPS
        assert words.counted in COUNTED
        assert words.de
        assert words.en


def test_every_report_has_a_name():
    """A report that is missing can be named."""
    assert set(SOURCES) == set(ReportType)
    assert source_name(ReportType.FEEDBACK, "de") == "Verkäuferbewertungen"


def test_every_error_that_can_be_a_reason_has_words():
    """Each reason that an error gives is explained."""
    reasons = {
        error.reason
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.GoodstandingError)
    }
    assert reasons - set(REASONS) == set()


def test_a_metric_without_words_is_named_by_its_own_name():
    """A new metric of Amazon's is shown, not lost."""
    assert metric_name("order_defect_rate", "de") == "Rate an Bestellmängeln"
    assert metric_name("policy_violations.document_requests", "en") == "Document requests"
    assert metric_name("policy_violations.new_kind_of_trouble", "de") == "new kind of trouble"
    assert words_of("policy_violations.new_kind_of_trouble").unit is Unit.COUNT
    assert words_of("brand_new_rate") == MetricWords("brand new rate", "brand new rate")


def test_reasons_keep_their_details():
    """What a reason says beyond its code is kept in brackets, an unknown code is shown as it is, none is nothing."""
    assert reason_text("damaged: line 5, column Rating", "en") == "the report is damaged (line 5, column Rating)"
    assert reason_text("brand_new", "de") == "brand_new"
    assert reason_text(None, "de") == ""
    assert reason_code(None) == ""


def test_a_reason_says_what_to_do():
    """Some reasons need a person; the others mend themselves."""
    assert "refresh token" in remedy("not_authorized", "en")
    assert remedy("throttled", "de") == TRY_AGAIN["de"]


def test_a_phrase_has_its_places_filled():
    """A phrase is said with its figures."""
    assert say("digest.count.bad", "de", count=3) == "3 schlecht"
