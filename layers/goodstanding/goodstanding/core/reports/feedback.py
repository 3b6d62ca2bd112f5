"""GET_SELLER_FEEDBACK_DATA: one row for each negative or neutral feedback that stands (1 to 3 stars).

Amazon localises the header and documents no spelling of it, so columns are found by the names of many languages, and a
column whose name is not among them by where Amazon puts it: date, rating, comments[, your response], order id, rater's
e-mail. A column is never taken by its place when another is known to stand there. Comments and addresses are dropped here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import zip_longest

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import FeedbackFact, is_order_id
from goodstanding.core.reports import dates
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.table import Row, Table, normal_name, table


class Column(StrEnum):
    """The columns of the report; the value is Amazon's English name."""

    DATE = "Date"
    RATING = "Rating"
    COMMENTS = "Comments"
    RESPONSE = "Your Response"
    ORDER_ID = "Order ID"
    RATER = "Rater Email"


_NAMES: dict[Column, tuple[str, ...]] = {
    Column.DATE: (
        *("date", "feedback date", "datum", "data", "fecha", "tarih", "日付", "評価日", "التاريخ"),
        *(
            "bewertungsdatum",
            "date de l'évaluation",
            "date d'évaluation",
            "data da avaliação",
            "fecha de la valoración",
        ),
    ),
    Column.RATING: (
        *("rating", "stars", "bewertung", "sterne", "évaluation", "evaluation", "note", "notation", "valutazione"),
        *("punteggio", "voto", "valoración", "calificación", "puntuación", "avaliação", "classificação", "beoordeling"),
        *("betyg", "omdöme", "ocena", "puan", "derecelendirme", "değerlendirme", "評価", "評価レーティング", "التقييم"),
    ),
    Column.COMMENTS: (
        *("comments", "comment", "kommentare", "kommentar", "commentaires", "commentaire", "commenti", "commento"),
        *("comentarios", "comentario", "comentários", "comentário", "opmerkingen", "commentaar", "kommentarer"),
        *("komentarze", "komentarz", "yorumlar", "yorum", "コメント", "التعليقات"),
    ),
    Column.RESPONSE: (
        *("your response", "response", "ihre antwort", "deine antwort", "antwort", "votre réponse", "réponse"),
        *("la tua risposta", "risposta", "su respuesta", "tu respuesta", "respuesta", "sua resposta", "resposta"),
        *(
            "uw reactie",
            "je reactie",
            "reactie",
            "ditt svar",
            "svar",
            "twoja odpowiedź",
            "odpowiedź",
            "yan\u0131t\u0131n\u0131z",
        ),
        *("返信", "返答", "あなたの返答", "出品者の返信", "ردك"),
    ),
    Column.ORDER_ID: (
        *("order id", "order-id", "orderid", "amazon-order-id", "order number", "bestellnummer", "bestell-nr."),
        *("bestell-id", "bestellung", "numéro de commande", "n° de commande", "nº de commande", "commande"),
        *("numero dell'ordine", "numero ordine", "numero d'ordine", "id ordine", "n. ordine", "ordine"),
        *("id. del pedido", "id del pedido", "id de pedido", "número de pedido", "n.º de pedido", "nº de pedido"),
        *("pedido", "id do pedido", "número do pedido", "bestelnummer", "bestelling", "ordernummer", "order-nr"),
        *("beställningsnummer", "numer zamówienia", "identyfikator zamówienia", "sipariş numaras\u0131", "sipariş no"),
        *("注文番号", "注文id", "رقم الطلب"),
    ),
    Column.RATER: (
        *("rater email", "rater", "e-mail des bewerters", "e-mail-adresse des bewerters", "e-mail", "email"),
        *("e-mail de l'évaluateur", "adresse e-mail", "評価者のeメール", "評価者"),
    ),
}

COLUMN_NAMES: dict[str, Column] = {name: column for column, names in _NAMES.items() for name in names}
"""The column that a header cell names, by `normal_name`."""

_PLACES: dict[Column, tuple[int, ...]] = {Column.DATE: (0,), Column.RATING: (1,), Column.ORDER_ID: (4, 3)}
"""Where a column stands when its name says nothing; the order id depends on whether the seller's response has a column."""

_ORDER_ID = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}")
_RATING = re.compile(r"([1-5])(?:[.,]0+)?")


