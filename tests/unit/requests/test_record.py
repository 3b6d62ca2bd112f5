"""The life of a request: the whole table, state by state and event by event."""

import itertools

import pytest

from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.record import LIFE, OPEN, Reason, RequestEvent, RequestRecord, RequestState, after
from goodstanding.core.requests.window import RequestWindow
from tests.orders import BOUGHT

S, E = RequestState, RequestEvent
ENDS = (S.SENT, S.ALREADY_ASKED, S.OPTED_OUT, S.NOT_ELIGIBLE, S.FAILED)
STATES = (None, *S)

# One row for each state, one column for each event of E, in its order; "." leaves the state as it is.
TABLE = """
               plan     exclude   opt_out    close          post     accept  lose  deny     release  decline       forestall      fail
None           PLANNED  EXCLUDED  OPTED_OUT  WINDOW_CLOSED  .        .       .     .        .        .             .              .
PLANNED        .        EXCLUDED  OPTED_OUT  WINDOW_CLOSED  SENDING  .       .     .        .        NOT_ELIGIBLE  ALREADY_ASKED  FAILED
SENDING        .        .         .          .              .        SENT    SENT  .        PLANNED  .             ALREADY_ASKED  FAILED
SENT           .        .         .          .              .        .       .     PLANNED  .        .             .              .
ALREADY_ASKED  .        .         .          .              .        .       .     .        .        .             .              .
OPTED_OUT      .        .         .          .              .        .       .     .        .        .             .              .
EXCLUDED       PLANNED  .         OPTED_OUT  WINDOW_CLOSED  .        .       .     .        .        .             .              .
NOT_ELIGIBLE   .        .         .          .              .        .       .     .        .        .             .              .
WINDOW_CLOSED  PLANNED  EXCLUDED  OPTED_OUT  .              .        .       .     .        .        .             .              .
FAILED         .        .         .          .              .        .       .     .        .        .             .              .
"""


def expected() -> dict[tuple[S | None, E], S | None]:
    """The table above, read."""
    head, *rows = (line.split() for line in TABLE.strip().splitlines())
    table = {}
    for name, *cells in rows:
        state = None if name == "None" else S(name)
        for event, cell in zip(head, cells, strict=True):
            table[state, E(event)] = state if cell == "." else S(cell)
    return table


def test_table_is_what_is_written_here():
    """Every state and every event."""
    found = {(state, event): after(state, event) for state, event in itertools.product(STATES, E)}
    assert found == expected()


@pytest.mark.parametrize("end", ENDS)
def test_end_is_left_by_nothing(end):
    """Whatever comes late or twice; but what was only taken for sent may turn out not to have been."""
    assert {after(end, event) for event in E if event is not E.DENY} == {end}
    assert after(end, E.DENY) is (S.PLANNED if end is S.SENT else end)


def test_only_an_answer_ends_sending():
    """What was perhaps posted is not taken back by a rule, an opt-out, time or a plan."""
    leaving = {event for event in E if after(S.SENDING, event) is not S.SENDING}
    assert leaving == {E.ACCEPT, E.LOSE, E.RELEASE, E.FORESTALL, E.FAIL}


def test_only_a_claim_leads_to_sending_and_only_sending_to_sent():
    """No other way to a post."""
    assert [key for key, to in LIFE.items() if to is S.SENDING] == [(S.PLANNED, E.POST)]
    assert {state for (state, _), to in LIFE.items() if to is S.SENT} == {S.SENDING}


@pytest.mark.parametrize("state", S)
def test_record_shows_whether_it_is_open_and_why(state):
    """A planned request needs no reason outside, whatever it was put off for."""
    record = RequestRecord(
        "302-0000000-0000001",
        RequestWindow(BOUGHT, BOUGHT, BOUGHT),
        EstimateSource.FALLBACK,
        state=state,
        reason=Reason.DAILY_CAP,
    )
    assert record.is_open is (state in OPEN)
    assert record.shown_reason is (None if state is S.PLANNED else Reason.DAILY_CAP)
