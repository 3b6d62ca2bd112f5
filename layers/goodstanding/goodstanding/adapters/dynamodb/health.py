"""Account health. One partition for each marketplace of a seller: `<seller>#<country>`; see docs/data-model.md.

Sort keys: PLAN#<run> and FETCH#<run>#<name> (what a run asks for and how far each got) · SOURCE#<report type> ·
AMAZON#<report type> (Amazon's own figures) · METRIC#<run>#<source>#<metric>#<fulfillment> ·
STATE (what stood last) · BEFORE#<run> (what stood before).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from goodstanding.adapters.dynamodb.alerts import planned
from goodstanding.adapters.dynamodb.table import Item, Table, at, expiry, iso, put_action
from goodstanding.contracts.errors import Conflict
from goodstanding.core.alerts import Alert
from goodstanding.core.fetches import Fetch, FetchState, StoredDocument
from goodstanding.core.health import HealthState, MetricKey
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus, Window
from goodstanding.core.orders import Fulfillment
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import Source, SourceRecord, SourceState
from goodstanding.ports.health import AmazonFigures

_KEEP_FETCHES = timedelta(days=35)
_KEEP_METRICS = timedelta(days=730)


class DynamoHealthStore:
    """Fetches, sources, figures, metrics and statuses of all sellers."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def plan(self, seller_id: str, marketplace: Marketplace, run_on: date, fetches: Sequence[Fetch]) -> Sequence[Fetch]:
        """Write the plan of a run, unless it has one; the plan that stands, with how far it got."""
        self._table.put_new(
            {
                "pk": _scope(seller_id, marketplace),
                "sk": f"PLAN#{run_on}",
                "fetches": [_fetch_item(fetch) for fetch in fetches],
                "expires_at": expiry(run_on, _KEEP_FETCHES),
            }
        )
        return self.fetches(seller_id, marketplace, run_on)

    def fetches(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[Fetch]:
        """The fetches of a run, in the order of the plan; empty when nothing was planned."""
        scope = _scope(seller_id, marketplace)
        plan = self._table.get({"pk": scope, "sk": f"PLAN#{run_on}"})
        if plan is None:
            return ()
        reached = {item["name"]: item for item in self._items(scope, f"FETCH#{run_on}#")}
        return tuple(_fetch(reached.get(item["name"], item)) for item in plan["fetches"])

    def fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, name: str) -> Fetch:
        """One of them. Raises KeyError."""
        scope = _scope(seller_id, marketplace)
        item = self._table.get({"pk": scope, "sk": f"FETCH#{run_on}#{name}"})
        if item is not None:
            return _fetch(item)
        plan = self._table.get({"pk": scope, "sk": f"PLAN#{run_on}"}) or {"fetches": ()}
        return _fetch({planned["name"]: planned for planned in plan["fetches"]}[name])

    def put_fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, fetch: Fetch) -> None:
        """Overwrite the ledger record."""
        self._table.put(
            {
                "pk": _scope(seller_id, marketplace),
                "sk": f"FETCH#{run_on}#{fetch.name}",
                "expires_at": expiry(run_on, _KEEP_FETCHES),
            }
            | _fetch_item(fetch)
        )

    def sources(self, seller_id: str, marketplace: Marketplace) -> Mapping[ReportType, SourceRecord]:
        """What is known of each report."""
        items = self._items(_scope(seller_id, marketplace), "SOURCE#")
        return {record.source.report_type: record for record in map(_source_record, items)}

    def put_source(self, seller_id: str, marketplace: Marketplace, record: SourceRecord) -> None:
        """Overwrite by report type."""
        source = record.source
        self._table.put(
            {
                "pk": _scope(seller_id, marketplace),
                "sk": f"SOURCE#{source.report_type.value}",
                "report_type": source.report_type.value,
                "state": source.state.value,
                "fetched_at": iso(source.fetched_at),
                "reason": source.reason,
                "covered_until": iso(record.covered_until),
                "snapshot": record.snapshot,
            }
        )

    def put_amazon(self, seller_id: str, marketplace: Marketplace, figures: AmazonFigures) -> None:
        """Overwrite Amazon's own figures by report type."""
        self._table.put(
            {
                "pk": _scope(seller_id, marketplace),
                "sk": f"AMAZON#{figures.report_type.value}",
                "report_type": figures.report_type.value,
                "account_status": figures.account_status,
                "metrics": [_metric_item(metric) for metric in figures.metrics],
            }
        )

    def amazon(self, seller_id: str, marketplace: Marketplace) -> Sequence[AmazonFigures]:
        """Amazon's own figures, one for each performance report that was ever read."""
        return tuple(
            AmazonFigures(
                ReportType(item["report_type"]),
                item.get("account_status"),
                tuple(_metric(one) for one in item["metrics"]),
            )
            for item in self._items(_scope(seller_id, marketplace), "AMAZON#")
        )

    def put_metrics(
        self, seller_id: str, marketplace: Marketplace, run_on: date, metrics: Sequence[JudgedMetric]
    ) -> None:
        """Replace the day's rows."""
        scope = _scope(seller_id, marketplace)
        prefix = f"METRIC#{run_on}#"
        items = {
            f"{prefix}{one.metric.source}#{one.metric.metric}#{one.metric.fulfillment or '-'}": _metric_item(one.metric)
            | {"standing": one.status.value, "position": position, "expires_at": expiry(run_on, _KEEP_METRICS)}
            for position, one in enumerate(metrics)
        }
        self._table.put_all({"pk": scope, "sk": sort} | item for sort, item in items.items())
        gone = [{"pk": scope, "sk": item["sk"]} for item in self._items(scope, prefix) if item["sk"] not in items]
        self._table.delete(gone)

    def metrics(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[JudgedMetric]:
        """The day's rows, in reading order."""
        items = sorted(
            self._items(_scope(seller_id, marketplace), f"METRIC#{run_on}#"), key=lambda item: item["position"]
        )
        return tuple(JudgedMetric(_metric(item), MetricStatus(item["standing"])) for item in items)

    def state(self, seller_id: str, marketplace: Marketplace) -> HealthState:
        """The statuses that stood at the end of the last judged run."""
        return _state(self._table.get({"pk": _scope(seller_id, marketplace), "sk": "STATE"}))

    def state_before(self, seller_id: str, marketplace: Marketplace, run_on: date) -> HealthState:
        """The statuses that stood before the day's first change; today's, if none changed."""
        before = self._table.get({"pk": _scope(seller_id, marketplace), "sk": f"BEFORE#{run_on}"})
        return self.state(seller_id, marketplace) if before is None else _state(before)

    def put_state(
        self,
        seller_id: str,
        marketplace: Marketplace,
        run_on: date,
        change: tuple[HealthState, HealthState],
        alerts: Sequence[Alert],
    ) -> None:
        """In one transaction: the new statuses and the alerts that their change calls for.

        `change` is before and after. Raises Conflict when `before` no longer stands.
        """
        before, after = change
        scope = _scope(seller_id, marketplace)
        self._table.put_new(
            {"pk": scope, "sk": f"BEFORE#{run_on}", "expires_at": expiry(run_on, _KEEP_FETCHES)} | _state_item(before)
        )
        state = {"pk": scope, "sk": "STATE"} | _state_item(after)
        actions = [put_action(self._table.name, state, before.revision)]
        for alert in alerts:
            actions += planned(self._table.name, seller_id, run_on, alert)
        if self._table.transact(actions):
            raise Conflict("the marketplace was judged by somebody else")

    def _items(self, scope: str, prefix: str) -> list[Item]:
        return list(self._table.query("pk = :pk AND begins_with(sk, :prefix)", {":pk": scope, ":prefix": prefix}))


def _scope(seller_id: str, marketplace: Marketplace) -> str:
    return f"{seller_id}#{marketplace.country}"


def _fetch_item(fetch: Fetch) -> Item:
    stored = fetch.stored
    item = {
        "name": fetch.name,
        "report_type": fetch.report_type.value,
        "start": iso(fetch.start),
        "end": iso(fetch.end),
        "state": fetch.state.value,
        "report_id": fetch.report_id,
        "requested_at": iso(fetch.requested_at),
        "fetched_at": iso(fetch.fetched_at),
        "reason": fetch.reason,
        "slot_at": iso(fetch.slot_at),
        "stored": {
            "bucket": stored.bucket, "key": stored.key, "sha256": stored.sha256, "size": stored.size, "charset": stored.charset
        } if stored else None,
    }  # fmt: skip
    return {name: value for name, value in item.items() if value is not None}


def _fetch(item: Item) -> Fetch:
    stored = item.get("stored")
    return Fetch(
        name=item["name"],
        report_type=ReportType(item["report_type"]),
        start=at(item.get("start")),
        end=at(item.get("end")),
        state=FetchState(item["state"]),
        report_id=item.get("report_id"),
        requested_at=at(item.get("requested_at")),
        fetched_at=at(item.get("fetched_at")),
        stored=StoredDocument(
            stored["bucket"], stored["key"], stored["sha256"], int(stored["size"]), stored.get("charset")
        )
        if stored
        else None,
        reason=item.get("reason"),
        slot_at=at(item.get("slot_at")),
    )


def _source_record(item: Item) -> SourceRecord:
    source = Source(
        ReportType(item["report_type"]), SourceState(item["state"]), at(item.get("fetched_at")), item.get("reason")
    )
    return SourceRecord(source, at(item.get("covered_until")), item.get("snapshot"))


def _metric_item(metric: Metric) -> Item:
    item = {
        "metric": metric.metric,
        "fulfillment": metric.fulfillment.value if metric.fulfillment else None,
        "source": metric.source.value,
        "value": metric.value,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "window_from": metric.window.from_.isoformat() if metric.window else None,
        "window_to": metric.window.to.isoformat() if metric.window else None,
        "target": metric.target,
        "condition": metric.condition.value if metric.condition else None,
        "amazon_status": metric.amazon_status,
        "reason": metric.reason,
    }
    return {name: value for name, value in item.items() if value is not None}


def _metric(item: Item) -> Metric:
    fulfillment, condition = item.get("fulfillment"), item.get("condition")
    return Metric(
        metric=item["metric"],
        fulfillment=Fulfillment(fulfillment) if fulfillment else None,
        source=MetricSource(item["source"]),
        value=item.get("value"),
        numerator=_int(item.get("numerator")),
        denominator=_int(item.get("denominator")),
        window=Window(date.fromisoformat(item["window_from"]), date.fromisoformat(item["window_to"]))
        if "window_from" in item
        else None,
        target=item.get("target"),
        condition=Condition(condition) if condition else None,
        amazon_status=item.get("amazon_status"),
        reason=item.get("reason"),
    )


def _state_item(state: HealthState) -> Item:
    return {
        "revision": state.revision,
        "account_status": state.account_status,
        "metrics": {_metric_name(key): status.value for key, status in state.metrics.items()},
        "sources": {report_type.value: state.value for report_type, state in state.sources.items()},
    }


def _state(item: Item | None) -> HealthState:
    if item is None:
        return HealthState()
    return HealthState(
        revision=int(item["revision"]),
        account_status=item.get("account_status"),
        metrics={_metric_key(name): MetricStatus(status) for name, status in item["metrics"].items()},
        sources={ReportType(name): SourceState(state) for name, state in item["sources"].items()},
    )


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _metric_name(key: MetricKey) -> str:
    source, metric, fulfillment = key
    return f"{source.value}#{metric}#{fulfillment.value if fulfillment else '-'}"


def _metric_key(name: str) -> MetricKey:
    source, metric, fulfillment = name.split("#")
    return MetricSource(source), metric, None if fulfillment == "-" else Fulfillment(fulfillment)
