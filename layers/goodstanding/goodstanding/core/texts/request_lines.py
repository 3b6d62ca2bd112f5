"""Lines about the feedback requests of a marketplace: how they stand, and whom they were not sent to."""

from collections.abc import Iterable, Iterator

from goodstanding.core.requests.neutrality import Neutrality, Share, Trait
from goodstanding.core.requests.tally import Tally
from goodstanding.core.texts.figures import number, percent
from goodstanding.core.texts.phrases import say
from goodstanding.core.texts.request_words import TRAITS, VERDICTS, why

_FEW = 100  # with fewer orders a share is told with its interval


def standing(counted: Tally, language: str) -> str:
    """How many were asked, wait, and are not asked."""
    return say(
        "requests.standing",
        language,
        asked=number(counted.asked, language),
        lately=number(counted.asked_lately, language),
        waiting=number(counted.waiting, language),
        refused=number(counted.refused, language),
    )


def refusals(counted: Tally, language: str) -> str:
    """The reasons of those that are not asked, the most frequent first; empty without any."""
    return _counted(((each.count, why(each.reason, language)) for each in counted.refusals), language)


def held(counted: Tally, language: str) -> str:
    """What of ours holds back those that are due; empty when nothing does."""
    return _counted(((count, why(reason, language)) for reason, count in counted.held), language)


def request_lines(counted: Tally, compared: Neutrality, language: str) -> Iterator[str]:
    """All there is to say in a digest; nothing where no order was ever considered."""
    if not counted.considered:
        return
    yield standing(counted, language)
    for name, text in (("requests.held", held(counted, language)), ("requests.refused", refusals(counted, language))):
        if text:
            yield say(name, language, reasons=text)
    yield from neutrality_lines(compared, language)


def neutrality_lines(compared: Neutrality, language: str) -> Iterator[str]:
    """Two lines, those asked and those not, so that anybody can see that nobody was chosen by mood; none before anybody was asked."""
    if not compared.asked:
        return
    asked = {each.trait: each.asked for each in compared.comparisons}
    others = {each.trait: each.others for each in compared.comparisons}
    verdict = VERDICTS[compared.verdict][language]
    yield say("requests.neutral.asked", language, count=number(compared.asked, language), known=_known(asked, language))
    yield say(
        "requests.neutral.others",
        language,
        count=number(compared.others, language),
        known=_known(others, language) if compared.others else "-",
        verdict=verdict,
    )


def _known(shares: dict[Trait, Share], language: str) -> str:
    known = (TRAITS[trait][language].format(share=_share(share, language)) for trait, share in shares.items())
    return ", ".join(known) or say("unknown", language)


def _share(share: Share, language: str) -> str:
    value = percent(round(share.value, 3), language)
    if share.of >= _FEW:
        return value
    low, high = (percent(round(bound, 2), language) for bound in share.interval)
    return f"{value} ({low.removesuffix(' %')}-{high})"


def _counted(parts: Iterable[tuple[int, str]], language: str) -> str:
    return "; ".join(f"{number(count, language)} {words}" for count, words in parts)
