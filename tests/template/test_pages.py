"""The pages of docs/: links lead somewhere, and what an operator may be told is explained."""

import re
from itertools import pairwise

import pytest

from goodstanding.contracts import errors
from goodstanding.core.requests.record import Reason
from goodstanding.core.texts.source_words import DAMAGES, REASONS
from goodstanding.usecases.record_failure import reason_of
from tools import sam_template

ROOT = sam_template.ROOT
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/*.md")])
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


def anchors(text: str) -> set[str]:
    """What the headings of a page can be linked as."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def broken_links(text: str, folder) -> list[str]:
    """Relative links of a page that lead nowhere; to a part of a page only if it has such a heading."""
    broken = []
    for target, anchor in LINK.findall(text):
        path = folder / target if target else None
        if path is not None and not path.exists():
            broken.append(target)
        elif anchor and anchor not in anchors(path.read_text(encoding="utf-8") if path else text):
            broken.append(f"{target}#{anchor}")
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page):
    """Files move; links must not break."""
    assert broken_links(page.read_text(encoding="utf-8"), page.parent) == []


def test_broken_links_are_found(tmp_path):
    """A missing file, a missing heading, here and there."""
    (tmp_path / "there.md").write_text("# Here and there\n")
    text = "# Top\n[a](there.md) [b](there.md#here-and-there) [c](#top) [d](gone.md) [e](there.md#gone) [f](#gone)"
    assert broken_links(text, tmp_path) == ["gone.md", "there.md#gone", "#gone"]


def test_every_page_is_reached_from_the_readme():
    """A page that nobody finds is not there."""
    reached, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            left += [
                (page.parent / target).resolve()
                for target, _ in LINK.findall(page.read_text(encoding="utf-8"))
                if target
            ]
    assert set(PAGES) - reached == set()


def test_every_alarm_is_explained():
    """Whoever is woken finds the name of the alarm and what to do."""
    alarms = sam_template.resources(sam_template.load(), "AWS::CloudWatch::Alarm")
    rows = re.findall(r"^\| `(\w+Alarm)` \| .+ \| .+ \|$", OPERATIONS, re.MULTILINE)
    assert sorted(rows) == sorted(alarms)
    for rule in sam_template.resources(sam_template.load(), "AWS::Events::Rule"):
        assert f"`{rule}`" in OPERATIONS


REQUESTS = "### Why a buyer was not asked"


def _explained(text: str) -> list[str]:
    rows = re.findall(r"^\| ((?:`[a-z_]+` ?)+)\| .+ \|$", text, re.MULTILINE)
    return [code for row in rows for code in re.findall(r"`([a-z_]+)`", row)]


def test_every_reason_of_a_request_is_explained():
    """Each once; some words mean something else for a report."""
    section = OPERATIONS.partition(REQUESTS)[2].partition("\n## ")[0]
    assert sorted(_explained(section)) == sorted(Reason)


def test_every_reason_is_explained():
    """Of errors, of figures and of damage; none that does not exist."""
    of_errors = {
        thing.reason
        for thing in vars(errors).values()
        if isinstance(thing, type) and issubclass(thing, errors.GoodstandingError)
    }
    of_states = {reason_of(error, "") for error in ("States.Timeout", "Lambda.Unknown")}
    before, _, rest = OPERATIONS.partition(REQUESTS)
    explained = _explained(before) + _explained(rest.partition("\n## ")[2])
    assert sorted(explained) == sorted(of_errors | of_states | set(REASONS) | set(DAMAGES))


def test_every_parameter_that_is_named_exists():
    """`--parameter-overrides` with a name that the template lacks is refused."""
    parameters = sam_template.load()["Parameters"]
    named = set(re.findall(r"`?(\w+)=(?:on|off|observe|act|DISABLED|DEBUG)\b", OPERATIONS))
    assert named
    assert named <= set(parameters)


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_decision_says_what_would_change_our_mind(page):
    """Context, options, choice, and when to think again."""
    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Context", "Options", "Choice", "What would change our mind"]


def test_decisions_are_numbered_without_a_gap():
    """A number is a name for good."""
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers[0] == 1
    assert all(after == before + 1 for before, after in pairwise(numbers))
