"""The catalog speaks both languages everywhere, about everything."""

import re
import string
from pathlib import Path

import pytest

from goodstanding.contracts import errors
from goodstanding.core.deadlines import DeadlineKind
from goodstanding.core.report_types import ReportType
from goodstanding.core.reports import damage as damage_module
from goodstanding.core.reports.damage import Damage
from goodstanding.core.requests.delivery import Confidence
from goodstanding.core.requests.neutrality import Trait, Verdict
from goodstanding.core.requests.record import Reason, RequestState
from goodstanding.core.texts import deadline_words
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
from goodstanding.core.texts.request_words import CONFIDENCES, STATES, TRAITS, VERDICTS, WHY, state_name, why
from goodstanding.core.texts.source_words import (
    DAMAGES,
    REASONS,
    REMEDIES,
    SOURCES,
    TRY_AGAIN,
    reason_code,
    reason_text,
    remedy,
    source_name,
)
from goodstanding.usecases.record_failure import reason_of

LANGUAGES = {"de", "en"}
DEADLINES = {"name": deadline_words.NAMES, "reason": deadline_words.REASONS, "step": deadline_words.STEPS}
TABLES = {
    **{f"why.{reason}": words for reason, words in WHY.items()},
    **PHRASES, **COUNTED, **NEXT_STEPS, **SOURCES, **REASONS, **DAMAGES, **REMEDIES,
    **STATES, **TRAITS, **VERDICTS, **CONFIDENCES,
    "try_again": TRY_AGAIN,
    **{f"{table}.{kind}": texts for table, words in DEADLINES.items() for kind, texts in words.items()},
}  # fmt: skip


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


def test_every_kind_of_deadline_has_words():
    """A name, the reason for the clock, and what to do."""
    assert all(set(words) == set(DeadlineKind) for words in DEADLINES.values())


def test_every_report_has_a_name():
    """A report that is missing can be named."""
    assert set(SOURCES) == set(ReportType)
    assert source_name(ReportType.FEEDBACK, "de") == "Verkäuferbewertungen"


def test_every_state_and_reason_of_a_request_has_words():
    """Whoever asks why a buyer was not asked gets an answer."""
    assert (set(STATES), set(WHY)) == (set(RequestState), set(Reason))
    assert (state_name(RequestState.FAILED, "en"), why(Reason.STOPPED, "de")) == (
        "failed",
        "der Stoppschalter ist gesetzt",
    )
    assert (set(TRAITS), set(VERDICTS), set(CONFIDENCES)) == (set(Trait), set(Verdict), set(Confidence))


def test_every_error_that_can_be_a_reason_has_words():
    """Each reason that an error gives is explained."""
    reasons = {
        error.reason
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.GoodstandingError)
    }
    reasons |= {reason_of(error, "") for error in ("States.Timeout", "Lambda.Unknown")}
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
    assert reason_text("throttled: createReport", "en") == "Amazon throttles the requests (createReport)"
    assert reason_text("brand_new", "de") == "brand_new"
    assert reason_text(None, "de") == ""
    assert reason_code(None) == ""


@pytest.mark.parametrize(
    ("damage", "more", "german", "english"),
    [
        (
            Damage(5, "Rating", "unreadable_rating"),
            " and 2 more",
            "der Bericht ist beschädigt: eine Bewertung ist unlesbar, Zeile 5, Spalte Rating, und 2 weitere",
            "the report is damaged: a rating cannot be read, line 5, column Rating, and 2 more",
        ),
        (
            Damage(7, None, "row_cut_off"),
            "",
            "der Bericht ist beschädigt: eine Zeile bricht mitten ab, Zeile 7",
            "the report is damaged: a row breaks off, line 7",
        ),
        (
            Damage(0, None, "gone"),
            "",
            "der Bericht ist beschädigt: die gespeicherte Datei ist nicht mehr da",
            "the report is damaged: the stored file is gone",
        ),
        (Damage(3, None, "new_trouble"), "", "der Bericht ist beschädigt: new_trouble, Zeile 3", None),
    ],
)
def test_damage_is_said_in_words_with_its_place(damage, more, german, english):
    """Line and column are named, line 0 is the whole file."""
    assert reason_text(damage.reason + more, "de") == german
    if english is not None:
        assert reason_text(damage.reason + more, "en") == english


def test_every_kind_of_damage_has_words():
    """The codes in the parsers are those of the catalog."""
    folder = Path(damage_module.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'(?:Damage\([^"]*|Unreadable\()"([a-z_]+)"', source)) - {"amazon-order-id"}
    assert codes
    assert codes - set(DAMAGES) == set()


def test_a_reason_says_what_to_do():
    """Some reasons need a person; the others mend themselves."""
    assert "refresh token" in remedy("not_authorized", "en")
    assert remedy("throttled", "de") == TRY_AGAIN["de"]


def test_a_phrase_has_its_places_filled():
    """A phrase is said with its figures."""
    assert say("digest.count.bad", "de", count=3) == "3 schlecht"
