"""Which rows the simulator hands out for a range, and in what shape: nothing lost, nothing repaired."""

import gzip
import json

import pytest

from local.sp_api.documents import COMPRESSED_FROM
from local.sp_api.tables import Visibility
from tests.local.sp_api_world import (
    DE,
    FEEDBACK,
    JP,
    ORDER_COLUMNS,
    ORDERS,
    RETURNS,
    SHIPMENTS,
    US,
    V1,
    V2,
    amazon,
    at,
    order,
    seller_folder,
    tsv,
)

FEEDBACK_HEAD = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\r\n"
RANGE = {"dataStartTime": at("11-01"), "dataEndTime": at("11-20")}


def orders(path, rows, **more):
    """A caller whose seller has these All Orders rows in Germany."""
    return amazon(seller_folder(path / "s", {"DE/o.txt": tsv(rows)}), **more)


# ---- snapshot: the folder is what Amazon holds ----


def test_snapshot_range_holds_rows_from_start_to_before_end(tmp_path):
    """By last-updated-date, whatever the purchase date."""
    rows = [order(f"302-{day}", at(f"11-{day}"), bought=at("01-01")) for day in ("04", "05", "06", "07")]
    assert orders(tmp_path, rows).order_ids("11-05", "11-07") == ["302-05", "302-06"]


def test_snapshot_range_up_to_now_holds_rows_dated_later_too(tmp_path):
    """A folder may hold what happened after the day it is run for; the last range takes it, so that no row is lost."""
    rows = [order("302-1", at("11-19")), order("302-2", at("11-20")), order("302-3", at("12-24"))]
    caller = orders(tmp_path, rows)
    assert caller.order_ids("11-18") == ["302-1", "302-2", "302-3"]
    ends = {"dataStartTime": at("11-18"), "dataEndTime": "2026-11-20T05:55:00Z"}
    assert caller.body(ORDERS, **ends).count(b"302-") == 3
    assert caller.body(ORDERS, **ends | {"dataEndTime": "2026-11-20T05:54:59Z"}).count(b"302-") == 1


def test_snapshot_up_to_the_day_of_the_run_stays_so_while_the_caller_waits(tmp_path):
    """Waiting and pacing take virtual time; a range up to the day of the run holds the later rows all the same."""
    caller = orders(tmp_path, [order("302-1", at("11-21"))])
    caller.wait(3000)
    assert caller.body(ORDERS, dataStartTime=at("11-01"), dataEndTime="2026-11-20T06:00:00Z").count(b"302-") == 1


def test_row_whose_date_cannot_be_read_is_in_every_range(tmp_path):
    """Damage must reach the reader, who says so."""
    rows = [order("302-1", at("11-05")), order("302-2", "last tuesday"), order("302-3", "2026-11-05")]
    caller = orders(tmp_path, rows)
    assert caller.order_ids("11-01", "11-03") == ["302-2", "302-3"]
    assert caller.order_ids("11-04", "11-06") == ["302-1", "302-2", "302-3"]


def test_file_without_its_date_column_is_served_whole_in_every_range(tmp_path):
    """Even when it has no rows: a missing column is damage, not absence."""
    text = tsv([order("302-1", at("11-05"))], [column for column in ORDER_COLUMNS if column != "last-updated-date"])
    header = text.splitlines(keepends=True)[0]
    assert amazon(seller_folder(tmp_path / "a", {"DE/o": text})).body(ORDERS, **RANGE) == text.encode()
    assert amazon(seller_folder(tmp_path / "b", {"DE/o": header})).body(ORDERS, **RANGE) == header.encode()


def test_file_with_nothing_but_its_header_is_no_data(tmp_path):
    """Repeated headers and blank lines are no rows either."""
    header = tsv([])
    for number, text in enumerate((header, header * 2, header + "\r\n\r\n")):
        caller = amazon(seller_folder(tmp_path / str(number), {"DE/o": text}))
        assert caller.finished(ORDERS, **RANGE)["processingStatus"] == "CANCELLED"


