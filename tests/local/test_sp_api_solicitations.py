"""The Solicitations API of the simulator: shapes, refusals, and once per order."""

import pytest

from tests.local.sp_api_world import DE, FR, HOST, amazon, at, order, seller_folder, tsv

ORDER = "302-1234567-1234567"
PENDING = "302-7654321-7654321"


@pytest.fixture
def seller(tmp_path):
    """A seller with a shipped order and a pending one in Germany."""
    rows = [
        order(ORDER, at("11-01"), status="Pending"),
        order(ORDER, at("11-03")),
        order(PENDING, at("11-05"), status="Pending"),
    ]
    return amazon(seller_folder(tmp_path / "s", {"DE/o": tsv(rows)}))


def actions(seller, order_id=ORDER, **params):
    """GET the actions."""
    return seller.client.get(
        f"{HOST}/solicitations/v1/orders/{order_id}", headers=seller.headers, params=params or {"marketplaceIds": DE}
    )


def ask(seller, order_id=ORDER, **params):
    """POST the solicitation."""
    path = f"/solicitations/v1/orders/{order_id}/solicitations/productReviewAndSellerFeedback"
    return seller.client.post(HOST + path, headers=seller.headers, params=params or {"marketplaceIds": DE})


def test_shipped_order_offers_the_request_once(seller):
    """Offered, sent, and never offered again."""
    offered = actions(seller)
    assert (offered.status_code, offered.headers["Content-Type"]) == (200, "application/hal+json")
    assert [action["name"] for action in offered.json()["_links"]["actions"]] == ["productReviewAndSellerFeedback"]
    sent = ask(seller)
    assert (sent.status_code, sent.json()) == (201, {})
    assert actions(seller).json()["_links"]["actions"] == []
    again = ask(seller)
    assert again.status_code == 403
    assert again.json()["errors"][0]["message"] == "The requested solicitation is not available for this amazonOrderId."
    assert seller.simulator.solicited(seller.seller_id) == {ORDER: seller.clock.time}


def test_order_not_shipped_offers_nothing(seller):
    """Absence of an action is no error."""
    assert actions(seller, PENDING).json()["_embedded"] == {"actions": []}
    assert ask(seller, PENDING).status_code == 403


def test_eligibility_can_be_decided_otherwise(tmp_path):
    """Whoever runs the simulator may bring a rule of time and order."""
    folder = seller_folder(tmp_path / "s", {"DE/o": tsv([order(ORDER, at("11-03"))])})
    seller = amazon(folder, eligible=lambda _order, now: now.day > 20)
    assert ask(seller).status_code == 403
    seller.wait(86_400)
    seller.log_in()
    assert ask(seller).status_code == 201


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"other": "x"}, 400, "InvalidInput"),
        ({"marketplaceIds": f"{DE},{FR}"}, 400, "InvalidInput"),
        ({"marketplaceIds": FR}, 404, "NotFound"),
        ({"marketplaceIds": "A1RKKUPIHCS9HS"}, 403, "Unauthorized"),
    ],
)
@pytest.mark.parametrize("operation", [actions, ask])
def test_marketplace_must_be_the_orders_own(seller, operation, params, status, code):
    """Exactly one, the seller's, and the one where the order was placed."""
    answer = operation(seller, **params)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


def test_five_a_second_and_then_one_each_second(seller):
    """Both operations have their own bucket."""
    assert [actions(seller).status_code for _ in range(6)] == [200] * 5 + [429]
    assert ask(seller).status_code == 201
    seller.wait(1)
    assert actions(seller).status_code == 200
