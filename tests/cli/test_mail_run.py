"""One run of the whole stack over a mailbox: every kind of mail in six languages, forgeries and rubbish, and what came of them."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from cli.main import main
from tests.mail_world import FAILED, build_mail

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAILY_RUN = datetime(2026, 11, 20, 6, tzinfo=UTC)
FROM, TO = "2026-11-20T00:00:00Z", "2026-11-20T11:30:00Z"
SELLER = "A2MAILBOX00001"
ORDERS = 40
CLAIMED, PAID_BY_AMAZON, DENIED, WITHDRAWN, CANCELLED_CLAIMED, CANCELLED, REFUNDED, FLAGGED = range(1, 9)
CHARGED_BACK, REVERSED, FORGED, UNVERIFIED, DISLIKED = range(9, 14)
TOLD_OFF, SAME_BUYER, SAME_BUYER_LATER = range(21, 24)
ORDER_COLUMNS = (
    *("amazon-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel", "sales-channel"),
    *("product-name", "sku", "asin", "item-status", "quantity", "ship-country"),
)
RETURN_COLUMNS = ("Order ID", "Return request date", "Amazon RMA ID", "Merchant SKU", "A-to-Z Claim", "Return Reason")
FEEDBACK_COLUMNS = ("Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email")


def order(number: int, prefix: str = "302") -> str:
    """An order id."""
    return f"{prefix}-0000000-{number:07}"


def table(columns, rows) -> str:
    """A report."""
    return "".join("\t".join(row) + "\n" for row in (columns, *rows))


def orders() -> str:
    """Forty orders of the seller's own fulfilment, two of them cancelled."""
    cancelled = {CANCELLED_CLAIMED, CANCELLED}
    return table(
        ORDER_COLUMNS,
        [
            (
                *(order(number), "2026-11-16T10:00:00+00:00", "2026-11-17T10:00:00+00:00"),
                "Cancelled" if number in cancelled else "Shipped",
                *("Merchant", "Amazon.de", "Mill", "SKU1", "B000000001", "Shipped", "1", "DE"),
            )
            for number in range(1, ORDERS + 1)
        ],
    )


AT = datetime(2026, 11, 18, 9, tzinfo=UTC)


def mails() -> dict[str, bytes]:
    """By file name."""
    found: dict[str, bytes] = {}

    def add(name: str, kind: str, language: str = "de", **said) -> None:
        said = {"at": AT, "alias": name, "message_id": f"{name}@mail.example", "name": f"Name{name}"} | said
        found[name] = build_mail(kind, language, **said)

    def add_answered(name: str, at: datetime, after: timedelta | None, language: str = "de", **said) -> None:
        add(name, "buyer_message", language, at=at, **said)
        if after is not None:
            answered = {"at": at + after, "alias": name, "in_reply_to": f"{name}@mail.example"}
            add(f"{name}-answer", "own_reply", language, **answered, order=said.get("order"))

    # Claims and chargebacks
    opened = {"type_header": False, "sender": "atoz-guarantee-no-reply@amazon.com"}  # says nothing of a marketplace
    for number in (CLAIMED, PAID_BY_AMAZON, DENIED, WITHDRAWN, CANCELLED_CLAIMED, REFUNDED):
        add(f"claim{number}", "claim_opened", at=AT, order=order(number), **(opened if number == CLAIMED else {}))
    decided = {"kind": "claim_decision", "at": AT + HOUR}
    paid = "Dem Antrag wurde stattgegeben. Amazon hat die Erstattung übernommen; Ihr Konto wurde nicht belastet."
    add("paid", **decided, order=order(PAID_BY_AMAZON), text=paid)
    add("denied", **decided, order=order(DENIED), text="Der Antrag wurde abgelehnt.")
    add("withdrawn", "claim_closed", at=AT + HOUR, order=order(WITHDRAWN))
    refunded = "Sie haben dem Käufer den Betrag erstattet. Der Antrag ist geschlossen."
    add("refunded", "claim_closed", at=AT + HOUR, order=order(REFUNDED), text=refunded)
    for number in (CHARGED_BACK, REVERSED):
        add(f"chargeback{number}", "chargeback_opened", at=AT, order=order(number))
    add("reversed", "chargeback_closed", at=AT + HOUR, order=order(REVERSED))
    add("forged", "claim_opened", order=order(FORGED), authentication=FAILED)
    add("forged-too", "opt_out", order=order(FORGED), authentication=FAILED)
    add("unverified", "claim_opened", order=order(UNVERIFIED), authentication=None)
    # Buyers' questions, and when they were answered
    add_answered("intime", DAILY_RUN - 3 * DAY, HOUR, order=order(31))
    add_answered("late", DAILY_RUN - 4 * DAY, 25 * HOUR, order=order(32))
    add_answered("never", DAILY_RUN - 2 * DAY, None, order=order(33))
    add_answered("young", DAILY_RUN - 20 * HOUR, None, order=order(34))
    add_answered("justintime", DAILY_RUN - 20 * DAY, DAY, order=order(35))
    add_answered("longago", DAILY_RUN - 80 * DAY, None, order=order(36))
    found["young-again"] = found["young"]  # delivered twice
    # A buyer who wants no messages: known before the notice, and after
    add("told-off", "buyer_message", at=DAILY_RUN - HOUR, order=order(TOLD_OFF), alias="optout")
    add("same", "buyer_message", at=DAILY_RUN - HOUR, order=order(SAME_BUYER), alias="optout")
    add("optout", "opt_out", at=DAILY_RUN + 4 * HOUR, order=order(TOLD_OFF))
    add("same-later", "buyer_message", at=DAILY_RUN + 5 * HOUR, order=order(SAME_BUYER_LATER), alias="optout")
    # Other languages
    for language in ("fr", "it", "es", "en"):
        add_answered(f"q-{language}", AT, 6 * HOUR, language, order=order(1, "402"))
        add(f"open-{language}", "buyer_message", language, at=AT + 30 * HOUR, order=order(2, "402"))
        add(f"claim-{language}", "claim_opened", language, at=AT, order=order(3, f"40{len(found) % 7}"))
        add(f"suspended-{language}", "account_notice", language, at=AT)
        add(f"decided-{language}", "claim_decision", language, at=AT, order=order(4, f"41{len(found) % 7}"))
    # Rubbish
    found |= {"empty": b"", "zeros": b"\x00" * 2048, "huge": b"A" * 3_000_000}
    return found


