"""What talent refuses, each with the words by which a page explains it."""

from shared.problems import Conflict, Forbidden, Invalid, NotFound, TooManyRequests


class ChannelNotYours(Forbidden):
    """The organization channel belongs to the office."""

    slug, title = "channel-not-yours", "Only the office nominates by the organization channel"


class CandidateUnknown(Invalid):
    """Nobody of this id lives in the caller's community."""

    slug, title = "candidate-unknown", "This candidate is not known in your community"


class CandidateDoesNotFit(Invalid):
    """The channel and the candidate do not go together."""

    slug, title = "candidate-does-not-fit", "This candidate does not fit the channel"


class AlreadyNominated(Conflict):
    """The caller has an open nomination of this candidate by this channel."""

    slug, title = "already-nominated", "You have already put this candidate forward"


class StillGathering(Conflict):
    """Too few households stand behind the candidate."""

    slug, title = "still-gathering", "More households must stand behind this candidate first"


class NoticeNotOver(Conflict):
    """Anyone may still object."""

    slug, title = "notice-not-over", "The public notice is not over yet"


class AlreadyDecided(Conflict):
    """A decision is final; a new nomination is the way to another one."""

    slug, title = "already-decided", "This nomination has been decided already"


class CatalogueNotHere(Conflict):
    """Nobody can say which skills need a licence while the catalogue has not arrived."""

    slug, title = "catalogue-not-here", "The service catalogue has not arrived yet; please try again in a minute"


class NoSkillVerified(Invalid):
    """No skill could be verified, and a talent has at least one."""

    slug, title = "no-skill-verified", "No skill could be verified"


class CandidateMayNotDecide(Forbidden):
    """Nobody decides about themselves."""

    slug, title = "candidate-may-not-decide", "You cannot decide about yourself"


class NominatorMayNotDecide(Forbidden):
    """Whoever put a candidate forward leaves the decision to another."""

    slug, title = "nominator-may-not-decide", "You put this candidate forward; another steward has to decide"


class HouseholdMayNotDecide(Forbidden):
    """Nobody decides about their household, or what their household put forward."""

    slug, title = "household-may-not-decide", "Your household is involved; another steward has to decide"


class LicenceSeerTooClose(Forbidden):
    """Nobody confirms their own licence, their household's, or that of whom they put forward."""

    slug, title = "licence-seer-too-close", "You are too close to this person; somebody else of the office has to see the licence"


class LicenceDecided(Conflict):
    """The paper was looked at before, with another outcome, or a later one has replaced it."""

    slug, title = "licence-decided", "This licence was looked at already"


class NotInRegistry(Conflict):
    """The resident was taken off the registry before."""

    slug, title = "not-in-registry", "This resident is no longer in the registry"


class TeamNotFound(NotFound):
    """The community has no such team."""

    slug, title = "team-not-found", "There is no such team here"


class TeamEnded(Conflict):
    """The team has ended and stays as it is."""

    slug, title = "team-ended", "This team has ended"


class TeamChangedMeanwhile(Conflict):
    """Somebody else changed the team since it was read."""

    slug, title = "team-changed", "Somebody else changed this team meanwhile; please look again"


class NoTalent(Invalid):
    """Only who stands in the registry is in a team."""

    slug, title = "no-talent", "This person does not stand in the registry of capable residents"


class TeamLacksLicence(Invalid):
    """An item needs a licence that nobody of the team holds in date."""

    slug, title = "team-lacks-licence", "Nobody of this team holds the licence that this item needs"


class LeaderNoMember(Invalid):
    """A team is led by one of its members."""

    slug, title = "leader-no-member", "A team is led by one of its members"


class LeaderTooClose(Forbidden):
    """Nobody lets themselves, or their household, lead."""

    slug, title = "leader-too-close", "You are too close to this person; another steward has to choose them as leader"


class NotAsked(Conflict):
    """Nobody has asked this person into the team, or not any more."""

    slug, title = "not-asked", "This team has not asked you, or not any more"


class CourseNotFound(NotFound):
    """The community has no such course."""

    slug, title = "course-not-found", "There is no such course here"


class CourseClosed(Conflict):
    """The course is closed and stays as it is."""

    slug, title = "course-closed", "This course is closed"


class CourseChangedMeanwhile(Conflict):
    """Somebody else changed the course since it was read."""

    slug, title = "course-changed", "Somebody else changed this course meanwhile; please look again"


class MentorshipNotFound(NotFound):
    """The community has no such mentorship."""

    slug, title = "mentorship-not-found", "There is no such mentorship here"


class NotYourMentorship(Forbidden):
    """Somebody else's, or the other one of the two does this."""

    slug, title = "not-your-mentorship", "This is for the other, or for somebody else"


class MentorshipClosed(Conflict):
    """It was declined or has ended, or both have not agreed yet."""

    slug, title = "mentorship-closed", "This mentorship is not at a point where this can be done"


class MentorHeld(Conflict):
    """Nobody has two mentors at a time."""

    slug, title = "mentor-held", "This person has a mentor already, or is asked"


