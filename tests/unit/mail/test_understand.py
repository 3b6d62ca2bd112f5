"""What a mail means, from its bytes: kinds, facts, and what of it is believed."""

from datetime import datetime
from time import process_time

import pytest

from goodstanding.adapters.mail_parser import parse_mail
from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.kinds import MailKind, ToldBy
from goodstanding.core.mail.outcomes import Outcome, Payer
from goodstanding.core.mail.trust import Sender, Trust, own_addresses_of, sender_of
from goodstanding.core.mail.understand import UnderstoodMail, understand
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.mail_words import load_mail_words
from tests.mail_world import (
    ALIAS,
    BUYER_TEXTS,
    FAILED,
    ORDER,
    SELLER,
    SENT_AT,
    STORES,
    SUBJECTS,
    TYPES,
    build_mail,
    framed,
)

OWN = frozenset({SELLER})
EVERY_MAIL = [(kind, language) for kind, subjects in SUBJECTS.items() for language in subjects]


def read(raw: bytes, own=OWN) -> UnderstoodMail:
    """The mail in these bytes, understood."""
    return understand(parse_mail(raw), own, load_mail_words(), SENT_AT)


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("type_header", [False, True])
@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_every_kind_is_told_in_every_language(kind, language, type_header, html):
    """With Amazon's type header and without it, in plain text and in HTML."""
    found = read(build_mail(kind, language, type_header=type_header, html=html))
    assert found.kind == kind
    assert found.pretended is None
    if type_header and kind in TYPES:
        assert found.told_by is ToldBy.TYPE


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("language", BUYER_TEXTS)
def test_buyers_message_gives_all_its_facts(language, html):
    """Order, marketplace, alias, name, the text between the markers, and Amazon's own links below it."""
    found = read(build_mail("buyer_message", language, html=html, case="c0ffee-1"))
    store = STORES[language]
    assert (found.order_id, found.marketplace.country, found.buyer_name) == (ORDER, store.country, "maren")
    assert (found.relay.alias, found.relay.case) == (f"{ALIAS}@marketplace.{store.domain}", "c0ffee-1")
    assert found.buyer_text == BUYER_TEXTS[language]
    assert (found.category, found.urgency) == (Category.WHERE_IS_MY_ORDER, Urgency.NORMAL)
    assert found.no_response_needed_url.startswith(
        f"https://sellercentral.{store.domain}/messaging/no-response-needed?t=1"
    )
    assert found.case_url == f"https://sellercentral.{store.domain}/messaging/inbox?fi=caseId&ss=77&cc=77"
    assert found.message_id == found.mail.message_id


@pytest.mark.parametrize("kind", SUBJECTS)
def test_mail_whose_authentication_failed_says_nothing(kind):
    """It is known what it pretended to be, and nothing else."""
    if kind in {"own_reply", "auto_reply", "canary"}:
        forged = build_mail(
            kind, headers=(("Authentication-Results", FAILED.format(domain="x.example", sender="y.example")),)
        )
    else:
        forged = build_mail(kind, authentication=FAILED)
    found = read(forged)
    assert (found.kind, found.trust, found.pretended) == (MailKind.OTHER, Trust.REFUSED, kind)
    assert not found.trust.opens
    assert not found.trust.settles
    assert (found.order_id, found.buyer_text, found.marketplace, found.due_at) == (None, "", None, None)


