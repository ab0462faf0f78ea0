"""How a handler says that a fact must wait."""


class Later(Exception):
    """Something else has to come first: deliver this fact again after a delay that grows."""
