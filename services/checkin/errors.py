"""The refusals of the check-in service, each with a slug that pages translate."""

from shared.problems import Conflict, Forbidden, Invalid, NotFound, TooManyRequests


class ActivityNotFound(NotFound):
    """The caller's community has no such activity."""

    slug, title = "activity-not-found", "There is no such activity in your community"


class CheckInNotFound(NotFound):
    """The caller's community has no such check-in."""

    slug, title = "check-in-not-found", "There is no such check-in in your community"


class RecordNotFound(NotFound):
    """There is no verified service record with this id."""

    slug, title = "record-not-found", "There is no such service record in your community"


class ObjectionNotFound(NotFound):
    """There is no such objection, or it is another's."""

    slug, title = "objection-not-found", "There is no such objection"


class ObjectedAlready(Conflict):
    """Somebody has an open objection to this record already."""

    slug, title = "record-objected-already", "You have objected to this record already; it waits for a decision"


class ObjectionDecided(Conflict):
    """An objection that is decided or taken back stays as it is."""

    slug, title = "record-objection-decided", "This objection is decided already"


class OwnRecord(Conflict):
    """Who wants their own hours changed objects from the entry that followed from them."""

    slug, title = "own-record", "This is your own record; object from the entry of your beans"


class TooManyObjections(Conflict):
    """Somebody has many open objections."""

    slug, title = "too-many-objections", "You have many open objections; please wait for their decision"


class DeciderInConflict(Forbidden):
    """Whoever decides had a part in the record, objects themselves, or is close to either side."""

    slug, title = "record-objection-decider-in-conflict", "You are too close to this; another steward must decide"


class RecordIsWithdrawn(Conflict):
    """A withdrawn record goes nowhere any more."""

    slug, title = "record-withdrawn", "This record was withdrawn"


class RecordInNotice(Conflict):
    """The record still stands in public notice."""

    slug, title = "record-in-notice", "This record still stands in public notice"


class ShareConsentMissing(Conflict):
    """The resident has not agreed that their records are given to the national system."""

    slug, title = "share-consent-missing", "This resident has not agreed to share their records"


class NationalNumberDiffers(Conflict):
    """The record has another number of the national system; a steward may correct it, with a reason."""

    slug, title = "national-number-differs", "This record is entered under another number"


class CertificateNotFound(NotFound):
    """There is no certificate of this id, or none with this code."""

    slug, title = "certificate-not-found", "There is no such certificate"


class CertificateWithdrawn(Conflict):
    """A withdrawn certificate shows nothing any more."""

    slug, title = "certificate-withdrawn", "This certificate was withdrawn"


class NothingToCertify(Conflict):
    """No record of the period is effective yet: all stand in public notice, or there is none."""

    slug, title = "nothing-to-certify", "No service record of this period is effective yet"


class TooManyRecords(Conflict):
    """The period has more records than one certificate bears."""

    slug, title = "too-many-records", "This period has too many records for one certificate"


class TooManyCertificates(Conflict):
    """Too many certificates of the resident stand already."""

    slug, title = "too-many-certificates", "Too many certificates stand already; please withdraw one"


class SeriesNotFound(NotFound):
    """The caller's community has no such recurring activity."""

    slug, title = "series-not-found", "There is no such recurring activity in your community"


class SheetNotFound(NotFound):
    """The caller's community has no such sign-in sheet."""

    slug, title = "sheet-not-found", "There is no such sign-in sheet in your community"


class PrintedSheetNotFound(NotFound):
    """The caller's community has printed no such sheet."""

    slug, title = "printed-sheet-not-found", "Your community has printed no such sheet"


class CardNotFound(NotFound):
    """The resident has no member card yet."""

    slug, title = "card-not-found", "This resident has no member card yet"


class UnknownResident(Invalid):
    """A resident is named whom the caller's community does not know."""

    slug, title = "unknown-resident", "Nobody with this id lives in your community"


class UnknownItem(Invalid):
    """Neither a code nor a name nor an alias of the catalogue."""

    slug, title = "unknown-item", "The catalogue has no such service item"


