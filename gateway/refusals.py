"""Problems of the services as people read them: what happened and what to do, in their language, at the field or on top."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from gateway.errors import ServiceRefused
from gateway.language import shown_language

REFUSALS: Mapping[str, LazyString] = {
    # of every service
    "sign-in-needed": lazy_gettext("Please sign in."),
    "forbidden": lazy_gettext("You may not do this. Please ask the community office."),
    "not-for-proxies": lazy_gettext("This is not among what you may do for this person. They can do it themselves, or at the office."),
    "not-for-kiosks": lazy_gettext("A kiosk only checks in member cards, for its own activity. For anything else, please ask the office."),
    "not-found": lazy_gettext("This was not found. Please check what you entered."),
    "conflict": lazy_gettext("This does not fit the present state any more. Please look again."),
    "id-in-use": lazy_gettext("This form was sent before with other content. Please open it anew."),
    "invalid": lazy_gettext("Something does not fit. Please check what you entered."),
    "too-large": lazy_gettext("The file is too large. At most 8 MiB are taken."),
    "too-many-requests": lazy_gettext("Too many tries. Please wait a few minutes and try again."),
    # of identity
    "sign-in-failed": lazy_gettext("Phone number and password do not go together. Please check both."),
    "too-many-wrong-tries": lazy_gettext("Too many wrong tries. Please wait a quarter of an hour or ask the office."),
    "activation-failed": lazy_gettext("This code does not fit. Please check it or ask the office for a new one."),
    "consent-needed": lazy_gettext("Please agree to taking part; nobody is registered without it."),
    "phone-taken": lazy_gettext("This phone is known already. Please sign in, or ask the office for a code."),
    "own-roles": lazy_gettext("Nobody changes their own roles. Please ask another steward."),
    "steward-needed": lazy_gettext("This person has a role of their own. Only a steward may do this."),
    "last-steward": lazy_gettext("Please hand the steward's role to somebody before you leave."),
    "file-unreadable": lazy_gettext("This file cannot be read as a table. Please save it as XLSX or CSV and send it again."),
    "row-settled": lazy_gettext("This row was taken in already. Please correct the resident instead."),
    "import-busy": lazy_gettext("Somebody else is deciding on this import. Please look again."),
    "phone-needed": lazy_gettext("Please enter a phone for this resident first."),
    "too-many-kiosks": lazy_gettext("There are too many kiosks at this activity. Please end them first."),
    "mandate-code-wrong": lazy_gettext("This code does not fit. Please check it or ask for a new one."),
    "pin-wrong": lazy_gettext("This PIN does not fit. After five wrong tries it has to be set anew."),
    "card-not-shown": lazy_gettext("Please scan the member card again."),
    "mandate-held": lazy_gettext("One of you may act for the other already. For other limits, revoke that first."),
    "mandate-closed": lazy_gettext("This is over. If it is still wanted, please agree anew."),
    "mandate-not-waiting": lazy_gettext("There is no signed form here that waits to be confirmed."),
    "too-many-mandates": lazy_gettext("There are too many people who may act for one another here. Please revoke one first."),
    "own-proxy": lazy_gettext("Nobody needs this for themselves."),
    "guardian-needed": lazy_gettext(
        "Who is under fourteen comes to the office together with a guardian. The guardian agrees, and then it works."
    ),
    "birth-at-office": lazy_gettext("Please ask the office to correct the year of birth."),
    "not-a-minor": lazy_gettext("By the year of birth that is known here, this person needs no guardian's consent."),
    "guardian-not-of-age": lazy_gettext("A guardian is of age. Please state your own year of birth under 'My data' first."),
    "not-of-household": lazy_gettext("Only an adult of the same household agrees here. Other guardians sign the paper form at the office."),
    "household-needed": lazy_gettext("The address is not known yet. Please let the office enter it, or use the paper form."),
    "guardian-consent-held": lazy_gettext("A guardian has agreed already."),
    "guardian-consent-asked": lazy_gettext("The family has been asked already and has not answered yet."),
    "guardian-consent-closed": lazy_gettext("This is over. If it is still wanted, please ask anew."),
    "guardian-form-not-waiting": lazy_gettext("There is no signed form here that waits to be confirmed."),
    "helper-too-close": lazy_gettext("You are too close to this. Somebody else of the office has to do it."),
    # of talent
    "channel-not-yours": lazy_gettext("Only the office nominates on its own behalf."),
    "candidate-unknown": lazy_gettext("This person is not known in your community."),
    "candidate-does-not-fit": lazy_gettext("Please put yourself forward by 'Put a skill of mine forward', others by name."),
    "already-nominated": lazy_gettext("You have already put this person forward."),
    "still-gathering": lazy_gettext("More households must stand behind this person first."),
    "notice-not-over": lazy_gettext("The public notice is not over yet."),
    "already-decided": lazy_gettext("This nomination has been decided already."),
    "catalogue-not-here": lazy_gettext("The service catalogue has not arrived yet. Please try again in a minute."),
    "no-skill-verified": lazy_gettext("None of the skills can be verified: a licence is missing or has run out."),
    "candidate-may-not-decide": lazy_gettext("You cannot decide about yourself."),
    "nominator-may-not-decide": lazy_gettext("You put this person forward, so another steward has to decide."),
    "household-may-not-decide": lazy_gettext("Your household is involved, so another steward has to decide."),
    "not-in-registry": lazy_gettext("This person is no longer in the registry."),
    # of checkin
    "activity-not-found": lazy_gettext("There is no such activity in your community."),
    "check-in-not-found": lazy_gettext("There is no such check-in in your community."),
    "record-not-found": lazy_gettext("There is no such service record in your community."),
    "record-withdrawn": lazy_gettext("This record was withdrawn."),
    "objection-not-found": lazy_gettext("There is no such objection."),
    "record-objected-already": lazy_gettext("You have objected to this already. The office will decide."),
    "record-objection-decided": lazy_gettext("This objection is decided already."),
    "own-record": lazy_gettext("This is your own record. Please object to it from your beans."),
    "too-many-objections": lazy_gettext("You have many open objections. Please wait until they are decided."),
    "record-objection-decider-in-conflict": lazy_gettext("You are too close to this, or had a part in it. Another steward must decide."),
    "record-in-notice": lazy_gettext("This record still stands in public notice. Please wait until that is over."),
    "share-consent-missing": lazy_gettext("This person has not agreed that their records are given to the national system."),
    "national-number-differs": lazy_gettext("This record has another number already. A steward can correct it, with a reason."),
    "certificate-not-found": lazy_gettext("There is no such certificate. Please check the address."),
    "certificate-withdrawn": lazy_gettext("This certificate was withdrawn. Please make a new one."),
    "nothing-to-certify": lazy_gettext("No confirmed hours of this time are effective yet. Please wait until the public notice is over."),
    "too-many-records": lazy_gettext("This time has too many records for one certificate. Please choose a shorter one."),
    "too-many-certificates": lazy_gettext("You have many certificates already. Please withdraw one that you no longer need."),
    "sheet-not-found": lazy_gettext("There is no such sheet in your community."),
    "card-not-found": lazy_gettext("This person has no member card yet."),
    "unknown-resident": lazy_gettext("This person is not known in your community."),
    "unknown-item": lazy_gettext("The catalogue has no such service item."),
    "revision-stale": lazy_gettext("Somebody else changed this meanwhile. Please look again."),
    "activity-begun": lazy_gettext("This has begun, so nothing of it can change any more. Please ask at the stall or at the office."),
    "stall-not-found": lazy_gettext("There is no such stall here any more. Please look again."),
    "stall-taken": lazy_gettext("Another unit runs this stall already. Thank you all the same!"),
    "stall-in-use": lazy_gettext(
        "A unit, a helper or a need is at a stall that you want to take away or change. Please settle that with them first."
    ),
    "stall-full": lazy_gettext("Enough people help at this stall already. Please choose another one."),
    "not-your-stall": lazy_gettext("This is for the unit that runs the stall, for the leader and for the office."),
    "too-late-to-count": lazy_gettext("It is too late to enter or correct this. Please ask the office."),
    "too-many-needs": lazy_gettext("So many people have said what they need that the day is full. Please ask the office."),
    "activity-not-announced": lazy_gettext("This activity is a draft. Please announce it first."),
    "series-ended": lazy_gettext("This recurring activity has ended."),
    "series-not-found": lazy_gettext("There is no such recurring activity in your community."),
    "activity-over": lazy_gettext("This activity is over."),
    "activity-not-begun": lazy_gettext("This activity has not begun yet."),
    "no-place-free": lazy_gettext("No place is free yet. You stay in the waiting list."),
    "activity-not-closed": lazy_gettext("Please close the activity first."),
    "not-absent": lazy_gettext("This person had no place, or came."),
    "absence-judged": lazy_gettext("Somebody has said already why this person did not come. A mark can be pardoned by the steward."),
    "too-late-to-judge": lazy_gettext("That is too long ago to mark anybody."),
    "too-close-to-judge": lazy_gettext("You are too close to this person. Please ask another who was there."),
    "record-stands": lazy_gettext("The hours are confirmed already. You can object to them from your beans."),
    "too-late-for-other-times": lazy_gettext("It is too late to say that here. Please ask the office."),
    "skill-missing": lazy_gettext(
        "This activity takes a registered skill, with its licence in date where one is needed. Put your skill forward, or ask the office."
    ),
    "guardian-consent-missing": lazy_gettext(
        "Under age, a guardian has to agree first: an adult of the household online, or a signed form at the office."
    ),
    "below-least-age": lazy_gettext("This activity is for older people. Please choose another one, or ask the office."),
    "minor-hours-full": lazy_gettext("With this it would be too many hours on one day. Please choose another day, or give one place back."),
    "waiting-list-full": lazy_gettext("The waiting list is full."),
    "capacity-too-low": lazy_gettext("More people than that have a place already."),
    "roster-busy": lazy_gettext("Many people are signing up at this moment. Please try again."),
    "not-signed-up": lazy_gettext("You are not signed up for this."),
    "only-oneself": lazy_gettext("Residents check in themselves, by the code. An organizer can do it for others."),
    "too-many-guesses": lazy_gettext("Too many wrong codes. Please wait a few minutes or ask for help."),
    "not-checked-in": lazy_gettext("This check-in was not accepted, so there is no departure to note."),
    "already-left": lazy_gettext("Another departure is noted already."),
    "verifier-led": lazy_gettext("You led this activity, so somebody else must confirm the hours."),
    "already-verified": lazy_gettext("This record was confirmed with other minutes already."),
    "withdrawer-in-conflict": lazy_gettext("You are too close to this record. Another steward must decide."),
    "sheet-unreadable": lazy_gettext("This file cannot be read as a sign-in sheet. Please save it as XLSX or CSV."),
    "printed-sheet-not-found": lazy_gettext("Your community has printed no such sheet."),
    "sheet-photo-unreadable": lazy_gettext(
        "No printed sheet can be read on this photo. Please take it again: the whole page, flat, sharp and bright (JPEG or PNG)."
    ),
    "sheet-not-ours": lazy_gettext("This sheet was not printed for your community."),
    "sheets-mixed": lazy_gettext("This photo shows different sheets. Please take a photo of each."),
    # of engagement
    "not-to-be-asked": lazy_gettext("This person is not to be asked now: they were asked already, or wish not to be."),
    "own-ask": lazy_gettext("Nobody asks themselves. Just come along!"),
    "activity-not-coming": lazy_gettext("This activity is over or called off. Please look at the list again."),
    "ask-not-found": lazy_gettext("There is no such request."),
    "ask-answered": lazy_gettext("This was answered already."),
    "brought-already": lazy_gettext("It is known already who brought this person. Each newcomer is brought by one person, once."),
    "deeds-before": lazy_gettext("This person took part before anybody noted who brought them."),
    "bringer-too-near": lazy_gettext("You are too near to this. Please ask a colleague."),
    "own-newcomer": lazy_gettext("Nobody brings themselves."),
    "standing-objection-not-found": lazy_gettext("There is no such objection."),
    "standing-objection-open": lazy_gettext("Your objection is being looked at already."),
    "standing-objection-decided": lazy_gettext("This was decided already."),
    "standing-decider-too-near": lazy_gettext("You are too close to this, or had a part in it. Another steward must decide."),
    "tier-rules-not-found": lazy_gettext("There are no such rules."),
    "tier-draft-closed": lazy_gettext("This draft was adopted or put aside."),
    "tier-draft-changed": lazy_gettext("Somebody else changed this draft. Please look at it again."),
    "rules-too-early": lazy_gettext("Please give a day to come, after the version before."),
    # of identity, for whoever calls
    "call-not-agreed": lazy_gettext("They have not agreed to be called. Please tell them when you meet."),
    "no-phone-known": lazy_gettext("The office has no phone number of this person."),
    # of the ledger and of engagement
    "no-such-transfer": lazy_gettext("This wallet has no such entry."),
    "wallet-too-low": lazy_gettext("There are not enough beans for this."),
    "not-while-owing": lazy_gettext("Beans that are owed are repaid first. Then you can give again."),
    "gift-too-large": lazy_gettext("This is more than one neighbour may give another in a month."),
    "no-gift-to-staff": lazy_gettext("Whoever works for the community takes no beans from residents."),
    "staff-departure": lazy_gettext("This person holds a role. Please take the roles away first."),
    "not-a-mark": lazy_gettext("Only a missed sign-up can be pardoned."),
    "no-such-statement": lazy_gettext("There is no such statement."),
    "no-such-objection": lazy_gettext("There is no such objection."),
    "not-to-be-objected": lazy_gettext("There is nothing in this entry that an objection could change."),
    "objected-already": lazy_gettext("You have objected to this already. The office will decide."),
    "objection-decided": lazy_gettext("This objection is decided already."),
    "decider-in-conflict": lazy_gettext("You are too close to this deed. Another steward must decide."),
    "remedy-misfit": lazy_gettext("This cannot be done about this entry."),
    "project-closed": lazy_gettext("This project takes no more pledges."),
    "project-not-ready": lazy_gettext("The project is not at a point where this can be done."),
    "rule-too-early": lazy_gettext("Rules hold from today forward, never backward."),
    "rule-version-taken": lazy_gettext("Somebody else has just adopted a version. Please look again."),
    "draft-changed": lazy_gettext("Somebody else changed this draft meanwhile. Please look again."),
    "draft-closed": lazy_gettext("This draft was adopted or dropped and stays as it is."),
    "too-many-drafts": lazy_gettext("There are too many open drafts. Please adopt or drop one first."),
    "simulations-waiting": lazy_gettext("Several simulations are still being worked out. Please wait a little."),
    "standing-is-private": lazy_gettext("Where somebody stands is shown only to them and the office."),
    "base-not-clear": lazy_gettext("Please give either residents or households."),
    # of rewards
    "not-your-reward": lazy_gettext("This reward belongs to another partner."),
    "reward-changed": lazy_gettext("Somebody else changed this meanwhile. Please look again."),
    "shelf-too-low": lazy_gettext("There are fewer free pieces than you want to take off the shelf."),
    "redemption-closed": lazy_gettext("This redemption has ended and cannot be cancelled."),
    "redemption-under-way": lazy_gettext("This redemption is still on its way. Please try again in a moment."),
    "not-your-redemption": lazy_gettext("Only the person who redeemed it can give it back."),
    "voucher-mistyped": lazy_gettext("This code was typed wrong. Please compare it letter by letter."),
    "voucher-unknown": lazy_gettext("There is no such voucher here."),
    "voucher-of-another-partner": lazy_gettext("This voucher is for another partner."),
    "voucher-of-oneself": lazy_gettext("Please let a colleague hand over what you redeemed yourself."),
    "voucher-cancelled": lazy_gettext("This voucher was cancelled. The resident has the beans back."),
    "voucher-expired": lazy_gettext("This voucher has run out."),
    "photo-unreadable": lazy_gettext("This cannot be taken as a picture. Please send a JPEG or PNG of at most 2 MiB."),
    "list-unreadable": lazy_gettext(
        "This file cannot be read as a price list. It needs the columns 名称 (title), 价格 (price) and 库存 (stock), as XLSX or CSV."
    ),
    "already-in-line": lazy_gettext("You are in line for this already."),
    "line-full": lazy_gettext("Too many people wait for this already."),
    "offer-over": lazy_gettext("There is nothing set aside for you, or not any more."),
    "voucher-used": lazy_gettext("This voucher was handed over before. Please hand nothing over."),
    "voucher-busy": lazy_gettext("Somebody else handed over a use just now. Please look again."),
    "slip-time-wrong": lazy_gettext("This time does not fit. A slip is taken within 24 hours, for a voucher that was good then."),
    "fulfilment-being-undone": lazy_gettext("This voucher is being made good again. Please try again in a moment."),
    "fulfilment-undone": lazy_gettext("This was taken back. Please open the voucher anew."),
    "fulfilment-not-settled": lazy_gettext("The beans are still being settled. Please try again in a moment."),
    "too-late-to-undo": lazy_gettext("This can be taken back within 10 minutes only. Please ask the community office."),
    "not-the-latest": lazy_gettext("Only the latest use can be taken back."),
}


def in_words(refused: ServiceRefused) -> str:
    """Return what happened and what to do, for a problem that names no field."""
    if refused.slug in REFUSALS:
        return str(REFUSALS[refused.slug])
    if shown_language() == "en" and refused.detail:
        return refused.detail
    return gettext("This could not be done. Please check what you entered.")


def at_field(refused: ServiceRefused, detail: str) -> str:
    """Return what is wrong with a field. A problem of its own kind has its words; a misfit is told in English by the service."""
    if refused.slug in REFUSALS and refused.slug != "invalid":
        return str(REFUSALS[refused.slug])
    return detail if shown_language() == "en" and detail else gettext("This does not fit. Please check it.")
