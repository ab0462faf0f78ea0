"""The reader's words for the codes that services speak in: statuses, reasons, roles, tiers."""

from collections.abc import Callable, Mapping

from flask_babel import LazyString, lazy_gettext

from gateway import tie_words

Words = Mapping[str, LazyString]

ROLES: Words = {
    "resident": lazy_gettext("resident"),
    "organizer": lazy_gettext("organizer"),
    "partner": lazy_gettext("partner"),
    "steward": lazy_gettext("steward"),
    "auditor": lazy_gettext("auditor"),
}
CHANNELS: Words = {
    "organization": lazy_gettext("put forward by the office"),
    "resident": lazy_gettext("put forward by neighbours"),
    "self": lazy_gettext("put themselves forward"),
}
NOMINATION_STATUSES: Words = {
    "gathering": lazy_gettext("waiting for more households to support it"),
    "in_notice": lazy_gettext("in public notice"),
    "decidable": lazy_gettext("ready to be decided"),
    "admitted": lazy_gettext("admitted"),
    "refused": lazy_gettext("not admitted"),
    "lapsed": lazy_gettext("lapsed: the person has left"),
}
GROUNDS: Words = {
    "election": lazy_gettext("an election"),
    "visit": lazy_gettext("a visit"),
    "project": lazy_gettext("a project"),
    "other": lazy_gettext("something else"),
}
ACCOUNT_SOURCES: Words = {
    "self": lazy_gettext("made by themselves"),
    "roster": lazy_gettext("from the office's roster"),
    "staff": lazy_gettext("made by the office"),
}
OFFER_STATUSES: Words = {
    "waiting": lazy_gettext("waits for the office"),
    "taken": lazy_gettext("put forward"),
    "set_aside": lazy_gettext("set aside"),
    "withdrawn": lazy_gettext("taken back"),
    "lapsed": lazy_gettext("too old: deleted"),
}
SET_ASIDE_REASONS: Words = {
    "not_reached": lazy_gettext("The office could not reach them."),
    "lives_elsewhere": lazy_gettext("They live in another community."),
    "changed_mind": lazy_gettext("They do not want it any more."),
    "not_real": lazy_gettext("Nobody offers this in earnest."),
}
CALL_STATUSES: Words = {
    "open": lazy_gettext("takes offers"),
    "closed": lazy_gettext("closed"),
}
ACTIVITY_KINDS: Words = {
    "volunteer": lazy_gettext("volunteer service"),
    "participation": lazy_gettext("taking part (no service hours)"),
}
EVERY: Words = {
    "month": lazy_gettext("every month on the same day"),
    "week": lazy_gettext("every week on the same weekday"),
}
DAYS_AHEAD: Words = {
    "7": lazy_gettext("one week before"),
    "14": lazy_gettext("two weeks before"),
    "30": lazy_gettext("a month before"),
}
SERIES_STATUSES: Words = {
    "running": lazy_gettext("goes on"),
    "ended": lazy_gettext("ended"),
}
ACTIVITY_STATUSES: Words = {
    "draft": lazy_gettext("not announced yet"),
    "open": lazy_gettext("open"),
    "closed": lazy_gettext("closed"),
    "cancelled": lazy_gettext("cancelled"),
}
SIGN_UP_STATUSES: Words = {
    "placed": lazy_gettext("has a place"),
    "offered": lazy_gettext("is offered a place"),
    "waiting": lazy_gettext("waits"),
    "kept": lazy_gettext("came"),
    "absent": lazy_gettext("did not come"),
    "missed": lazy_gettext("marked as missed"),
    "excused": lazy_gettext("had good reason"),
    "lifted": lazy_gettext("the mark is lifted"),
}
REMINDERS: Words = {
    "offered": lazy_gettext("A place is free for you. Are you coming?"),
    "cancelled": lazy_gettext("It does not take place."),
    "moved": lazy_gettext("Time or place has changed. Are you still coming?"),
    "asked": lazy_gettext("Are you coming?"),
    "tomorrow": lazy_gettext("It is soon. See you there!"),
    "placed": lazy_gettext("You have a place."),
    "passed": lazy_gettext("Your place went on to somebody else, since we did not hear from you. You are welcome all the same."),
    "leads": lazy_gettext("You lead a stall there. Here you can read what people need."),
}
STALL_STATUSES: Words = {
    "open": lazy_gettext("nobody runs it yet"),
    "arranged": lazy_gettext("arranged by the office"),
    "claimed": lazy_gettext("claimed by a unit"),
}
CHECK_IN_REFUSALS: Words = {
    "unknown_resident": lazy_gettext("This person is not known in the community."),
    "wrong_code": lazy_gettext("The code is wrong or has run out. Please use the one on the screen now."),
    "card_revoked": lazy_gettext("This card is no longer good. Please ask for a new one."),
    "activity_closed": lazy_gettext("The activity is closed."),
    "too_early": lazy_gettext("It is too early to check in. Please come back shortly before the start."),
    "already_checked_in": lazy_gettext("This person has checked in already."),
    "left_community": lazy_gettext("This person has left the community."),
    "consent_missing": lazy_gettext("Under age, and no guardian has agreed yet. Please speak to the leader or the office."),
    "below_least_age": lazy_gettext("This activity is for older people. Please speak to the leader or the office."),
}
CARD_REFUSALS: Words = {
    **CHECK_IN_REFUSALS,
    "wrong_code": lazy_gettext("This card is not known here. Please ask the office."),
    "already_checked_in": lazy_gettext("This card has checked in already."),
}
CHECK_IN_METHODS: Words = {
    "code": lazy_gettext("by code"),
    "card": lazy_gettext("by card"),
    "roll": lazy_gettext("by roll call"),
    "sheet": lazy_gettext("from a sheet"),
    "visit": lazy_gettext("by the word of whom they visited"),
}
LOGGED_WAYS: Words = {
    "self": lazy_gettext("By themselves, with the code"),
    "kiosk": lazy_gettext("By themselves, at the kiosk"),
    "roll": lazy_gettext("Roll call"),
    "card": lazy_gettext("Card"),
    "typed": lazy_gettext("Sheet, typed"),
    "file": lazy_gettext("Sheet, uploaded"),
    "photo": lazy_gettext("Printed sheet, photographed"),
    "phone": lazy_gettext("By phone"),
    "confirmed": lazy_gettext("Confirming"),
}
ANOMALIES: Words = {
    "other_times": lazy_gettext("says that they came or left at other times"),
    "skill_missing": lazy_gettext("without a skill that is needed here, or its licence"),
    "course_missing": lazy_gettext("without a course that is needed here"),
    "consent_missing": lazy_gettext("under age, and no guardian had agreed"),
    "below_least_age": lazy_gettext("younger than this service takes"),
    "long_for_minor": lazy_gettext("a long day for somebody under age"),
    "long_for_elder": lazy_gettext("a long time for an elder: please look whether all went well"),
    "overlap": lazy_gettext("was somewhere else at the same time"),
    "long_day": lazy_gettext("more than 8 hours on that day"),
    "late_entry": lazy_gettext("entered more than 3 days later"),
    "leaders_household": lazy_gettext("lives with the leader"),
    "same_pair": lazy_gettext("often with this leader lately"),
}
PAPER_REASONS: Words = {
    "code_unseen": lazy_gettext("The row cannot be read on the photo."),
    "too_dark": lazy_gettext("The photo is too dark here."),
    "faint": lazy_gettext("There is something in the box, but it is no clear tick."),
    "filled": lazy_gettext("The box is all black."),
    "photos_differ": lazy_gettext("Two photos say different things."),
    "who": lazy_gettext("Ticked in a row that was blank: who is it?"),
}
CONFLICTS: Words = {
    "own": lazy_gettext("It is your own record."),
    "own_household": lazy_gettext("It is a record of your household."),
    "own_nominee": lazy_gettext("You put this person forward."),
    "own_mandate": lazy_gettext("One of you acts, or has acted, for the other."),
    "logged_by_reviewer": lazy_gettext("You entered this record yourself."),
    "led_by_reviewer": lazy_gettext("You are in charge of this yourself."),
}
STAGES: Words = {
    "recorded": lazy_gettext("hours not confirmed yet"),
    "in_notice": lazy_gettext("in public notice"),
    "effective": lazy_gettext("effective"),
    "entered": lazy_gettext("entered in the national system"),
    "withdrawn": lazy_gettext("withdrawn"),
}
REDEMPTION_STATUSES: Words = {
    "waiting": lazy_gettext("in line"),
    "offered": lazy_gettext("set aside for you"),
    "requested": lazy_gettext("on its way"),
    "reserved": lazy_gettext("on its way"),
    "ready": lazy_gettext("voucher ready"),
    "refused": lazy_gettext("not possible"),
    "fulfilled": lazy_gettext("handed over"),
    "undoing": lazy_gettext("being made good again"),
    "cancelled": lazy_gettext("cancelled"),
    "expired": lazy_gettext("run out"),
}
REDEMPTION_REFUSALS: Words = {
    "out_of_stock": lazy_gettext("It is sold out. Your beans stay with you."),
    "wallet_too_low": lazy_gettext("You do not have enough beans for this yet."),
    "not_offered": lazy_gettext("It is not offered any more. Your beans stay with you."),
    "limit_person": lazy_gettext("You had as much of it this month as one person may. Your beans stay with you."),
    "limit_household": lazy_gettext("Your household had as much of it this month as it may. Your beans stay with you."),
    "limit_mandate": lazy_gettext("This is more than a proxy may redeem at once here. No beans were taken."),
    "limit_mandate_month": lazy_gettext("With this it would be more than a proxy may redeem in a month here. No beans were taken."),
}
REWARD_KINDS: Words = {
    "goods": lazy_gettext("goods"),
    "service": lazy_gettext("a service"),
    "meal": lazy_gettext("meal voucher"),
    "care": lazy_gettext("care voucher"),
}
ACTS: Words = {
    "fulfilled": lazy_gettext("handed over"),
    "undone": lazy_gettext("taken back"),
}
LIST_REASONS: Words = {
    "title_unreadable": lazy_gettext("The name is missing or too long."),
    "price_unreadable": lazy_gettext("The price is no whole number of beans."),
    "stock_unreadable": lazy_gettext("The stock is no whole number."),
    "days_unreadable": lazy_gettext("The days are no number between 1 and 365."),
    "uses_unreadable": lazy_gettext("Only meal and care vouchers have several uses, at most 31."),
    "kind_unknown": lazy_gettext("This kind is not known: goods, service, meal or care."),
    "kind_differs": lazy_gettext("On the shelf it has another kind or other uses. Please give it another name."),
    "double_row": lazy_gettext("The same name stands further up in this list."),
    "kind_missing": lazy_gettext("No kind is given: it would be goods."),
    "days_missing": lazy_gettext("No days are given: its vouchers would be good for 30."),
    "hours_unreadable": lazy_gettext("The opening hours cannot be read: they would be left out."),
    "on_the_shelf": lazy_gettext("It is on the shelf already, and this list says something else."),
}
LIST_FIELDS: Words = {
    "price_beans": lazy_gettext("Price in beans, a piece"),
    "stock": lazy_gettext("Free pieces"),
    "valid_days": lazy_gettext("Days that a voucher is good"),
    "opening_hours": lazy_gettext("Opening hours"),
}
WEEKDAYS: Words = {
    "mon": lazy_gettext("Monday"),
    "tue": lazy_gettext("Tuesday"),
    "wed": lazy_gettext("Wednesday"),
    "thu": lazy_gettext("Thursday"),
    "fri": lazy_gettext("Friday"),
    "sat": lazy_gettext("Saturday"),
    "sun": lazy_gettext("Sunday"),
}
DAY_PARTS: Words = {
    "morning": lazy_gettext("morning"),
    "afternoon": lazy_gettext("afternoon"),
    "evening": lazy_gettext("evening"),
}
PAPERS: Words = {
    "waiting": lazy_gettext("handed in, not seen yet"),
    "seen": lazy_gettext("seen"),
    "refused": lazy_gettext("does not fit"),
    "replaced": lazy_gettext("replaced by a later one"),
}
LEVELS: Words = {
    "fledgling": lazy_gettext("fledgling"),
    "flock": lazy_gettext("flock"),
    "lead": lazy_gettext("lead"),
}
DAY_REASONS: Words = {
    "session": lazy_gettext("attended a session"),
    "service": lazy_gettext("served"),
    "mentoring": lazy_gettext("mentoring"),
    "course": lazy_gettext("completed the course"),
}
MENTORSHIPS: Words = {
    "asked": lazy_gettext("not agreed by both yet"),
    "agreed": lazy_gettext("agreed by both"),
    "declined": lazy_gettext("somebody said no"),
    "ended": lazy_gettext("ended"),
}
PARTINGS: Words = {
    "left": lazy_gettext("left by themselves"),
    "taken_out": lazy_gettext("taken out"),
    "suspended": lazy_gettext("taken off the registry, or gone"),
}
MEMBERSHIPS: Words = {
    "asked": lazy_gettext("asked, has not answered"),
    "member": lazy_gettext("member"),
    "former": lazy_gettext("no longer in it"),
    "ended": lazy_gettext("the team has ended"),
}
TIERS: Words = {
    "backbone": lazy_gettext("backbone"),
    "enthusiast": lazy_gettext("enthusiast"),
    "participant": lazy_gettext("participant"),
    "unreached": lazy_gettext("not yet reached"),
}
UNITS: Words = {
    "bean": lazy_gettext("golden beans"),
    "contribution": lazy_gettext("contribution"),
    "integrity": lazy_gettext("integrity"),
}
CONSENTS: Words = {
    "service": lazy_gettext("Take part: the office keeps my name and phone for activities (needed)"),
    "publish": lazy_gettext("Publish: my name may be shown in public notices and lists"),
    "share": lazy_gettext("Share: my service records may be entered in the national volunteer system"),
    "contact": lazy_gettext("Contact: I may be told about activities that fit my skills"),
}
ROW_STATUSES: Words = {
    "proposed": lazy_gettext("ready"),
    "known": lazy_gettext("known already"),
    "created": lazy_gettext("entered"),
    "merged": lazy_gettext("joined with a known person"),
    "take": lazy_gettext("to be entered"),
    "merge": lazy_gettext("to be joined"),
    "skip": lazy_gettext("to be left out"),
    "listed": lazy_gettext("entered"),
    "changed": lazy_gettext("changed"),
    "taken": lazy_gettext("ready"),
    "needs_decision": lazy_gettext("please decide"),
    "refused": lazy_gettext("cannot be taken"),
    "skipped": lazy_gettext("left out"),
    "applied": lazy_gettext("entered"),
}
DRAFT_STATUSES: Words = {
    "open": lazy_gettext("draft"),
    "adopted": lazy_gettext("adopted"),
    "dropped": lazy_gettext("dropped"),
}
SIMULATION_STATUSES: Words = {
    "waiting": lazy_gettext("waiting for its turn"),
    "running": lazy_gettext("being worked out"),
    "done": lazy_gettext("done"),
    "failed": lazy_gettext("could not be worked out"),
}
RULE_ACTS: Words = {
    "draft-begun": lazy_gettext("Began a draft"),
    "draft-changed": lazy_gettext("Changed a draft"),
    "draft-dropped": lazy_gettext("Dropped a draft"),
    "rules-simulated": lazy_gettext("Had a draft simulated"),
    "rules-adopted": lazy_gettext("Adopted a version"),
}
OBJECTION_STATUSES: Words = {
    "open": lazy_gettext("waits for a decision"),
    "upheld": lazy_gettext("upheld"),
    "refused": lazy_gettext("not upheld"),
    "taken_back": lazy_gettext("taken back"),
}
COMPANION_PARTS: Words = {
    "leader": lazy_gettext("led it"),
    "stall": lazy_gettext("led a stall"),
    "beside": lazy_gettext("was there"),
    "visitor": lazy_gettext("came to visit"),
    "visited": lazy_gettext("whom you visited"),
}
NOTE_STATUSES: Words = {
    "given": lazy_gettext("given"),
    "taken_back": lazy_gettext("taken back"),
    "removed": lazy_gettext("removed by the office"),
}
COMMENDATION_STATUSES: Words = {
    "proposed": lazy_gettext("proposed"),
    "asked": lazy_gettext("asked, no answer yet"),
    "accepted": lazy_gettext("accepted"),
    "in_notice": lazy_gettext("in public notice"),
    "decidable": lazy_gettext("ready to be decided"),
    "granted": lazy_gettext("awarded"),
    "refused": lazy_gettext("not awarded"),
    "declined": lazy_gettext("declined with thanks"),
    "set_aside": lazy_gettext("set aside"),
    "withdrawn": lazy_gettext("withdrawn"),
    "lapsed": lazy_gettext("lapsed: the person has left"),
}
PROPOSAL_STATUSES: Words = {
    "open": lazy_gettext("with the office"),
    "granted": lazy_gettext("awarded"),
    "closed": lazy_gettext("closed"),
}
ROUND_STATUSES: Words = {
    "open": lazy_gettext("takes proposals"),
    "closed": lazy_gettext("closed"),
}
GRANTORS: Words = {
    "community": lazy_gettext("the community"),
    "subdistrict": lazy_gettext("the subdistrict"),
    "unit": lazy_gettext("a unit"),
}
HONOUR_ANSWERS: Words = {
    "full": lazy_gettext("I accept, and my name may be shown in full"),
    "masked": lazy_gettext("I accept; please mask my name, like 王**"),
    "declined": lazy_gettext("No, thank you"),
}
HONOUR_ANSWERS_OF_OTHERS: Words = {
    "full": lazy_gettext("They accept, and their name may be shown in full"),
    "masked": lazy_gettext("They accept; their name is to be masked"),
    "declined": lazy_gettext("They do not want it"),
}
OUTCOMES_OF_OBJECTIONS: Words = {
    "commendation": lazy_gettext("Uphold: nothing is awarded"),
    "notice": lazy_gettext("Uphold: the person is not admitted"),
    "refusal": lazy_gettext("Uphold: it is decided anew, by another steward"),
}
REMEDIES: Words = {
    "withdraw": lazy_gettext("Uphold: the record is withdrawn"),
    "correct": lazy_gettext("Uphold: the record gets other minutes"),
    "give_back": lazy_gettext("Uphold: what was taken comes back"),
    "refuse": lazy_gettext("Refuse: it stays as it is"),
}
STATEMENT_STATUSES: Words = {
    "good": lazy_gettext("good"),
    "old": lazy_gettext("too old"),
    "withdrawn": lazy_gettext("withdrawn"),
}
SHOWN_NAMES: Words = {
    "masked": lazy_gettext("Only the first character (王**)"),
    "full": lazy_gettext("In full"),
}
SHOWN_RECORDS: Words = {
    "totals": lazy_gettext("Only how long it was in all"),
    "all": lazy_gettext("Every single service"),
}
PROJECT_STATUSES: Words = {
    "open": lazy_gettext("takes pledges"),
    "funded": lazy_gettext("the target is reached"),
    "ending": lazy_gettext("being ended"),
    "ended": lazy_gettext("done"),
    "returning": lazy_gettext("pledges go back"),
    "returned": lazy_gettext("pledges went back"),
}
MANDATE_ACTS: Words = {
    "sign_up": lazy_gettext("sign up for activities and off again"),
    "redeem": lazy_gettext("redeem beans"),
    "read_beans": lazy_gettext("see the beans and why"),
}
PROXY_ACTS: Words = {
    "signed-up": lazy_gettext("signed up"),
    "sign-up-confirmed": lazy_gettext("said that they come"),
    "signed-off": lazy_gettext("signed off"),
    "stall-chosen": lazy_gettext("chose a stall"),
    "need-stated": lazy_gettext("said what is needed"),
    "need-withdrawn": lazy_gettext("withdrew what was needed"),
    "pairing-answered": lazy_gettext("answered about visits"),
    "visit-told": lazy_gettext("said whether a visit took place"),
}
MANDATE_STATUSES: Words = {
    "waiting": lazy_gettext("not yet in force"),
    "active": lazy_gettext("in force"),
    "revoked": lazy_gettext("revoked"),
    "ended": lazy_gettext("ended"),
}
MANDATE_WAYS: Words = {
    "code": lazy_gettext("by a code"),
    "paper": lazy_gettext("by a signed form"),
    "card_pin": lazy_gettext("by member card and PIN"),
}
MANDATE_ENDINGS: Words = {
    "person_left": lazy_gettext("the person has left"),
    "proxy_left": lazy_gettext("the proxy has left"),
    "over": lazy_gettext("its last day is over"),
}
KINSHIPS: Words = {
    "mother": lazy_gettext("mother"),
    "father": lazy_gettext("father"),
    "grandparent": lazy_gettext("grandparent"),
    "sibling": lazy_gettext("grown-up brother or sister"),
    "appointed": lazy_gettext("appointed guardian"),
}
GUARDIAN_STATUSES: Words = {
    "waiting": lazy_gettext("not yet agreed"),
    "active": lazy_gettext("a guardian has agreed"),
    "withdrawn": lazy_gettext("withdrawn"),
    "ended": lazy_gettext("ended"),
}
GUARDIAN_WAYS: Words = {
    "online": lazy_gettext("online"),
    "paper": lazy_gettext("by a signed form"),
}
GUARDIAN_ENDINGS: Words = {
    "of_age": lazy_gettext("of age now"),
    "unanswered": lazy_gettext("nobody answered"),
    "elsewhere": lazy_gettext("agreed in another way"),
    "minor_left": lazy_gettext("the person has left"),
    "guardian_left": lazy_gettext("the guardian has left"),
}
CARE_MARKS: Words = {
    "consent_missing": lazy_gettext("under age, no guardian has agreed"),
    "minor": lazy_gettext("under age"),
    "elder": lazy_gettext("elder"),
}
MATTER_STAGES: Words = {
    "raise": lazy_gettext("Raising"),
    "discuss": lazy_gettext("Discussing"),
    "decide": lazy_gettext("Deciding"),
    "evaluate": lazy_gettext("Evaluating"),
}
MATTER_STATUSES: Words = {
    "open": lazy_gettext("under way"),
    "joined": lazy_gettext("joined into another one"),
    "sent_on": lazy_gettext("sent on"),
    "withdrawn": lazy_gettext("withdrawn"),
    "hidden": lazy_gettext("taken from sight"),
    "left": lazy_gettext("decided: not to be done"),
    "closed": lazy_gettext("done"),
}
MATTER_ACTS: Words = {
    "answered": lazy_gettext("The office answers"),
    "consultation_planned": lazy_gettext("A consultation is planned"),
    "consultation_cancelled": lazy_gettext("A consultation is called off"),
    "minutes_published": lazy_gettext("Minutes are published; agreed was"),
    "vote_opened": lazy_gettext("A vote is open"),
    "decided": lazy_gettext("It is decided"),
    "followed_up": lazy_gettext("What it leads to"),
    "done": lazy_gettext("The office says that it is done"),
    "closed": lazy_gettext("Those concerned have rated it"),
    "reopened": lazy_gettext("Reopened by those concerned"),
    "selection_opened": lazy_gettext("Who leads it? Residents can stand"),
    "stood": lazy_gettext("Somebody stands for leading it"),
    "stands_no_more": lazy_gettext("Somebody stands no more"),
    "terms_agreed": lazy_gettext("A candidate agrees to the terms"),
    "terms_declined": lazy_gettext("A candidate declines"),
    "leader_confirmed": lazy_gettext("The leader is confirmed"),
    "receipt_added": lazy_gettext("The leader has spent"),
    "receipt_confirmed": lazy_gettext("A receipt is confirmed"),
    "kind_corrected": lazy_gettext("Put under another kind"),
    "joined": lazy_gettext("Joined into another matter"),
    "joined_here": lazy_gettext("Another matter was joined into this one"),
    "sent_on": lazy_gettext("Sent on to"),
    "hidden": lazy_gettext("Taken from sight"),
    "withdrawn": lazy_gettext("Withdrawn"),
}
MATTER_OUTCOMES: Words = {
    "carry_out": lazy_gettext("to be carried out"),
    "leave": lazy_gettext("not to be carried out"),
    "solved": lazy_gettext("solved"),
    "partly": lazy_gettext("partly solved"),
    "not_solved": lazy_gettext("not solved"),
    "unrated": lazy_gettext("nobody has rated it"),
}
SELECTION_PHASES: Words = {
    "standing": lazy_gettext("residents stand for it"),
    "choosing": lazy_gettext("neighbours choose"),
    "agreeing": lazy_gettext("the chosen one answers, the steward confirms"),
    "led": lazy_gettext("somebody leads it"),
}
CANDIDATE_STATUSES: Words = {
    "stands": lazy_gettext("stands"),
    "agreed": lazy_gettext("agrees to the terms"),
    "declined": lazy_gettext("declined"),
    "withdrawn": lazy_gettext("stands no more"),
    "left": lazy_gettext("has left"),
}
VERDICTS: Words = {
    "solved": lazy_gettext("Solved"),
    "partly": lazy_gettext("Partly solved"),
    "not_solved": lazy_gettext("Not solved"),
}
CONSULTATION_STATUSES: Words = {
    "planned": lazy_gettext("planned"),
    "held": lazy_gettext("held"),
    "cancelled": lazy_gettext("called off"),
}
MATTER_COUNTS: Words = {
    "support": lazy_gettext("Neighbours who stand behind it"),
    "came": lazy_gettext("People who came to consultations"),
    "comments": lazy_gettext("Comments"),
    "vote": lazy_gettext("Voices in the vote"),
    "met": lazy_gettext("Voices at the meeting"),
    "rating": lazy_gettext("People who rated it"),
    "choice": lazy_gettext("People who chose a leader"),
}
PARTNER_KINDS: Words = {
    "shop": lazy_gettext("shop"),
    "property": lazy_gettext("property company"),
    "charity": lazy_gettext("charity"),
    "unit": lazy_gettext("unit"),
}