class TeamNotFound(NotFound):
    """The caller's community has no such team."""

    slug, title = "team-not-found", "There is no such team here"


class UnknownTeam(Invalid):
    """An activity names a team that nobody has heard of."""

    slug, title = "unknown-team", "Your community has no such team"


class TeamIsOver(Invalid):
    """An activity names a team that has ended."""

    slug, title = "team-is-over", "This team has ended"


class ItemNotOfTeam(Invalid):
    """An activity names a team that does not run its item."""

    slug, title = "item-not-of-team", "This team does not run this service item"


class LeaderNotInTeam(Invalid):
    """What a team runs is led by one of its members."""

    slug, title = "leader-not-in-team", "The leader is not a member of this team"


class UnknownCourse(Invalid):
    """An activity names a course that nobody has heard of."""

    slug, title = "unknown-course", "Your community has no such course"


class CourseIsOver(Invalid):
    """An activity names a course that is closed."""

    slug, title = "course-is-over", "This course is closed"


class CourseNeedsParticipation(Invalid):
    """A session of a course is an activity of taking part."""

    slug, title = "course-needs-participation", "A session of a course is taking part, not volunteer service"


class LeaderUntrained(Invalid):
    """Whoever leads has not completed a course that the item requires; the detail names the courses."""

    slug, title = "leader-untrained", "Whoever leads this has to complete a course first"


class CourseMissing(Conflict):
    """The resident has not completed a course that this service requires; the detail names the courses."""

    slug, title = "course-missing", "This service takes a completed course"


class TeamWithoutLicence(Invalid):
    """Nobody of the team holds the item's licence on the day."""

    slug, title = "team-without-licence", "Nobody of this team holds the licence that the item needs on that day"


class RevisionStale(Conflict):
    """Somebody else changed the thing since the caller read it."""

    slug, title = "revision-stale", "Somebody changed this meanwhile; please look again"


class ActivityOver(Conflict):
    """The activity has ended, was closed or was cancelled, so nobody can sign up or off any more."""

    slug, title = "activity-over", "This activity is over"


class ActivityNotAnnounced(Conflict):
    """The activity is a draft: nobody can sign up, come or close it yet."""

    slug, title = "activity-not-announced", "This activity is a draft; please announce it first"


class SeriesEnded(Conflict):
    """The recurring activity was ended."""

    slug, title = "series-ended", "This recurring activity has ended"


class ActivityNotOver(Conflict):
    """An activity cannot be closed before it has begun."""

    slug, title = "activity-not-begun", "This activity has not begun yet"


class WaitingListFull(Conflict):
    """Places and waiting list are full."""

    slug, title = "waiting-list-full", "The waiting list is full"


class NoPlaceFree(Conflict):
    """Somebody who waits says that they come, but every place is taken or offered to others."""

    slug, title = "no-place-free", "No place is free yet; you go on waiting"


class StallNotFound(NotFound):
    """The activity has no such stall."""

    slug, title = "stall-not-found", "This activity has no such stall"


class StallTaken(Conflict):
    """Another unit has claimed the stall, or the office has arranged it with somebody."""

    slug, title = "stall-taken", "Another unit runs this stall"


class StallInUse(Conflict):
    """A stall is to go, or to become another, that a unit has claimed, somebody stands at, or somebody needs something at."""

    slug, title = "stall-in-use", "A unit, a helper or a need is at this stall"


class StallFull(Conflict):
    """As many as are wanted stand at the stall; staff may place one more."""

    slug, title = "stall-full", "Enough people stand at this stall already"


class NotYourStall(Forbidden):
    """Only who runs a stall may do this, beside the office."""

    slug, title = "not-your-stall", "Somebody else runs this stall, or nobody yet"


class ActivityBegun(Conflict):
    """Stalls are claimed and given back, and needs stated, until the start."""

    slug, title = "activity-begun", "This activity has begun"


class TooLateToCount(Conflict):
    """Counts are entered and corrected until some days after the end."""

    slug, title = "too-late-to-count", "It is too late to enter or correct these counts"


