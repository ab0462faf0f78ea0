"""Explanations in words: services say why as codes with parameters, the reader gets a sentence in their language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext

from gateway import catalogue, words
from gateway.language import between, shown_language
from gateway.views import clock, day, minutes, moment

Params = Mapping[str, Any]

SHEET_NOTES: Mapping[str, LazyString] = {
    "tail_padded": lazy_gettext("The phone's end was short; zeros were put in front."),
    "phone_incomplete": lazy_gettext("The phone number is incomplete."),
    "phone_unreadable": lazy_gettext("The phone cannot be read."),
    "phone_not_on_record": lazy_gettext("No phone is registered to compare with."),
    "matched_by_name": lazy_gettext("Found by the name alone: there is only one."),
    "same_as_above": lazy_gettext("A ditto mark: taken from the row above."),
    "departure_from_duration": lazy_gettext("The departure follows from the duration."),
    "departure_from_hours": lazy_gettext("The departure follows from the hours."),
    "times_from_title": lazy_gettext("The times stand in the title."),
    "item_from_title": lazy_gettext("The service item stands in the title."),
    "arrival_missing": lazy_gettext("The arrival is missing."),
    "arrival_unclear": lazy_gettext("The arrival '%(text)s' can be read in more than one way."),
    "arrival_unreadable": lazy_gettext("The arrival '%(text)s' cannot be read."),
    "departure_missing": lazy_gettext("The departure is missing."),
    "departure_unclear": lazy_gettext("The departure '%(text)s' can be read in more than one way."),
    "departure_unreadable": lazy_gettext("The departure '%(text)s' cannot be read."),
    "day_from_elsewhere": lazy_gettext("The day is taken from elsewhere in the file: %(day)s."),
    "day_ahead": lazy_gettext("This day has not come yet."),
    "day_missing": lazy_gettext("No day is given."),
    "day_unreadable": lazy_gettext("The day '%(text)s' cannot be read."),
    "year_inferred": lazy_gettext("No year is given; the latest such day is %(day)s."),
    "double_row": lazy_gettext("The same person stands in line %(line)s as well."),
    "item_missing": lazy_gettext("No service item is given."),
    "item_unknown": lazy_gettext("'%(text)s' is not in the catalogue."),
    "kind_to_check": lazy_gettext("This may be no volunteer service. Please choose the kind."),
    "name_missing": lazy_gettext("The name is missing."),
    "no_heading": lazy_gettext("This worksheet has no heading that can be read."),
    "numbers_missing": lazy_gettext("Numbers are missing in the list: %(numbers)s."),
    "outsider": lazy_gettext("The remark says that this person is not from the community."),
    "outsider_of_this_name": lazy_gettext("The remark says an outsider, but somebody of this name is registered."),
    "times_reversed": lazy_gettext("The departure lies before the arrival."),
    "too_long": lazy_gettext("More than twelve hours were written."),
    "total_differs": lazy_gettext("The sheet's own total says %(stated)s, there are %(counted)s rows."),
    "unknown_resident": lazy_gettext("Nobody of this name is registered."),
    "several_of_this_name": lazy_gettext("Several people have this name."),
    "phone_differs": lazy_gettext("The phone differs from the registered one."),
    "decided": lazy_gettext("Somebody decided this row."),
    "skipped": lazy_gettext("Somebody left this row out."),
}
TRANSFERS: Mapping[str, LazyString] = {
    "service": lazy_gettext("Service: %(item)s"),
    "participation": lazy_gettext("Took part: %(item)s"),
    "contribution": lazy_gettext("Contribution by: %(item)s"),
    "newcomer": lazy_gettext("You brought somebody who has now taken part"),
    "kept": lazy_gettext("You came as you had said"),
    "missed": lazy_gettext("You had a place and did not come"),
    "lifted": lazy_gettext("A missed sign-up is forgotten: its time is over"),
    "pardon": lazy_gettext("A missed sign-up was pardoned"),
    "start": lazy_gettext("Everybody begins with this"),
    "hold": lazy_gettext("Set aside for what you redeemed"),
    "wallet_too_low": lazy_gettext("There were not enough beans to redeem this"),
    "capture": lazy_gettext("Redeemed and handed over"),
    "retake": lazy_gettext("The counter took the hand-over back: set aside again"),
    "release": lazy_gettext("Set free again: the redemption was not carried out"),
    "expire": lazy_gettext("Run out"),
    "reverse": lazy_gettext("Taken back: the record behind it was withdrawn"),
    "give": lazy_gettext("Given away"),
    "receive": lazy_gettext("Received as a gift"),
    "spend": lazy_gettext("Spent for a project"),
    "adjust": lazy_gettext("Given back: an objection was upheld"),
}
CAPS: Mapping[str, LazyString] = {
    "activity": lazy_gettext("One activity gives at most %(limit)s: %(cut)s less."),
    "day": lazy_gettext("One day gives at most %(limit)s, %(used)s were earned before: %(cut)s less."),
    "newcomers": lazy_gettext("Newcomers give at most %(limit)s a month, %(used)s were earned before: %(cut)s less."),
    "pair": lazy_gettext("With one leader at most %(limit)s a month, %(used)s were earned before: %(cut)s less."),
}
RULES: Mapping[str, LazyString] = {
    "beans_per_hour": lazy_gettext("Beans for an hour of service"),
    "leading_bonus_beans": lazy_gettext("Beans for leading an activity"),
    "newcomer_bonus_beans": lazy_gettext("Beans for bringing a newcomer"),
    "participation_beans": lazy_gettext("Beans for taking part"),
    "cap_activity_beans": lazy_gettext("Most beans for one activity"),
    "cap_day_beans": lazy_gettext("Most beans on one day"),
    "cap_pair_month_beans": lazy_gettext("Most beans with one leader in a month"),
    "cap_newcomers_month_beans": lazy_gettext("Most beans for newcomers in a month"),
    "cap_gift_pair_month_beans": lazy_gettext("Most beans that one neighbour gives another in a month"),
    "expiry_months": lazy_gettext("Months until beans run out"),
    "budget_month_beans": lazy_gettext("Budget: most beans issued in a month"),
    "pause_below_percent": lazy_gettext("Pause below this coverage, in percent"),
    "contribution_per_hour": lazy_gettext("Contribution for an hour of service"),
    "contribution_leading": lazy_gettext("Contribution for leading"),
    "contribution_participation": lazy_gettext("Contribution for taking part"),
    "integrity_start": lazy_gettext("Integrity at the beginning"),
    "integrity_kept": lazy_gettext("Integrity for coming as said"),
    "integrity_missed": lazy_gettext("Integrity lost for not coming"),
    "integrity_mark_days": lazy_gettext("Days until a missed sign-up is forgotten"),
}


RULE_GROUPS: Sequence[tuple[LazyString, Sequence[str]]] = (
    (lazy_gettext("What is earned"),
     ("beans_per_hour", "leading_bonus_beans", "newcomer_bonus_beans", "participation_beans", "expiry_months")),
    (lazy_gettext("Caps"),
     ("cap_activity_beans", "cap_day_beans", "cap_pair_month_beans", "cap_newcomers_month_beans", "cap_gift_pair_month_beans")),
    (lazy_gettext("Budget and pause"), ("budget_month_beans", "pause_below_percent")),
    (lazy_gettext("Community credit"),
     ("contribution_per_hour", "contribution_leading", "contribution_participation", "integrity_start", "integrity_kept",
      "integrity_missed", "integrity_mark_days")),
)  # fmt: skip
PAUSES: Mapping[str, LazyString] = {
    "coverage": lazy_gettext(
        "Optional beans were paused: on %(figures_of)s the shelf covered %(figure)s %% of the beans, less than %(limit)s %%."
    ),
    "budget": lazy_gettext(
        "Optional beans were paused: by %(figures_of)s %(figure)s beans had been issued in the month, more than the budget of %(limit)s."
    ),
}
PAUSED_TODAY: Mapping[str, LazyString] = {
    "coverage": lazy_gettext(
        "Today there are no beans for leading, for newcomers and for taking part: on %(figures_of)s coverage was %(figure)s %%, "
        "less than %(limit)s %%. Hours of service are paid as promised."
    ),
    "budget": lazy_gettext(
        "Today there are no beans for leading, for newcomers and for taking part: by %(figures_of)s %(figure)s beans had been issued "
        "this month, more than the budget of %(limit)s. Hours of service are paid as promised."
    ),
}
PAUSED_TOMORROW: Mapping[str, LazyString] = {
    "coverage": lazy_gettext(
        "If nothing changes today, beans for leading, for newcomers and for taking part pause from tomorrow: "
        "coverage is %(figure)s %%, less than %(limit)s %%."
    ),
    "budget": lazy_gettext(
        "If nothing changes today, beans for leading, for newcomers and for taking part pause from tomorrow: "
        "%(figure)s beans were issued this month, more than the budget of %(limit)s."
    ),
}
CAP_NAMES: Mapping[str, LazyString] = {
    "activity": lazy_gettext("one activity"),
    "day": lazy_gettext("one day"),
    "pair": lazy_gettext("one leader in a month"),
    "newcomers": lazy_gettext("newcomers in a month"),
}
RULE_HINTS: Mapping[str, LazyString] = {
    "budget_month_beans": lazy_gettext(
        "0: no budget. Once more is issued, beans for leading, for newcomers and for taking part pause from the next day to the end "
        "of the month. Hours of service are always paid."
    ),
    "pause_below_percent": lazy_gettext(
        "0: never. While a day ends with less coverage, beans for leading, for newcomers and for taking part pause on the next. "
        "Hours of service are always paid."
    ),
}
SPECIAL_NUMBERS: Mapping[tuple[str, int], LazyString] = {
    ("budget_month_beans", 0): lazy_gettext("none"),
    ("pause_below_percent", 0): lazy_gettext("never"),
}
OWN_RATES = "item_beans_per_hour"


def register(app: Flask) -> None:
    """Give the templates their sentences."""
    app.jinja_env.filters.update(
        sheet_note=sheet_note, standing_reasons=standing_reasons, told=told, transfer_words=transfer_words,
        transfer_reasons=transfer_reasons, rule_lines=rule_lines, change_lines=change_lines, cap_word=cap_word,
        coverage_notes=coverage_notes,
    )  # fmt: skip


def told(row: Mapping[str, Any]) -> str:
    """Return the sentence that a service wrote in both languages (`text_zh`, `text_en`)."""
    return str(row[f"text_{shown_language()}"])


def standing_reasons(standing: Mapping[str, Any]) -> list[str]:
    """Return why somebody stands where they stand, a sentence each with the latest days."""
    lines = [(told(reason), between().join(day(on) for on in reason.get("dates") or [])) for reason in standing["why"]]
    return [f"{line} ({days})" if days else line for line, days in lines]


def transfer_words(transfer: Mapping[str, Any]) -> str:
    """Return in one line what a transfer is."""
    explanation = transfer.get("explanation") or {}
    return said(TRANSFERS, str(explanation.get("code") or transfer.get("kind") or ""), explanation)


def transfer_reasons(transfer: Mapping[str, Any]) -> list[str]:
    """Return the steps by which a transfer came to its amount."""
    why = transfer.get("explanation") or {}
    lines = []
    if why.get("minutes") and why.get("beans_per_hour"):
        words_of = {"minutes": minutes(why["minutes"]), "rate": why["beans_per_hour"], "served": why.get("served", 0)}
        lines.append(gettext("%(minutes)s at %(rate)s beans an hour: %(served)s, rounded down.", **words_of))
    elif why.get("served"):
        lines.append(gettext("For taking part: %(served)s.", served=why["served"]))
    if why.get("leading_bonus"):
        lines.append(gettext("For leading: %(bonus)s.", bonus=why["leading_bonus"]))
    if why.get("code") == "missed" and why.get("reason"):
        lines.append(gettext("The witness wrote: %(reason)s", reason=why["reason"]))
    if why.get("paused"):
        lines.append(said(PAUSES, str(why["paused"]), why))
    of_newcomers = why.get("code") == "newcomer"
    lines += [said(CAPS, "newcomers" if of_newcomers else cap["cap"], cap) for cap in why.get("caps", [])]
    if why.get("by_id"):
        lines.append(gettext("A proxy redeemed this; 'What others did for me' says who."))
    if repaid := why.get("repaid"):
        lines.append(gettext("%(repaid)s of them repaid beans that had been spent before they were taken back.", repaid=repaid))
    if lapsed := why.get("lapsed"):
        lines.append(gettext("%(lapsed)s had run out already: they are not owed.", lapsed=lapsed))
    if owed := why.get("owed"):
        lines.append(gettext("%(owed)s were spent already. The next beans that are earned repay them.", owed=owed))
    elif why.get("shortfall") and not lapsed:
        lines.append(gettext("%(shortfall)s could not be taken: no more was there.", shortfall=why["shortfall"]))
    return lines


def rule_lines(version: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the numbers of a version of the rules with their names."""
    plain = [(str(label), _number(name, version[name])) for name, label in RULES.items() if name in version]
    rates = version.get(OWN_RATES) or {}
    return plain + [(_rate_name(code), str(rate)) for code, rate in rates.items()]


