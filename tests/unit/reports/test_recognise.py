"""Files are known by their content."""

import pytest

from goodstanding.core.report_types import ReportType
from goodstanding.core.reports.recognise import recognise

ALL_ORDERS = (
    "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\t"
    "sales-channel\torder-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status"
)
SHIPMENTS = (
    "amazon-order-id\tmerchant-order-id\tshipment-id\tshipment-item-id\tpurchase-date\tpayments-date\tshipment-date\t"
    "estimated-arrival-date\tfulfillment-channel\tsales-channel"
)
FBA_RETURNS = (
    "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\tfulfillment-center-id\tdetailed-disposition"
)
MFN_RETURNS = (
    "Order ID\tOrder date\tReturn request date\tReturn request status\tAmazon RMA ID\tLabel type\tA-to-Z Claim"
)
FEEDBACK = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email"
GERMAN = "Datum\tBewertung\tKommentare\tIhre Antwort\tBestellnummer\tE-Mail"
FRENCH = "Date\tÉvaluation\tCommentaires\tVotre réponse\tNuméro de commande\tAdresse e-mail"
JAPANESE = "日付\t評価\tコメント\t返信\t注文番号\t評価者のEメール"
UNKNOWN_FEEDBACK = "Aa\tBb\tCc\tDd\tEe\n5.10.26\t2\tso lala\t302-1234567-1234567\tx@example.com\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ALL_ORDERS, ReportType.ALL_ORDERS),
        (ALL_ORDERS.upper(), ReportType.ALL_ORDERS),
        (ALL_ORDERS.replace("last-updated-date\t", ""), ReportType.ALL_ORDERS),
        (ALL_ORDERS.replace("amazon-order-id\t", ""), ReportType.ALL_ORDERS),
        ("amazon-order-id\tpurchase-date\torder-status\tfulfillment-channel", ReportType.ALL_ORDERS),
        ("\n\n" + ALL_ORDERS, ReportType.ALL_ORDERS),
        (SHIPMENTS, ReportType.FBA_SHIPMENTS),
        (SHIPMENTS.replace("shipment-id\t", ""), ReportType.FBA_SHIPMENTS),
        (FBA_RETURNS, ReportType.FBA_RETURNS),
        (MFN_RETURNS, ReportType.MFN_RETURNS),
        (MFN_RETURNS.replace("\tA-to-Z Claim", ""), ReportType.MFN_RETURNS),
        (FEEDBACK, ReportType.FEEDBACK),
        (FEEDBACK.replace("Rating\t", ""), ReportType.FEEDBACK),
        (GERMAN, ReportType.FEEDBACK),
        (FRENCH, ReportType.FEEDBACK),
        (UNKNOWN_FEEDBACK, ReportType.FEEDBACK),
        (UNKNOWN_FEEDBACK.split("\n")[1], ReportType.FEEDBACK),
        ('{"accountStatuses": [', ReportType.PERFORMANCE_V2),
        ('{\r\n "performanceM', ReportType.PERFORMANCE_V2),
        ('{"new": 1, "performanceMetrics": [{}]}', ReportType.PERFORMANCE_V2),
        ('<?xml version="1.0"?>\n<sellerPerformanceReports>', ReportType.PERFORMANCE_V1),
        ("<ns:SELLERPERFORMANCEREPORT xmlns:ns='x'>", ReportType.PERFORMANCE_V1),
        ("sellerPerformanceReports>\n\t<sellerPerformanceReport>", ReportType.PERFORMANCE_V1),
        ('{"startDate": "2026-10-01", "endDate": "2026-10-01", "totals": {}}', ReportType.DATA_KIOSK),
        ('{"analytics_sellerAnalytics_2025_03_31": {}}', ReportType.DATA_KIOSK),
        ("", None),
        (" \n\n", None),
        ("{}", None),
        ('[{"a": 1}]', None),
        ('{"startDate": "2026-10-01"}', None),
        ("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", None),
        ("sku\tasin\tprice\tquantity\n1\t2\t3\t4", None),
        ("shipment-date\tsku\tquantity", None),
        ("Date\tNote", None),
        ("some prose about sellerPerformanceReports", None),
        ("Hello,\nthis is a letter.\n", None),
    ],
)
def test_report_is_known_by_its_content(text, expected):
    """Whole, damaged or cut off; and what is none of ours is none."""
    assert recognise(text.encode()) is expected


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("text", [ALL_ORDERS, GERMAN, FRENCH, JAPANESE, '{"accountStatuses": []}'])
def test_report_is_known_in_any_unicode(text, charset):
    """With a byte order mark and without."""
    assert recognise((text + "\r\n").encode(charset)) is not None


@pytest.mark.parametrize(
    ("text", "charset"), [(FRENCH, "cp1252"), (GERMAN, "cp1252"), (JAPANESE, "cp932"), (JAPANESE, "utf-8")]
)
def test_feedback_is_known_in_the_charsets_of_the_regions(text, charset):
    """The charset is not told beforehand."""
    assert recognise(text.encode(charset)) is ReportType.FEEDBACK


def test_head_may_end_within_a_character():
    """Whoever reads the head cuts it anywhere."""
    assert recognise((FRENCH + "\n" + "é" * 9).encode()[:-1]) is ReportType.FEEDBACK


def test_unknown_table_with_days_and_numbers_is_no_feedback():
    """Position alone is believed only with an order id, in a table as wide as feedback is."""
    row = "5.10.26\t2\tso lala\t302-1234567-1234567\tx"
    assert recognise(f"{row}{'\tx' * 9}\n".encode()) is None
    assert recognise(b"5.10.26\t2\tso lala\tx\tx\n") is None