def test_feedback_is_served_from_the_local_day_of_the_start_on(tmp_path):
    """Days are the marketplace's, in its own way of writing them."""
    rows = {"DE": "{}.{}.26", "US": "{1}/{0}/26", "JP": "2026/{1}/{0}"}
    files = {
        f"{country}/f": FEEDBACK_HEAD
        + "".join(f"{day.format(number, 10)}\t1\tx\t\t302-1234567-000000{number}\t\r\n" for number in (4, 5, 6))
        for country, day in rows.items()
    }
    caller = amazon(seller_folder(tmp_path / "s", files))
    for place in (DE, US, JP):
        body = caller.body(FEEDBACK, (place,), dataStartTime="2026-10-05T20:00:00Z")
        expected = [b"6"] if place == JP else [b"5", b"6"]
        assert [line.split(b"\t")[4][-1:] for line in body.splitlines()[1:]] == expected


def test_returns_and_shipments_are_served_by_their_own_dates(tmp_path):
    """Return request date (English month names), shipment-date."""
    returns = "Order ID\tOrder date\tReturn request date\tA-to-Z Claim\r\n"
    returns += "".join(f"302-{day}\t01-Jan-2026\t{day}-Nov-2026\tN\r\n" for day in ("03", "07", "12"))
    columns = (
        "amazon-order-id",
        "shipment-id",
        "shipment-item-id",
        "purchase-date",
        "shipment-date",
        "estimated-arrival-date",
    )
    shipped = [{"amazon-order-id": f"302-{day}", "shipment-date": at(f"11-{day}")} for day in ("03", "07", "12")]
    caller = amazon(seller_folder(tmp_path / "s", {"DE/r": returns, "DE/s": tsv(shipped, columns)}))
    days = {"dataStartTime": at("11-05"), "dataEndTime": at("11-09")}
    for report_type in (RETURNS, SHIPMENTS):
        assert [line[:6] for line in caller.body(report_type, **days).splitlines()[1:]] == [b"302-07"]


# ---- timeline: rows come to light at their own dates ----


def test_order_is_known_from_its_purchase_on_and_again_when_it_changes(tmp_path):
    """Its first row counts from the purchase until its own date has come; later rows from their dates."""
    rows = [
        order("302-1", at("11-10"), bought=at("11-05"), status="Pending"),
        order("302-1", at("11-15"), bought=at("11-05"), status="Shipped"),
    ]
    caller = orders(tmp_path, rows, visibility=Visibility.TIMELINE)

    def states(day, start):
        caller.clock.time = caller.clock.time.replace(day=day, hour=12, minute=0)
        caller.log_in()
        lines = caller.body(ORDERS, dataStartTime=at(start), dataEndTime=f"2026-11-{day:02}T12:00:00Z").splitlines()[1:]
        return [line.split(b"\t")[4] for line in lines]

    assert states(4, "10-20") == []
    assert states(6, "11-04") == [b"Pending"]
    assert states(8, "11-06") == []
    assert states(12, "11-09") == [b"Pending"]
    assert states(12, "11-11") == []
    assert states(16, "11-09") == [b"Pending", b"Shipped"]
    assert states(16, "11-14") == [b"Shipped"]


def test_earliest_row_of_an_order_is_told_over_all_files(tmp_path):
    """Only the first of its states is known before its date, with all its items; wherever the others lie."""
    first = [order("302-1", at("11-10"), bought=at("11-05"), sku=sku) for sku in ("a", "b")]
    files = {"DE/1": tsv([order("302-1", at("11-15"), bought=at("11-05"), sku="c")]), "DE/2": tsv(first)}
    caller = amazon(seller_folder(tmp_path / "s", files), visibility=Visibility.TIMELINE)
    caller.clock.time = caller.clock.time.replace(day=6)
    caller.log_in()
    body = caller.body(ORDERS, dataStartTime=at("11-01"), dataEndTime="2026-11-06T06:00:00Z")
    assert [line.split(b"\t")[9] for line in body.splitlines()[1:]] == [b"a", b"b"]


