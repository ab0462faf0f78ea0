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
