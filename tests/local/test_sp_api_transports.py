"""The simulator over a socket behaves as it does in-process."""

import threading
from contextlib import ExitStack

import httpx
import pytest

from local.seller_folder import load
from local.sp_api.faults import Fault, FaultKind
from local.sp_api.limits import Operation
from local.sp_api.server import serve
from local.sp_api.simulator import Simulator
from local.sp_api.tables import Visibility
from tests.local.sp_api_world import SELLER, V2, Amazon, FakeClock, amazon, seller_folder

BODY = '{"performanceMetrics": [' + " " * 200_000 + "]}"


@pytest.fixture
def folder(tmp_path):
    """A seller with a performance report that is long enough to be compressed."""
    return seller_folder(tmp_path / "s", {"DE/v2": BODY})


@pytest.fixture
def connect(folder):
    """Serve a simulator with faults; a caller that reaches it by HTTP, logged in."""
    with ExitStack() as running:

        def connected(*faults):
            clock = FakeClock()
            simulator = Simulator([load(folder)], clock, visibility=Visibility.SNAPSHOT, faults=faults)
            base = running.enter_context(serve(simulator))
            client = running.enter_context(httpx.Client(timeout=2))
            caller = Amazon(simulator, clock, client, base)
            caller.log_in().raise_for_status()
            return caller

        yield connected


def test_report_is_had_over_http_like_in_process(connect, folder):
    """The same statuses, ids and bodies; the document's link leads to the server that was asked."""
    remote, local = connect(), amazon(folder)
    reports = [caller.finished(V2) for caller in (remote, local)]
    assert reports[0] == reports[1]
    assert remote.document(reports[0]).json()["url"].startswith(f"{remote.base}/documents/")
    downloads = [caller.download(report) for caller, report in zip((remote, local), reports, strict=True)]
    assert downloads[0].content == downloads[1].content
    assert downloads[0].headers["Content-Type"] == downloads[1].headers["Content-Type"]


def test_errors_and_empty_bodies_cross_the_wire(connect):
    """A refusal, a cancelled report, an empty 500."""
    caller = connect(Fault(FaultKind.SERVER_500_EMPTY, Operation.GET_REPORT))
    report_id = caller.create(V2).json()["reportId"]
    failed = caller.call("GET", f"/reports/{report_id}")
    assert (failed.status_code, failed.content) == (500, b"")
    assert caller.call("DELETE", f"/reports/{report_id}").status_code == 200
    assert caller.create("GET_NOTHING").json()["errors"][0]["code"] == "InvalidInput"


def test_connection_failures_cross_the_wire(connect):
    """A reset, a silence, a download that breaks off: httpx says so, and the next call works."""
    caller = connect(
        Fault(FaultKind.CONNECTION_RESET, Operation.CREATE_REPORT),
        Fault(FaultKind.TIMEOUT, Operation.CREATE_REPORT, nth=2),
        Fault(FaultKind.TRUNCATED_DOWNLOAD),
    )
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        caller.create(V2)
    with pytest.raises(httpx.ReadTimeout):
        caller.call("POST", "/reports", json={"reportType": V2, "marketplaceIds": ["A1PA6795UKMFR9"]}, timeout=0.2)
    report = caller.finished(V2)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.download(report)
    assert caller.download(report).status_code == 200


def test_many_threads_may_call_at_once(connect):
    """Each call is answered and recorded once; no two reports share an id."""
    caller = connect()
    ids = []

    def ask():
        ids.extend(caller.create(V2).json()["reportId"] for _ in range(3))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 15
    assert sum(call.operation == "createReport" and call.seller == SELLER for call in caller.simulator.calls) == 15
