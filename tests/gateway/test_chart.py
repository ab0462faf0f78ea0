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


def test_a_phone_gets_a_narrow_picture_with_letters_of_the_same_size_and_fewer_labels() -> None:
    labels, series = [f"第{number}周" for number in range(1, 27)], [Series("骨干", list(range(26)), "#000")]
    wide, narrow = (ElementTree.fromstring(line_chart(labels, series, frame=frame)) for frame in ("", "narrow"))
    assert wide.attrib["font-size"] == narrow.attrib["font-size"] == "18"
    assert [picture.attrib["viewBox"].split()[2] for picture in (wide, narrow)] == ["900", "330"]
    shown = [[text.text for text in picture.iter(f"{SPACE}text") if "周" in str(text.text)] for picture in (wide, narrow)]
    assert [len(labels) for labels in shown] == [6, 2]
    assert {(labels[0], labels[-1]) for labels in shown} == {("第1周", "第26周")}


def test_names_cannot_break_the_picture() -> None:
    assert ElementTree.fromstring(line_chart(["<&"], [Series("<script>", [1], "#000")])) is not None


def test_a_single_day_is_a_dot_that_can_be_seen() -> None:
    picture = ElementTree.fromstring(line_chart(["1"], [Series("骨干", [4], "#000"), Series("热心", [2], "#111")]))
    assert len(picture.findall(f"{SPACE}circle")) == 2
