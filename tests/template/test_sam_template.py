"""Conditions and references, decided as CloudFormation would."""

import pytest

from tools import sam_template

TEMPLATE = {
    "Parameters": {"Mail": {"Default": ""}, "Zones": {"Default": "a,b"}},
    "Conditions": {
        "HasMail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Mail"}, ""]}]},
        "HasZones": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Zones"}]}, ""]}]},
        "Both": {"Fn::And": [{"Condition": "HasMail"}, {"Condition": "HasZones"}]},
        "Either": {"Fn::Or": [{"Condition": "HasMail"}, {"Condition": "HasZones"}]},
    },
    "Resources": {
        "Topic": {
            "Type": "T",
            "Properties": {"A": {"Fn::If": ["HasMail", 1, {"Ref": "AWS::NoValue"}]}, "B": [{"Fn::If": ["Both", 2, 3]}]},
        },
        "Subscription": {"Type": "T", "Condition": "HasMail"},
    },
    "Outputs": {"Address": {"Condition": "HasMail", "Value": {"Ref": "Mail"}}},
}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {"HasMail": False, "HasZones": True, "Both": False, "Either": True}),
        ({"Mail": "x"}, {"HasMail": True, "HasZones": True, "Both": True, "Either": True}),
        ({"Zones": ""}, {"HasMail": False, "HasZones": False, "Both": False, "Either": False}),
    ],
)
def test_conditions_follow_the_parameters(parameters, expected):
    """Defaults count where nothing is given."""
    assert sam_template.conditions(TEMPLATE, parameters) == expected


def test_switched_off_parts_are_gone():
    """What would not be created is not tested."""
    realised = sam_template.realise(TEMPLATE, {})
    assert realised["Resources"] == {"Topic": {"Type": "T", "Properties": {"B": [3]}}}
    assert realised["Outputs"] == {}


def test_switched_on_parts_are_there():
    """Each Fn::If takes its branch."""
    realised = sam_template.realise(TEMPLATE, {"Mail": "x"})
    assert realised["Resources"]["Topic"]["Properties"] == {"A": 1, "B": [2]}
    assert set(realised["Resources"]) == {"Topic", "Subscription"}


def test_unknown_condition_function_is_refused():
    """Better no answer than a wrong one."""
    with pytest.raises(ValueError, match="Fn::Contains"):
        sam_template.conditions({"Conditions": {"Odd": {"Fn::Contains": []}}}, {})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Topic"}, {"Topic"}),
        ({"Fn::GetAtt": ["Topic", "Arn"]}, {"Topic"}),
        ({"Fn::GetAtt": "Topic.Arn"}, {"Topic"}),
        ({"Fn::Sub": "${Topic.Arn}/${!Literal}/${AWS::Region}"}, {"Topic", "AWS::Region"}),
        ({"Fn::Sub": ["${Topic}${Own}", {"Own": {"Ref": "Key"}}]}, {"Topic", "Key"}),
        ([{"a": [{"Ref": "Topic"}]}, "Topic", 1], {"Topic"}),
    ],
)
def test_references_are_found_in_every_spelling(value, expected):
    """Ref, GetAtt and Sub, at any depth."""
    assert set(sam_template.references(value)) == expected