class Left:
    """The files that the run left."""

    def __init__(self, out) -> None:
        self.text = {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()}
        self.deadlines = json.loads(self.text["deadlines.json"])
        self.threads, self.requests, self.alerts = (
            [json.loads(line) for line in self.text[f"{name}.jsonl"].splitlines()]
            for name in ("threads", "requests", "alerts")
        )
        (seller,) = json.loads(self.text["health.json"])["sellers"]
        self.metrics = {
            (place["marketplace"], row["metric"], row["fulfillment"]): row
            for place in seller["marketplaces"]
            for row in place["metrics"]
            if row["source"] == "computed"
        }

    def clocks(self, kind: str, **wanted) -> list[dict]:
        """Clocks of a kind, with these fields."""
        return [one for one in self.deadlines if {"kind": kind, **wanted}.items() <= one.items()]

    def share(self, metric: str, fulfillment: str | None = None, marketplace: str = "DE") -> tuple[int, int]:
        """Numerator and denominator."""
        row = self.metrics[marketplace, metric, fulfillment]
        return row["numerator"], row["denominator"]


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """`goodstanding run --from --to`."""
    here = tmp_path_factory.mktemp("mailbox")
    seller = here / "seller"
    (seller / "DE").mkdir(parents=True)
    (seller / "mail").mkdir()
    (seller / "seller.yaml").write_text(f"seller_id: {SELLER}\nmarketplaces: [DE, FR, IT, ES, GB]\nlanguage: en\n")
    (seller / "DE" / "orders.txt").write_text(orders())
    flagged = [(order(number), "17-Nov-2026", f"R{number}", "SKU1", "Y", "X") for number in (DENIED, FLAGGED)]
    (seller / "DE" / "returns.txt").write_text(table(RETURN_COLUMNS, flagged))
    stars = [("18.11.2026", "1", "Schlecht", "", order(number), "") for number in (CLAIMED, DISLIKED)]
    (seller / "DE" / "feedback.txt").write_text(table(FEEDBACK_COLUMNS, stars))
    for name, raw in mails().items():
        (seller / "mail" / f"{name}.eml").write_bytes(raw)
    assert main(["run", str(seller), "--from", FROM, "--to", TO, "--out", str(here / "out")]) == 0
    return Left(here / "out")


