"""What engagement refuses."""

from typing import ClassVar

from shared.problems import Conflict, Forbidden, Invalid, NotFound


class StandingIsPrivate(Forbidden):
    """A standing is between a resident and the community's staff (PIPL, art. 24; no public ranking)."""

    slug, title = "standing-is-private", "A standing is shown to its owner and the community's staff"


class BaseNotClear(Invalid):
    """The base is either a number of residents or a number of households."""

    slug, title = "base-not-clear", "Please give either residents or households"


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
