"""Activities, their rosters, stalls, check-ins, records, certificates, cards and sheets."""

from typing import Any

from services.checkin.commands import (
    absences,
    activities,
    bulletins,
    cards,
    catalogue,
    certificates,
    check_ins,
    exchange,
    needs,
    other_times,
    printed_sheets,
    record_objections,
    rosters,
    series,
    sheets,
    stalls,
    verification,
)
from services.checkin.queries import activities as activity_queries
from services.checkin.queries import bulletin as bulletin_queries
from services.checkin.queries import bulletins as issue_queries
from services.checkin.queries import certificates as certificate_queries
from services.checkin.queries import check_ins as check_in_queries
from services.checkin.queries import companions as companion_queries
from services.checkin.queries import effort as effort_queries
from services.checkin.queries import exchange as exchange_queries
from services.checkin.queries import needs as need_queries
from services.checkin.queries import notices as notice_queries
from services.checkin.queries import printed_sheets as printed_sheet_queries
from services.checkin.queries import proxy_acts as proxy_act_queries
from services.checkin.queries import record_objections as objection_queries
from services.checkin.queries import register as register_queries
from services.checkin.queries import reminders as reminder_queries
from services.checkin.queries import review as review_queries
from services.checkin.queries import series as series_queries
from services.checkin.queries import sheets as sheet_queries
from services.checkin.queries import stalls as stall_queries
from services.checkin.queries import volunteers as volunteer_queries
from services.checkin.schemas import occasions as schemas
from services.checkin.settings import settings
from shared.web import (
    Blueprint,
    PageArgs,
    UploadIn,
    answer,
    current_caller,
    known_caller,
    open_to_kiosks,
    open_to_proxies,
    page_of,
    page_schema,
    requires,
    uploaded_file,
)

SIGN_UP = "sign_up"  # the act of a mandate, as identity names it

Args = dict[str, Any]
Answer = tuple[Any, int]

catalogue_blueprint = Blueprint("service-items", __name__, description="The service catalogue")
activities_blueprint = Blueprint("activities", __name__, description="Activities, their rosters and their review")
proxy_acts_blueprint = Blueprint("proxy-acts", __name__, description="What others did for a resident")
stalls_blueprint = Blueprint("stalls", __name__, description="Stalls of a convenience day, what is needed there, what they came to")
series_blueprint = Blueprint("series", __name__, description="Activities that come again and again")
check_ins_blueprint = Blueprint("check-ins", __name__, description="That people came and left")
records_blueprint = Blueprint("service-records", __name__, description="Verified minutes of volunteer service")
certificates_blueprint = Blueprint("certificates", __name__, description="Certificates of service records, checkable by anybody")
bulletins_blueprint = Blueprint("bulletins", __name__, description="Issues of the residents' bulletin")
cards_blueprint = Blueprint("cards", __name__, description="Member cards for people without a phone")
sheets_blueprint = Blueprint("sheets", __name__, description="Paper sign-in sheets read back in")
printed_sheets_blueprint = Blueprint("printed-sheets", __name__, description="Sign-in sheets that we printed, read from photos")

BLUEPRINTS = [
    catalogue_blueprint, activities_blueprint, stalls_blueprint, series_blueprint, check_ins_blueprint, records_blueprint,
    certificates_blueprint, bulletins_blueprint, cards_blueprint, sheets_blueprint, printed_sheets_blueprint, proxy_acts_blueprint,
]


# --- catalogue -------------------------------------------------------------------------------------------------------

@catalogue_blueprint.get("/service-items")
@open_to_proxies()
@catalogue_blueprint.response(200, page_schema(schemas.ServiceItemOut))
def list_service_items() -> Any:
    """Show the whole catalogue; it needs no sign-in."""
    return page_of(activity_queries.service_items())


@catalogue_blueprint.put("/service-items/<string:code>")
@requires("steward")
@catalogue_blueprint.arguments(schemas.ServiceItemIn)
@catalogue_blueprint.response(200, schemas.ServiceItemOut)
@catalogue_blueprint.alt_response(201, schema=schemas.ServiceItemOut)
def put_service_item(wanted: Args, code: str) -> Answer:
    """Enter or change an item of the catalogue."""
    return answer(*catalogue.list_item(code, wanted, by=current_caller().resident_id))


# --- activities ------------------------------------------------------------------------------------------------------

@activities_blueprint.get("/activities")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.arguments(schemas.ActivityListArgs, location="query")
@activities_blueprint.response(200, page_schema(schemas.ActivityOut))
def list_activities(wanted: Args) -> Any:
    """List the community's activities by their start."""
    return page_of(*activity_queries.activities(current_caller(), wanted))


