"""Pages for the printer: a template becomes a PDF.

The renderer is imported when the first paper is asked for: it is large, and most processes never print.
"""

from typing import Any

from flask import Response, render_template


def printed(template: str, name: str, **context: Any) -> Response:
    """Return `template` as the PDF file `name`. It may show pictures only that it carries itself: nothing is fetched."""
    response = Response(pdf_of(render_template(template, **context)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    return response


def pdf_of(html: str) -> bytes:
    """Return an HTML page as a PDF."""
    from weasyprint import HTML

    written: bytes = HTML(string=html, url_fetcher=_carried).write_pdf()
    return written


def _carried(url: str, *arguments: Any, **options: Any) -> Any:
    """Fetch what a page carries itself (`data:`), refuse every other address."""
    from weasyprint import default_url_fetcher

    if not url.startswith("data:"):
        raise ValueError("paper fetches nothing from elsewhere")
    return default_url_fetcher(url, *arguments, **options)
