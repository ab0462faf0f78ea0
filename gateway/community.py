"""Which community a public page is about: the reader's own, the one that the address names, else the first of the place table."""

from flask import abort, request

from gateway import catalogue
from gateway.session import reader


def shown_community() -> str:
    """Return the code of the community that this page shows; 404 where there is none."""
    if (who := reader()) is not None:
        return who.community_code
    known = [community["code"] for community in catalogue.communities()]
    wish = request.args.get("community")
    if not known or (wish and wish not in known):
        abort(404)
    return wish or str(known[0])