def change_lines(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what a draft changes, a line each."""
    return [_change_line(change) for change in changes]


def _change_line(change: Mapping[str, Any]) -> str:
    name, before, after = change["name"], change["before"], change["after"]
    label = _rate_name(change["item"]) if change["item"] else str(RULES.get(name, name))
    if before is None:
        return gettext("%(what)s: %(after)s, a rate of its own", what=label, after=after)
    if after is None:
        return gettext("%(what)s: the general rate instead of %(before)s", what=label, before=before)
    return gettext(
        "%(what)s: %(after)s instead of %(before)s", what=label, after=_number(name, after), before=_number(name, before)
    )


def _number(name: str, value: int) -> str:
    return str(SPECIAL_NUMBERS.get((name, value), value))


def _rate_name(code: str) -> str:
    return gettext("An hour of %(item)s", item=catalogue.item_name(code))


def cap_word(code: str) -> str:
    """Return what a cap limits."""
    return str(CAP_NAMES.get(code, code))


def coverage_notes(coverage: Mapping[str, Any]) -> list[str]:
    """Return what people should know of the coverage beyond its number: that it is short, what is paused, what will be."""
    notes = []
    if coverage["is_short"]:
        notes.append(gettext("There are more beans than the shelf is worth: coverage is below 100 %."))
    if pause := coverage["pause"]:
        notes.append(said(PAUSED_TODAY, pause["paused"], pause))
    elif pause := coverage["pause_tomorrow"]:
        notes.append(said(PAUSED_TOMORROW, pause["paused"], pause))
    return notes


def sheet_note(note: Mapping[str, Any]) -> str:
    """Return what a sheet's note says."""
    return said(SHEET_NOTES, note["code"], note.get("params") or {})


def said(table: Mapping[str, LazyString], code: str, params: Params) -> str:
    """Return the sentence for `code`; the code itself where the words are missing or a parameter is."""
    sentence = table.get(code)
    if sentence is None:
        return code
    try:
        return str(sentence) % {name: _word(name, value) for name, value in params.items()} if "%(" in str(sentence) else str(sentence)
    except KeyError:
        return str(sentence)


def _word(name: str, value: Any) -> str:
    """Return a parameter as people read it: codes by their names, moments and minutes in words."""
    if value is None:
        return ""
    if isinstance(value, list):
        return between().join(_word(name, one) for one in value)
    spoken = WORDED.get(name)
    return spoken(value) if spoken else str(value)


WORDED: Mapping[str, Callable[[Any], str]] = {
    "day": day,
    "figures_of": day,
    "on": day,
    "item": catalogue.item_name,
    "skill": catalogue.item_name,
    "grid_code": catalogue.grid_name,
    "minutes": minutes,
    "at": moment,
    "tier": words.LOOKUPS["tier"],
    "clock": clock,
}
