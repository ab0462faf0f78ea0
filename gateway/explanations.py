"""Explanations in words: services say why as codes with parameters, the reader gets a sentence in their language."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext

from gateway import catalogue, words
from gateway.language import shown_language
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
    "contribution_per_hour": lazy_gettext("Contribution for an hour of service"),
    "contribution_leading": lazy_gettext("Contribution for leading"),
    "contribution_participation": lazy_gettext("Contribution for taking part"),
    "integrity_start": lazy_gettext("Integrity at the beginning"),
    "integrity_kept": lazy_gettext("Integrity for coming as said"),
    "integrity_missed": lazy_gettext("Integrity lost for not coming"),
    "integrity_mark_days": lazy_gettext("Days until a missed sign-up is forgotten"),
}


def register(app: Flask) -> None:
    """Give the templates their sentences."""
    app.jinja_env.filters.update(
        sheet_note=sheet_note, standing_reasons=standing_reasons, told=told, transfer_words=transfer_words,
        transfer_reasons=transfer_reasons, rule_lines=rule_lines,
    )  # fmt: skip


def told(row: Mapping[str, Any]) -> str:
    """Return the sentence that a service wrote in both languages (`text_zh`, `text_en`)."""
    return str(row[f"text_{shown_language()}"])


def standing_reasons(standing: Mapping[str, Any]) -> list[str]:
    """Return why somebody stands where they stand, a sentence each with the latest days."""
    lines = [(told(reason), "、".join(day(on) for on in reason.get("dates") or [])) for reason in standing["why"]]
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
    of_newcomers = why.get("code") == "newcomer"
    lines += [said(CAPS, "newcomers" if of_newcomers else cap["cap"], cap) for cap in why.get("caps", [])]
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
    plain = [(str(label), str(version[name])) for name, label in RULES.items() if name in version]
    rates = version.get("item_beans_per_hour") or {}
    return plain + [(gettext("An hour of %(item)s", item=catalogue.item_name(code)), str(rate)) for code, rate in rates.items()]


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
        return "、".join(_word(name, one) for one in value)
    spoken = WORDED.get(name)
    return spoken(value) if spoken else str(value)


WORDED: Mapping[str, Callable[[Any], str]] = {
    "day": day,
    "on": day,
    "item": catalogue.item_name,
    "skill": catalogue.item_name,
    "grid_code": catalogue.grid_name,
    "minutes": minutes,
    "at": moment,
    "tier": words.LOOKUPS["tier"],
    "clock": clock,
}