@activities_blueprint.put("/activities/<id:activity_id>")
@requires("organizer", "steward")
@activities_blueprint.arguments(schemas.ActivityIn)
@activities_blueprint.response(200, schemas.ActivityOut)
@activities_blueprint.alt_response(201, schema=schemas.ActivityOut)
def put_activity(wanted: Args, activity_id: str) -> Answer:
    """Announce an activity, which may have begun already, or keep it as a draft."""
    announced, created = activities.announce(current_caller(), activity_id, wanted)
    return answer(activity_queries.describe(announced, current_caller()), created)


@activities_blueprint.patch("/activities/<id:activity_id>")
@requires("organizer", "steward")
@activities_blueprint.arguments(schemas.ActivityPatchIn)
@activities_blueprint.response(200, schemas.ActivityOut)
def patch_activity(changes: Args, activity_id: str) -> Any:
    """Change or cancel an open activity, or announce a draft."""
    return activity_queries.describe(activities.change(current_caller(), activity_id, changes), current_caller())


@activities_blueprint.get("/activities/<id:activity_id>")
@requires()
@open_to_proxies(SIGN_UP)
@open_to_kiosks
@activities_blueprint.response(200, schemas.ActivityOut)
def get_activity(activity_id: str) -> Any:
    """Show one activity."""
    return activity_queries.activity(current_caller(), activity_id)


@activities_blueprint.put("/activities/<id:activity_id>/closing")
@requires("organizer", "steward")
@activities_blueprint.response(200, schemas.ActivityOut)
def put_closing(activity_id: str) -> Any:
    """Close an activity: sign-ups are kept or missed, open check-ins get the planned end."""
    return activity_queries.describe(activities.close(current_caller(), activity_id), current_caller())


@activities_blueprint.put("/activities/<id:activity_id>/sign-ups/<id:resident_id>")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.arguments(schemas.SignUpIn, required=False)
@activities_blueprint.response(200, schemas.SignedUpOut)
@activities_blueprint.alt_response(201, schema=schemas.SignedUpOut)
def put_sign_up(said: Args, activity_id: str, resident_id: str) -> Answer:
    """Sign a resident up: a place, or a place in the waiting list. Tells what they are signed up for at the same time, and an elder how
    long the day will be."""
    standing, created = rosters.sign_up(current_caller(), activity_id, resident_id, **said)
    told = activity_queries.standing_at(activity_id, standing)
    return answer(told | activity_queries.beside(current_caller(), activity_id, resident_id), created)


@activities_blueprint.put("/activities/<id:activity_id>/sign-ups/<id:resident_id>/confirmation")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.response(200, schemas.SignUpOut)
def put_confirmation(activity_id: str, resident_id: str) -> Any:
    """Say that a resident comes: takes an offered place, or one that is free, or keeps the one they have."""
    return activity_queries.standing_at(activity_id, rosters.confirm(current_caller(), activity_id, resident_id))


@activities_blueprint.put("/activities/<id:activity_id>/sign-ups/<id:resident_id>/absence")
@requires()
@activities_blueprint.arguments(schemas.AbsenceIn)
@activities_blueprint.response(200, schemas.SignUpOut)
def put_absence(said: Args, activity_id: str, resident_id: str) -> Any:
    """Say as a witness that somebody with a place missed it, or had good reason not to come."""
    row = absences.judge_absence(current_caller(), activity_id, resident_id, **said)
    return activity_queries.roster_row(activity_id, row)


@activities_blueprint.get("/reminders")
@requires()
@activities_blueprint.response(200, page_schema(schemas.ReminderOut))
def list_reminders() -> Any:
    """List what the caller should know of what they signed up for."""
    return page_of(reminder_queries.reminders(current_caller()))


@activities_blueprint.delete("/activities/<id:activity_id>/sign-ups/<id:resident_id>")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.response(204)
def delete_sign_up(activity_id: str, resident_id: str) -> None:
    """Sign a resident off; the first who waits gets the place."""
    rosters.sign_off(current_caller(), activity_id, resident_id)


@activities_blueprint.get("/activities/<id:activity_id>/sign-ups")
@requires()
@activities_blueprint.arguments(PageArgs, location="query")
@activities_blueprint.response(200, page_schema(schemas.SignUpOut))
def list_sign_ups(wanted: Args, activity_id: str) -> Any:
    """List the roster, places first."""
    return page_of(*activity_queries.sign_ups(current_caller(), activity_id, **wanted))


@activities_blueprint.get("/activities/<id:activity_id>/attendees")
@requires("organizer", "steward")
@activities_blueprint.arguments(schemas.AttendeeArgs, location="query")
@activities_blueprint.response(200, page_schema(schemas.AttendeeOut))
def list_attendees(wanted: Args, activity_id: str) -> Any:
    """Find people for the roll call by name, pinyin initials or the end of their phone number."""
    return page_of(activity_queries.attendees(current_caller(), activity_id, wanted["q"]))


@activities_blueprint.get("/activities/<id:activity_id>/code")
@requires()
@open_to_kiosks
@activities_blueprint.response(200, schemas.CodeOut)
def get_code(activity_id: str) -> Any:
    """Show the code for the door, to staff, the leader and the activity's kiosks."""
    return activity_queries.code(current_caller(), activity_id)


