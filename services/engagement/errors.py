"""What engagement refuses."""

from shared.problems import Forbidden, Invalid


class StandingIsPrivate(Forbidden):
    """A standing is between a resident and the community's staff (PIPL, art. 24; no public ranking)."""

    slug, title = "standing-is-private", "A standing is shown to its owner and the community's staff"


class BaseNotClear(Invalid):
    """The base is either a number of residents or a number of households."""

    slug, title = "base-not-clear", "Please give either residents or households"