@pytest.mark.parametrize(
    ("authentication", "trust"),
    [
        (None, Trust.UNVERIFIED),
        ("mx.shop.example; none", Trust.UNVERIFIED),
        ("mx.shop.example; spf=pass smtp.mailfrom=bounces.amazon.de", Trust.UNVERIFIED),
        ("mx.shop.example; dkim=temperror header.d=amazon.de", Trust.UNVERIFIED),
        ("mx.shop.example; dkim=pass header.d=amazon.de", Trust.VERIFIED),
        ("mx.shop.example; dkim=pass header.i=@amazon.com", Trust.VERIFIED),
        ("mx.shop.example; dkim=fail header.d=relay.example; dkim=pass header.d=amazon.de", Trust.VERIFIED),
        (
            "mx.shop.example; spf=fail smtp.mailfrom=forward.example; dmarc=pass header.from=marketplace.amazon.de",
            Trust.VERIFIED,
        ),
        ("mx.shop.example; dkim=pass header.d=evil.example", Trust.REFUSED),
        ("mx.shop.example; dkim=pass header.d=amazon.de.example", Trust.REFUSED),
        ("mx.shop.example; dkim=pass header.d=notamazon.de", Trust.REFUSED),
        ("mx.shop.example; dkim=pass header.d=de", Trust.REFUSED),
        ("mx.shop.example; dkim=pass", Trust.REFUSED),
        ("mx.shop.example; dkim=fail header.d=amazon.de", Trust.REFUSED),
        ("mx.shop.example; spf=softfail smtp.mailfrom=evil.example; dkim=none", Trust.REFUSED),
        ("mx.shop.example; dkim=pass header.d=amazon.de; dmarc=fail header.from=marketplace.amazon.de", Trust.REFUSED),
        ('mx.shop.example; spf=fail smtp.mailfrom="a; dkim=pass header.d=amazon.de"@evil.example', Trust.REFUSED),
        (
            "mx.shop.example; spf=fail (from (a; dkim=pass header.d=amazon.de) x; dmarc=pass header.from=amazon.de)",
            Trust.REFUSED,
        ),
    ],
)
def test_topmost_results_decide_what_is_believed(authentication, trust):
    """What a sender can put into names, quotes and comments decides nothing."""
    assert read(build_mail("buyer_message", authentication=authentication)).trust is trust


def test_forged_results_below_the_topmost_are_not_read():
    """A receiving server writes above what it was sent."""
    good = ("Authentication-Results", "mx.shop.example; dkim=pass header.d=amazon.de; dmarc=pass header.from=amazon.de")
    assert read(build_mail("claim_closed", authentication=FAILED, headers=(good,))).trust is Trust.REFUSED
    assert (
        read(build_mail("claim_closed", authentication="mx.shop.example; none", headers=(good,))).trust
        is Trust.UNVERIFIED
    )


@pytest.mark.parametrize(
    "sender",
    [
        "k7@marketplace.amazon.de.example",
        "k7@marketplace-amazon.de",
        "k7@marketplace.amazon.evil",
        "k7@xmarketplace.amazon.de",
        "k7@sub.marketplace.amazon.de",
        "donotreply@mail.amazon.de",
        "donotreply@amazon.de.evil.example",
        "donotreply@amaz0n.de",
        "donotreply@evil.example",
    ],
)
def test_lookalike_sender_is_nobody(sender):
    """Whatever the type header says, and however well its own domain is authenticated."""
    authentication = "mx.shop.example; dkim=pass header.d={sender}; dmarc=pass header.from={sender}"
    for kind in ("buyer_message", "claim_opened", "opt_out"):
        found = read(build_mail(kind, sender=sender, authentication=authentication))
        assert found.kind is MailKind.OTHER
        assert not found.trust.settles


def test_mail_with_two_senders_has_none():
    """Servers and readers would each take another one."""
    raw = build_mail("buyer_message").replace(b"\nTo: ", b"\nFrom: x@evil.example\nTo: ", 1)
    found = read(raw)
    assert (found.kind, found.trust, sender_of(found.mail, OWN)) == (MailKind.OTHER, Trust.UNVERIFIED, Sender.OTHER)


def test_unknown_type_from_a_buyers_address_starts_no_clock():
    """It is kept and named."""
    found = read(build_mail("buyer_message", type_header="BBC_SOMETHING_NEW", subject="Hello"))
    assert (found.kind, found.told_by, found.unknown_type) == (MailKind.OTHER, ToldBy.NOTHING, "BBC_SOMETHING_NEW")


def test_unknown_type_leaves_subject_and_body_to_tell():
    """A chargeback's type is not documented, its subject is."""
    found = read(build_mail("chargeback_opened", type_header="CHARGEBACK_X"))
    assert (found.kind, found.told_by, found.unknown_type) == (
        MailKind.CHARGEBACK_OPENED,
        ToldBy.SUBJECT,
        "CHARGEBACK_X",
    )


def test_opt_out_in_a_delivery_report_is_an_opt_out():
    """Amazon's own words go before the form."""
    assert read(build_mail("opt_out")).told_by is ToldBy.BODY
    raw = build_mail("opt_out", returned="x@shop.example").replace(
        b"could not be delivered", b"the buyer has opted out of it"
    )
    assert read(raw).kind is MailKind.OPT_OUT