@activities_blueprint.get("/activities/<id:activity_id>/check-ins")
@requires()
@activities_blueprint.arguments(schemas.CheckInListArgs, location="query")
@activities_blueprint.response(200, page_schema(schemas.CheckInOut))
def list_check_ins(wanted: Args, activity_id: str) -> Any:
    """List the check-ins of an activity, refused ones too."""
    return page_of(*check_in_queries.check_ins(current_caller(), activity_id, wanted))


@activities_blueprint.put("/activities/<id:activity_id>/verification")
@requires("organizer", "steward")
@activities_blueprint.arguments(schemas.VerificationIn)
@activities_blueprint.response(200, schemas.VerificationOut)
def put_verification(wanted: Args, activity_id: str) -> Any:
    """Verify the check-ins that have a departure; may be repeated."""
    return verification.verify_activity(current_caller(), activity_id, wanted["exceptions"], leave_out=wanted["leave_out"])


@activities_blueprint.get("/activities/<id:activity_id>/review")
@requires("organizer", "steward", "auditor")
@activities_blueprint.arguments(PageArgs, location="query")
@activities_blueprint.response(200, page_schema(schemas.ReviewRowOut))
def list_review(wanted: Args, activity_id: str) -> Any:
    """List what is to be verified, the doubtful first."""
    return page_of(*review_queries.review(current_caller(), activity_id, **wanted))


@proxy_acts_blueprint.get("/proxy-acts")
@requires()
@proxy_acts_blueprint.arguments(schemas.ProxyActsArgs, location="query")
@proxy_acts_blueprint.response(200, page_schema(schemas.ProxyActOut))
def list_proxy_acts(wanted: Args) -> Any:
    """List what others did on rosters for me, or as staff for somebody, newest first."""
    return page_of(*proxy_act_queries.proxy_acts(current_caller(), **wanted))


# --- stalls ----------------------------------------------------------------------------------------------------------

@activities_blueprint.put("/activities/<id:activity_id>/stands/<id:resident_id>")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.arguments(schemas.StandIn)
@activities_blueprint.response(200, schemas.StandOut)
def put_stand(wanted: Args, activity_id: str, resident_id: str) -> Any:
    """Say at which stall somebody stands; until their hours are verified."""
    changed = rosters.stand_at(current_caller(), activity_id, resident_id, wanted["stall_id"])
    return {"activity_id": activity_id, "resident_id": resident_id, **wanted, "item": changed.item_of(resident_id)}


@stalls_blueprint.get("/stalls")
@requires("partner")
@stalls_blueprint.response(200, page_schema(schemas.UnitStallOut))
def list_stalls() -> Any:
    """List the stalls that the caller's unit runs, and those of days to come that nobody runs yet."""
    return page_of(stall_queries.of_unit(current_caller()))


@stalls_blueprint.put("/activities/<id:activity_id>/stalls/<id:stall_id>/claim")
@requires("partner")
@stalls_blueprint.response(200, schemas.ActivityOut)
@stalls_blueprint.alt_response(201, schema=schemas.ActivityOut)
def put_claim(activity_id: str, stall_id: str) -> Answer:
    """Let the caller's unit run a stall; exactly one unit has it."""
    claimed, created = stalls.claim(current_caller(), activity_id, stall_id)
    return answer(activity_queries.describe(claimed, current_caller()), created)


@stalls_blueprint.delete("/activities/<id:activity_id>/stalls/<id:stall_id>/claim")
@requires("partner", "organizer", "steward")
@stalls_blueprint.response(204)
def delete_claim(activity_id: str, stall_id: str) -> None:
    """Give a stall back, until the start."""
    stalls.give_back(current_caller(), activity_id, stall_id)


@stalls_blueprint.put("/activities/<id:activity_id>/stalls/<id:stall_id>/counts")
@requires()
@stalls_blueprint.arguments(schemas.CountsIn)
@stalls_blueprint.response(200, schemas.ActivityOut)
def put_counts(counts: Args, activity_id: str, stall_id: str) -> Any:
    """Enter or correct what a stall came to: for its unit or leader, the leader of the whole and the office."""
    counted = stalls.count(current_caller(), activity_id, stall_id, counts)
    return activity_queries.describe(counted, current_caller())


@stalls_blueprint.put("/activities/<id:activity_id>/stalls/<id:stall_id>/needs/<id:resident_id>")
@requires()
@open_to_proxies(SIGN_UP)
@stalls_blueprint.arguments(schemas.NeedIn)
@stalls_blueprint.response(200, schemas.NeedOut)
@stalls_blueprint.alt_response(201, schema=schemas.NeedOut)
def put_need(wanted: Args, activity_id: str, stall_id: str, resident_id: str) -> Answer:
    """Say, or say anew, what a resident needs at a stall, until the start."""
    return answer(*needs.state_need(current_caller(), activity_id, stall_id, resident_id, wanted["text"]))


