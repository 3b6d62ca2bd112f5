"""`goodstanding explain`: everything a run found out about one order, in the order of time, from the files it left behind."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from cli.json_text import timestamp
from goodstanding.core import marketplaces
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.requests.delivery import Confidence
from goodstanding.core.requests.record import OPEN, Reason, RequestState
from goodstanding.core.texts.request_words import CONFIDENCES, state_name, why
from local.seller_folder import BadInput

ORDERS = "orders.jsonl"
_LANGUAGE = "en"  # of the command line, as of its help

_ASKED_OR_WAITING = OPEN | {RequestState.SENT}

type Json = dict[str, Any]


# ---- what the files know ------------------------------------------------------------------------------------------------------


def explain(order_id: str, out: Path) -> Sequence[Json]:
    """What is known of an order, once for each marketplace and seller that has it. Raises BadInput when there is nothing.

    Each has `order_id`, `seller_id`, `marketplace`, `as_of`, `events` in the order of time and `request`.
    """
    if not out.is_dir():
        raise BadInput(f"--out {out}: no such folder; name the one that `goodstanding run` wrote")
    if not (out / ORDERS).is_file():
        raise BadInput(f"--out {out}: has no {ORDERS}; run `goodstanding run` again, or name the folder it wrote")
    found = _read(out / ORDERS, order_id, lambda line: [_whole(line)])
    if not found:
        raise BadInput(
            f"{order_id}: is not among the orders of {out}; compare it with Seller Central (302-1234567-1234567)"
        )
    as_of = _as_of(out / "health.json")
    more = [event for name, read in _FURTHER.items() for event in _read(out / name, order_id, read)]
    return [
        {
            **dossier,
            "as_of": as_of,
            "events": sorted([*dossier["events"], *more], key=lambda event: _instant(event["at"])),
        }
        for dossier in found
    ]


def _whole(dossier: Json) -> Json:
    """With the events of its request; in words once, so that a line of another version is told by its number."""
    request = dossier["request"]
    whole = {**dossier, "as_of": None, "events": [*dossier["events"], *(_request_events(request) if request else ())]}
    in_words(whole)
    return whole


def _read(path: Path, order_id: str, read: Callable[[Json], Iterable[Json]]) -> list[Json]:
    """What the lines, or list entries, about the order come to; nothing where there is no such file. Raises BadInput."""
    if not path.is_file():
        return []
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise BadInput(f"{path}: cannot be read; run `goodstanding run` again") from None
    lines = [(f"{path}: line {number}", line) for number, line in enumerate(text.splitlines(), 1)]
    parts = [(str(path), text)] if path.suffix == ".json" else lines
    return [one for where, part in parts if order_id in part for one in _understood(where, part, order_id, read)]


def _understood(where: str, text: str, order_id: str, read: Callable[[Json], Iterable[Json]]) -> list[Json]:
    try:
        value = json.loads(text)
        entries = value if isinstance(value, list) else [value]
        return [one for entry in entries if entry["order_id"] == order_id for one in read(entry)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput(f"{where}: cannot be understood; run `goodstanding run` again") from None


def _as_of(path: Path) -> str | None:
    try:
        return timestamp(datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["as_of"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _request_events(request: Json) -> Iterator[Json]:
    never = RequestState(request["state"]) not in _ASKED_OR_WAITING
    for name, what in (
        ("opens_at", "request_window_opens"),
        ("eligible_from", "request_eligible"),
        ("first_empty_at", "request_not_offered"),
        ("lost_at", "request_answer_lost"),
        ("posted_at", "request_posted"),
        ("sent_at", "request_sent"),
        ("next_at", "request_next_look"),
        ("closes_at", "request_window_closes"),
    ):
        at = request[name]
        told_already = name == "posted_at" and at in {request["sent_at"], request["lost_at"]}
        if at is not None and not told_already and not (never and name == "eligible_from"):
            yield {"at": at, "what": what}


def _alert(line: Json) -> Iterator[Json]:
    yield {"at": line["at"], "what": "alert", "severity": line["severity"], "subject": line["subject"]}


def _thread(line: Json) -> Iterator[Json]:
    for name, what in (("first_unanswered_at", "message_unanswered"), ("due_at", "message_due")):
        if line[name] is not None:
            yield {"at": line[name], "what": what, "category": line["category"]}
    if line["first_unanswered_at"] is None:
        yield {"at": None, "what": "messages", "messages": line["messages"], "state": line["state"]}


def _deadline(line: Json) -> Iterator[Json]:
    kind = line["kind"]
    yield {"at": line["opened_at"], "what": "deadline_opened", "kind": kind}
    yield {"at": line["due_at"], "what": "deadline_due", "kind": kind, "state": line["state"]}
    if line["closed_at"] is not None:
        yield {"at": line["closed_at"], "what": "deadline_closed", "kind": kind, "closed_by": line["closed_by"]}


def _triage(line: Json) -> Iterator[Json]:
    grounds = [ground["ground"] for ground in line["grounds"]]
    yield {"at": line["left_on"], "what": "feedback_advice", "grounds": grounds, "advice": line["advice"]}


_FURTHER: dict[str, Callable[[Json], Iterator[Json]]] = {
    "feedback.jsonl": _triage,
    "threads.jsonl": _thread,
    "deadlines.json": _deadline,
    "alerts.jsonl": _alert,
}


# ---- in words -----------------------------------------------------------------------------------------------------------------


def in_words(dossier: Json) -> str:
    """The dossier for a person, times on the marketplace's clock."""
    marketplace = marketplaces.by_country(dossier["marketplace"])
    head = f"Order {dossier['order_id']}, seller {dossier['seller_id']}, {marketplace.country} ({marketplace.domain})"
    return "\n".join([head, "", *_request(dossier["request"], marketplace), "", *_course(dossier, marketplace)]) + "\n"


