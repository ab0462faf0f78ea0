"""What rewards refuses, and how it says so: what happened and what to do, without blame."""

from shared.problems import Conflict, Forbidden, Invalid, NotFound, TooManyRequests


class NotYourReward(Forbidden):
    """A partner may offer and change only their own rewards."""

    slug, title = "not-your-reward", "This reward belongs to another partner"


class PartnerNotFound(NotFound):
    """The caller's community has no such partner."""

    slug, title = "partner-not-found", "There is no such partner in your community"


class PartnerNotYours(Forbidden):
    """What a partner says of itself is said by itself, or by staff for it."""

    slug, title = "partner-not-yours", "You do not stand for this partner"


class PartnerChanged(Conflict):
    """Somebody else of the partner changed what it says of itself meanwhile."""

    slug, title = "partner-changed", "Somebody else changed this meanwhile; please look again"


class PhotoUnreadable(Invalid):
    """The file is no picture of a kind that is taken."""

    slug, title = "photo-unreadable", "This file cannot be taken as a picture"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors={"/file": detail})


class ListUnreadable(Invalid):
    """The file is no price list that can be read."""

    slug, title = "list-unreadable", "This file cannot be read as a price list"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors={"/file": detail})


class ImportBusy(Conflict):
    """Somebody else decides on the same list."""

    slug, title = "import-busy", "Somebody else is deciding on this list; please look again"


class RowSettled(Conflict):
    """The row was carried out, or left out, before."""

    slug, title = "row-settled", "This row is settled already"


class AlreadyInLine(Conflict):
    """One place in line for a reward is enough."""

    slug, title = "already-in-line", "You are in line for this already"


class LineFull(Conflict):
    """More people wait than could be served in a reasonable time."""

    slug, title = "line-full", "Too many people wait for this already"


class OfferOver(Conflict):
    """There is no offer to say yes to: not yet, or not any more."""

    slug, title = "offer-over", "There is nothing set aside for you, or not any more"


class RewardChanged(Conflict):
    """Somebody changed the reward since the caller looked."""

    slug, title = "reward-changed", "The reward was changed in the meantime; please look again"


class ShelfTooLow(Conflict):
    """More was to be taken off the shelf than is free on it."""

    slug, title = "shelf-too-low", "There are fewer free pieces than you want to take off the shelf"


class RedemptionClosed(Conflict):
    """A redemption that has ended cannot be given back."""

    slug, title = "redemption-closed", "This redemption has ended and cannot be cancelled"


class RedemptionUnderWay(Conflict):
    """The stock for it is still being set aside, which takes a moment."""

    slug, title = "redemption-under-way", "This redemption is still on its way; please try again in a moment"


class NotYourRedemption(Forbidden):
    """Only the resident themselves may give a redemption back."""

    slug, title = "not-your-redemption", "Only the person who redeemed it can give it back"


class VoucherMistyped(Invalid):
    """The check character does not fit: a slip of the finger, not a wrong voucher."""

    slug, title = "voucher-mistyped", "This code was typed wrong"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors={"/code": detail})


class VoucherUnknown(NotFound):
    """A well-formed code that no voucher of this community has."""

    slug, title = "voucher-unknown", "There is no such voucher here"


class VoucherOfAnotherPartner(Forbidden):
    """The voucher is good, but elsewhere."""

    slug, title = "voucher-of-another-partner", "This voucher is for another partner"


class VoucherOfOneself(Forbidden):
    """Nobody hands a reward over to themselves (the conflict graph)."""

    slug, title = "voucher-of-oneself", "Please let a colleague hand over what you redeemed yourself"


class VoucherCancelled(Conflict):
    """The resident gave the reward back; the beans are theirs again."""

    slug, title = "voucher-cancelled", "This voucher was cancelled"


class VoucherExpired(Conflict):
    """The voucher ran out of days; the beans are the resident's again."""

    slug, title = "voucher-expired", "This voucher has run out"


class TooManyGuesses(TooManyRequests):
    """A partner's counter looked up many codes that are no vouchers of theirs."""

    slug, title = "too-many-guesses", "Too many unknown codes; please wait a few minutes"


class VoucherUsed(Conflict):
    """Every use of the voucher was handed over before, not by this very call."""

    slug, title = "voucher-used", "This voucher was handed over before"


class VoucherBusy(Conflict):
    """Two counters hand uses of one voucher over at the same instant, and the other one was faster."""

    slug, title = "voucher-busy", "Somebody else handed over a use just now; please look again"


class SlipTimeWrong(Invalid):
    """The time on a slip is one at which this voucher cannot have been handed over, or too long ago."""

    slug, title = "slip-time-wrong", "The time on this slip does not fit"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors={"/fulfilled_at": detail})


class FulfilmentBeingUndone(Conflict):
    """The handing over is being taken back; the voucher is good again in a moment."""

    slug, title = "fulfilment-being-undone", "This voucher is being made good again; please try again in a moment"


class FulfilmentUndone(Conflict):
    """The handing over with this id was taken back; whoever hands over anew says so with a new id."""

    slug, title = "fulfilment-undone", "This handing over was taken back"


class FulfilmentNotSettled(Conflict):
    """The ledger has not said yet that the beans are spent, so they cannot be taken back."""

    slug, title = "fulfilment-not-settled", "The beans are still being settled; please try again in a moment"


class TooLateToUndo(Conflict):
    """The minutes in which a handing over may be taken back are over."""

    slug, title = "too-late-to-undo", "This was too long ago to be taken back"


class NotTheLatest(Conflict):
    """Only the latest of several uses may be taken back."""

    slug, title = "not-the-latest", "Only the latest use can be taken back"
