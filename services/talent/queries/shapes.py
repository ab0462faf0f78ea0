"""Names for what queries return."""

from typing import Any

Shown = dict[str, Any]
Page = tuple[list[Shown], str | None]
