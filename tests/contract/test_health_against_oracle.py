"""health.json against a second, naive reading of the outputs' contract, over folders made by chance.

The oracle knows nothing of the product: it reads the rows the test made, not the files, and counts with plain loops.
"""

import gzip
import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.main import main

ZONES = {"DE": "Europe/Berlin", "US": "America/Los_Angeles", "JP": "Asia/Tokyo", "AU": "Australia/Sydney"}
DOMAINS = {"DE": "Amazon.de", "US": "Amazon.com", "JP": "Amazon.co.jp", "AU": "Amazon.com.au"}
DATE_FORMATS = {"DE": "%d.%m.%y", "US": "%m/%d/%y", "JP": "%Y/%m/%d", "AU": "%d/%m/%y"}
STATUSES = (
    "Shipped",
    "Shipped",
    "Shipped",
    "Unshipped",
    "Complete",
    "Cancelled",
    "Canceled",
    "CANCELLED",
    "Pending",
    "Pending Availability",
)
COLUMNS = [
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
]


@dataclass
class Row:
    """What one row of All Orders says."""

    order_id: str
    purchased: datetime
    updated: datetime
    status: str
    channel: str
    sales_channel: str

    def line(self, sku: str, chance: random.Random) -> str:
        """As Amazon writes it, in some offset."""
        offset = ZoneInfo(chance.choice(["UTC", "Europe/Paris", "America/Denver"]))
        cells = {
            "amazon-order-id": self.order_id,
            "purchase-date": self.purchased.astimezone(offset).isoformat(timespec="seconds"),
            "last-updated-date": self.updated.astimezone(UTC).isoformat(timespec="seconds"),
            "order-status": self.status,
            "fulfillment-channel": self.channel,
            "sales-channel": self.sales_channel,
            "product-name": chance.choice(['9" Küchenmesser', "Täßchen «Été»", "plain"]),
            "sku": sku,
            "asin": "B0" + sku.rjust(8, "0"),
            "item-status": self.status,
        }
        return "\t".join(cells.get(column, "") for column in COLUMNS)


@dataclass
class Market:
    """One marketplace as the test made it."""

    rows: list[Row]
    feedback: list[tuple[str, date, int]]
    claims: set[str]


def _edge(chance: random.Random, zone: ZoneInfo, as_of: datetime) -> datetime:
    """An instant that likes midnights, the ends of the window and changes of the clock."""
    local = as_of.astimezone(zone).date()
    day = local - timedelta(days=chance.choice([0, 1, 2, 25, 26, 27, 46, 47, 58, 59, 60, chance.randrange(62)]))
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight + timedelta(seconds=chance.choice([0, 1, -1, chance.randrange(86_400)]))).astimezone(UTC)


def _market(chance: random.Random, country: str, as_of: datetime) -> Market:
    zone = ZoneInfo(ZONES[country])
    rows: list[Row] = []
    for number in range(chance.randrange(30, 120)):
        order_id = f"30{chance.randrange(10)}-{chance.randrange(10**7):07}-{number:07}"
        purchased = _edge(chance, zone, as_of)
        channel = chance.choice(["Amazon", "Merchant", "AFN", "MFN"])
        sales = chance.choice([DOMAINS[country]] * 9 + ["Non-Amazon", "Non-Amazon DE"])
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            updated = purchased + timedelta(seconds=chance.randrange(6 * 86_400))
            rows.append(Row(order_id, purchased, updated, chance.choice(STATUSES), channel, sales))
    ids = sorted({row.order_id for row in rows})
    feedback = [
        (order_id, as_of.date() - timedelta(days=chance.randrange(1, 40)), chance.choice([1, 2, 3]))
        for order_id in chance.sample(ids, 8)
        for _ in range(chance.choice([1, 1, 2]))
    ]
    days = {order_id: {day for one, day, _ in feedback if one == order_id} for order_id, _, _ in feedback}
    feedback = [
        one for number, one in enumerate(feedback) if (one[0], one[1]) not in {(o, d) for o, d, _ in feedback[:number]}
    ]
    assert days
    return Market(rows, feedback, set(chance.sample(ids, 4)))