@stalls_blueprint.delete("/activities/<id:activity_id>/stalls/<id:stall_id>/needs/<id:resident_id>")
@requires()
@open_to_proxies(SIGN_UP)
@stalls_blueprint.response(204)
def delete_need(activity_id: str, stall_id: str, resident_id: str) -> None:
    """Withdraw what a resident needs at a stall, until the start."""
    needs.withdraw_need(current_caller(), activity_id, stall_id, resident_id)


@stalls_blueprint.get("/activities/<id:activity_id>/needs")
@requires()
@stalls_blueprint.arguments(schemas.NeedArgs, location="query")
@stalls_blueprint.response(200, page_schema(schemas.NeedOut))
def list_needs(wanted: Args, activity_id: str) -> Any:
    """List what is needed: for staff with names, for the unit or the leader of a stall without."""
    return page_of(*need_queries.needs_at(current_caller(), activity_id, wanted))


@stalls_blueprint.get("/needs")
@requires()
@open_to_proxies(SIGN_UP)
@stalls_blueprint.response(200, page_schema(schemas.NeedOut))
def list_my_needs() -> Any:
    """List what the caller said they need, as far as it is kept."""
    return page_of(need_queries.my_needs(current_caller()))


# --- series ----------------------------------------------------------------------------------------------------------

@series_blueprint.get("/series")
@requires("organizer", "steward", "auditor")
@series_blueprint.arguments(schemas.SeriesListArgs, location="query")
@series_blueprint.response(200, page_schema(schemas.SeriesOut))
def list_series(wanted: Args) -> Any:
    """List recurring activities, newest first."""
    return page_of(*series_queries.all_series(current_caller(), wanted))


@series_blueprint.put("/series/<id:series_id>")
@requires("organizer", "steward")
@series_blueprint.arguments(schemas.SeriesIn)
@series_blueprint.response(200, schemas.SeriesOut)
@series_blueprint.alt_response(201, schema=schemas.SeriesOut)
def put_series(wanted: Args, series_id: str) -> Answer:
    """Begin a recurring activity; what is due of it is announced at once."""
    begun, created = series.begin(current_caller(), series_id, wanted)
    return answer(series_queries.describe(begun), created)


@series_blueprint.get("/series/<id:series_id>")
@requires("organizer", "steward", "auditor")
@series_blueprint.response(200, schemas.SeriesOut)
def get_series(series_id: str) -> Any:
    """Show one recurring activity with its next days."""
    return series_queries.one_series(current_caller(), series_id)


@series_blueprint.patch("/series/<id:series_id>")
@requires("organizer", "steward")
@series_blueprint.arguments(schemas.SeriesPatchIn)
@series_blueprint.response(200, schemas.SeriesOut)
def patch_series(changes: Args, series_id: str) -> Any:
    """Change what is announced from now on."""
    return series_queries.describe(series.change(current_caller(), series_id, changes))


@series_blueprint.put("/series/<id:series_id>/ending")
@requires("organizer", "steward")
@series_blueprint.response(200, schemas.SeriesOut)
def put_ending(series_id: str) -> Any:
    """End a recurring activity; what is announced already stays."""
    return series_queries.describe(series.end(current_caller(), series_id))


# --- check-ins -------------------------------------------------------------------------------------------------------

@check_ins_blueprint.put("/check-ins/<id:check_in_id>")
@requires()
@open_to_kiosks
@check_ins_blueprint.arguments(schemas.CheckInIn)
@check_ins_blueprint.response(200, schemas.CheckInOut)
@check_ins_blueprint.alt_response(201, schema=schemas.CheckInOut)
def put_check_in(wanted: Args, check_in_id: str) -> Answer:
    """Log an arrival; a refused one is stored and answered with its reason."""
    return answer(*check_ins.check_in(current_caller(), check_in_id, wanted))


@check_ins_blueprint.get("/check-ins/<id:check_in_id>")
@requires()
@check_ins_blueprint.response(200, schemas.CheckInOut)
def get_check_in(check_in_id: str) -> Any:
    """Show a check-in."""
    return check_in_queries.check_in(current_caller(), check_in_id)


@check_ins_blueprint.put("/check-ins/<id:check_in_id>/departure")
@requires()
@check_ins_blueprint.arguments(schemas.DepartureIn)
@check_ins_blueprint.response(200, schemas.CheckInOut)
def put_departure(wanted: Args, check_in_id: str) -> Any:
    """Log when a person left."""
    return check_ins.depart(current_caller(), check_in_id, wanted["left_at"])


@check_ins_blueprint.put("/check-ins/<id:check_in_id>/other-times")
@requires()
@check_ins_blueprint.arguments(schemas.OtherTimesIn)
@check_ins_blueprint.response(200, schemas.CheckInOut)
def put_other_times(said: Args, check_in_id: str) -> Any:
    """Say that one came or left at other times than are on record; the reviewer judges it."""
    return other_times.say_other_times(current_caller(), check_in_id, said)


