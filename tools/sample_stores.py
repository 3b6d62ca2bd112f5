"""The stores of the sample seller, and the columns of the files that Amazon offers for download."""

from dataclasses import dataclass
from datetime import date

from goodstanding.core.marketplaces import Marketplace, by_country
from tools.sample_reports import PerformanceFigures

_ORDER_HEADER = (
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel "
    "order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax shipping-price "
    "shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city ship-state "
    "ship-postal-code ship-country promotion-ids is-business-order purchase-order-number price-designation is-iba"
)
_SHIPMENT_HEADER = (
    "amazon-order-id merchant-order-id shipment-id shipment-item-id amazon-order-item-id merchant-order-item-id purchase-date "
    "payments-date shipment-date reporting-date buyer-email buyer-name buyer-phone-number sku product-name quantity-shipped "
    "currency item-price ship-service-level ship-city ship-country carrier tracking-number estimated-arrival-date "
    "fulfillment-center-id fulfillment-channel sales-channel"
)
_RETURN_HEADER = (
    "Order ID,Order date,Return request date,Return request status,Amazon RMA ID,Merchant RMA ID,Label type,Label cost,"
    "Currency code,Return carrier,Tracking ID,Label to be paid by,A-to-Z Claim,Is prime,ASIN,Merchant SKU,Item Name,"
    "Return quantity,Return Reason,In policy,Return type,Resolution,Invoice number,Return delivery date,Order Amount,"
    "Order quantity,SafeT Action reason,SafeT claim id,SafeT claim state,SafeT claim creation time,"
    "SafeT claim reimbursement amount,Refunded Amount"
)
ORDER_COLUMNS = tuple(_ORDER_HEADER.split())
SHIPMENT_COLUMNS = tuple(_SHIPMENT_HEADER.split())
RETURN_COLUMNS = tuple(_RETURN_HEADER.split(","))
FEEDBACK_COLUMNS = ("Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email")


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold."""

    sku: str
    asin: str
    name: str
    price: str


@dataclass(frozen=True, slots=True)
class Store:
    """One marketplace of the sample."""

    country: str
    prefixes: tuple[int, int]
    mfn: int
    afn: int
    cities: tuple[str, ...]
    products: tuple[Product, ...]
    day_format: str
    figures: PerformanceFigures
    special_times: tuple[str, ...] = ()

    @property
    def marketplace(self) -> Marketplace:
        """Amazon's marketplace."""
        return by_country(self.country)

    def day(self, value: date) -> str:
        """A date as this marketplace's files write it."""
        return f"{value:{self.day_format}}"


def _products(country: str, *entries: tuple[str, str]) -> tuple[Product, ...]:
    return tuple(
        Product(f"{country}-{number:03}", f"B0SAMPLE{country[0]}{number}", name, price)
        for number, (name, price) in enumerate(entries, 1)
    )


STORES = (
    Store(
        country="DE",
        prefixes=(302, 306),
        mfn=150,
        afn=130,
        cities=("Köln", "München", "Würzburg", "Leipzig", "Gießen"),
        products=_products(
            "DE",
            ("Kaffeemühle aus Gusseisen, grün", "59.90"),
            ("Teekanne 1,2 l, Steinzeug", "34.50"),
            ('Bilderrahmen 12" x 16", Buche geölt', "18.95"),
            ("Schneidebrett Nussbaum, groß", "42.00"),
            ("Filterpapier Größe 4, 200 Stück", "7.49"),
        ),
        day_format="%d.%m.%Y",
        figures=PerformanceFigures(
            late=(3, 152), on_time=(131, 138), tracked=(150, 152), cancelled=(0, 21), score=428, answered=(58, 60)
        ),
        special_times=(
            "2026-09-21T21:59:59+00:00",  # 23:59:59 in Berlin: the day before the window
            "2026-09-21T22:00:00+00:00",  # midnight in Berlin: the first day of the window
            "2026-10-24T22:30:00+00:00",  # 00:30 of the day on which summer time ends
            "2026-10-25T00:30:00+00:00",  # 02:30, the first time
            "2026-10-25T01:30:00+00:00",  # 02:30, the second time
            "2026-10-25T23:15:00+00:00",  # 00:15 of the day after
        ),
    ),
    Store(
        country="FR",
        prefixes=(402, 408),
        mfn=70,
        afn=60,
        cities=("Lyon", "Besançon", "Nîmes", "Orléans"),
        products=_products(
            "FR",
            ("Moulin à café en fonte, vert", "61.90"),
            ("Théière 1,2 l en grès", "36.50"),
            ("Planche à découper en noyer", "44.00"),
        ),
        day_format="%d/%m/%y",
        figures=PerformanceFigures(
            late=(4, 117), on_time=(96, 101), tracked=(115, 117), cancelled=(0, 12), score=402, answered=(22, 23)
        ),
        special_times=("2026-10-24T22:45:00+00:00", "2026-11-19T22:59:30+00:00"),
    ),
    Store(
        country="GB",
        prefixes=(202, 206),
        mfn=50,
        afn=70,
        cities=("Leeds", "Cardiff", "Norwich", "Perth"),
        products=_products(
            "GB",
            ("Cast iron coffee grinder, green", "54.90"),
            ("Stoneware teapot, 1.2 l", "29.50"),
            ('Picture frame 12" x 16", oiled beech', "16.95"),
        ),
        day_format="%d/%m/%Y",
        figures=PerformanceFigures(
            late=(0, 61), on_time=(57, 58), tracked=(60, 61), cancelled=(0, 9), score=511, answered=None
        ),
        special_times=("2026-10-25T00:20:00+00:00", "2026-10-25T01:20:00+00:00"),
    ),
)
