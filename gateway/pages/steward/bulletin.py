"""A bulletin for the residents, drafted from what is recorded; every total opens to its rows."""

from typing import Any

from flask import Response, render_template

from gateway import bulletin, paper
from gateway.pages.steward import pages
from gateway.register import part_name
from gateway.session import known_reader, signed_in
from gateway.spans import Span

READERS = ("steward", "auditor", "organizer")


@pages.get("/bulletin")
@signed_in(*READERS)
def draft_bulletin() -> Any:
    """Show the draft for a span of days, and its text to copy."""
    told = bulletin.bulletin_of(Span.asked(), known_reader().community_code)
    return render_template("steward/bulletin.html", bulletin=told, text=bulletin.text_of(told), **_words())


@pages.get("/bulletin.pdf")
@signed_in(*READERS)
def print_bulletin() -> Response:
    """Print the draft."""
    told = bulletin.bulletin_of(Span.asked(), known_reader().community_code)
    return paper.printed("paper/bulletin.html", f"bulletin-{told.span.name}.pdf", bulletin=told, **_words())


def _words() -> dict[str, Any]:
    told = {"summary": bulletin.summary, "came": bulletin.came, "line_of": bulletin.line_of, "joined": bulletin.joined}
    return {"part_name": part_name, "served": bulletin.served, "at_stalls": bulletin.at_stalls, **told}