@check_ins_blueprint.get("/check-ins")
@requires()
@check_ins_blueprint.response(200, page_schema(schemas.CheckInOut))
def list_unverified() -> Any:
    """List the caller's own check-ins of late whose hours are not verified yet."""
    return page_of(check_in_queries.unverified(current_caller()))


# --- records ---------------------------------------------------------------------------------------------------------

@records_blueprint.get("/service-records")
@requires()
@records_blueprint.arguments(schemas.ServiceRecordListArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.ServiceRecordOut))
def list_service_records(wanted: Args) -> Any:
    """List verified service records, newest first."""
    return page_of(*check_in_queries.service_records(current_caller(), wanted))


@records_blueprint.get("/record-notices")
@records_blueprint.arguments(schemas.NoticeArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.RecordNoticeOut))
def list_record_notices(wanted: Args) -> Any:
    """List the records of a community in public notice, with masked names; it needs no sign-in."""
    caller = known_caller()
    community_code = wanted.pop("community_code") or (caller.community_code if caller else "")
    return page_of(*notice_queries.in_notice(community_code, viewer=caller, **wanted))


@records_blueprint.get("/record-notices/<id:record_id>")
@requires()
@records_blueprint.response(200, schemas.RecordNoticeOut)
def get_record_notice(record_id: str) -> Any:
    """Show one record in public notice."""
    return notice_queries.notice_of(current_caller(), record_id)


@records_blueprint.get("/record-objections")
@requires()
@records_blueprint.arguments(schemas.RecordObjectionsArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.RecordObjectionOut))
def list_record_objections(wanted: Args) -> Any:
    """List the caller's objections to neighbours' hours, or for stewards and auditors the community's, those due first on top."""
    return page_of(*objection_queries.record_objections(current_caller(), wanted))


@records_blueprint.put("/record-objections/<id:objection_id>")
@requires("resident")
@records_blueprint.arguments(schemas.RecordObjectionIn)
@records_blueprint.response(200, schemas.RecordObjectionOut)
@records_blueprint.alt_response(201, schema=schemas.RecordObjectionOut)
def put_record_objection(wanted: Args, objection_id: str) -> Answer:
    """Object to a neighbour's hours in public notice."""
    made, is_new = record_objections.object_to_record(current_caller(), objection_id, **wanted)
    return answer(objection_queries.describe(current_caller(), made), is_new)


@records_blueprint.get("/record-objections/<id:objection_id>")
@requires()
@records_blueprint.response(200, schemas.RecordObjectionOut)
def get_record_objection(objection_id: str) -> Any:
    """Show an objection with the record that it is about."""
    return objection_queries.record_objection(current_caller(), objection_id)


@records_blueprint.delete("/record-objections/<id:objection_id>")
@requires()
@records_blueprint.response(200, schemas.RecordObjectionOut)
def delete_record_objection(objection_id: str) -> Any:
    """Take one's own objection back."""
    return objection_queries.describe(current_caller(), record_objections.take_objection_back(current_caller(), objection_id))


@records_blueprint.put("/record-objections/<id:objection_id>/decision")
@requires("steward")
@records_blueprint.arguments(schemas.RecordObjectionDecisionIn)
@records_blueprint.response(200, schemas.RecordObjectionOut)
def put_record_objection_decision(wanted: Args, objection_id: str) -> Any:
    """Uphold an objection, which withdraws or corrects the record, or refuse it."""
    return objection_queries.describe(current_caller(), record_objections.decide_objection(current_caller(), objection_id, wanted))


@records_blueprint.get("/due-records")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.DueArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.DueRecordOut))
def list_due_records(wanted: Args) -> Any:
    """List deeds whose ten working days are over or run out soon, the oldest first."""
    return page_of(*notice_queries.due_records(current_caller(), wanted))


@records_blueprint.get("/register")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.RegisterArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.RegisterRowOut))
def list_register(wanted: Args) -> Any:
    """List the verified records of a period by day."""
    return page_of(*register_queries.records(current_caller(), wanted))


@records_blueprint.get("/register/totals")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.PeriodArgs, location="query")
@records_blueprint.response(200, schemas.RegisterTotalsOut)
def get_register_totals(wanted: Args) -> Any:
    """Add up the verified records of a period by item, grid and day."""
    return register_queries.totals(current_caller(), **wanted)


@records_blueprint.get("/register/effort")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.PeriodArgs, location="query")
@records_blueprint.response(200, schemas.SecondsPerDeedOut)
def get_seconds_per_deed(wanted: Args) -> Any:
    """Say how many seconds of the staff's time a verified record of a period took, by the way in which it was logged."""
    return effort_queries.seconds_per_deed(current_caller(), **wanted)


@records_blueprint.get("/activities-held")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.HeldArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.ActivityHeldOut))
def list_activities_held(wanted: Args) -> Any:
    """List the activities of a period for a bulletin, with how many came and the names that may be published."""
    return page_of(*bulletin_queries.activities_held(current_caller(), wanted))


