"""What strangers may see of somebody's name, the same on every public list and paper."""

MASK = "**"


def masked(name: str | None) -> str:
    """Return a name as strangers see it: its first character and nothing of its length, 王小明 → 王** (PIPL, art. 25)."""
    return f"{(name or '')[:1]}{MASK}"
