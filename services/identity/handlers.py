"""Identity listens to nobody: people are what they are, whatever happens elsewhere."""

from collections.abc import Callable
from typing import Any

SUBSCRIPTIONS: dict[type, Callable[..., Any]] = {}