@records_blueprint.get("/volunteers/<id:resident_id>")
@requires()
@records_blueprint.response(200, schemas.VolunteerOut)
def get_volunteer(resident_id: str) -> Any:
    """Show a resident's service in a few figures, to them and to staff."""
    return volunteer_queries.volunteer(current_caller(), resident_id)


@records_blueprint.put("/service-records/<id:record_id>/withdrawal")
@requires("steward")
@records_blueprint.arguments(schemas.WithdrawalIn)
@records_blueprint.response(200, schemas.ServiceRecordOut)
def put_withdrawal(wanted: Args, record_id: str) -> Any:
    """Withdraw a record that proved wrong."""
    return verification.withdraw_record(current_caller(), record_id, wanted["reason"])


@records_blueprint.put("/service-records/<id:record_id>/national-entry")
@requires("organizer", "steward")
@records_blueprint.arguments(schemas.NationalNumberIn)
@records_blueprint.response(200, schemas.ServiceRecordOut)
def put_national_number(wanted: Args, record_id: str) -> Any:
    """Note the number under which the national system has a record; a steward may correct it, with a reason."""
    return exchange.enter_record(current_caller(), record_id, **wanted)


@records_blueprint.get("/exchange-records")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(schemas.ExchangeArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.ExchangeRecordOut))
def list_exchange_records(wanted: Args) -> Any:
    """List the effective records of a period of people who agreed to share them, by day."""
    return page_of(*exchange_queries.exchange_records(current_caller(), wanted))


@records_blueprint.get("/national-entries")
@requires("organizer", "steward", "auditor")
@records_blueprint.arguments(PageArgs, location="query")
@records_blueprint.response(200, page_schema(schemas.NationalEntryOut))
def list_national_entries(wanted: Args) -> Any:
    """List what was entered in the national system at once, newest first."""
    return page_of(*exchange_queries.national_entries(current_caller(), **wanted))


@records_blueprint.put("/national-entries/<id:entry_id>")
@requires("organizer", "steward")
@records_blueprint.arguments(schemas.NationalEntryIn)
@records_blueprint.response(200, schemas.NationalEntryOut)
@records_blueprint.alt_response(201, schema=schemas.NationalEntryOut)
def put_national_entry(wanted: Args, entry_id: str) -> Answer:
    """Note that what of a period was effective at a moment was entered in the national system, under one number."""
    made, created = exchange.enter_batch(current_caller(), entry_id, wanted)
    return answer(exchange_queries.describe(made), created)


# --- certificates ----------------------------------------------------------------------------------------------------

@certificates_blueprint.get("/certificates")
@requires()
@certificates_blueprint.arguments(schemas.CertificateListArgs, location="query")
@certificates_blueprint.response(200, page_schema(schemas.CertificateOut))
def list_certificates(wanted: Args) -> Any:
    """List one's own certificates, or, for staff, a resident's, newest first."""
    return page_of(*certificate_queries.certificates(current_caller(), wanted))


@certificates_blueprint.put("/certificates/<id:certificate_id>")
@requires()
@certificates_blueprint.arguments(schemas.CertificateIn)
@certificates_blueprint.response(200, schemas.CertificateOut)
@certificates_blueprint.alt_response(201, schema=schemas.CertificateOut)
def put_certificate(wanted: Args, certificate_id: str) -> Answer:
    """Make a certificate of effective service records, for oneself or, as staff, for a resident."""
    made, created = certificates.make_certificate(current_caller(), certificate_id, wanted)
    return answer(certificate_queries.describe(made), created)


@certificates_blueprint.get("/certificates/<id:certificate_id>")
@requires()
@certificates_blueprint.response(200, schemas.CertificateOut)
def get_certificate(certificate_id: str) -> Any:
    """Show a certificate with its records to its owner and to staff."""
    return certificate_queries.certificate(current_caller(), certificate_id)


@certificates_blueprint.put("/certificates/<id:certificate_id>/disclosure")
@requires()
@certificates_blueprint.arguments(schemas.DisclosureIn)
@certificates_blueprint.response(200, schemas.CertificateOut)
def put_disclosure(wanted: Args, certificate_id: str) -> Any:
    """Choose what the certificate shows to whoever has its code."""
    return certificate_queries.describe(certificates.disclose(current_caller(), certificate_id, **wanted))


@certificates_blueprint.delete("/certificates/<id:certificate_id>")
@requires()
@certificates_blueprint.response(204)
def delete_certificate(certificate_id: str) -> None:
    """Withdraw a certificate."""
    certificates.withdraw_certificate(current_caller(), certificate_id)


@certificates_blueprint.get("/certificate-checks/<string:code>")
@certificates_blueprint.response(200, schemas.CertificateCheckOut)
def get_certificate_check(code: str) -> Any:
    """Say what a certificate says, to whoever was given its code; it needs no sign-in."""
    return certificate_queries.check(code)