class TooManyNeeds(Conflict):
    """More people have said already what they need than an activity can serve."""

    slug, title = "too-many-needs", "Too many people have said what they need already"


class SkillMissing(Conflict):
    """The activity requires skills, some with a licence in date, that the resident is not registered with."""

    slug, title = "skill-missing", "This activity takes a registered skill, with its licence in date"


class GuardianConsentMissing(Conflict):
    """A minor signs up only while a guardian's consent is in force."""

    slug, title = "guardian-consent-missing", "A guardian has to agree first: online, or with a form at the office"


class BelowLeastAge(Conflict):
    """The service item states an age that the resident may not have reached on the day."""

    slug, title = "below-least-age", "This activity is for older people"


class MinorHoursFull(Conflict):
    """With this activity a minor would have more hours on its day than is good for them."""

    slug, title = "minor-hours-full", "With this it would be too many hours on one day"


class CapacityTooLow(Conflict):
    """More people have a place already than the new capacity allows."""

    slug, title = "capacity-too-low", "More people than that have a place already"


class RosterBusy(Conflict):
    """Too many people changed the roster in the same moment; trying again helps."""

    slug, title = "roster-busy", "Many people are signing up at this moment; please try again"


class NotSignedUp(NotFound):
    """The resident is neither placed nor waiting."""

    slug, title = "not-signed-up", "This resident is not signed up"


class ActivityNotClosed(Conflict):
    """Whether somebody missed their place is said once the activity is closed."""

    slug, title = "activity-not-closed", "Please close the activity first"


class NotAbsent(Conflict):
    """Who is to be marked had no place, or came."""

    slug, title = "not-absent", "This person had no place, or came"


class AbsenceJudged(Conflict):
    """A witness has said already why the person did not come; a steward may pardon a mark."""

    slug, title = "absence-judged", "Somebody has said already why this person did not come"


class TooLateToJudge(Conflict):
    """Memory fades: after some days nobody is marked any more."""

    slug, title = "too-late-to-judge", "That is too long ago to mark anybody"


class TooCloseToJudge(Forbidden):
    """Nobody judges their own absence, nor that of somebody they are close to."""

    slug, title = "too-close-to-judge", "You are too close to this person; another witness must say it"


class OnlyOneself(Forbidden):
    """A resident acts for somebody else, or by a method that is staff's."""

    slug, title = "only-oneself", "Residents check in themselves, by the code; staff can do it for others"


class TooManyGuesses(TooManyRequests):
    """The resident tried too many wrong codes."""

    slug, title = "too-many-guesses", "Too many wrong codes; please wait, or ask the leader to check you in"


class NotCheckedIn(Conflict):
    """A departure needs an accepted check-in."""

    slug, title = "not-checked-in", "This check-in was not accepted, so there is no departure to log"


class AlreadyLeft(Conflict):
    """Another departure is on record; a reviewer may state other minutes with a reason."""

    slug, title = "already-left", "Another departure is on record"


class RecordStands(Conflict):
    """The hours are verified: whoever finds them wrong objects to the record."""

    slug, title = "record-stands", "The hours are confirmed already; please object to the record"


class TooLateForOtherTimes(Conflict):
    """Other times are said soon after one left, while others remember."""

    slug, title = "too-late-for-other-times", "It is too late to say other times; please ask the office"


class VerifierLed(Forbidden):
    """Nobody verifies the activity that they led."""

    slug, title = "verifier-led", "You led this activity, so another person must verify it"


class AlreadyVerified(Conflict):
    """An exception names a record that was verified with other minutes; withdraw it instead."""

    slug, title = "already-verified", "This record was verified with other minutes already"


class WithdrawerInConflict(Forbidden):
    """Nobody withdraws their own, their household's or their nominee's record, nor one of an activity they led."""

    slug, title = "withdrawer-in-conflict", "You are too close to this record; another steward must decide"


class SheetUnreadable(Invalid):
    """The uploaded file is not a sign-in sheet that can be read."""

    slug, title = "sheet-unreadable", "This file cannot be read as a sign-in sheet"


