"""Pages are forms and links. Only a screen at a door, and what takes cards where the network may be away, bring a script."""

from pathlib import Path

TEMPLATES = Path("gateway/templates")
WITH_SCRIPTS = {"kiosk/over.html", "kiosk/stand.html", "organizer/scanning.html", "organizer/screen.html"}
OF_THE_LIBRARY = {"index.template.html"}
"""The description of the API, which its library shows."""


def test_every_other_page_works_without_javascript() -> None:
    found = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html") if _brings_script(path.read_text())}
    assert found == WITH_SCRIPTS | OF_THE_LIBRARY


def _brings_script(text: str) -> bool:
    return any(word in text for word in ("<script", "load_js", " onclick", " onchange", " onsubmit", "javascript:"))
