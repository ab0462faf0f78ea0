"""The picture of a trend."""

from xml.etree import ElementTree

from gateway.chart import Series, line_chart

SPACE = "{http://www.w3.org/2000/svg}"


def test_every_series_is_a_line_with_a_point_a_label() -> None:
    picture = ElementTree.fromstring(line_chart(["1", "2", "3"], [Series("骨干", [0, 2, 5], "#000"), Series("热心", [1, 1, 1], "#111")]))
    lines = picture.findall(f"{SPACE}polyline")
    assert [len(line.attrib["points"].split()) for line in lines] == [3, 3]


def test_a_trend_without_weeks_is_a_picture_all_the_same() -> None:
    assert ElementTree.fromstring(line_chart([], [Series("骨干", [], "#000")])) is not None


def test_names_cannot_break_the_picture() -> None:
    assert ElementTree.fromstring(line_chart(["<&"], [Series("<script>", [1], "#000")])) is not None


def test_a_single_day_is_a_dot_that_can_be_seen() -> None:
    picture = ElementTree.fromstring(line_chart(["1"], [Series("骨干", [4], "#000"), Series("热心", [2], "#111")]))
    assert len(picture.findall(f"{SPACE}circle")) == 2
