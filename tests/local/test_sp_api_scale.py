"""What the simulator reads for one call does not grow with the seller, nor with the number of sellers.

Counted in rows read, not in seconds: the machine's other work cannot fail it.
"""

import pytest

from local.sp_api.faults import Fault, FaultKind
from local.sp_api.limits import Operation
from local.sp_api.rows import RowFile
from local.sp_api.tables import Visibility
from tests.local.sp_api_world import SELLER, SHIPMENT_COLUMNS, amazon, at, many_orders, seller_folder, shipment, tsv

MANY = 3_000
ROWS = many_orders(MANY, at("11-05"), **{"fulfillment-channel": "Amazon"})
IDS = [row["amazon-order-id"] for row in ROWS]


@pytest.fixture
def rows_read(monkeypatch):
    """Counts the rows that are read; a list of one number."""
    count = [0]
    original = RowFile.row

    def counting(file, number):
        count[0] += 1
        return original(file, number)

    monkeypatch.setattr(RowFile, "row", counting)
    return count


@pytest.fixture(params=Visibility)
def seller(request, tmp_path):
    """A seller with many orders, each in a shipment."""
    shipments = tsv([shipment(order_id, at("11-06"), at("11-08")) for order_id in IDS], SHIPMENT_COLUMNS)
    folder = seller_folder(tmp_path / "s", {"DE/o": tsv(ROWS), "DE/s": shipments})
    return amazon(folder, visibility=request.param)


def test_call_about_one_order_reads_the_rows_of_that_order(seller, rows_read):
    """Once the first call has read the files through."""
    assert seller.offered(IDS[0])
    assert rows_read[0] >= 2 * MANY
    calls = (seller.actions, seller.ask, seller.order)
    for call, order_id in ((call, order_id) for call in calls for order_id in IDS[-4:]):
        rows_read[0] = 0
        assert call(order_id).is_success
        assert 0 < rows_read[0] <= 4


def test_next_page_of_a_search_reads_the_rows_of_that_page(seller, rows_read):
    """The search itself is done once."""
    token = seller.search(createdAfter=at("11-01")).json()["pagination"]["nextToken"]
    for size in (100, 10):
        rows_read[0] = 0
        page = seller.search(createdAfter=at("11-01"), paginationToken=token, maxResultsPerPage=size)
        assert len(page.json()["orders"]) == size
        assert size <= rows_read[0] <= 4 * size


def test_call_of_one_seller_reads_nothing_of_the_others(tmp_path, rows_read):
    """Their files are opened when they call."""
    names = [f"A2MANY{number:04}" for number in range(20)]
    files = {"DE/o": tsv(many_orders(50, at("11-05")))}
    folders = [seller_folder(tmp_path / name, files, seller_id=name) for name in names]
    seller = amazon(*folders)
    assert rows_read[0] == 0
    assert seller.ask(IDS[7]).status_code == 201
    assert 50 <= rows_read[0] <= 50 * 4
    seller.log_in(f"local-{names[-1]}")
    assert seller.ask(IDS[7]).status_code == 201


def test_call_looks_only_at_the_faults_of_its_own_order(tmp_path, monkeypatch):
    """A plan may have one for each order of a large seller; those for any order still come in their turn."""
    looked = []
    original = Fault.concerns
    monkeypatch.setattr(Fault, "concerns", lambda fault, *about: looked.append(fault) or original(fault, *about))
    own = [Fault(FaultKind.BUYER_OPTED_OUT, order_id=order_id) for order_id in IDS]
    general = Fault(FaultKind.SERVER_500_EMPTY, Operation.GET_SOLICITATION_ACTIONS, nth=2)
    seller = amazon(seller_folder(tmp_path / "s", {"DE/o": tsv(ROWS)}), faults=[*own[:9], general, *own[9:]])
    assert seller.offered(IDS[3]) == []
    assert seller.actions(IDS[20]).status_code == 500
    assert seller.offered(IDS[20])
    assert [fault.order_id for fault in looked if fault.order_id] == [IDS[3], IDS[20], IDS[20]]
    assert seller.simulator.solicited(SELLER) == {}