def _request(request: Json | None, marketplace: Marketplace) -> Iterator[str]:
    if request is None:
        yield "Feedback request: never considered, because the order is not shipped yet, or was cancelled before it was."
        return
    state = RequestState(request["state"])
    reason = request["reason"] or request["put_off_for"]
    yield f"Feedback request: {state_name(state, _LANGUAGE)}{f' ({why(Reason(reason), _LANGUAGE)})' if reason else ''}"
    times = {name: _time(request[name], marketplace) for name in ("opens_at", "eligible_from", "closes_at")}
    yield f"  Amazon's window  {times['opens_at']} to {times['closes_at']}"
    yield f"  not before       {times['eligible_from']} (the seller's delay and hour)"
    yield f"  delivery date    {CONFIDENCES[Confidence(request['confidence'])][_LANGUAGE]} ({request['estimated_by']})"
    yield f"  posts            {request['attempts']}"
    if request["refused_for"]:
        yield f"  refusals         {request['refusals']} ({why(Reason(request['refused_for']), _LANGUAGE)})"
    if request["empty_reads"]:
        yield f"  not offered      {request['empty_reads']} times"
    inferred = state is RequestState.SENT and request["next_at"]
    yield f"  next             {(_INFERRED if inferred else _NEXT[state]).format(at=_time(request['next_at'], marketplace))}"


_FINAL = "nothing: an order is asked about once, and this is final"
_INFERRED = "looked at {at}: should Amazon offer it then, it was not sent, and is asked after all"
_MAY_RETURN = "nothing, unless the seller's rules or a later promise take the reason away while the window is open"
_NEXT = {
    RequestState.PLANNED: "looked at {at}, and asked then if Amazon offers it",
    RequestState.SENDING: "Amazon is asked {at} what became of the post",
    RequestState.EXCLUDED: _MAY_RETURN,
    RequestState.WINDOW_CLOSED: _MAY_RETURN,
    RequestState.SENT: _FINAL,
    RequestState.ALREADY_ASKED: _FINAL,
    RequestState.OPTED_OUT: _FINAL,
    RequestState.NOT_ELIGIBLE: _FINAL,
    RequestState.FAILED: _FINAL,
}


def _course(dossier: Json, marketplace: Marketplace) -> Iterator[str]:
    """One line for each event, with a line between what was and what is to come."""
    as_of = dossier["as_of"]
    ended = None if as_of is None else _instant(as_of)
    for event in dossier["events"]:
        if ended is not None and _instant(event["at"]) > ended:
            yield f"{_time(as_of, marketplace):<21}  ---- end of the run; what follows is promised or planned ----"
            ended = None
        yield f"{_time(event['at'], marketplace):<21}  {_said(event, marketplace)}"


