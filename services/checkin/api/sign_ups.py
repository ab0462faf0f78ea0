"""Sign-ups for activities: places, the waiting list, who missed theirs, who stands where, and the roll call."""

from typing import Any

from services.checkin.api.activities import SIGN_UP, activities_blueprint
from services.checkin.commands import absences, rosters
from services.checkin.queries import activities as activity_queries
from services.checkin.queries import reminders as reminder_queries
from services.checkin.schemas import sign_ups as schemas
from shared.web import PageArgs, answer, current_caller, open_to_proxies, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

BLUEPRINTS = [activities_blueprint]


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


@activities_blueprint.put("/activities/<id:activity_id>/stands/<id:resident_id>")
@requires()
@open_to_proxies(SIGN_UP)
@activities_blueprint.arguments(schemas.StandIn)
@activities_blueprint.response(200, schemas.StandOut)
def put_stand(wanted: Args, activity_id: str, resident_id: str) -> Any:
    """Say at which stall somebody stands; until their hours are verified."""
    changed = rosters.stand_at(current_caller(), activity_id, resident_id, wanted["stall_id"])
    return {"activity_id": activity_id, "resident_id": resident_id, **wanted, "item": changed.item_of(resident_id)}
