"""An All Orders report of any length, the same bytes everywhere: 235 bytes a row on average, as downloads of real sellers have.

Four orders in five have one item, the others two to four; the rows of an order stand together, but one in a hundred of them lies
up to a thousand rows further on. A catalogue of 3,000 products, most orders for a few of them, so it compresses as real files do.
"""

import gzip
import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import accumulate, islice
from pathlib import Path

from tools.sample_stores import ORDER_COLUMNS

COUNTRY = "DE"
FIRST_UPDATE = datetime(2026, 9, 21, tzinfo=UTC)
LAST_UPDATE = datetime(2026, 11, 20, tzinfo=UTC)
_PRODUCTS = 3_000
_APART = 1_000  # rows that may lie between two of one order
_BLOCK = 10_000

_ADJECTIVES = ("Kompakte", "Robuste", "Leise", "Faltbare", "Klassische", "Moderne", "Wasserdichte", "Große")
_NOUNS = (
    "Kaffeemühle",
    "Tischlampe",
    "Brotdose",
    "Luftpumpe",
    "Gartenschere",
    "Küchenwaage",
    "Thermoskanne",
    "Werkzeugtasche",
)
_EXTRAS = ("aus Edelstahl", "mit Deckel", "mit USB-C", "2er Set", "für Büro", "mit Garantie")
_CITIES = (
    "Berlin",
    "Hamburg",
    "München",
    "Köln",
    "Frankfurt am Main",
    "Leipzig",
    "Düsseldorf",
    "Münster",
    "Görlitz",
    "Ulm",
)
_STATES = ("Shipped",) * 90 + ("Pending",) * 6 + ("Cancelled",) * 4


def write_report(path: Path, rows: int) -> None:
    """Write the report gzipped; nothing is there until it is complete."""
    partial = path.with_suffix(".partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    with partial.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
        packed.write(("\t".join(ORDER_COLUMNS) + "\r\n").encode())
        lines = islice(_lines(), rows)
        while block := list(islice(lines, _BLOCK)):
            packed.write("".join(block).encode())
    partial.rename(path)


def cached_report(folder: Path, rows: int) -> Path:
    """The report from a folder, written there if it is not there yet; a changed generator writes a new one."""
    mark = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    path = folder / f"all-orders-{rows}-{mark}.txt.gz"
    if not path.exists():
        write_report(path, rows)
    return path


def _lines() -> Iterator[str]:
    """Rows without end, in the order of their last update."""
    chance = random.Random("goodstanding")
    products = [_product(chance, number) for number in range(_PRODUCTS)]
    popularity = list(accumulate(1 / (rank + 10) for rank in range(_PRODUCTS)))
    strays: list[tuple[int, str]] = []
    for number, line in enumerate(_rows(chance, products, popularity)):
        if chance.random() < 0.01:
            heappush(strays, (number + chance.randrange(_APART), line))
        else:
            yield line
        while strays and strays[0][0] <= number:
            yield heappop(strays)[1]


def _rows(chance: random.Random, products: list[tuple[str, str, str, str]], popularity: list[float]) -> Iterator[str]:
    span = LAST_UPDATE - FIRST_UPDATE
    updated = FIRST_UPDATE
    while True:
        updated += timedelta(milliseconds=chance.randrange(1, 13_000))
        if updated >= LAST_UPDATE:
            updated -= span
        bought = (updated - timedelta(minutes=chance.randrange(20, 5_000))).replace(microsecond=0)
        state = chance.choice(_STATES)
        order_id = f"{chance.randrange(302, 307)}-{chance.randrange(10**7):07}-{chance.randrange(10**7):07}"
        channel, service = ("Amazon", "Expedited") if chance.random() < 0.6 else ("Merchant", "Standard")
        business = "true" if chance.random() < 0.08 else "false"
        to = f"{chance.choice(_CITIES)}\t\t{chance.randrange(10_000, 99_999)}\tDE"
        items = 1 if chance.random() < 0.8 else chance.randrange(2, 5)
        for name, sku, asin, price in chance.choices(products, cum_weights=popularity, k=items):
            yield (
                f"{order_id}\t\t{bought.isoformat()}\t{updated.isoformat(timespec='seconds')}\t{state}\t{channel}\tAmazon.de\t"
                f"\t{service}\t{name}\t{sku}\t{asin}\t{state}\t1\tEUR\t{price}\t\t\t\t\t\t\t\t{to}\t\t{business}\t\t\tfalse\r\n"
            )


def _product(chance: random.Random, number: int) -> tuple[str, str, str, str]:
    words = (chance.choice(_ADJECTIVES), chance.choice(_NOUNS), chance.choice(_EXTRAS), chance.choice(_EXTRAS))
    letters = "".join(chance.choices("ABCDEFGHJKLMNPQRSTVWXYZ0123456789", k=8))
    return (
        " ".join(words),
        f"{words[1][:3].upper()}-{number:05}",
        f"B0{letters}",
        f"{chance.randrange(500, 20_000) / 100:.2f}",
    )