def test_feedback_comes_to_light_on_its_local_day(tmp_path):
    """From local midnight on: in Tokyo 15 hours before the day begins in UTC's evening."""
    row = "2026/11/05\t1\tx\t\t302-1234567-1234567\t\r\n"
    caller = amazon(seller_folder(tmp_path / "s", {"JP/f": FEEDBACK_HEAD + row}), visibility=Visibility.TIMELINE)
    for day_and_hour, seen in (((4, 14), 0), ((4, 15), 1)):
        day, hour = day_and_hour
        caller.clock.time = caller.clock.time.replace(day=day, hour=hour, minute=0, second=0)
        caller.log_in()
        assert caller.body(FEEDBACK, (JP,), dataStartTime=at("09-01")).count(b"302-") == seen


# ---- performance reports ----


def v2(until, rate=0.5):
    """A V2 report that speaks of the time up to a day."""
    return json.dumps(
        {"performanceMetrics": [{"lateShipmentRate": {"rate": rate, "reportingDateRange": {"reportingDateTo": until}}}]}
    )


@pytest.mark.parametrize(
    ("day", "visibility", "served"),
    [
        (20, Visibility.SNAPSHOT, "DE/b"),
        (20, Visibility.TIMELINE, "DE/a"),
        (10, Visibility.TIMELINE, "DE/c"),
        (1, Visibility.TIMELINE, "DE/c"),
    ],
)
def test_performance_report_served_is_the_latest_one_known(tmp_path, day, visibility, served):
    """By its own reporting dates; in a timeline the latest that speaks of nothing later, else the earliest. Broken ones stand back."""
    files = {
        "DE/a": v2("2026-11-14T23:59Z"),
        "DE/b": v2("2026-11-24T23:59:59Z"),
        "DE/c": v2("2026-11-04T23:59Z"),
        "DE/d": v2("2026-11-30T23:59Z")[:-3],
    }
    caller = amazon(seller_folder(tmp_path / "s", files), visibility=visibility)
    caller.clock.time = caller.clock.time.replace(day=day)
    caller.log_in()
    assert caller.body(V2).decode() == files[served]


def test_performance_report_that_cannot_be_read_is_served_when_it_is_the_only_one(tmp_path):
    """As it is."""
    broken = v2("2026-11-04T23:59Z")[:-3]
    assert amazon(seller_folder(tmp_path / "s", {"DE/a": broken})).body(V2).decode() == broken


def test_old_performance_report_is_chosen_by_the_end_of_its_time_frames(tmp_path):
    """V1 is XML, which need not be well-formed."""
    frame = "<sellerPerformanceReports><sellerPerformanceReport><timeFrame><end>2026-11-{}T00:00:00Z</end></timeFrame>"
    files = {"DE/a": frame.format("12"), "DE/b": frame.format("03")}
    assert amazon(seller_folder(tmp_path / "s", files)).body(V1).decode() == files["DE/a"]


# ---- the document ----


@pytest.mark.parametrize(
    ("place", "encoding", "charset", "comment"),
    [
        ("DE", "utf-8", "UTF-8", "schön"),
        ("DE", "utf-8-sig", "UTF-8", "schön"),
        ("DE", "cp1252", "Cp1252", "schön, 5 €"),
        ("JP", "cp932", "windows-31j", "とても良い①"),
        ("JP", "utf-8", "UTF-8", "とても良い"),
    ],
)
def test_single_file_is_delivered_byte_for_byte_in_its_own_charset(tmp_path, place, encoding, charset, comment):
    """Quirks included: line ends, byte order mark, repeated header, short rows, quotes."""
    day = "2026/11/05" if place == "JP" else "05.11.26"
    text = (
        FEEDBACK_HEAD
        + f'{day}\t1\t{comment} "x\t\t302-1234567-1234567\n\n'
        + FEEDBACK_HEAD
        + f"{day}\t2\t\t\t302-1234567-7654321"
    )
    caller = amazon(seller_folder(tmp_path / "s", {f"{place}/f": text.encode(encoding)}))
    answer = caller.download(caller.finished(FEEDBACK, (JP if place == "JP" else DE,), dataStartTime=at("10-01")))
    assert answer.content == text.encode(encoding)
    assert answer.headers["Content-Type"] == f"text/plain;charset={charset}"


