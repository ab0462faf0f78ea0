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


class CommentNotFound(NotFound):
    """The matter has no such comment."""

    slug, title = "comment-not-found", "There is no such comment here"


class CommentsClosed(Conflict):
    """Comments are taken while a matter is discussed, until the day that the office has named."""

    slug, title = "comments-closed", "No comments are taken on this any more, or not yet"


class TooManyComments(TooManyRequests):
    """One person's comments on one matter are limited."""

    slug, title = "too-many-comments", "You have written many comments on this already"


class ConsultationNotFound(NotFound):
    """The matter has no such consultation."""

    slug, title = "consultation-not-found", "There is no such consultation here"


class ActivityUnfit(Conflict):
    """A consultation counts by check-ins of an activity of taking part that is announced in the community; a meeting is no service."""

    slug, title = "activity-unfit", "This activity is not announced here, or is not one of taking part"


class CountedByCheckIns(Conflict):
    """Who came to a consultation with an activity is counted by its check-ins; nobody enters another number."""

    slug, title = "counted-by-check-ins", "Who came is counted by the check-ins of the activity"
