"""What engagement refuses."""

from typing import ClassVar

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
    """One person's unanswered matters are limited, so that each can be answered."""

    slug, title = "too-many-matters", "You have many unanswered matters; please wait until some are answered"


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


class NotConcerned(Forbidden):
    """A matter of some grids is decided and rated by those who live there."""

    slug, title = "not-concerned", "This is for those who live where the matter is"


class VoteClosed(Conflict):
    """Voices are taken while a vote is open."""

    slug, title = "vote-closed", "No vote is open on this, or not any more"


class VoteOpen(Conflict):
    """While a vote is open, nothing else decides, and no other vote begins."""

    slug, title = "vote-open", "A vote is open on this; please wait until it has ended"


class TurnoutTooLow(Conflict):
    """Fewer took part in a vote than was said to be needed: it decides nothing."""

    slug, title = "turnout-too-low", "Too few took part, so this vote decides nothing"


class MinutesMissing(Conflict):
    """What a meeting decided stands in its minutes."""

    slug, title = "minutes-missing", "Please publish the minutes of that meeting first"


class RatingClosed(Conflict):
    """Ratings are taken for some days after the office has said that it is done."""

    slug, title = "rating-closed", "Nothing can be rated here at present"


class SelectionClosed(Conflict):
    """The selection of a leader is at another point: standing, choosing, agreeing and confirming follow each other by their days."""

    slug, title = "selection-closed", "The selection of a leader is at another point by now"


class CandidateNotFound(NotFound):
    """Nobody stands for this under that id."""

    slug, title = "candidate-not-found", "Nobody stands for this under that name any more"


class StandsAlready(Conflict):
    """A household stands once."""

    slug, title = "stands-already", "You, or somebody of your household, stand for this already"


class NotTheLeader(Forbidden):
    """What was spent is written down by whoever leads the project."""

    slug, title = "not-the-leader", "This is for whoever leads the project"


class ReceiptNotFound(NotFound):
    """The project has no such receipt."""

    slug, title = "receipt-not-found", "There is no such receipt here"


class NotToBeAsked(Conflict):
    """Somebody may not be asked now; `reason` (no_consent, asked_not_to, open_ask, too_often) stands in the audit log as well."""

    slug, title = "not-to-be-asked", "This person is not to be asked now"

    WORDS: ClassVar[dict[str, str]] = {
        "no_consent": "They have not agreed to be told of activities.",
        "asked_not_to": "They asked not to be asked again.",
        "open_ask": "They have been asked and have not answered yet.",
        "too_often": "They have been asked often enough lately.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self.WORDS[reason])


class OwnAsk(Forbidden):
    """Nobody of the office asks themselves: it would count as an ask that worked."""

    slug, title = "own-ask", "Nobody asks themselves"


class ActivityNotComing(Conflict):
    """One is asked to an activity that is open and still to come."""

    slug, title = "activity-not-coming", "This activity is not to come any more"


class BroughtAlready(Conflict):
    """A newcomer is brought by one person, once."""

    slug, title = "brought-already", "It is known already who brought this person"


class DeedsBefore(Conflict):
    """Whoever took part before anybody noted who brought them came by themselves."""

    slug, title = "deeds-before", "This person took part before"


class BringerTooNear(Forbidden):
    """Nobody of the office notes or decides what counts for themselves, their household, or whoever brought or was brought by them."""

    slug, title = "bringer-too-near", "You are too near to this; please ask a colleague"


class OwnNewcomer(Invalid):
    """Nobody brings themselves."""

    slug, title = "own-newcomer", "Nobody brings themselves"


class StandingObjectionNotFound(NotFound):
    """There is no such objection, or it is somebody else's."""

    slug, title = "standing-objection-not-found", "There is no such objection"


class StandingObjectionOpen(Conflict):
    """One objection to one's standing at a time."""

    slug, title = "standing-objection-open", "Your objection is being looked at already"


class StandingObjectionDecided(Conflict):
    """What was decided, or taken back, stays so."""

    slug, title = "standing-objection-decided", "This was decided already"


class StandingDeciderTooNear(Forbidden):
    """Nobody decides about their own standing, their household's, or that of whoever they brought or who brought them."""

    slug, title = "standing-decider-too-near", "You are too near to this; another steward must decide"


class TierRulesNotFound(NotFound):
    """There is no such draft or version, or it is another community's."""

    slug, title = "tier-rules-not-found", "There are no such rules"


class TierDraftClosed(Conflict):
    """The draft was adopted or put aside."""

    slug, title = "tier-draft-closed", "This draft was adopted or put aside"


class TierDraftChanged(Conflict):
    """Somebody else changed the draft since it was looked at."""

    slug, title = "tier-draft-changed", "Somebody else changed this draft; please look again"


class RulesTooEarly(Invalid):
    """Another version applies from a day to come, after the version before: nobody is judged anew for days that are over."""

    slug, title = "rules-too-early", "Another version applies from a later day"


class AskNotFound(NotFound):
    """There is no such ask, or it is somebody else's."""

    slug, title = "ask-not-found", "There is no such ask"


class AskAnswered(Conflict):
    """An ask is answered once; whoever changed their mind signs up or off."""

    slug, title = "ask-answered", "This was answered already"