def parse_feedback(lines: Iterable[str], marketplace: Marketplace) -> Iterator[FeedbackFact | Damage]:
    """The feedback of each row; Damage for a row whose date, rating or order id cannot be read, and then goes on.

    Days are read in the marketplace's own order of day and month. A column that is neither named nor in its place ends it.
    """
    found = table(lines)
    if found is None:
        yield Damage(1, None, "no_header")
        return
    places = _places(found)
    missing = [column for column in _PLACES if not places.get(column)]
    if missing:
        yield from (Damage(found.line, column, "missing_column") for column in missing)
        return
    if looks_like_feedback(found.header):  # there is no header, the first line is a row
        yield _fact((found.line, list(found.header)), places, marketplace)
    for row in found.rows:
        yield row if isinstance(row, Damage) else _fact(row, places, marketplace)


def looks_like_feedback(cells: Iterable[str]) -> bool:
    """Whether a row holds a day, a rating and an order id where the report has them."""
    row = [cell.strip() for cell in cells]
    return (
        len(row) > min(_PLACES[Column.ORDER_ID])
        and dates.looks_like_a_day(row[0])
        and _RATING.fullmatch(row[1]) is not None
        and any(_ORDER_ID.fullmatch(row[place]) for place in _PLACES[Column.ORDER_ID] if place < len(row))
    )


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """A header's columns by Amazon's English names, told by their names in any language, and else by their places.

    A further column of a name that is known already, or beyond Amazon's own, keeps the name that it has.
    """
    named = [COLUMN_NAMES.get(normal_name(cell)) for cell in header]
    usual = [column for column in Column if column is not Column.RESPONSE or len(header) >= len(Column)]
    by_place = [None if column in named else column for column in usual]
    return tuple(
        name or place or normal_name(cell) for cell, name, place in zip_longest(header, named, by_place[: len(header)])
    )


def latest_per_order(feedback: Iterable[FeedbackFact]) -> Iterator[FeedbackFact]:
    """One feedback for each order, the latest; of two on one day the worse, so that their order does not matter."""
    latest: dict[str, FeedbackFact] = {}
    for fact in feedback:
        known = latest.setdefault(fact.order_id, fact)
        if (fact.left_on, -fact.rating) > (known.left_on, -known.rating):
            latest[fact.order_id] = fact
    yield from latest.values()


def _places(found: Table) -> dict[Column, tuple[int, ...]]:
    """Where each needed column may stand, best first; a column without a place is missing."""
    if looks_like_feedback(found.header):
        return _PLACES
    named: dict[Column, tuple[int, ...]] = {}
    taken: set[int] = set()
    for place, cell in enumerate(found.header):
        column = COLUMN_NAMES.get(normal_name(cell))
        if column is not None:
            named.setdefault(column, (place,))
            taken.add(place)
    width = len(found.header)
    return {
        column: named.get(column) or tuple(place for place in usual if place < width and place not in taken)
        for column, usual in _PLACES.items()
    }


def _fact(row: Row, places: dict[Column, tuple[int, ...]], marketplace: Marketplace) -> FeedbackFact | Damage:
    number, cells = row
    rating = _RATING.fullmatch(cells[places[Column.RATING][0]].strip())
    if rating is None:
        return Damage(number, Column.RATING, "unreadable_rating")
    try:
        left_on = dates.day(cells[places[Column.DATE][0]], marketplace)
    except ValueError:
        return Damage(number, Column.DATE, "unreadable_date")
    order_id = _order_id(cells, places[Column.ORDER_ID])
    if order_id is None:
        return Damage(number, Column.ORDER_ID, "unreadable_order_id")
    return FeedbackFact(order_id, int(rating[1]), left_on)


def _order_id(cells: list[str], places: tuple[int, ...]) -> str | None:
    """The order id at its place; a comment with a tab in it moves it to the right.

    A named column is believed in the end, if it holds what may be one at all: after a lost tab it holds the address of the rater.
    """
    at_place = [cells[place].strip() for place in places if place < len(cells)]
    candidates = [*at_place, *(cell.strip() for cell in reversed(cells))]
    named = [cell for cell in at_place if len(places) == 1 and is_order_id(cell)]
    return next((cell for cell in candidates if _ORDER_ID.fullmatch(cell)), next(iter(named), None))