def _write(folder: Path, country: str, market: Market, chance: random.Random) -> None:
    files: list[list[str]] = [[], [], []]
    for row in market.rows:
        for item in range(chance.choice([1, 1, 2])):
            files[chance.randrange(3)].append(row.line(f"SKU{item}", chance))
    (folder / country).mkdir(parents=True)
    for number, (lines, encoding) in enumerate(
        zip(files, ["utf-8", "utf-8-sig", "cp932" if country == "JP" else "cp1252"], strict=True)
    ):
        chance.shuffle(lines)
        header = "\t".join(COLUMNS)
        if len(lines) > 4:
            lines.insert(3, header)  # Amazon repeats it now and then
        body = "\r\n".join([header, *lines, ""]).encode(encoding, "replace")
        path = folder / country / f"orders-{number}.txt"
        path.write_bytes(gzip.compress(body) if number == 1 else body)
    rows = [
        "\t".join([day.strftime(DATE_FORMATS[country]), str(stars), 'It said "late"', "", order_id, "a@b.example"])
        for order_id, day, stars in market.feedback
    ]
    head = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email"
    half = len(rows) // 2
    for name, part in (("feedback-a.txt", rows[:half]), ("feedback-b.txt", rows[half:])):
        (folder / country / name).write_text("\n".join([head, *part, ""]), encoding="utf-8")
    returns = ["Order ID\tOrder date\tReturn request date\tAmazon RMA ID\tA-to-Z Claim\tASIN"]
    other = sorted({row.order_id for row in market.rows} - market.claims)[:5]
    returns += [
        "\t".join(
            [order_id, "10-Nov-2026", "12-Nov-2026", f"R{order_id}", "Y" if order_id in market.claims else "N", " "]
        )
        for order_id in [*sorted(market.claims), *other]
    ]
    (folder / country / "returns.txt").write_text("\n".join([*returns, ""]), encoding="utf-8")


def _expected(market: Market, country: str, as_of: datetime) -> dict[tuple[str, str], tuple[int, int]]:
    zone = ZoneInfo(ZONES[country])
    last = as_of.astimezone(zone).date()
    newest: dict[str, Row] = {}
    for row in market.rows:
        if row.order_id not in newest or row.updated > newest[row.order_id].updated:
            newest[row.order_id] = row
    stars: dict[str, tuple[date, int]] = {}
    for order_id, day, rating in market.feedback:
        if order_id not in stars or day > stars[order_id][0]:
            stars[order_id] = (day, rating)
    negative = {order_id for order_id, (_, rating) in stars.items() if rating <= 2}
    expected = {}
    for fulfillment, words in (("mfn", {"Merchant", "MFN"}), ("afn", {"Amazon", "AFN"})):
        counted = set()
        for row in newest.values():
            day = row.purchased.astimezone(zone).date()
            word = row.status.lower().replace(" ", "")
            if (
                row.channel in words
                and row.purchased <= as_of
                and last - timedelta(days=59) <= day <= last
                and not word.startswith("pending")
                and (word not in {"cancelled", "canceled"} or row.order_id in market.claims)
                and not row.sales_channel.startswith("Non-Amazon")
            ):
                counted.add(row.order_id)
        for metric, defects in (
            ("negative_feedback_rate", negative),
            ("a_to_z_claim_rate", market.claims),
            ("order_defect_rate", negative | market.claims),
        ):
            expected[metric, fulfillment] = (len(counted & defects), len(counted))
    return expected


def _unique(rows: list[Row]) -> list[Row]:
    """Two rows of one order with one date of update would leave the contract open."""
    seen: set[tuple[str, datetime]] = set()
    kept = []
    for row in rows:
        updated = row.updated.replace(microsecond=0)
        if (row.order_id, updated) not in seen:
            seen.add((row.order_id, updated))
            kept.append(row)
    return kept


@pytest.mark.parametrize("seed", range(6))
def test_computed_rates_are_right_to_the_row(tmp_path, seed):
    """Whatever the folder, each computed rate has the numerator and denominator that plain counting gives."""
    chance = random.Random(seed)
    as_of = datetime(2026, chance.choice([4, 11, 11, 12]), 20, chance.choice([0, 6, 9, 14, 23]), 30, tzinfo=UTC)
    folder = tmp_path / "seller"
    folder.mkdir()
    (folder / "seller.yaml").write_text(f"seller_id: A2EXAMPLE0000{seed}\nmarketplaces: [{', '.join(ZONES)}]\n")
    markets = {country: _market(chance, country, as_of) for country in ZONES}
    for country, market in markets.items():
        market.rows = _unique(market.rows)
        _write(folder, country, market, chance)
    out = tmp_path / "out"
    assert main(["run", str(folder), "--as-of", as_of.isoformat(), "--out", str(out)]) == 0
    health = json.loads((out / "health.json").read_text(encoding="utf-8"))
    for place in health["sellers"][0]["marketplaces"]:
        found = {
            (row["metric"], row["fulfillment"]): (row["numerator"], row["denominator"])
            for row in place["metrics"]
            if row["source"] == "computed"
            and row["metric"] in {"negative_feedback_rate", "a_to_z_claim_rate", "order_defect_rate"}
        }
        assert found == _expected(markets[place["marketplace"]], place["marketplace"], as_of), place["marketplace"]