def test_rows_left_are_delivered_byte_for_byte_when_others_are_cut(tmp_path):
    """Cutting rows is no reason to touch the rest."""
    rows = [order("302-1", at("11-05"), sku='"Ü'), order("302-2", at("10-05")), order("302-3", at("11-06"))]
    raw = tsv(rows).encode("cp1252")
    caller = amazon(seller_folder(tmp_path / "s", {"DE/o": raw}))
    lines = raw.splitlines(keepends=True)
    assert caller.body(ORDERS, **RANGE) == b"".join([lines[0], lines[1], lines[3]])


def test_files_of_one_layout_are_joined_under_one_header(tmp_path):
    """A last line without an end gets one when another follows."""
    one, two = tsv([order("302-1", at("11-05"))]), tsv([order("302-2", at("11-06"))])
    caller = amazon(seller_folder(tmp_path / "s", {"DE/a": one.rstrip(), "DE/b.gz": two}))
    assert caller.body(ORDERS, **RANGE).decode() == two + one.splitlines()[1]


def test_files_of_different_layouts_are_joined_by_the_names_of_their_columns(tmp_path):
    """Whatever the order or case of the columns; a column that a file lacks stays empty there."""
    columns = [*reversed(ORDER_COLUMNS), "cpf"]
    more = tsv([order("302-2", at("11-06"), cpf="9", sku="s2")], columns).replace("SKU", "sku").replace("sku", "Sku")
    caller = amazon(seller_folder(tmp_path / "s", {"DE/a": tsv([order("302-1", at("11-05"), sku="s1")]), "DE/b": more}))
    head, *lines = [line.split("\t") for line in caller.body(ORDERS, **RANGE).decode().splitlines()]
    assert head == [*ORDER_COLUMNS, "cpf"]
    found = [dict(zip(head, line, strict=True)) for line in lines]
    assert [(row["amazon-order-id"], row["sku"], row["cpf"]) for row in found] == [
        ("302-1", "s1", ""),
        ("302-2", "s2", "9"),
    ]


def test_header_repeated_in_a_file_of_another_layout_is_no_row(tmp_path):
    """Joined by name its words would stand below other words, where a reader could not tell it from a damaged row."""
    first, second = tsv([order("302-1", at("11-05"))]), tsv([order("302-2", at("11-06"))], ORDER_COLUMNS[::-1])
    caller = amazon(seller_folder(tmp_path / "s", {"DE/a": first, "DE/b": second + second}))
    rows = caller.body(ORDERS, **RANGE).decode().splitlines()[1:]
    assert [row.split("\t")[0] for row in rows if row.strip()] == ["302-1", "302-2", "302-2"]


def test_feedback_files_in_different_languages_are_joined_in_the_same_columns(tmp_path):
    """A seller who changes the language of the account has both; a column of neither name is told by its place."""
    heads = [FEEDBACK_HEAD, "Datum\tBewertung\tKommentare\tBestellnummer\tE-Mail\r\n", "Aa\tBb\tCc\tDd\tEe\tFf\r\n"]
    rows = [f"0{day}.11.26\t1\tx{{}}\t302-000000{day}-0000000\ty\r\n" for day in (5, 6, 7)]
    gaps = ["\t", "", "\t"]
    files = {
        f"DE/{turn}": head + row.format(gap)
        for turn, (head, row, gap) in enumerate(zip(heads, rows, gaps, strict=True))
    }
    body = amazon(seller_folder(tmp_path / "s", files)).body(FEEDBACK, dataStartTime=at("11-01")).decode()
    assert body == FEEDBACK_HEAD + "".join(row.format("\t") for row in rows)