def lookup(table: Words) -> Callable[[str | None], str]:
    """Return the function that gives the word for a code of `table`, or the code itself where there is none."""
    return lambda code: str(table.get(code or "", code or ""))


TIER_NUMBERS: Words = {
    "window_days": lazy_gettext("Days that are looked back"),
    "repeated_deeds": lazy_gettext("Deeds that make an enthusiast"),
    "led_activities": lazy_gettext("Led activities that make a talent a backbone"),
    "mobilized_people": lazy_gettext("Newcomers brought that make a talent a backbone"),
    "mobilized_a_month": lazy_gettext("Newcomers of one month that count at most"),
}
LISTS: Words = {
    "one_deed_away": lazy_gettext("One deed from the next tier"),
    "sleeping_talent": lazy_gettext("Sleeping talents"),
    "fitting_activity": lazy_gettext("Who fits what is coming"),
    "grid_without_backbone": lazy_gettext("Grids without a backbone"),
    "not_yet_come": lazy_gettext("Not yet come"),
}
LIST_HINTS: Words = {
    "one_deed_away": lazy_gettext("invite them to what fits"),
    "sleeping_talent": lazy_gettext("give them a call"),
    "fitting_activity": lazy_gettext("whose skill is wanted soon"),
    "grid_without_backbone": lazy_gettext("ask a talent to lead"),
    "not_yet_come": lazy_gettext("invite them for the first time"),
}
ASK_ACTS: Words = {
    "invite": lazy_gettext("Invite"),
    "call": lazy_gettext("Call"),
    "assign": lazy_gettext("Ask to lead"),
}
ASK_ANSWERS: Words = {
    "coming": lazy_gettext("I am coming"),
    "not_this_time": lazy_gettext("not this time"),
    "never": lazy_gettext("please do not ask me again"),
}
ASK_OUTCOMES: Words = {
    "worked": lazy_gettext("it worked"),
    "did_not": lazy_gettext("it did not work"),
    "open": lazy_gettext("still open"),
}
NOT_ASKED: Words = {
    "no_consent": lazy_gettext("Has not agreed to be told of activities. Please speak to them when you meet."),
    "asked_not_to": lazy_gettext("Asked not to be asked again. Please respect that."),
    "open_ask": lazy_gettext("Is asked already; let them answer."),
    "too_often": lazy_gettext("Was asked often enough lately. Please wait a few weeks."),
    "oneself": lazy_gettext("This is you."),
}


