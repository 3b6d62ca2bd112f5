"""Amazon's 23 marketplaces: identifiers, region, time zone and language.

Identifiers and regions are Amazon's (SP-API marketplace ids). Time zones are not given by SP-API; each is the zone of the
marketplace's store, except that Amazon's North American stores keep Pacific time for US and CA (CA is unconfirmed).
"""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo


class Region(StrEnum):
    """An SP-API region: one endpoint, one refresh token, one set of rate limits."""

    NA = "NA"
    EU = "EU"
    FE = "FE"


ENDPOINTS: dict[Region, str] = {
    Region.NA: "https://sellingpartnerapi-na.amazon.com",
    Region.EU: "https://sellingpartnerapi-eu.amazon.com",
    Region.FE: "https://sellingpartnerapi-fe.amazon.com",
}


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One store: `country` is the two-letter code used everywhere else in this product."""

    country: str
    marketplace_id: str
    region: Region
    time_zone: str
    language: str
    currency: str
    domain: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this marketplace's calendar days are counted."""
        return ZoneInfo(self.time_zone)


MARKETPLACES: tuple[Marketplace, ...] = tuple(
    Marketplace(country, marketplace_id, Region(region), time_zone, language, currency, domain)
    for country, marketplace_id, region, time_zone, language, currency, domain in (
        ("US", "ATVPDKIKX0DER", "NA", "America/Los_Angeles", "en", "USD", "amazon.com"),
        ("CA", "A2EUQ1WTGCTBG2", "NA", "America/Los_Angeles", "en", "CAD", "amazon.ca"),
        ("MX", "A1AM78C64UM0Y8", "NA", "America/Mexico_City", "es", "MXN", "amazon.com.mx"),
        ("BR", "A2Q3Y263D00KWC", "NA", "America/Sao_Paulo", "pt", "BRL", "amazon.com.br"),
        ("GB", "A1F83G8C2ARO7P", "EU", "Europe/London", "en", "GBP", "amazon.co.uk"),
        ("DE", "A1PA6795UKMFR9", "EU", "Europe/Berlin", "de", "EUR", "amazon.de"),
        ("FR", "A13V1IB3VIYZZH", "EU", "Europe/Paris", "fr", "EUR", "amazon.fr"),
        ("IT", "APJ6JRA9NG5V4", "EU", "Europe/Rome", "it", "EUR", "amazon.it"),
        ("ES", "A1RKKUPIHCS9HS", "EU", "Europe/Madrid", "es", "EUR", "amazon.es"),
        ("NL", "A1805IZSGTT6HS", "EU", "Europe/Amsterdam", "nl", "EUR", "amazon.nl"),
        ("BE", "AMEN7PMS3EDWL", "EU", "Europe/Brussels", "fr", "EUR", "amazon.com.be"),
        ("IE", "A28R8C7NBKEWEA", "EU", "Europe/Dublin", "en", "EUR", "amazon.ie"),
        ("SE", "A2NODRKZP88ZB9", "EU", "Europe/Stockholm", "sv", "SEK", "amazon.se"),
        ("PL", "A1C3SOZRARQ6R3", "EU", "Europe/Warsaw", "pl", "PLN", "amazon.pl"),
        ("TR", "A33AVAJ2PDY3EV", "EU", "Europe/Istanbul", "tr", "TRY", "amazon.com.tr"),
        ("EG", "ARBP9OOSHTCHU", "EU", "Africa/Cairo", "ar", "EGP", "amazon.eg"),
        ("SA", "A17E79C6D8DWNP", "EU", "Asia/Riyadh", "ar", "SAR", "amazon.sa"),
        ("AE", "A2VIGQ35RCS4UG", "EU", "Asia/Dubai", "en", "AED", "amazon.ae"),
        ("IN", "A21TJRUUN4KGV", "EU", "Asia/Kolkata", "en", "INR", "amazon.in"),
        ("ZA", "AE08WJ6YKNBMC", "EU", "Africa/Johannesburg", "en", "ZAR", "amazon.co.za"),
        ("SG", "A19VAU5U5O7RUS", "FE", "Asia/Singapore", "en", "SGD", "amazon.sg"),
        ("AU", "A39IBJ37TRP1C6", "FE", "Australia/Sydney", "en", "AUD", "amazon.com.au"),
        ("JP", "A1VC38T7YXB528", "FE", "Asia/Tokyo", "ja", "JPY", "amazon.co.jp"),
    )
)

_BY_COUNTRY = {marketplace.country: marketplace for marketplace in MARKETPLACES}
_BY_ID = {marketplace.marketplace_id: marketplace for marketplace in MARKETPLACES}
_ALIASES = {"UK": "GB"}  # Amazon itself uses both


def by_country(code: str) -> Marketplace:
    """The marketplace of a country code; `UK` is accepted for `GB`. Raises KeyError for any other unknown code."""
    code = code.upper()
    return _BY_COUNTRY[_ALIASES.get(code, code)]


def by_id(marketplace_id: str) -> Marketplace | None:
    """The marketplace of an id; None for pseudo marketplaces ("Non-Amazon"), which appear in Amazon's own lists."""
    return _BY_ID.get(marketplace_id)
