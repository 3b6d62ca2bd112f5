"""report.html: self-contained, accessible, and safe whatever the figures' names are."""

from decimal import Decimal
from html.parser import HTMLParser

import pytest

from cli.report import allowance_used, render
from cli.words import WORDS
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus
from goodstanding.core.requests.record import RequestState
from tests.cli.conftest import DEFECTS, a_request, message, outcome_of, place

_VOID = {"meta", "br", "link", "img", "input"}


class Page(HTMLParser):
    """Reads a page and complains about tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.open = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """Keep it, and wait for its end."""
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Ends what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Keep the text."""
        self.text += data

    def all(self, tag):
        """Attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page(outcome):
    """The page of the outcome."""
    return Page(render(outcome))


def test_the_page_shows_what_the_run_found(page):
    """Figures, targets, what is missing and why, and the messages."""
    for part in (
        "Account health, 20 November 2026",
        "Seller A2EXAMPLE00001",
        "Order defect rate, own fulfilment",
        "1.23 %",
        "3 of 244 orders",
        "under 1 %",
        "123 %",
        "AT_RISK",
        "Amazon could not create the report",
        "no mailbox connected",
        "DE: bad. See e-mail.",
    ):
        assert part in page.text


def test_the_page_says_how_feedback_requests_stand(page):
    """Asked, waiting and not asked, with a table of the reasons; a marketplace without requests says nothing."""
    assert "1 asked (1 in the last day), 1 waiting, 1 not asked" in page.text
    assert "its SKU is left out" in page.text
    assert page.text.count("Feedback requests") == 1


def test_a_marketplace_that_leaves_nobody_out_has_no_table_of_reasons():
    """One line is enough."""
    text = Page(render(outcome_of(place("DE", requests=[a_request(1, RequestState.PLANNED)])))).text
    assert "0 asked (0 in the last day), 1 waiting, 0 not asked" in text
    assert "Why not asked" not in text


def test_the_page_needs_no_network(page):
    """Nothing is loaded, and the page forbids it to itself."""
    assert not {"img", "link", "script", "iframe"} & {tag for tag, _ in page.tags}
    assert all(attributes["href"].startswith("#") for attributes in page.all("a"))
    assert any("default-src 'none'" in attributes.get("content", "") for attributes in page.all("meta"))


def test_the_page_can_be_read_without_eyes_or_mouse(page):
    """Language, one first heading, scoped table headers, captions, a skip link, scroll areas reachable by keyboard."""
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == 1
    assert page.all("th")
    assert all(attributes["scope"] in {"col", "row"} for attributes in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert page.all("a")[0]["href"] == "#content"
    assert {"id": "content"} in page.all("main")
    assert all("tabindex" in attributes for attributes in page.all("div") if attributes.get("class") == "scroll")


def test_every_id_is_used_once(page):
    """Links and labels lead somewhere definite."""
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = {attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes}
    assert labels <= set(ids)


def test_what_comes_from_outside_is_escaped():
    """A metric of an unknown name, a reason or a message cannot become markup."""
    evil = "<script>alert('x')</script>"
    metric = Metric(f"policy_violations.{evil}", None, MetricSource.AMAZON, Decimal(1), amazon_status=evil, reason=evil)
    text = render(
        outcome_of(
            place("DE", [JudgedMetric(metric, MetricStatus.BAD)], status=evil),
            messages=[message(subject=evil, message=evil, sms=evil)],
        )
    )
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_german_sellers_get_a_german_page(outcome):
    """The language is the seller's."""
    german = render(outcome_of(*outcome.sellers[0].marketplaces, language="de", messages=outcome.messages))
    page = Page(german)
    assert page.all("html")[0]["lang"] == "de"
    for part in (
        "Kontozustand, 20. November 2026",
        "Rate an Bestellmängeln",
        "1,23 %",
        "Tagesübersicht",
        "Bewertungsanfragen",
        "SKU ausgenommen",
    ):
        assert part in page.text


def test_a_run_without_sellers_or_metrics_is_a_page_too():
    """Nothing to show is shown."""
    assert "No metrics." in Page(render(outcome_of(place("DE")))).text
    assert (
        "Nothing: no target missed"
        in Page(render(outcome_of(place("DE", [JudgedMetric(DEFECTS, MetricStatus.GOOD)])))).text
    )


def test_a_step_is_said_once_for_two_figures_of_a_metric():
    """Amazon's figure and ours call for the same."""
    bad = JudgedMetric(DEFECTS, MetricStatus.BAD)
    assert Page(render(outcome_of(place("DE", [bad, bad])))).text.count("Answer open A-to-z claims") == 1


@pytest.mark.parametrize(
    ("value", "target", "condition", "used"),
    [
        ("0.02", "0.01", Condition.LESS_THAN, "2"),
        ("0.97", "0.95", Condition.GREATER_THAN, "0.6"),
        ("3", "0", Condition.EQUALS, None),
        ("0.5", "0", Condition.LESS_THAN, None),
        ("0.5", "1", Condition.GREATER_THAN, None),
        (None, "0.01", Condition.LESS_THAN, None),
        ("0.5", None, None, None),
    ],
)
def test_the_allowance_used_is_told_where_there_is_one(value, target, condition, used):
    """All of it is 1; a target that leaves nothing has no share."""
    metric = Metric(
        "x",
        None,
        MetricSource.AMAZON,
        None if value is None else Decimal(value),
        target=None if target is None else Decimal(target),
        condition=condition,
    )
    assert allowance_used(metric) == (None if used is None else Decimal(used))


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_word_of_the_page_exists_in_both_languages(key):
    """No text is missing in one of them."""
    assert set(WORDS[key]) == {"de", "en"}
    assert all(WORDS[key].values())
