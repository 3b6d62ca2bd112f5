"""Reports: what is written comes back when read, in any order, in any charset, in pieces of any size."""

import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from goodstanding.core.marketplaces import MARKETPLACES, by_country
from goodstanding.core.orders import FeedbackFact, Fulfillment, OrderFacts, OrderStatus, ReturnFact, ShipmentFact
from goodstanding.core.report_types import ReportType
from goodstanding.core.reports import decoding
from goodstanding.core.reports.all_orders import fold_orders, parse_all_orders
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.dates import DAY_ORDERS, DayOrder
from goodstanding.core.reports.feedback import latest_per_order, parse_feedback
from goodstanding.core.reports.performance_v1 import parse_performance_v1
from goodstanding.core.reports.performance_v2 import parse_performance_v2
from goodstanding.core.reports.recognise import recognise
from goodstanding.core.reports.returns import parse_returns
from goodstanding.core.reports.shipments import parse_shipments

DE = by_country("DE")
ORDER_IDS = (
    st.integers(0, 10**17 - 1)
    .map(lambda number: f"{number:017}")
    .map(lambda digits: f"{digits[:3]}-{digits[3:10]}-{digits[10:]}")
)
FEW_ORDER_IDS = st.sampled_from([f"302-0000000-000000{number}" for number in range(5)])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12)
INSTANTS = st.integers(1_000_000_000, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
STATUS_WORDS = {
    OrderStatus.PENDING: "Pending",
    OrderStatus.PENDING_AVAILABILITY: "PendingAvailability",
    OrderStatus.CANCELLED: "Canceled",
    OrderStatus.SHIPPED: "Shipped",
    OrderStatus.OTHER: "Unshipped",
}
CHANNEL_WORDS = {Fulfillment.AFN: "Amazon", Fulfillment.MFN: "Merchant", None: "?"}


@st.composite
def orders(draw: st.DrawFn, order_ids: st.SearchStrategy[str] = ORDER_IDS) -> OrderFacts:
    """One row's facts."""
    return OrderFacts(
        order_id=draw(order_ids),
        purchased_at=draw(INSTANTS),
        last_updated_at=draw(st.one_of(INSTANTS, st.just(datetime(2026, 10, 5, tzinfo=UTC)))),
        status=draw(st.sampled_from(OrderStatus)),
        fulfillment=draw(st.sampled_from([*Fulfillment, None])),
        sales_channel=draw(st.sampled_from(["Amazon.de", "Non-Amazon", "", "Amazon|de"])),
        ship_country=draw(st.sampled_from(["DE", "FR", ""])),
        skus=draw(WORDS.map(lambda sku: frozenset({sku} - {""}))),
        asins=draw(st.sampled_from(["B01", "B02"]).map(lambda asin: frozenset({asin}))),
    )


def order_row(order: OrderFacts, zone: timezone) -> dict[str, str]:
    """The row that says so."""
    return {
        "amazon-order-id": order.order_id,
        "purchase-date": order.purchased_at.astimezone(zone).isoformat(),
        "last-updated-date": order.last_updated_at.astimezone(zone).isoformat(),
        "order-status": STATUS_WORDS[order.status],
        "fulfillment-channel": CHANNEL_WORDS[order.fulfillment],
        "sales-channel": order.sales_channel,
        "product-name": 'a "quoted" name',
        "sku": "".join(order.skus),
        "asin": "".join(order.asins),
        "ship-country": order.ship_country,
    }


def rendered(header: list[str], rows: list[dict[str, str]]) -> str:
    """A table as Amazon writes it."""
    return "".join("\t".join(row[name] for name in header) + "\n" for row in [{name: name for name in header}, *rows])


HEADER = list(
    order_row(
        OrderFacts(
            "",
            datetime(2026, 1, 1, tzinfo=UTC),
            datetime(2026, 1, 1, tzinfo=UTC),
            OrderStatus.OTHER,
            None,
            "",
            "",
            frozenset(),
            frozenset(),
        ),
        UTC,
    )
)


@given(st.lists(orders()), OFFSETS, st.permutations(HEADER))
def test_orders_come_back_as_written(facts, zone, header):
    """Whatever the order of columns and the offset of the dates."""
    text = rendered(header, [order_row(fact, zone) for fact in facts])
    assert list(parse_all_orders(text.split("\n"))) == facts


@given(st.lists(orders()), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans(), st.booleans())
def test_orders_come_back_through_gzip_and_charset(facts, charset, zipped, crlf):
    """Bytes are read for what they are."""
    text = rendered(HEADER, [order_row(fact, UTC) for fact in facts])
    body = text.replace("\n", "\r\n" if crlf else "\n").encode(charset)
    assert recognise(body[:65536]) is ReportType.ALL_ORDERS
    stream = decoding.plain(io.BytesIO(gzip.compress(body) if zipped else body))
    assert list(parse_all_orders(decoding.lines(stream, None, japanese=False))) == facts


def stored(*batches: list[OrderFacts]) -> dict[str, OrderFacts]:
    """A store in which the greater version wins and items accumulate."""
    store: dict[str, OrderFacts] = {}
    for fact in (fact for batch in batches for fact in batch):
        known = store.get(fact.order_id, fact)
        newest = fact if fact.version > known.version else known
        store[fact.order_id] = newest._replace(skus=known.skus | fact.skus, asins=known.asins | fact.asins)
    return store


@given(st.data(), st.lists(orders(FEW_ORDER_IDS), max_size=30), st.integers(1, 12))
def test_folded_orders_end_alike_in_any_order_and_partition(data, facts, window):
    """Nor does it matter how much is held at once."""
    expected = stored(facts)
    shuffled = data.draw(st.permutations(facts))
    cut = data.draw(st.integers(0, len(facts)))
    assert stored(list(fold_orders(shuffled, window))) == expected
    assert stored(list(fold_orders(shuffled[:cut], window)), list(fold_orders(shuffled[cut:], window))) == expected


@given(st.lists(orders(FEW_ORDER_IDS), max_size=30), st.integers(1, 12))
def test_fold_holds_at_most_its_window(facts, window):
    """Memory does not grow with the report."""
    taken, given_back = set(), 0

    def rows():
        for number, fact in enumerate(facts):
            taken.add(number)
            yield fact._replace(order_id=str(number))

    for _ in fold_orders(rows(), window):
        given_back += 1
        assert len(taken) - given_back <= window
    assert given_back == len(facts)


def written_day(day: date, country: str, *, long_year: bool) -> str:
    """A day as the marketplace writes it."""
    year = f"{day.year}" if long_year else f"{day.year % 100:02}"
    parts = {"day": str(day.day), "month": str(day.month), "year": year}
    separator = {"DE": ".", "PL": ".", "TR": ".", "NL": "-"}.get(country, "/")
    return separator.join(parts[part] for part in DAY_ORDERS[country].value)


FEEDBACK = st.builds(FeedbackFact, ORDER_IDS, st.integers(1, 5), DAYS)
COMMENTS = st.text(st.characters(codec="utf-8", exclude_characters="\t\n\r\0"), max_size=30)


@given(st.lists(st.tuples(FEEDBACK, COMMENTS)), st.sampled_from(MARKETPLACES), st.booleans(), st.booleans())
def test_feedback_comes_back_as_written(written, marketplace, long_year, known_header):
    """In every marketplace's own way of writing days, with a header of a known language or not."""
    header = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email" if known_header else "Q\tW\tE\tR\tT\tZ"
    rows = [
        f"{written_day(fact.left_on, marketplace.country, long_year=long_year)}\t{fact.rating}\t{comment}\t\t{fact.order_id}\tx"
        for fact, comment in written
    ]
    assert list(parse_feedback([header, *rows, ""], marketplace)) == [fact for fact, _ in written]


@given(DAYS, st.sampled_from(MARKETPLACES))
def test_day_and_month_are_never_exchanged(day, marketplace):
    """A day written in the other order is read as another day or refused, never as this one by luck of its numbers."""
    other = {DayOrder.MONTH_FIRST: f"{day.day}/{day.month}", DayOrder.DAY_FIRST: f"{day.month}/{day.day}"}
    order = DAY_ORDERS[marketplace.country]
    if order in other and day.day != day.month:
        (found,) = parse_feedback(["Date\tRating\tOrder ID", f"{other[order]}/{day.year}\t1\tX-1", ""], marketplace)
        assert isinstance(found, Damage) or found.left_on == date(day.year, day.day, day.month)


@given(
    st.data(),
    st.lists(st.builds(FeedbackFact, FEW_ORDER_IDS, st.integers(1, 5), st.dates(date(2026, 1, 1), date(2026, 1, 3)))),
)
def test_latest_feedback_does_not_depend_on_order(data, facts):
    """One for each order."""
    shuffled = data.draw(st.permutations(facts))
    assert set(latest_per_order(facts)) == set(latest_per_order(shuffled))
    assert len(set(latest_per_order(facts))) == len({fact.order_id for fact in facts})


@given(st.lists(st.tuples(ORDER_IDS, DAYS | st.none(), st.booleans(), st.sampled_from("AB"))))
def test_returns_come_back_as_written(written):
    """Empty cells hold one space, months are English."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    rows = [
        f"{order_id}\t{f'{day.day:02}-{months[day.month - 1]}-{day.year}' if day else ' '}\t{'Y' if claim else 'N'}\tR\t{sku}"
        for order_id, day, claim, sku in written
    ]
    header = "Order ID\tReturn request date\tA-to-Z Claim\tAmazon RMA ID\tMerchant SKU"
    assert list(parse_returns([header, *rows, ""])) == [
        ReturnFact(order_id, f"R#{sku}", day, claim) for order_id, day, claim, sku in written
    ]


@given(
    st.lists(st.builds(ShipmentFact, ORDER_IDS, st.sampled_from("AB"), INSTANTS | st.none(), INSTANTS | st.none())),
    OFFSETS,
)
def test_shipments_come_back_as_written(facts, zone):
    """In any offset."""

    def cell(at):
        return at.astimezone(zone).isoformat() if at else ""

    rows = [
        f"{cell(fact.estimated_arrival_at)}\t{fact.shipment_id}\t{fact.order_id}\t{cell(fact.shipped_at)}"
        for fact in facts
    ]
    header = "estimated-arrival-date\tshipment-id\tamazon-order-id\tshipment-date"
    assert list(parse_shipments([header, *rows, ""])) == facts


PARSERS = (
    parse_all_orders,
    lambda lines: parse_feedback(lines, DE),
    parse_returns,
    parse_shipments,
)
SOUP = st.lists(
    st.lists(
        st.sampled_from(["amazon-order-id", "shipment-id", "Order ID", "A-to-Z Claim", "Date", "Rating", "", " ", "1"])
        | WORDS
    ).map("\t".join)
)


@pytest.mark.parametrize("parse", PARSERS)
@given(SOUP)
def test_no_table_makes_a_parser_raise(parse, lines):
    """Content is never an error; what is wrong comes as data that repeats no cell."""
    assert all(isinstance(found, Damage | tuple | FeedbackFact | ReturnFact | ShipmentFact) for found in parse(lines))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
V2_KEYS = (
    "orderDefectRate",
    "lateShipmentRate",
    "lateShipmentRateList",
    "validTrackingRate",
    "accountHealthRating",
    "warningStates",
    "documentRequests",
    "unheardOf",
)


@given(
    st.dictionaries(
        st.sampled_from(V2_KEYS),
        st.dictionaries(
            st.sampled_from(["mfn", "rate", "orderCount", "defectsCount", "reportingDateRange", "targetValue"]), JSON
        )
        | JSON,
    )
)
def test_no_json_makes_the_performance_report_raise(entry):
    """Whatever Amazon puts anywhere."""
    text = json.dumps({"accountStatuses": [entry], "performanceMetrics": [entry]})
    _, rows, damage = parse_performance_v2(text, DE)
    assert damage is None
    assert all((row.value is None) == (row.reason is not None) for row in rows)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("cp1252", "replace")))
def test_no_text_makes_a_performance_report_raise(text):
    """Neither the JSON nor the XML one."""
    assert isinstance(parse_performance_v2(text, DE)[1], tuple)
    assert isinstance(parse_performance_v1(text)[0], tuple)


@given(st.decimals(0, 1, allow_nan=False, places=17))
def test_rates_come_back_exactly(rate):
    """No digit is lost."""
    text = json.dumps({"performanceMetrics": [{"validTrackingRate": {"rate": 0}}]}).replace(
        '"rate": 0', f'"rate": {rate:f}'
    )
    assert parse_performance_v2(text, DE)[1][0].value == Decimal(rate)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_counted_response_times_are_a_share(on_time, late, never):
    """Of all contacts; of none there is no share."""
    text = (
        "<sellerPerformanceReports><responseTimeMetrics><start>2026-10-21</start><end>2026-11-19</end>"
        f"<responseUnder24Hours>{on_time}</responseUnder24Hours>"
        f"<responseTimeGreaterThan24Hours>{late}</responseTimeGreaterThan24Hours>"
        f"<noResponseForContactsOlderThan24Hours>{never}</noResponseForContactsOlderThan24Hours>"
        "</responseTimeMetrics></sellerPerformanceReports>"
    )
    (row,), _ = parse_performance_v1(text)
    total = on_time + late + never
    assert (row.value, row.denominator) == ((Decimal(on_time) / total, total) if total else (None, None))


@given(
    st.binary(max_size=400),
    st.none() | st.sampled_from(["UTF-8", "Cp1252", "windows-31j", "ISO-8859-1", "x"]),
    st.booleans(),
)
def test_any_bytes_are_lines_and_no_error(body, charset, japanese):
    """Every byte string is read in some charset, the same in pieces of any size."""
    assert list(decoding.lines(io.BytesIO(body), charset, japanese=japanese))
    assert recognise(body) in {None, *ReportType}


@given(st.text("評価コメントかな漢字①abc 1\t", max_size=60), st.booleans())
def test_japanese_text_comes_back(text, named):
    """With and without a true header, unless its bytes happen to be UTF-8 too."""
    body = text.encode("cp932")
    assume(named or body.isascii() or not _is_utf8(body))
    assert list(decoding.lines(io.BytesIO(body), "windows-31j" if named else None, japanese=True)) == [text]


def _is_utf8(body: bytes) -> bool:
    try:
        return bool(body.decode("utf-8"))
    except UnicodeDecodeError:
        return False
