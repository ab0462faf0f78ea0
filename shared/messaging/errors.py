"""What can keep a fact from arriving: something else must come first, or the broker is away."""


class Later(Exception):
    """Something else has to come first: deliver this fact again after a delay that grows."""


class BrokerAway(Exception):
    """The broker cannot be reached, it went away before it answered, or it has no place for a message."""