@pytest.mark.parametrize(("word", "charset"), [("für", "Cp1252"), ("łódź", "UTF-8")])
def test_files_of_different_encodings_are_joined_in_the_first_ones_if_it_has_the_characters(tmp_path, word, charset):
    """Else in UTF-8."""
    files = {
        "DE/a": tsv([order("302-1", at("11-05"), **{"product-name": "grün"})]).encode("cp1252"),
        "DE/b": tsv([order("302-2", at("11-05"), **{"product-name": word})]).encode(),
    }
    caller = amazon(seller_folder(tmp_path / "s", files))
    answer = caller.download(caller.finished(ORDERS, **RANGE))
    assert answer.headers["Content-Type"] == f"text/plain;charset={charset}"
    lines = answer.content.decode("cp1252" if charset == "Cp1252" else "utf-8").splitlines()
    assert [line.split("\t")[8] for line in lines[1:]] == ["grün", word]


@pytest.mark.parametrize("same_layout", [True, False])
def test_row_that_was_cut_off_stays_the_last_and_stays_cut_off(tmp_path, same_layout):
    """However many files are joined: at the end, without a line end, shorter than the rest."""
    cut = tsv([order("302-1", at("11-05")), order("302-2", at("11-06"))])[:-40]
    other = tsv([order("302-3", at("11-05"))], ORDER_COLUMNS if same_layout else ORDER_COLUMNS[:-1]).rstrip("\r\n")
    caller = amazon(seller_folder(tmp_path / "s", {"DE/a": cut, "DE/b": other}))
    *lines, last = caller.body(ORDERS, **RANGE).decode().split("\n")
    assert last.startswith("302-2")
    assert last.count("\t") < min(line.count("\t") for line in lines)


def test_row_that_was_cut_off_is_never_delivered_alone(tmp_path):
    """Only beside a whole row can a reader see that it is short."""
    text = tsv([order("302-1", at("10-05")), order("302-2", at("11-06"))])[:-40]
    assert amazon(seller_folder(tmp_path / "s", {"DE/a": text})).body(ORDERS, **RANGE).decode() == text


def test_utf_16_file_is_delivered_as_utf_8(tmp_path):
    """Rows are cut at newline bytes, which UTF-16 does not have."""
    text = tsv([order("302-1", at("11-05"), sku="Ü")])
    caller = amazon(seller_folder(tmp_path / "s", {"DE/o": text.encode("utf-16")}))
    answer = caller.download(caller.finished(ORDERS, **RANGE))
    assert (answer.text, answer.headers["Content-Type"]) == (text, "text/plain;charset=UTF-8")


def test_long_document_is_compressed_and_flagged_a_short_one_is_not(tmp_path):
    """Whatever the file in the folder was."""
    rows = [order(f"302-{number}", at("11-05")) for number in range(COMPRESSED_FROM // 50)]
    caller = amazon(seller_folder(tmp_path / "s", {"DE/o": tsv(rows), "DE/v.gz": v2("2026-11-04T23:59Z")}))
    long, short = caller.finished(ORDERS, **RANGE), caller.finished(V2)
    assert caller.document(long).json()["compressionAlgorithm"] == "GZIP"
    assert gzip.decompress(caller.download(long).content).decode() == tsv(rows)
    assert "compressionAlgorithm" not in caller.document(short).json()
    assert caller.download(short).text == v2("2026-11-04T23:59Z")


def test_large_file_is_served_like_a_small_one(tmp_path):
    """Files beyond some megabytes are mapped, not held."""
    name = "x" * 900
    rows = [order(f"302-{number}", at("11-05" if number % 2 else "10-05"), sku=name) for number in range(10_000)]
    caller = amazon(seller_folder(tmp_path / "s", {"DE/o.gz": tsv(rows)}))
    assert caller.body(ORDERS, **RANGE).decode() == tsv(rows[1::2])