class MentorNotAbove(Invalid):
    """A mentor stands on a higher level."""

    slug, title = "mentor-not-above", "A mentor stands on a higher level"


class LevelDeciderTooClose(Forbidden):
    """Nobody decides about their own level, their household's, their nominee's, or that of whom they mentor."""

    slug, title = "level-decider-too-close", "You are too close to this person; another steward has to decide"


class CallNotFound(NotFound):
    """The community has no such call."""

    slug, title = "call-not-found", "There is no such call here"


class CallClosed(Conflict):
    """The call takes no more offers."""

    slug, title = "call-closed", "This call is closed"


class OfferNotFound(NotFound):
    """There is no such offer, or the reference is another."""

    slug, title = "offer-not-found", "There is no such offer here"


class OfferSettled(Conflict):
    """Somebody has had the last word about this offer."""

    slug, title = "offer-settled", "This offer has been settled already"


class TooManyOffers(TooManyRequests):
    """Too many offers from one address, or too many that wait."""

    slug, title = "too-many-offers", "Too many offers have come in; please call at the office"


class RefuserMayNotDecide(Forbidden):
    """Whoever refused a candidate leaves what follows an objection to another."""

    slug, title = "refuser-may-not-decide", "You refused this candidate before; another steward has to decide"


class ObjectionOpen(Conflict):
    """An objection to this admission waits for its decision."""

    slug, title = "objection-open", "An objection is open and has to be decided first"


class NominationObjectionNotFound(NotFound):
    """There is no such objection, or it is somebody else's."""

    slug, title = "nomination-objection-not-found", "There is no such objection"


class NotInNotice(Conflict):
    """The candidacy stands in no public notice."""

    slug, title = "not-in-notice", "This does not stand in public notice"


class OwnCandidacy(Conflict):
    """It is about the caller, and was not refused."""

    slug, title = "own-candidacy", "This is about yourself"


class TooLateToObject(Conflict):
    """The days for objecting are over."""

    slug, title = "too-late-to-object", "The time for objecting to this is over"


class NominationObjectedAlready(Conflict):
    """The caller has objected to this."""

    slug, title = "nomination-objected-already", "You have objected to this already"


class NominationObjectionDecided(Conflict):
    """The objection is decided, or was taken back."""

    slug, title = "nomination-objection-decided", "This objection is decided already"


class TooManyNominationObjections(TooManyRequests):
    """Somebody has very many open objections."""

    slug, title = "too-many-nomination-objections", "You have many open objections; please wait until they are decided"


class ObjectionDeciderInConflict(Forbidden):
    """The steward is close to a side, or had a part in it."""

    slug, title = "nomination-objection-decider-in-conflict", "You are too close to this; another steward has to decide"


class RoundNotFound(NotFound):
    """The community has no such round of commendations."""

    slug, title = "commendation-round-not-found", "There is no such round of commendations here"


class RoundClosed(Conflict):
    """Nobody is proposed for this round any more."""

    slug, title = "commendation-round-closed", "This round takes no more proposals"


class CommendationNotFound(NotFound):
    """There is no such commendation, or it is not the caller's to see."""

    slug, title = "commendation-not-found", "There is no such commendation here"


class OwnCommendation(Invalid):
    """Nobody proposes themselves for a commendation."""

    slug, title = "own-commendation", "Nobody proposes themselves; a neighbour or the office does"


class ProposedAlready(Conflict):
    """The caller has spoken for this person in this case."""

    slug, title = "proposed-already", "You have proposed this person already"


class TooManyProposals(TooManyRequests):
    """Somebody has proposed very many people who are not decided about yet, or very many speak for one."""

    slug, title = "too-many-proposals", "There are many open proposals; please wait until they are decided"


class CommendationElsewhere(Conflict):
    """The commendation stands at another point by now."""

    slug, title = "commendation-elsewhere", "This commendation is at another point by now"


class CommendationObjectionsFull(TooManyRequests):
    """Very many have objected to one commendation."""

    slug, title = "commendation-objections-full", "Very many have objected to this already; the office will look at it"


class NoteNotFound(NotFound):
    """There is no such note, or it is not the caller's."""

    slug, title = "note-not-found", "There is no such thank-you note"


class OwnThanks(Invalid):
    """Nobody thanks themselves."""

    slug, title = "own-thanks", "Nobody thanks themselves"


class NotMet(Forbidden):
    """Nothing shows that the two have met: no service has signed that."""

    slug, title = "not-met", "You can thank people whom you met at an activity"


class ThankedToday(Conflict):
    """The same person has been thanked on this day."""

    slug, title = "thanked-today", "You have thanked this person today already"


class TooManyNotes(TooManyRequests):
    """Somebody has written many notes on one day."""

    slug, title = "too-many-notes", "You have written many notes today; please go on tomorrow"


class NoteClosed(Conflict):
    """The note was taken back, removed or looked at before."""

    slug, title = "note-closed", "This note is not there any more, or was looked at already"
