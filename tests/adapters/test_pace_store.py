"""Paces: in DynamoDB, and in the fake."""

from datetime import timedelta
from decimal import Decimal

import pytest

from goodstanding.adapters.dynamodb.pace import DynamoPaceStore
from goodstanding.ports.pace import PaceStore
from tests.fakes.pace import FakePaceStore

SELLER, OTHER = "A2EXAMPLE00001", "A2EXAMPLE00002"
NOW = timedelta(0)


@pytest.fixture
def pace(is_fake, request, clock) -> PaceStore:
    """Nothing taken yet."""
    if is_fake:
        return FakePaceStore(clock)
    aws = request.getfixturevalue("aws")
    return DynamoPaceStore(aws.client("dynamodb"), aws.names["HealthTable"], clock)


def taken(pace: PaceStore, seller: str = SELLER, region: str = "EU", operation: str = "createReport") -> timedelta:
    """A token of two at once and one in ten seconds."""
    return pace.take(seller, region, operation, rate=Decimal("0.1"), burst=2)


def test_who_comes_too_early_queues_up(pace):
    """Each gets a token of its own, later and later."""
    assert [taken(pace) for _ in range(4)] == [NOW, NOW, timedelta(seconds=10), timedelta(seconds=20)]


def test_time_gives_tokens_back(pace, clock):
    """After its time a token is there again, and no more of them than the burst."""
    assert [taken(pace) for _ in range(2)] == [NOW, NOW]
    clock.wait(timedelta(hours=1))
    assert [taken(pace) for _ in range(3)] == [NOW, NOW, timedelta(seconds=10)]


@pytest.mark.parametrize("other", [{"seller": OTHER}, {"region": "NA"}, {"operation": "getReportDocument"}])
def test_paces_are_kept_apart(pace, other):
    """No seller, region or operation waits for another's."""
    for _ in range(3):
        taken(pace)
    assert taken(pace, **other) == NOW
