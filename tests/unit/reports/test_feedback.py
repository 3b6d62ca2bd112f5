"""The feedback report, in the languages it comes in."""

from datetime import date

import pytest

from goodstanding.core.marketplaces import by_country
from goodstanding.core.orders import FeedbackFact
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.feedback import column_names, latest_per_order, looks_like_feedback, parse_feedback

ORDER = "302-1234567-1234567"
FACT = FeedbackFact(ORDER, 1, date(2026, 10, 5))
ENGLISH = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email"


def parsed(*lines: str, country: str = "DE") -> list[FeedbackFact | Damage]:
    """What is read from these lines."""
    return list(parse_feedback([*lines, ""], by_country(country)))


@pytest.mark.parametrize(
    "header",
    [
        ENGLISH,
        "Datum\tBewertung\tKommentare\tIhre Antwort\tBestellnummer\tE-Mail des Bewerters",
        "Date\tÉvaluation\tCommentaires\tVotre réponse\tNuméro de commande\tAdresse e-mail",
        "Data\tValutazione\tCommenti\tLa tua risposta\tNumero dell'ordine\tE-mail",
        "Fecha\tCalificación\tComentarios\tSu respuesta\tNúmero de pedido\tE-mail",
        "日付\t評価\tコメント\t返信\t注文番号\t評価者",
        "Aaa\tBbb\tCcc\tDdd\tEee\tFff",
        "Datum\tBbb\tCcc\tDdd\tEee\tFff",
        "Aaa\tBewertung\tCcc\tDdd\tBestellnummer\tFff",
    ],
)
def test_header_of_any_language_is_read(header):
    """Known names count, unknown ones by their place."""
    assert parsed(header, f"5.10.26\t1\tSchlecht\t\t{ORDER}\tx@example.com") == [FACT]


@pytest.mark.parametrize("header", ["Date\tRating\tComments\tOrder ID\tRater Email", "A\tB\tC\tD\tE"])
def test_report_without_response_column_is_read(header):
    """The order id stands one place before."""
    assert parsed(header, f"5.10.26\t1\tSchlecht\t{ORDER}\tx@example.com") == [FACT]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Datum\tBbb\tKommentare\tDdd\tEee\tFff", "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email"),
        ("Aaa\tBbb\tCcc\tDdd\tEee", "Date\tRating\tComments\tOrder ID\tRater Email"),
        ("Bestellnummer\tNote\tXxx", "Order ID\tRating\tComments"),
        ("A\tB\tC\tD\tE\tF\tNew ", "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\tnew"),
    ],
)
def test_columns_have_one_name_in_every_language(header, names):
    """By name if known, else by place unless that column stands elsewhere."""
    assert column_names(header.split("\t")) == tuple(names.split("\t"))


def test_columns_in_another_order_are_found_by_name():
    """Places count only for columns whose name says nothing."""
    assert parsed("Order ID\tComments\tDate\tRating", f"{ORDER}\tgut\t5.10.26\t1") == [FACT]


def test_file_without_header_is_read_from_its_first_line():
    """The first line is a row."""
    row = f"5.10.26\t1\tSchlecht\t\t{ORDER}\tx@example.com"
    assert parsed(row) == [FACT]
    assert parsed(row, f"6.10.26\t3\tgeht\t\t{ORDER}") == [FACT, FeedbackFact(ORDER, 3, date(2026, 10, 6))]


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("Date\tComments\tOrder ID", ["Rating"]),
        ("Rating\tComments\tYour Response\tOrder ID", ["Date"]),
        ("Date\tRating\tComments", ["Order ID"]),
        ("Comments\tRater Email", ["Date", "Rating", "Order ID"]),
    ],
)
def test_column_that_is_neither_named_nor_in_its_place_is_missing(header, missing):
    """A place where another column is known to stand is never taken."""
    assert parsed(header, "x") == [Damage(1, column, "missing_column") for column in missing]