def _said(event: Json, marketplace: Marketplace) -> str:
    pattern = _WORDS.get(event["what"])
    if pattern is None:
        return str(event["what"]).replace("_", " ")
    return pattern(event, marketplace) if callable(pattern) else pattern.format(**event)


_SOURCES = {"report": "Amazon's report", "orders_api": "the Orders API", "order_change": "a notification"}
_CHANNELS = {"mfn": "own fulfilment", "afn": "FBA", None: "fulfilment not known"}


def _purchase(event: Json, _: Marketplace) -> str:
    return f"bought on {event['sales_channel']}, {_CHANNELS[event['fulfillment']]}, SKU {', '.join(event['skus']) or 'not known'}"


def _status(event: Json, _: Marketplace) -> str:
    return f"{event['status'].replace('_', ' ')}, by {_SOURCES[event['source']]}"


def _shipment(event: Json, _: Marketplace) -> str:
    lateness = {None: "", True: ", later than its latest ship time", False: ", in time"}[event["late"]]
    return f"shipped{lateness}, by {_SOURCES[event['source']]}"


def _promise(event: Json, marketplace: Marketplace) -> str:
    names = {"latest_ship_at": "ship by", "earliest_delivery_at": "deliver from", "latest_delivery_at": "deliver by"}
    dates = [f"{words} {_time(event[name], marketplace)}" for name, words in names.items() if event[name]]
    said = [event["status"].replace("_", " ")] if event["status"] else []
    kind = ["a replacement"] if event["is_replacement"] else []
    return f"{_SOURCES[event['source']]} says: {', '.join([*said, *kind, *dates]) or 'nothing of use'}"


def _delivery(event: Json, _: Marketplace) -> str:
    return f"all parcels delivered by then, by {_SOURCES[event['source']]}"


def _feedback(event: Json, _: Marketplace) -> str:
    stars = f"feedback: {event['rating']} star{'s' if event['rating'] > 1 else ''}"
    return stars if event["stands"] else f"{stars}; no longer there after {event['last_seen_on']}"


def _return(event: Json, _: Marketplace) -> str:
    return "return asked for" + (", with an A-to-z claim" if event["a_to_z_claim"] else "")


def _advice(event: Json, _: Marketplace) -> str:
    grounds = ", ".join(event["grounds"]) or "none"
    return f"feedback looked at: grounds {grounds}; advice {event['advice'].replace('_', ' ')}"


_WORDS: Mapping[str, str | Callable[[Json, Marketplace], str]] = {
    "purchase": _purchase,
    "status": _status,
    "shipment": _shipment,
    "arrival": "estimated arrival, by the carrier",
    "promise": _promise,
    "delivery": _delivery,
    "return": _return,
    "feedback": _feedback,
    "feedback_advice": _advice,
    "opt_out": "the buyer wants no messages ({source})",
    "request_window_opens": "Amazon's window for a feedback request opens",
    "request_eligible": "a feedback request may be sent from here on",
    "request_not_offered": "Amazon offers no feedback request, seen for the first time",
    "request_answer_lost": "feedback request posted, the answer was lost",
    "request_posted": "feedback request posted",
    "request_sent": "feedback request sent",
    "request_next_look": "feedback request: next look",
    "request_window_closes": "Amazon's window for a feedback request closes",
    "message_unanswered": "a buyer's message waits for an answer ({category})",
    "message_due": "the answer to the buyer's message is due ({category})",
    "messages": "{messages} messages of the buyer, {state}",
    "deadline_opened": "deadline {kind} begins",
    "deadline_due": "deadline {kind} is due ({state})",
    "deadline_closed": "deadline {kind} is closed ({closed_by})",
    "alert": "alert ({severity}): {subject}",
}


def _instant(text: str | None) -> datetime:
    """Where a time stands among others: a day at its beginning, what has none before everything else."""
    if text is None:
        return datetime.min.replace(tzinfo=UTC)
    if len(text) == len("2026-11-20"):
        return datetime.combine(date.fromisoformat(text), time.min, UTC)
    return datetime.fromisoformat(text)


def _time(text: str | None, marketplace: Marketplace) -> str:
    if text is None or len(text) == len("2026-11-20"):
        return text or "(no date)"
    return f"{datetime.fromisoformat(text).astimezone(marketplace.zone):%Y-%m-%d %H:%M %Z}"
