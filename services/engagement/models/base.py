"""What every document of engagement shares."""

from typing import Any

ALIAS = "engagement"


def where_known(name: str) -> dict[str, Any]:
    """Return an index over one field that holds only the documents which have it.

    The condition is `$exists`: of `{"$type": "string"}` the database does not see that an equality stays within it, and scans.
    """
    return {"fields": [name], "partialFilterExpression": {name: {"$exists": True}}, "name": f"{name.replace('.', '_')}_known"}