def test_bounce_from_amazon_is_a_bounce():
    """From a system address, from a relay address, and without a form, by its words."""
    assert read(build_mail("bounce", sender="mailer-daemon@amazon.de", subject="x")).kind is MailKind.BOUNCE
    assert read(build_mail("bounce", sender="mailer-daemon@marketplace.amazon.de", subject="x")).kind is MailKind.BOUNCE
    assert read(build_mail("bounce", sender="donotreply@amazon.de")).told_by is ToldBy.SUBJECT


@pytest.mark.parametrize(
    "header", [("Auto-Submitted", "auto-replied"), ("Precedence", "auto_reply"), ("X-Autoreply", "yes")]
)
def test_own_automatic_reply_is_no_reply(header):
    """By its headers alone."""
    assert read(build_mail("own_reply", headers=(header,))).kind is MailKind.AUTO_REPLY
    assert read(build_mail("own_reply", headers=(("Auto-Submitted", "no"),))).kind is MailKind.OWN_REPLY


def test_copy_of_an_automatic_reply_is_no_reply():
    """Amazon copies what an answering machine sends, too."""
    text = "Dies ist eine automatische Antwort. Wir melden uns."
    assert read(build_mail("reply_copy", text=text)).kind is MailKind.AUTO_REPLY
    assert read(build_mail("own_reply", text=text)).kind is MailKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("headers", "trust"),
    [
        ((), Trust.VERIFIED),
        ((("Received", "from a by b; Fri, 20 Nov 2026 09:30:00 +0000"),), Trust.UNVERIFIED),
        ((("Authentication-Results", "mx; spf=pass smtp.mailfrom=shop.example"),), Trust.VERIFIED),
        ((("Authentication-Results", "mx; dkim=pass header.d=mail.shop.example"),), Trust.VERIFIED),
        ((("Authentication-Results", "mx; dkim=pass header.d=evil.example"),), Trust.REFUSED),
        ((("Authentication-Results", "mx; dkim=pass header.d=example"),), Trust.REFUSED),
    ],
)
def test_own_mail_is_believed_if_it_never_travelled_or_is_authenticated(headers, trust):
    """A copy from the folder of sent mail has no Received header; anybody's mail in the seller's name has one."""
    own = build_mail("own_reply", headers=headers)
    assert understand(parse_mail(own), OWN, load_mail_words(), SENT_AT).trust is trust


def test_own_mail_to_others_is_no_reply():
    """Only a relay address is a buyer's."""
    assert read(build_mail("own_reply", to="accountant@office.example")).kind is MailKind.OTHER
    assert read(build_mail("own_reply"), own=frozenset()).kind is MailKind.OTHER


def test_own_reply_to_several_buyers_names_no_alias():
    """It cannot be told whom it answers."""
    several = "a1@marketplace.amazon.de, b2@marketplace.amazon.de"
    found = read(build_mail("own_reply", to=several, order=None, subject="Re"))
    assert (found.kind, found.relay, found.marketplace) == (MailKind.OWN_REPLY, None, None)


def test_own_addresses_are_whom_verified_mails_are_addressed_to():
    """Anybody could send one that is not verified; those count only where no server checks anything."""
    verified = parse_mail(build_mail("buyer_message"))
    forged = parse_mail(build_mail("claim_opened", to="evil@evil.example", authentication=None))
    refused = parse_mail(build_mail("claim_opened", to="evil@evil.example", authentication=FAILED))
    assert own_addresses_of([forged, verified, parse_mail(build_mail("own_reply", to="x@y.example"))]) == {SELLER}
    assert own_addresses_of([forged, refused]) == {"evil@evil.example"}
    assert own_addresses_of([refused]) == frozenset()


def test_canary_is_known_by_its_header_or_its_subject():
    """A forwarder may lose the header."""
    assert read(build_mail("canary")).told_by is ToldBy.SUBJECT
    assert read(build_mail("canary", subject="hello", headers=(("X-Goodstanding-Canary", "7"),))).told_by is ToldBy.TYPE


def test_buyers_links_and_markers_stay_inside_the_buyers_text():
    """Amazon's last marker ends the text, and only links after it count."""
    fake = (
        "Hello\n------------- Ende der Nachricht -------------\n"
        "https://sellercentral.amazon.de/messaging/no-response-needed?m=fake\n------------- Nachricht: -------------\nBye"
    )
    for html in (False, True):
        found = read(build_mail("buyer_message", text=fake, html=html))
        assert found.buyer_text.startswith("Hello")
        assert found.buyer_text.endswith("Bye")
        assert "m=2" in found.no_response_needed_url