class PhotoUnreadable(Invalid):
    """The uploaded picture shows no sheet of ours that can be read."""

    slug, title = "sheet-photo-unreadable", "No printed sign-in sheet of yours can be read on this picture"


class SheetNotOurs(Invalid):
    """The picture shows printed sheets, but none that the caller's community printed."""

    slug, title = "sheet-not-ours", "Your community has printed no such sheet"


class SheetsMixed(Invalid):
    """The picture shows pages of different sheets."""

    slug, title = "sheets-mixed", "This photo shows different sheets; please take one of each"


class PairingNotFound(NotFound):
    """The caller has no part in such a pairing, or there is none."""

    slug, title = "pairing-not-found", "There is no such pairing here"


class VisitNotFound(NotFound):
    """The caller has no part in such a visit, or there is none."""

    slug, title = "visit-not-found", "There is no such visit here"


class NotYourPairing(Forbidden):
    """What is asked is for whoever is visited, for a helper who agreed, or for the office."""

    slug, title = "not-your-pairing", "This is for those who have agreed to this pairing"


class PairingEnded(Conflict):
    """A pairing that is over takes no more visits and no answers."""

    slug, title = "pairing-ended", "This pairing has ended"


class PairedAlready(Conflict):
    """A helper looks in on somebody in one pairing at a time."""

    slug, title = "paired-already", "These two are paired already"


class HelperTooNear(Conflict):
    """Nobody is paired with themselves or with somebody of their household."""

    slug, title = "helper-too-near", "A helper is somebody of another household"


class VisitedAlready(Conflict):
    """A helper enters one visit of a pairing for a day."""

    slug, title = "visited-already", "A visit of this day is noted already"


class VisitTold(Conflict):
    """What the person who was visited said of a visit stands."""

    slug, title = "visit-told", "It is said already whether this visit took place"


class TellerTooNear(Forbidden):
    """Nobody says of their own visit, or of one of their household, that it took place."""

    slug, title = "teller-too-near", "You are too near to the helper to say this; somebody else must"


class DeedNotFound(NotFound):
    """The list has no such deed for the caller."""

    slug, title = "deed-not-found", "There is no such deed on the list"


class DeedTaken(Conflict):
    """Exactly one unit has a deed."""

    slug, title = "deed-taken", "Another unit has this deed already"


class DeedStandsElsewhere(Conflict):
    """A deed goes from open over claimed and reported to done; what is asked does not fit where it stands."""

    slug, title = "deed-stands-elsewhere", "This deed stands elsewhere by now"


class NotYourDeed(Forbidden):
    """What is asked is for the unit that claimed the deed, for who asked for it, or for the office."""

    slug, title = "not-your-deed", "This is for the unit that has this deed, for who asked for it, or for the office"


class DeedConfirmerInConflict(Forbidden):
    """Nobody confirms or rates for the office what they did or reported for a unit."""

    slug, title = "deed-confirmer-in-conflict", "You stand for this unit; somebody else of the office must"


class RatingClosed(Conflict):
    """A rating is given and changed until a stated day."""

    slug, title = "deed-rating-closed", "The day until which this could be rated is over"


class AskerRates(Forbidden):
    """Where somebody asked for a deed, they rate it, and nobody for them."""

    slug, title = "asker-rates", "Who asked for this deed rates it"
class BulletinNotFound(NotFound):
    """There is no such issue of the bulletin."""

    slug, title = "bulletin-not-found", "There is no such issue of the bulletin here"


class BulletinWithdrawn(Conflict):
    """The issue was withdrawn before."""

    slug, title = "bulletin-withdrawn", "This issue of the bulletin was withdrawn"


class BulletinTooLong(Invalid):
    """There were more activities in the period than an issue bears."""

    slug, title = "bulletin-too-long", "There were more activities than a bulletin can hold; please choose fewer days"


class GroupUnknown(Conflict):
    """No group of the community is known to post to."""

    slug, title = "group-unknown", "No group is set up for this community"
