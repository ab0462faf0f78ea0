"""Pages for the printer: a template becomes a PDF.

The renderer is imported when the first paper is asked for: it is large, and most processes never print.
"""

import logging
from typing import Any

from flask import Response, render_template

from shared.aside import aside

logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)


def printed(template: str, name: str, **context: Any) -> Response:
    """Return `template` as the PDF file `name`. It may show pictures only that it carries itself: nothing is fetched."""
    response = Response(pdf_of(render_template(template, **context)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    return response


def pdf_of(html: str) -> bytes:
    """Return an HTML page as a PDF; a picture from any address but the page itself (`data:`) is left out.

    Drawn aside: that takes seconds where fonts are seen for the first time. Only the import stays here: it asks a child process
    where the system's libraries are, which gevent starts from its own thread alone.
    """
    import weasyprint  # noqa: F401

    return aside(_drawn, html)


def _drawn(html: str) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=("data",))
    written: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf()
    return written