@pytest.mark.parametrize(
    "link",
    [
        "https://sellercentral.amazon.de.evil.example/messaging/no-response-needed?m=1",
        "https://evil.example/messaging/no-response-needed?m=1",
        "https://sellercentral.amazon.de@evil.example/messaging/no-response-needed?m=1",
        "https://sellercentral.amazon.de:8443/messaging/no-response-needed?m=1",
        "https://sellercentral.amazon.de/elsewhere?/messaging/no-response-needed",
        "https://sellercentral.amazon.evil/messaging/no-response-needed?m=1",
        "https://[sellercentral/messaging/no-response-needed?m=1",
    ],
)
def test_link_on_any_other_host_is_not_amazons(link):
    """Even after the last marker."""
    text = f"------------- Nachricht: -------------\nHi\n------------- Ende der Nachricht -------------\n{link}"
    assert read(build_mail("buyer_message", text=text, marked=False)).no_response_needed_url is None


def test_link_of_the_old_form_and_of_the_other_host_counts():
    """Seller Central has one host for Europe."""
    link = "https://sellercentral-europe.amazon.com/communication-manager/no-response-needed.html?msg=1"
    text = f"------------- Nachricht: -------------\nHi\n------------- Ende der Nachricht -------------\n{link}"
    assert read(build_mail("buyer_message", text=text, marked=False)).no_response_needed_url == link


def test_mail_without_markers_is_all_text_and_has_no_link():
    """Nothing tells where a buyer's own words end."""
    text = "Hello\nhttps://sellercentral.amazon.de/messaging/no-response-needed?m=1"
    found = read(build_mail("buyer_message", text=text, marked=False))
    assert (found.buyer_text, found.no_response_needed_url, found.case_url) == (text, None, None)


@pytest.mark.parametrize(
    "end", ["------------- Einde bericht -------------", "------------- End message -------------"]
)
def test_markers_of_an_unknown_language_are_told_by_their_shape(end):
    """Lines of dashes with words in them, the first and the last."""
    text = f"top\n------------- Bericht: -------------\nHallo\n{end}\nbottom"
    found = read(build_mail("buyer_message", text=text, marked=False))
    assert found.buyer_text == "Hallo"


@pytest.mark.parametrize(
    "text", ["-" * 60_000, "------ a" * 8_000, "------- Nachricht" + " " * 60_000, (" " * 300 + "\n") * 200]
)
def test_text_full_of_marks_is_read_at_once(text):
    """A pattern that looked through it for each mark again would take minutes."""
    started = process_time()
    assert read(build_mail("buyer_message", text=text)).kind is MailKind.BUYER_MESSAGE
    assert process_time() - started < 3


def test_single_shape_of_a_marker_begins_nothing():
    """One line of dashes may be anything."""
    text = "top\n------------- Bericht: -------------\nHallo"
    assert read(build_mail("buyer_message", text=text, marked=False)).buyer_text == "top"
    text = "top\n------------- End message -------------\nbottom"
    assert read(build_mail("buyer_message", text=text, marked=False)).buyer_text == "top"


@pytest.mark.parametrize(
    ("language", "subject", "name", "order"),
    [
        ("en", f"Inquiry from Amazon customer Josh (Order: {ORDER})", "josh", ORDER),
        ("en", f"Return policy inquiry from Amazon customer Sakina(Order: {ORDER})", "sakina", ORDER),
        ("en", f"Inquiry from Amazon customer  (Order: {ORDER})", None, ORDER),
        ("de", f"AW: Frage von Amazon-Kunde J. Müller (Bestellung: {ORDER})", "j. muller", ORDER),
        ("pt", "Detalhes do produto Amazon Maria Silva pergunta do cliente", "maria silva", None),
    ],
)
def test_subject_tells_buyer_and_order(language, subject, name, order):
    """Also with no space before the bracket, an empty name, or no order."""
    found = read(build_mail("buyer_message", language, subject=subject, name="", order=None))
    assert (found.buyer_name, found.order_id) == (name, order)


@pytest.mark.parametrize(
    ("shown", "name"), [("Alisa - Amazon Marketplace", "alisa"), ("Alisa via Amazon", "alisa"), ("  ÉLISE ", "elise")]
)
def test_display_name_is_the_buyers_without_amazons_words(shown, name):
    """Folded, so that it is the same in a copy."""
    assert read(build_mail("buyer_message", name=shown)).buyer_name == name


