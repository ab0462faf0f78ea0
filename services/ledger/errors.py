"""The ledger's refusals."""

from shared.problems import Conflict, Forbidden, Invalid, NotFound


class NoSuchTransfer(NotFound):
    """The wallet has no such transfer."""

    slug, title = "no-such-transfer", "This wallet has no such transfer"


class WalletTooLow(Conflict):
    """There are not so many beans."""

    slug, title = "wallet-too-low", "There are not enough beans"


class NotWhileOwing(Conflict):
    """Whoever owes beans gives none away."""

    slug, title = "not-while-owing", "Beans that were spent before their record was withdrawn are repaid first"


class GiftTooLarge(Invalid):
    """More than one person may give another in a month."""

    slug, title = "gift-too-large", "This is more than one neighbour may give another in a month"


class NoGiftToStaff(Forbidden):
    """Whoever decides about others' beans takes none from them."""

    slug, title = "no-gift-to-staff", "Whoever works for the community takes no beans from residents"


class NoSuchObjection(NotFound):
    """There is no such objection, or it is somebody else's."""

    slug, title = "no-such-objection", "There is no such objection"


class NotToBeObjected(Conflict):
    """The entry is a step of something else: object to that."""

    slug, title = "not-to-be-objected", "There is nothing in this entry that an objection could change"


class ObjectedAlready(Conflict):
    """An objection to this entry is open."""

    slug, title = "objected-already", "An objection to this is open already"


class ObjectionDecided(Conflict):
    """The objection is decided or was taken back."""

    slug, title = "objection-decided", "This objection is decided already"


class DeciderInConflict(Forbidden):
    """Whoever objects, lives with the objector, led the deed or reviewed it does not decide."""

    slug, title = "decider-in-conflict", "Somebody else has to decide this"


class RemedyMisfit(Invalid):
    """The remedy does not fit the entry."""

    slug, title = "remedy-misfit", "This cannot be done about this entry"


class NotAMark(Conflict):
    """Only what was taken for a missed sign-up can be pardoned."""

    slug, title = "not-a-mark", "Only a mark for a missed sign-up can be pardoned"


class NoSuchStatement(NotFound):
    """There is no such statement of credit."""

    slug, title = "no-such-statement", "There is no such statement"


class ProjectClosed(Conflict):
    """The project takes no pledges any more."""

    slug, title = "project-closed", "This project takes no more pledges"


class ProjectNotReady(Conflict):
    """The project's state does not allow it."""

    slug, title = "project-not-ready", "The project is not in a state for this"


class RuleTooEarly(Invalid):
    """A rule would change what is already past."""

    slug, title = "rule-too-early", "Rules apply from today forward, never backward"


class RuleVersionTaken(Conflict):
    """The version number is known with another content, or is not the next one."""

    slug, title = "rule-version-taken", "This version number is not free"


class DraftChanged(Conflict):
    """Somebody else edited the draft since the caller looked."""

    slug, title = "draft-changed", "The draft was changed in the meantime; please look again"


class DraftClosed(Conflict):
    """A draft that was adopted or dropped stays as it is."""

    slug, title = "draft-closed", "This draft was adopted or dropped and stays as it is"


class TooManyDrafts(Conflict):
    """There are as many open drafts as one community may have."""

    slug, title = "too-many-drafts", "Too many drafts are open; please adopt or drop one"


class SimulationsWaiting(Conflict):
    """As many simulations as one community may have are still to be made."""

    slug, title = "simulations-waiting", "Several simulations are still to be made; please wait a little"
