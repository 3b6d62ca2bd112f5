"""What is logged: JSON lines without secrets and without buyers' data."""

import json

from goodstanding.runtime.observability import MASKED, complain, logger


def written(capsys) -> dict:
    """The one line that was logged."""
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_fields_are_masked_by_key_at_any_depth(capsys):
    """Whoever logs more than he should shows keys, not values."""
    logger().info(
        "read", seller_id="A2", comment="late!", row={"Buyer_Name": "Jane"}, rows=[{"email": "j@example.com"}]
    )
    line = written(capsys)
    assert line["message"] == "read"
    assert line["seller_id"] == "A2"
    assert line["comment"] == MASKED
    assert line["row"] == {"Buyer_Name": MASKED}
    assert line["rows"] == [{"email": MASKED}]


def test_text_of_an_exception_is_masked(capsys):
    """It may quote what could not be read."""
    try:
        int("Jane")
    except ValueError:
        logger().exception("failed")
    assert "Jane" not in json.dumps(written(capsys))


def test_complaint_names_the_seller(capsys):
    """The operator finds who is not served, and why."""
    complain("A2EXAMPLE00001", "sellers/A2EXAMPLE00001.yaml: check line 3")
    line = written(capsys)
    assert (line["message"], line["seller_id"]) == ("not configured", "A2EXAMPLE00001")
    assert line["problem"] == "sellers/A2EXAMPLE00001.yaml: check line 3"
