"""A seller's own settings, `seller.yaml`: who and where, and how this seller wants to be served.

The same file serves a local run (in the seller's folder) and the stack in AWS (`sellers/<seller_id>.yaml` in the bucket, where
`mailbox` tells whether mail arrives). Values out of range are errors, never clamped: a seller who wrote 30 days meant something.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from goodstanding.contracts.base import Payload
from goodstanding.core import marketplaces

ORDER_ID = re.compile(r"[0-9]{3}-[0-9]{7}-[0-9]{7}")

_MOST_QUOTED = 60  # characters
_SWITCH_WORDS = {"yes": True, "on": True, "no": False, "off": False}


def _switch(value: object) -> object:
    """YAML 1.1 has more words for true and false than JSON; people write them."""
    return _SWITCH_WORDS.get(value.casefold(), value) if isinstance(value, str) else value


def _as_written(value: object) -> object:
    """An identifier of digits only reads as a number; it is text all the same."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _quoted(value: str) -> str:
    """The value in a message, at most so much of it that the message stays one that is read."""
    return repr(value if len(value) <= _MOST_QUOTED else value[:_MOST_QUOTED] + "…")


def _matching(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"{_quoted(value)} is not {what}")
        return value

    return AfterValidator(check)


def _marketplace(code: str) -> str:
    try:
        return marketplaces.by_country(code).country
    except KeyError:
        known = " ".join(marketplace.country for marketplace in marketplaces.MARKETPLACES)
        raise ValueError(f"{_quoted(code)} is no Amazon marketplace; use {known}") from None


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is listed twice; keep one")
    return values


def _ship_country(code: str) -> str:
    """Any country can be shipped to, so only the form is checked."""
    upper = code.upper()
    return {"UK": "GB"}.get(upper, upper)


Text = Annotated[str, BeforeValidator(_as_written)]
Switch = Annotated[bool, BeforeValidator(_switch)]
SellerId = Annotated[
    Text, _matching(re.compile(r"[A-Za-z0-9]{1,40}"), "a seller id (letters and digits, such as A2EXAMPLE00001)")
]
CountryCode = Annotated[Text, AfterValidator(_marketplace)]
ShipCountry = Annotated[
    Text, AfterValidator(_ship_country), _matching(re.compile(r"[A-Z]{2}"), "a country code of two letters")
]
Sku = Annotated[Text, _matching(re.compile(r"\S(.*\S)?"), "a SKU (text without blanks around it)")]
Asin = Annotated[Text, _matching(re.compile(r"[A-Z0-9]{10}"), "an ASIN (ten capital letters and digits)")]
OrderId = Annotated[Text, _matching(ORDER_ID, "an Amazon order id (such as 302-1234567-1234567)")]
EmailAddress = Annotated[Text, _matching(re.compile(r"[^@\s<>]+@[^@\s<>]+"), "an e-mail address")]


class Exclusions(Payload):
    """Orders that are never asked about. Neutral rules only: what was sold, where to, and who shipped."""

    skus: tuple[Sku, ...] = ()
    asins: tuple[Asin, ...] = ()
    countries: tuple[ShipCountry, ...] = ()
    channels: tuple[Literal["afn", "mfn"], ...] = ()


class RequestSettings(Payload):
    """Feedback requests: whether, when and how many a day."""

    enabled: Switch = True
    delay_days: Annotated[int, Field(ge=5, le=25)] = 7
    send_hour: Annotated[int, Field(ge=0, le=23)] = 10
    daily_cap: Annotated[int, Field(ge=1)] | None = None
    exclude: Exclusions = Exclusions()


class SellerSettings(Payload):
    """`seller.yaml`. `marketplaces` are country codes as the marketplace table spells them (`UK` becomes `GB`)."""

    seller_id: SellerId
    marketplaces: Annotated[tuple[CountryCode, ...], Field(min_length=1), AfterValidator(_distinct)]
    language: Literal["de", "en"] = "de"
    requests: RequestSettings = RequestSettings()
    opt_outs: tuple[OrderId, ...] = ()
    own_addresses: tuple[EmailAddress, ...] = ()


class EnrolledSeller(SellerSettings):
    """The same in AWS, where no folder shows whether the seller's notification mailbox is connected."""

    mailbox: Switch = False