def test_file_of_blank_lines_is_damaged():
    """Nothing to read."""
    assert parsed() == [Damage(1, None, "no_header")]


@pytest.mark.parametrize(
    ("row", "damage"),
    [
        (f"gestern\t1\tx\t\t{ORDER}", Damage(2, "Date", "unreadable_date")),
        (f"5.10.26\t7\tx\t\t{ORDER}", Damage(2, "Rating", "unreadable_rating")),
        (f"5.10.26\t\tx\t\t{ORDER}", Damage(2, "Rating", "unreadable_rating")),
        ("5.10.26\t1\tx", Damage(2, "Order ID", "unreadable_order_id")),
        ("5.10.26\t1\tx\t\tnot an id", Damage(2, "Order ID", "unreadable_order_id")),
    ],
)
def test_unreadable_cell_is_damage_and_the_rest_is_kept(row, damage):
    """The line and column are named, never the content."""
    assert parsed(ENGLISH, row, f"5.10.26\t1\tx\t\t{ORDER}") == [damage, FACT]


def test_tab_in_a_comment_moves_the_order_id():
    """It is found by its shape."""
    assert parsed(ENGLISH, f"5.10.26\t1\tone\ttwo\t\t{ORDER}\tx@example.com") == [FACT]


def test_order_id_of_another_shape_is_believed_where_it_is_named():
    """Amazon may change the shape of its ids."""
    assert parsed(ENGLISH, "5.10.26\t1\tx\t\tNEW-1") == [FeedbackFact("NEW-1", 1, date(2026, 10, 5))]
    assert parsed("A\tB\tC\tD\tE", "5.10.26\t1\tx\t\tNEW-1") == [Damage(2, "Order ID", "unreadable_order_id")]


def test_address_in_the_place_of_the_order_id_is_none():
    """A lost cell moves the rater's address there; it must not become a key."""
    assert parsed(ENGLISH, "5.10.26\t1\tx\t\tx1@example.com") == [Damage(2, "Order ID", "unreadable_order_id")]


@pytest.mark.parametrize("cell", ["4", "4.0", "4,0", " 4 "])
def test_rating_with_decimals_is_a_rating(cell):
    """Decimal points and commas are both written."""
    assert parsed(ENGLISH, f"5.10.26\t{cell}\tx\t\t{ORDER}") == [FeedbackFact(ORDER, 4, date(2026, 10, 5))]


def test_days_follow_the_marketplace():
    """The same digits are different days in the US and in Great Britain."""
    row = f"10/5/26\t1\tx\t\t{ORDER}"
    assert parsed(ENGLISH, row, country="US") == [FACT]
    assert parsed(ENGLISH, row, country="GB") == [FeedbackFact(ORDER, 1, date(2026, 5, 10))]


def test_row_cut_off_at_the_end_is_damage():
    """What is before it is kept."""
    rows = [ENGLISH, f"5.10.26\t1\tx\t\t{ORDER}\tx@example.com", "5.10.26\t1\tx"]
    assert list(parse_feedback(rows, by_country("DE"))) == [FACT, Damage(3, None, "row_cut_off")]


def test_feedback_of_an_order_is_its_latest():
    """Of two on one day the worse, whatever their order."""
    older, worse = FeedbackFact(ORDER, 1, date(2026, 10, 1)), FeedbackFact(ORDER, 2, date(2026, 10, 5))
    better, other = FeedbackFact(ORDER, 3, date(2026, 10, 5)), FeedbackFact("x", 1, date(2026, 1, 1))
    assert list(latest_per_order([older, worse, better, other])) == [worse, other]
    assert list(latest_per_order([better, other, worse, older])) == [worse, other]


@pytest.mark.parametrize("row", [[], ["5.10.26", "1", "x"], ["5.10.26", "9", "x", ORDER], ["x", "1", "x", ORDER]])
def test_row_of_something_else_does_not_look_like_feedback(row):
    """Day, rating and order id must all be there."""
    assert not looks_like_feedback(row)