# --- cards -----------------------------------------------------------------------------------------------------------

@cards_blueprint.put("/cards/<id:resident_id>")
@requires("organizer", "steward")
@cards_blueprint.response(200, schemas.CardOut)
def put_card(resident_id: str) -> Any:
    """Issue a card with a new token; the old one is revoked."""
    return cards.issue_card(current_caller(), resident_id)


@cards_blueprint.put("/card-showings/current")
@requires()
@cards_blueprint.arguments(schemas.CardShowingIn)
@cards_blueprint.response(200, schemas.CardShowingOut)
def put_card_showing(wanted: Args) -> Any:
    """Prove that I was shown a member card, so that its owner can agree by their PIN to my acting for them."""
    return {"proof": cards.show_card(current_caller(), wanted["token"])}


@cards_blueprint.get("/cards/<id:resident_id>")
@requires()
@cards_blueprint.response(200, schemas.CardOut)
def get_card(resident_id: str) -> Any:
    """Show a card, to its holder and to staff who print it."""
    return check_in_queries.card(current_caller(), resident_id)


# --- sheets ----------------------------------------------------------------------------------------------------------

@sheets_blueprint.get("/sheets")
@requires("organizer", "steward", "auditor")
@sheets_blueprint.arguments(PageArgs, location="query")
@sheets_blueprint.response(200, page_schema(schemas.SheetSummaryOut))
def list_sheets(wanted: Args) -> Any:
    """List the sheets that were read, newest first."""
    return page_of(*check_in_queries.sheets(current_caller(), **wanted))


@sheets_blueprint.put("/sheets/<id:sheet_id>")
@requires("organizer", "steward")
@sheets_blueprint.arguments(UploadIn, location="files")
@sheets_blueprint.response(200, schemas.SheetOut)
@sheets_blueprint.alt_response(201, schema=schemas.SheetOut)
def put_sheet(_: Args, sheet_id: str) -> Answer:
    """Read a sign-in sheet: CSV in any encoding, or XLSX."""
    file_name, content = uploaded_file(limit_bytes=settings().sheet_bytes)
    read, created = sheets.read_sheet(current_caller(), sheet_id, file_name=file_name, content=content)
    return answer(sheet_queries.describe(read), created)


@sheets_blueprint.get("/sheets/<id:sheet_id>")
@requires("organizer", "steward", "auditor")
@sheets_blueprint.response(200, schemas.SheetOut)
def get_sheet(sheet_id: str) -> Any:
    """Show a sheet with every row as it stands."""
    return sheet_queries.sheet(current_caller(), sheet_id)


@sheets_blueprint.put("/sheets/<id:sheet_id>/decisions")
@requires("organizer", "steward")
@sheets_blueprint.arguments(schemas.DecisionsIn)
@sheets_blueprint.response(200, schemas.SheetOut)
def put_decisions(wanted: Args, sheet_id: str) -> Any:
    """Decide rows that the sheet leaves open."""
    return sheet_queries.describe(sheets.decide_rows(current_caller(), sheet_id, wanted["rows"]))


@sheets_blueprint.put("/sheets/<id:sheet_id>/application")
@requires("organizer", "steward")
@sheets_blueprint.arguments(schemas.ApplicationIn)
@sheets_blueprint.response(200, schemas.ApplicationOut)
def put_application(wanted: Args, sheet_id: str) -> Any:
    """Make check-ins of every row that is taken; may be repeated after more decisions."""
    applied = sheets.apply_sheet(current_caller(), sheet_id, leader_id=wanted["leader_id"], kinds=wanted["kinds"])
    return vars(applied) | {"sheet": sheet_queries.describe(applied.sheet)}


# --- printed sheets --------------------------------------------------------------------------------------------------

@printed_sheets_blueprint.get("/activities/<id:activity_id>/printed-sheets")
@requires("organizer", "steward", "auditor")
@printed_sheets_blueprint.response(200, page_schema(schemas.PrintedSheetSummaryOut))
def list_printed_sheets(activity_id: str) -> Any:
    """List the sheets that were printed for an activity, newest first."""
    return page_of(printed_sheet_queries.printed_sheets(current_caller(), activity_id))


@printed_sheets_blueprint.put("/activities/<id:activity_id>/printed-sheets/<id:sheet_id>")
@requires("organizer", "steward")
@printed_sheets_blueprint.arguments(schemas.PrintIn)
@printed_sheets_blueprint.response(200, schemas.PrintedSheetOut)
@printed_sheets_blueprint.alt_response(201, schema=schemas.PrintedSheetOut)
def put_printed_sheet(wanted: Args, activity_id: str, sheet_id: str) -> Answer:
    """Make a sheet to print: everybody who has a place, and blank rows."""
    printed, created = printed_sheets.print_sheet(current_caller(), activity_id, sheet_id, blank_rows=wanted["blank_rows"])
    return answer(printed_sheet_queries.describe(printed), created)


