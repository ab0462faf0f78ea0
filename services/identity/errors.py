"""What identity refuses, and how it says so: what happened and what to do, without blame, and without telling on others."""

from shared.problems import Conflict, Forbidden, Invalid, TooManyRequests, Unauthenticated


class SignInFailed(Unauthenticated):
    """Phone and password do not belong together; never says which of the two is wrong."""

    slug, title = "sign-in-failed", "Phone or password is wrong"


class TooManyWrongTries(TooManyRequests):
    """Somebody tried wrong passwords or codes for one phone or from one address again and again."""

    slug, title = "too-many-wrong-tries", "Too many wrong tries; please wait a quarter of an hour or ask the office"


class ActivationFailed(Unauthenticated):
    """Phone and code do not belong together, or the code was used, has run out or was tried too often."""

    slug, title = "activation-failed", "This code does not fit; please check it or ask the office for a new one"


class ConsentNeeded(Invalid):
    """Nobody is registered without having agreed to be."""

    slug, title = "consent-needed", "Please agree to the service to take part"

    def __init__(self) -> None:
        super().__init__(errors={"/consents": "The consent 'service' is needed to take part."})


class PhoneTaken(Conflict):
    """Somebody signs in with this phone already, or the office has this person on its roster."""

    slug, title = "phone-taken", "This phone is known already"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail or "If it is yours, sign in, or ask the community office for a code to set a new password.",
            errors={"/phone": "This phone is known already."},
        )


class HandedToOthers(Forbidden):
    """Roles are given by somebody else, never to oneself (the conflict graph)."""

    slug, title = "own-roles", "Nobody changes their own roles; please ask another steward"


class StaffDeparture(Conflict):
    """Whoever holds a role gives it up first: nobody is taken out of office by the way."""

    slug, title = "staff-departure", "Take away the roles first"


class CallNotAgreed(Forbidden):
    """Somebody's number is shown only where they agreed to be told of activities (the consent 'contact')."""

    slug, title = "call-not-agreed", "They have not agreed to be called; please tell them when you meet"


class NoPhoneKnown(Conflict):
    """The office has no number of this person."""

    slug, title = "no-phone-known", "No phone is known of this person"


class StewardNeeded(Forbidden):
    """What would open a staff person's account is a steward's to do."""

    slug, title = "steward-needed", "This person has a role of their own: only a steward may do this"


class LastSteward(Conflict):
    """A community without a steward could never name one again."""

    slug, title = "last-steward", "Please hand the steward's role to somebody before you leave"


class TooManyKiosks(Conflict):
    """No activity has so many doors: somebody lost sight of what is open."""

    slug, title = "too-many-kiosks", "There are too many kiosks at this activity; please end them first"


class FileUnreadable(Invalid):
    """The file is not a table that can be read; `detail` says what to do."""

    slug, title = "file-unreadable", "This file cannot be read as a table"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors={"/file": detail})


class RowSettled(Conflict):
    """The row was applied already; a correction is made at the resident."""

    slug, title = "row-settled", "This row was taken in already; please correct the resident instead"


class ImportBusy(Conflict):
    """Others changed the import again and again while this was being written."""

    slug, title = "import-busy", "Somebody else is deciding on this import; please look again"


class PhoneNeeded(Conflict):
    """A code works together with a phone, and none is known."""

    slug, title = "phone-needed", "Please enter a phone for this resident first"


class MandateCodeWrong(Invalid):
    """No mandate waits for this code: mistyped, run out, used or taken back."""

    slug, title = "mandate-code-wrong", "This code does not fit; please check it or ask for a new one"

    def __init__(self) -> None:
        super().__init__(errors={"/code": "This code does not fit."})


class PinWrong(Invalid):
    """The PIN does not fit, was never set, or was tried wrongly too often; never says which."""

    slug, title = "pin-wrong", "This PIN does not fit; after several wrong tries it has to be set anew"

    def __init__(self) -> None:
        super().__init__(errors={"/pin": "This PIN does not fit."})


class CardNotShown(Invalid):
    """What is said of the card is no proof, not any more, or was shown to somebody else."""

    slug, title = "card-not-shown", "Please scan the member card again"

    def __init__(self) -> None:
        super().__init__(errors={"/card": "Please scan the member card again."})


class MandateHeld(Conflict):
    """The proxy may act for this person already; other terms need the old mandate revoked first."""

    slug, title = "mandate-held", "There is a mandate between these two already; revoke it first"


class MandateClosed(Conflict):
    """The mandate was revoked or has ended; nothing brings it back."""

    slug, title = "mandate-closed", "This mandate is over; a new one is needed"


class MandateNotWaiting(Conflict):
    """Only a signed form that waits can be confirmed."""

    slug, title = "mandate-not-waiting", "There is no signed form that waits to be confirmed"


class TooManyMandates(Conflict):
    """Somebody has, or stands for, as many as one person may."""

    slug, title = "too-many-mandates", "There are too many mandates; revoke one first"


class OwnProxy(Forbidden):
    """Nobody is their own proxy."""

    slug, title = "own-proxy", "Nobody needs a mandate for themselves"


class GuardianNeeded(Forbidden):
    """Somebody who may be under fourteen takes part only once a guardian has agreed (PIPL art. 31)."""

    slug, title = "guardian-needed", "Under fourteen, please come to the office together with your guardian"

    def __init__(self, *, pointer: str = "") -> None:
        super().__init__(errors={pointer: self.title} if pointer else {})


class BirthAtOffice(Forbidden):
    """Who counts as a minor does not become older by their own word."""

    slug, title = "birth-at-office", "Please ask the office to correct this"


class NotAMinor(Conflict):
    """Who is of age, or of whom no birth is known, needs nobody's consent."""

    slug, title = "not-a-minor", "By what is known of their birth this person needs no guardian's consent"


class GuardianNotOfAge(Conflict):
    """A guardian is of age, and has said so by their own year of birth."""

    slug, title = "guardian-not-of-age", "Please state your own year of birth first: a guardian is of age"


class NotOfHousehold(Forbidden):
    """Online only somebody of the same household agrees; other guardians sign the form."""

    slug, title = "not-of-household", "Only an adult of the same household agrees here; other guardians sign the paper form"


class HouseholdNeeded(Conflict):
    """Nobody can be asked of a household that is not known."""

    slug, title = "household-needed", "Please enter the address first, or use the paper form"


class GuardianConsentHeld(Conflict):
    """A consent for this minor is in force already."""

    slug, title = "guardian-consent-held", "A guardian has agreed already"


class GuardianConsentAsked(Conflict):
    """The household was asked already and has not answered yet."""

    slug, title = "guardian-consent-asked", "The household was asked already"


class GuardianConsentClosed(Conflict):
    """It was withdrawn, ended, or nobody answered in time; nothing brings it back."""

    slug, title = "guardian-consent-closed", "This consent is over; please ask anew"


class GuardianFormNotWaiting(Conflict):
    """Only a signed form that waits can be confirmed, and only what was asked online can be agreed to."""

    slug, title = "guardian-form-not-waiting", "There is no signed form that waits to be confirmed"


class HelperTooClose(Forbidden):
    """Staff who are the proxy or guardian, live with them or the minor, or recorded the form themselves, do not bring it into being."""

    slug, title = "helper-too-close", "Somebody else of the office has to do this"