def test_threads_are_where_the_mails_belong(left):
    """Marketplace, order, state and count of each; a mail that came twice counts once."""
    by_order = {(one["marketplace"], one["order_id"]): (one["state"], one["messages"]) for one in left.threads}
    german = {31: "answered", 32: "answered", 33: "open", 34: "open", 35: "answered", 36: "open"}
    german |= dict.fromkeys((TOLD_OFF, SAME_BUYER, SAME_BUYER_LATER), "open")
    expected = {("DE", order(number)): (state, 1) for number, state in german.items()}
    for country in ("FR", "IT", "ES", "GB"):
        expected |= {(country, order(1, "402")): ("answered", 1), (country, order(2, "402")): ("open", 1)}
    assert by_order == expected


def test_every_open_thread_has_one_clock_that_runs_or_was_missed(left):
    """Due 24 hours after the first unanswered message, in threads and deadlines alike."""
    for one in left.threads:
        clocks = left.clocks("message_reply", thread_id=one["thread_id"])
        assert len(clocks) == 1
        (clock,) = clocks
        assert (clock["marketplace"], clock["order_id"]) == (one["marketplace"], one["order_id"])
        if one["state"] == "open":
            assert clock["due_at"] == one["due_at"]
            assert clock["closed_at"] is None
            assert clock["state"] == ("missed" if one["due_at"] <= TO else "open")
        else:
            assert clock["closed_by"] == "reply"
    states = Counter(clock["state"] for clock in left.clocks("message_reply"))
    assert states == {"met": 6, "missed": 4, "open": 7}


def test_claims_have_their_clocks(left):
    """By order, whatever the language; the forged one has none, the unverified one has."""
    ends = {
        one["order_id"]: (one["state"], one["closed_by"]) for one in left.clocks("a_to_z_response", marketplace="DE")
    }
    assert ends == {
        order(CLAIMED): ("open", None),
        order(PAID_BY_AMAZON): ("met", "notice"),
        order(DENIED): ("met", "notice"),
        order(WITHDRAWN): ("void", "notice"),
        order(CANCELLED_CLAIMED): ("open", None),
        order(REFUNDED): ("void", "notice"),
        order(UNVERIFIED): ("open", None),
    }
    chargebacks = {one["order_id"]: one["state"] for one in left.clocks("chargeback_response")}
    assert chargebacks == {order(CHARGED_BACK): "open", order(REVERSED): "void"}
    for country in ("FR", "IT", "ES", "GB"):
        for kind in ("a_to_z_response", "a_to_z_appeal", "plan_of_action"):
            assert len(left.clocks(kind, marketplace=country)) == 1, (country, kind)


def test_claims_count_by_the_rules(left):
    """Granted at Amazon's cost, denied (though a returns row says Y) and withdrawn do not; a cancelled order with a claim does."""
    assert left.share("a_to_z_claim_rate", "mfn") == (4, ORDERS - 1)
    assert left.share("chargeback_rate", "mfn") == (1, ORDERS - 1)
    assert left.share("negative_feedback_rate", "mfn") == (2, ORDERS - 1)
    assert left.share("order_defect_rate", "mfn") == (6, ORDERS - 1)


def test_response_times_are_right_to_the_message(left):
    """Too young ones are not counted yet; what came after the daily run is not known to it."""
    assert left.share("contact_response_time_7d") == (1, 3)
    assert left.share("contact_response_time_30d") == (2, 4)
    assert left.share("contact_response_time_90d") == (2, 5)
    for country in ("FR", "IT", "ES", "GB"):
        assert left.share("contact_response_time_7d", marketplace=country) == (1, 1)


def test_opt_out_holds_for_all_orders_of_the_alias(left):
    """Planned before the notice or known to be the same buyer's after it; no other order is touched."""
    opted_out = {one["order_id"] for one in left.requests if one["state"] == "OPTED_OUT"}
    assert opted_out == {order(TOLD_OFF), order(SAME_BUYER), order(SAME_BUYER_LATER)}
    assert {one["state"] for one in left.requests} == {"OPTED_OUT", "PLANNED"}


def test_feedback_has_its_clock(left):
    """60 days."""
    assert {one["order_id"]: one["state"] for one in left.clocks("feedback_removal")} == {
        order(CLAIMED): "open",
        order(DISLIKED): "open",
    }


def test_unbelieved_mails_are_told_of_once_a_day_each(left):
    """Forged and unreadable; nothing else comes of them."""
    told = [one["subject"] for one in left.alerts if one["kind"] == "mail"]
    assert len(told) == len(set(told)) == 2


def test_no_alert_quotes_a_mail(left):
    """Neither names nor texts nor aliases are in any file."""
    for name, text in left.text.items():
        for word in ("Nameyoung", "young@", "mail.example", "marketplace.amazon", "wo bleibt mein Paket"):
            assert word not in text, name