@printed_sheets_blueprint.get("/printed-sheets/<id:sheet_id>")
@requires("organizer", "steward", "auditor")
@printed_sheets_blueprint.response(200, schemas.PrintedSheetOut)
def get_printed_sheet(sheet_id: str) -> Any:
    """Show a printed sheet with every row as it stands."""
    return printed_sheet_queries.printed_sheet(current_caller(), sheet_id)


@printed_sheets_blueprint.get("/printed-sheets/<id:sheet_id>/pages")
@requires("organizer", "steward")
@printed_sheets_blueprint.response(200, page_schema(schemas.PaperPageOut))
def list_paper_pages(sheet_id: str) -> Any:
    """Tell what to print where on each page."""
    return page_of(printed_sheet_queries.pages(current_caller(), sheet_id))


@printed_sheets_blueprint.put("/sheet-photos/<id:photo_id>")
@requires("organizer", "steward")
@printed_sheets_blueprint.arguments(UploadIn, location="files")
@printed_sheets_blueprint.response(200, schemas.PrintedSheetOut)
@printed_sheets_blueprint.alt_response(201, schema=schemas.PrintedSheetOut)
def put_sheet_photo(_: Args, photo_id: str) -> Answer:
    """Read a photo of a printed sheet: JPEG, PNG or WebP."""
    _name, content = uploaded_file()
    read, created = printed_sheets.read_photo(current_caller(), photo_id, content)
    return answer(printed_sheet_queries.describe(read), created)


@printed_sheets_blueprint.put("/printed-sheets/<id:sheet_id>/application")
@requires("organizer", "steward")
@printed_sheets_blueprint.arguments(schemas.PrintedApplicationIn)
@printed_sheets_blueprint.response(200, schemas.PrintedApplicationOut)
def put_printed_application(wanted: Args, sheet_id: str) -> Any:
    """Check in everybody who came by the photos and the decisions; may be repeated."""
    applied = printed_sheets.apply_printed_sheet(current_caller(), sheet_id, wanted["decisions"])
    return vars(applied) | {"sheet": printed_sheet_queries.describe(applied.sheet)}


# --- bulletins -------------------------------------------------------------------------------------------------------

@bulletins_blueprint.put("/bulletins/<id:bulletin_id>")
@requires("steward")
@bulletins_blueprint.arguments(schemas.BulletinIn)
@bulletins_blueprint.response(200, schemas.BulletinOut)
@bulletins_blueprint.alt_response(201, schema=schemas.BulletinOut)
def put_bulletin(wanted: Args, bulletin_id: str) -> Answer:
    """Make the next issue of the bulletin, of what a period came to, as it stands now."""
    caller = current_caller()
    found, created = bulletins.make_bulletin(caller, bulletin_id, wanted)
    return answer(issue_queries.described(found, caller), created)


@bulletins_blueprint.get("/bulletins")
@bulletins_blueprint.arguments(schemas.BulletinsArgs, location="query")
@bulletins_blueprint.response(200, page_schema(schemas.BulletinRowOut))
def list_bulletins(wanted: Args) -> Any:
    """List a community's issues, the newest first; it needs no sign-in."""
    caller = known_caller()
    community_code = wanted.pop("community_code") or (caller.community_code if caller else "")
    return page_of(*issue_queries.bulletins(community_code, **wanted))


@bulletins_blueprint.get("/bulletins/<id:bulletin_id>")
@bulletins_blueprint.response(200, schemas.BulletinOut)
def get_bulletin(bulletin_id: str) -> Any:
    """Show an issue to anybody."""
    return issue_queries.bulletin(bulletin_id, known_caller())


@bulletins_blueprint.put("/bulletins/<id:bulletin_id>/withdrawal")
@requires("steward")
@bulletins_blueprint.arguments(schemas.BulletinWithdrawalIn)
@bulletins_blueprint.response(200, schemas.BulletinOut)
def put_bulletin_withdrawal(body: Args, bulletin_id: str) -> Any:
    """Withdraw an issue; its number stays."""
    caller = current_caller()
    return issue_queries.described(bulletins.withdraw_bulletin(caller, bulletin_id, body["reason"]), caller)


@bulletins_blueprint.put("/bulletins/<id:bulletin_id>/post")
@requires("steward")
@bulletins_blueprint.response(200, schemas.BulletinOut)
def put_bulletin_post(bulletin_id: str) -> Any:
    """Let the community's group be told of an issue, once."""
    caller = current_caller()
    return issue_queries.described(bulletins.post_bulletin(caller, bulletin_id), caller)


@activities_blueprint.get("/activities/<id:activity_id>/companions")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.response(200, page_schema(schemas.CompanionOut))
def list_companions(activity_id: str) -> Any:
    """List whom the caller met at an activity, so that they can be thanked."""
    return page_of(companion_queries.companions(current_caller(), activity_id))