def test_order_id_is_the_subjects_before_amazons_before_the_buyers():
    """A buyer may write of another order; numbers that only look like an order's are none."""
    mine, theirs = "111-1111111-1111111", "222-2222222-2222222"
    assert read(build_mail("buyer_message", order=mine, text=f"Like {theirs}")).order_id == mine
    framed_text = framed(f"Like {theirs}", "de", mine)
    found = read(build_mail("buyer_message", order=None, subject="Frage", text=framed_text, marked=False))
    assert found.order_id == mine
    assert read(build_mail("buyer_message", order=None, text=f"For {theirs}")).order_id == theirs
    assert read(build_mail("buyer_message", order=None, text=f"For 9{theirs} or {theirs}-1")).order_id is None


def test_marketplace_is_the_headers_then_the_aliases_then_the_senders():
    """A pseudo marketplace names none."""
    assert read(build_mail("claim_opened", "de", sender="donotreply@amazon.com")).marketplace.country == "DE"
    assert read(build_mail("buyer_message", "fr", type_header=False)).marketplace.country == "FR"
    assert read(build_mail("claim_decision", "it")).marketplace.country == "IT"
    raw = build_mail("claim_opened", "de").replace(b"A1PA6795UKMFR9", b"A2ZV50J4W1RKNI")
    assert read(raw).marketplace.country == "DE"
    assert read(build_mail("other", sender="x@y.example")).marketplace is None
    assert read(build_mail("other").replace(b"From: ", b"X-From: ")).marketplace is None


@pytest.mark.parametrize(
    ("sells_in", "expected"),
    [((), "US"), (("DE", "US"), "US"), (("DE", "FR"), "DE")],
    ids=["unknown", "sold there", "sold elsewhere"],
)
def test_amazons_common_address_means_where_the_seller_sells(sells_in, expected):
    """And dates are read on that marketplace's calendar."""
    raw = build_mail("claim_opened", "de", sender="donotreply@amazon.com", type_header=False)
    places = tuple(by_country(country) for country in sells_in)
    found = understand(parse_mail(raw), OWN, load_mail_words(), SENT_AT, places)
    assert found.marketplace == by_country(expected)
    if expected == "DE":
        assert found.due_at == datetime.fromisoformat("2026-11-25T00:00:00+01:00")


@pytest.mark.parametrize(
    ("text", "outcome", "payer"),
    [
        ("We granted the claim and debited £20 from your account.", Outcome.GRANTED, Payer.SELLER),
        ("The claim was granted. Your account will not be debited.", Outcome.GRANTED, Payer.AMAZON),
        ("The claim was approved; Amazon has funded the refund.", Outcome.GRANTED, Payer.AMAZON),
        ("The claim was denied. No amount will be debited from your account.", Outcome.DENIED, Payer.AMAZON),
        ("The claim was not granted.", Outcome.DENIED, None),
        ("The buyer has withdrawn the claim.", Outcome.WITHDRAWN, None),
        ("You refunded the buyer after the claim was opened.", Outcome.REFUNDED, None),
        ("Der Antrag wurde abgelehnt.", Outcome.DENIED, None),
        ("Dem Antrag wurde stattgegeben. Amazon übernimmt die Kosten.", Outcome.GRANTED, Payer.AMAZON),
        ("La réclamation a été refusée.", Outcome.DENIED, None),
        ("Il reclamo è stato respinto.", Outcome.DENIED, None),
        ("La reclamación ha sido denegada.", Outcome.DENIED, None),
        ("The claim was granted. The other claim was denied.", None, None),
        ("Thank you.", None, None),
    ],
)
def test_end_of_a_claim_says_how_and_who_pays(text, outcome, payer):
    """What can be read in two ways is read in none."""
    found = read(build_mail("claim_closed", "en", text=text, subject="Update on order {order}"))
    assert (found.outcome, found.payer) == (outcome, payer)


def test_outcome_in_the_subject_goes_before_the_body():
    """A subject says one thing, a body quotes many."""
    found = read(build_mail("claim_closed", "en", subject="A-to-z claim denied", text="A claim may be granted or not."))
    assert (found.kind, found.outcome) == (MailKind.CLAIM_CLOSED, Outcome.DENIED)
    assert read(build_mail("claim_opened", "en", text="The claim was granted.")).outcome is None
