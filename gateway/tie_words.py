"""The reader's words for pairings, visits, units and the deeds that they take on."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

Words = Mapping[str, LazyString]

PAIRING_STATUSES: Words = {
    "proposed": lazy_gettext("not everybody has agreed yet"),
    "running": lazy_gettext("agreed"),
    "ended": lazy_gettext("ended"),
}
HELPER_STATUSES: Words = {
    "asked": lazy_gettext("is asked"),
    "agreed": lazy_gettext("has agreed"),
    "declined": lazy_gettext("cannot"),
    "withdrawn": lazy_gettext("no longer"),
}
OFFICES_ENDINGS: Words = {
    "person_wished": lazy_gettext("The person wished it."),
    "nobody_helps": lazy_gettext("Nobody helps any more."),
    "not_needed": lazy_gettext("It is no longer needed."),
    "other": lazy_gettext("Something else."),
}
PAIRING_ENDINGS: Words = {**OFFICES_ENDINGS, "left_community": lazy_gettext("Somebody has left the community.")}
CALL_OUTCOMES: Words = {
    "comes_soon": lazy_gettext("The helper comes in the next days."),
    "came_already": lazy_gettext("Somebody was there, it was not noted."),
    "not_reached": lazy_gettext("Nobody answered."),
    "cannot_come": lazy_gettext("The helper cannot come for a while."),
    "other": lazy_gettext("Something else."),
}
VISIT_STATUSES: Words = {
    "logged": lazy_gettext("noted by the helper"),
    "came": lazy_gettext("took place"),
    "did_not_come": lazy_gettext("did not take place"),
}
AGREED_HOW: Words = {
    "paper": lazy_gettext("on paper"),
    "self": lazy_gettext("by themselves"),
    "proxy": lazy_gettext("by their proxy"),
    "phone": lazy_gettext("by phone"),
}
DEED_STATUSES: Words = {
    "open": lazy_gettext("open: no unit has it yet"),
    "claimed": lazy_gettext("taken on"),
    "reported": lazy_gettext("reported done, waits for the office"),
    "done": lazy_gettext("done"),
    "called_off": lazy_gettext("called off"),
}
DEED_SOURCES: Words = {
    "staff": lazy_gettext("The office saw it"),
    "need": lazy_gettext("A resident needs it"),
    "matter": lazy_gettext("Residents raised it"),
}
RATED_BY: Words = {"office": lazy_gettext("the office"), "asker": lazy_gettext("who asked for it")}
STARS: Words = {
    "5": lazy_gettext("5 · very good"),
    "4": lazy_gettext("4 · good"),
    "3": lazy_gettext("3 · all right"),
    "2": lazy_gettext("2 · poor"),
    "1": lazy_gettext("1 · bad"),
}
