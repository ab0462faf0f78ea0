"""What engagement refuses."""

from shared.problems import Conflict, Forbidden, Invalid, NotFound, TooManyRequests


class StandingIsPrivate(Forbidden):
    """A standing is between a resident and the community's staff (PIPL, art. 24; no public ranking)."""

    slug, title = "standing-is-private", "A standing is shown to its owner and the community's staff"


class BaseNotClear(Invalid):
    """The base is either a number of residents or a number of households."""

    slug, title = "base-not-clear", "Please give either residents or households"


class MatterNotFound(NotFound):
    """The community has no such matter, or it is hidden from this reader."""

    slug, title = "matter-not-found", "There is no such matter in your community"


class MatterNotThere(Conflict):
    """The matter is at another point of its way than the act supposes."""

    slug, title = "matter-not-there", "The matter is not at the point where this can be done"


class MatterTooClose(Forbidden):
    """Nobody decides about what they, or their household, have raised."""

    slug, title = "matter-too-close", "You or your household are part of this; somebody else has to do it"


class OwnMatter(Conflict):
    """Whoever raised a matter stands behind it already."""

    slug, title = "own-matter", "Whoever raised a matter stands behind it already"


class TooManyMatters(TooManyRequests):
    """One person's open matters are limited, so that each can be answered."""

    slug, title = "too-many-matters", "You have many open matters; please wait until some are answered"


class PersonNotHere(Conflict):
    """For whom something is entered is no resident of the community, or is not yet known here."""

    slug, title = "person-not-here", "This person is not known in your community"
