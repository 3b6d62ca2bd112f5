"""The simulator's answers against Amazon's own OpenAPI models, where a folder of them is named by SP_API_MODELS."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from tests.local.sp_api_world import DE, HOST, ORDERS, V2, amazon, at, order, seller_folder, tsv

MODELS = os.environ.get("SP_API_MODELS", "")
pytestmark = pytest.mark.skipif(not MODELS, reason="SP_API_MODELS names no folder of OpenAPI models")


def conforms(model, definition, answer):
    """Check an answer against a definition of a model."""
    definitions = json.loads((Path(MODELS) / model).read_text())["definitions"]
    Draft4Validator({"$ref": f"#/definitions/{definition}", "definitions": definitions}).validate(answer.json())


@pytest.fixture
def seller(tmp_path):
    """A seller with a shipped order and a performance report."""
    files = {"DE/o": tsv([order("302-1", at("11-05"))]), "DE/v": '{"performanceMetrics": []}'}
    return amazon(seller_folder(tmp_path / "s", files))


def test_reports_answers_conform_to_the_model(seller):
    """Every answer of the Reports API, errors included."""
    model = "reports_2021-06-30.json"
    created = seller.create(V2)
    conforms(model, "CreateReportResponse", created)
    path = f"/reports/{created.json()['reportId']}"
    conforms(model, "Report", seller.call("GET", path))
    report = seller.finished(ORDERS, dataStartTime=at("11-01"), dataEndTime=at("11-20"))
    conforms(model, "Report", seller.call("GET", path))
    conforms(model, "ReportDocument", seller.document(report))
    listed = seller.call("GET", "/reports", params={"reportTypes": [V2, ORDERS], "pageSize": 1})
    conforms(model, "GetReportsResponse", listed)
    for refused in (seller.create("X"), seller.call("GET", "/reports/1"), seller.call("GET", "/reports")):
        conforms(model, "ErrorList", refused)
    seller.headers.clear()
    conforms(model, "ErrorList", seller.create(V2))


def test_solicitations_answers_conform_to_the_model(seller):
    """Offered, sent, no longer offered, refused."""
    path = f"{HOST}/solicitations/v1/orders/302-1"
    post = f"{path}/solicitations/productReviewAndSellerFeedback"
    model, place = "solicitations.json", {"params": {"marketplaceIds": DE}, "headers": seller.headers}
    conforms(model, "GetSolicitationActionsForOrderResponse", seller.client.get(path, **place))
    conforms(model, "CreateProductReviewAndSellerFeedbackSolicitationResponse", seller.client.post(post, **place))
    conforms(model, "GetSolicitationActionsForOrderResponse", seller.client.get(path, **place))
    conforms(model, "CreateProductReviewAndSellerFeedbackSolicitationResponse", seller.client.post(post, **place))
