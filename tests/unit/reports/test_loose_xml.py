"""XML with recovery."""

from goodstanding.core.reports.loose_xml import read


def test_sound_text_has_no_fault():
    """Names are compared without namespace and case, attributes are read like children."""
    document = read('<?xml version="1.0"?>\n<x:A b="1" c=\'2\'><d> 3 </d><e/></x:A>')
    assert document.fault is None
    assert [document.root.value(name) for name in "bcde"] == ["1", "2", "3", None]


def test_value_is_the_first_that_is_given():
    """Of several names, the first that has a text."""
    root = read("<a><b/><c>1</c><c>2</c></a>").root
    assert root.value("b", "c") == "1"
    assert root.value("d") is None


def test_sibling_that_was_swallowed_keeps_what_is_its_own():
    """An element whose end is lost does not take the values of the next of its name."""
    outer, inner = read("<a><f><x>1</x><f><y>2</y></f></a>").root.all("f")
    assert (outer.value("x"), outer.value("y")) == ("1", None)
    assert (inner.value("x"), inner.value("y")) == (None, "2")


def test_first_fault_is_named_by_its_line():
    """Counted from 1; an end that nothing began is one, so is an end that never came."""
    assert read("<a>\n</b>\n</c></a>").fault == 2
    assert read("<a>\n<b>").fault == 2
    assert read("<a>\nb></b></a>").fault == 2
    assert read("no elements").fault == 1


def test_what_was_open_at_the_end_is_not_believed():
    """Its text may be half of itself."""
    root = read("<a><b>1</b><c>99").root
    assert (root.value("b"), root.value("c")) == ("1", None)
    assert [next(root.all(name)).is_whole for name in "abc"] == [False, True, False]