LOOKUPS: dict[str, Callable[[str | None], str]] = {
    "role": lookup(ROLES),
    "channel": lookup(CHANNELS),
    "nomination": lookup(NOMINATION_STATUSES),
    "ground": lookup(GROUNDS),
    "account_source": lookup(ACCOUNT_SOURCES),
    "offer": lookup(OFFER_STATUSES),
    "set_aside": lookup(SET_ASIDE_REASONS),
    "call": lookup(CALL_STATUSES),
    "kind": lookup(ACTIVITY_KINDS),
    "activity": lookup(ACTIVITY_STATUSES),
    "series": lookup(SERIES_STATUSES),
    "sign_up": lookup(SIGN_UP_STATUSES),
    "reminder": lookup(REMINDERS),
    "stall": lookup(STALL_STATUSES),
    "method": lookup(CHECK_IN_METHODS),
    "logged_way": lookup(LOGGED_WAYS),
    "check_in_refusal": lookup(CHECK_IN_REFUSALS),
    "card_refusal": lookup(CARD_REFUSALS),
    "anomaly": lookup(ANOMALIES),
    "paper_reason": lookup(PAPER_REASONS),
    "conflict": lookup(CONFLICTS),
    "stage": lookup(STAGES),
    "redemption": lookup(REDEMPTION_STATUSES),
    "redemption_refusal": lookup(REDEMPTION_REFUSALS),
    "reward_kind": lookup(REWARD_KINDS),
    "weekday": lookup(WEEKDAYS),
    "day_part": lookup(DAY_PARTS),
    "paper": lookup(PAPERS),
    "act": lookup(ACTS),
    "list_reason": lookup(LIST_REASONS),
    "list_field": lookup(LIST_FIELDS),
    "level": lookup(LEVELS),
    "day_reason": lookup(DAY_REASONS),
    "mentorship": lookup(MENTORSHIPS),
    "parting": lookup(PARTINGS),
    "membership": lookup(MEMBERSHIPS),
    "tier": lookup(TIERS),
    "list": lookup(LISTS),
    "list_hint": lookup(LIST_HINTS),
    "ask_act": lookup(ASK_ACTS),
    "ask_answer": lookup(ASK_ANSWERS),
    "ask_outcome": lookup(ASK_OUTCOMES),
    "not_asked": lookup(NOT_ASKED),
    "unit": lookup(UNITS),
    "consent": lookup(CONSENTS),
    "row": lookup(ROW_STATUSES),
    "mandate_act": lookup(MANDATE_ACTS),
    "proxy_act": lookup(PROXY_ACTS),
    "mandate": lookup(MANDATE_STATUSES),
    "mandate_way": lookup(MANDATE_WAYS),
    "mandate_ending": lookup(MANDATE_ENDINGS),
    "kinship": lookup(KINSHIPS),
    "guardian": lookup(GUARDIAN_STATUSES),
    "guardian_way": lookup(GUARDIAN_WAYS),
    "guardian_ending": lookup(GUARDIAN_ENDINGS),
    "care_mark": lookup(CARE_MARKS),
    "partner_kind": lookup(PARTNER_KINDS),
    "matter_stage": lookup(MATTER_STAGES),
    "matter_status": lookup(MATTER_STATUSES),
    "matter_act": lookup(MATTER_ACTS),
    "matter_outcome": lookup(MATTER_OUTCOMES),
    "selection_phase": lookup(SELECTION_PHASES),
    "candidate": lookup(CANDIDATE_STATUSES),
    "consultation": lookup(CONSULTATION_STATUSES),
    "matter_count": lookup(MATTER_COUNTS),
    "draft": lookup(DRAFT_STATUSES),
    "simulation": lookup(SIMULATION_STATUSES),
    "rule_act": lookup(RULE_ACTS),
    "project": lookup(PROJECT_STATUSES),
    "statement": lookup(STATEMENT_STATUSES),
    "objection": lookup(OBJECTION_STATUSES),
    "pairing": lookup(tie_words.PAIRING_STATUSES),
    "helper": lookup(tie_words.HELPER_STATUSES),
    "pairing_ending": lookup(tie_words.PAIRING_ENDINGS),
    "pairing_call": lookup(tie_words.CALL_OUTCOMES),
    "visit": lookup(tie_words.VISIT_STATUSES),
    "agreed_how": lookup(tie_words.AGREED_HOW),
    "listed_deed": lookup(tie_words.DEED_STATUSES),
    "deed_source": lookup(tie_words.DEED_SOURCES),
    "rated_by": lookup(tie_words.RATED_BY),
    "stars": lookup(tie_words.STARS),
    "note": lookup(NOTE_STATUSES),
    "commendation": lookup(COMMENDATION_STATUSES),
    "proposal": lookup(PROPOSAL_STATUSES),
    "round": lookup(ROUND_STATUSES),
    "grantor": lookup(GRANTORS),
}

