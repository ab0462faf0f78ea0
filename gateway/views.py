"""What every template may use: moments and minutes in the reader's words, QR pictures, names of codes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Flask, current_app, request, url_for
from flask_babel import format_date, format_datetime, gettext, ngettext
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from wtforms import Field

from gateway import catalogue, reasons, words
from gateway.session import door
from shared.clock import local_day, utc_now
from shared.ids import new_id

MINUTES_AN_HOUR = 60
NOTICE_DAYS = 30
QR_BORDER = 4


def register(app: Flask) -> None:
    """Give the templates their filters and functions."""
    app.jinja_env.filters.update(
        moment=moment, clock=clock, day=day, month=month, last_day=last_day, minutes=minutes, signed=signed, percent=percent,
        runs_out_soon=runs_out_soon,
        days_together=days_together,
    )
    app.jinja_env.filters.update({f"{name}_word": _asked_anew(function) for name, function in words.LOOKUPS.items()})
    app.jinja_env.globals.update(
        qr=qr, paper_code=paper_code, deed_entry=deed_entry,
        new_id=new_id, page_path=page_path, item_name=catalogue.item_name, grid_name=catalogue.grid_name,
        unit_name=catalogue.unit_name, matter_kind_name=catalogue.matter_kind_name,
        consultation_form_name=catalogue.consultation_form_name,
        language_name=catalogue.language_name, licence_name=catalogue.licence_name,
        reason_words=reasons.reason_words, reason_mark=reasons.reason_mark, week_together=week_together, is_past=is_past,
        aria=aria, today=lambda: local_day(utc_now()).isoformat(), is_demo=lambda: door().settings.demo,
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _asked_anew(word: Callable[[str], str]) -> Callable[[Context, str], str]:
    """Return a filter that Jinja asks for every reader: what it takes for constant it keeps in the first reader's language."""

    @pass_context
    def ask(_: Context, code: str) -> str:
        return word(code)

    return ask


def parsed(text: str | datetime) -> datetime:
    """Return the aware moment that a service wrote in RFC 3339."""
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)


def local(text: str | datetime) -> datetime:
    """Return a moment as the community's clocks show it, for a form field."""
    zone = ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])
    return parsed(text).astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


def moment(text: str | datetime | None) -> str:
    """Return day, weekday and time of day in the community's zone."""
    return format_datetime(parsed(text), gettext("EEE d MMM, HH:mm")) if text else ""


def clock(text: str | datetime | None) -> str:
    """Return the time of day in the community's zone."""
    return format_datetime(parsed(text), "HH:mm") if text else ""


def day(text: str | date | None) -> str:
    """Return a calendar day."""
    if not text:
        return ""
    if isinstance(text, str) and len(text) > len("2026-01-01"):
        return format_datetime(parsed(text), gettext("d MMM yyyy"))
    return format_date(date.fromisoformat(text) if isinstance(text, str) else text, gettext("d MMM yyyy"))


def month(of: str | date) -> str:
    """Return a month of a year (`2026-11`, or any day of it) in words; a year alone as it is."""
    text = of if isinstance(of, str) else f"{of:%Y-%m}"
    return format_date(date.fromisoformat(f"{text}-01"), gettext("MMM yyyy")) if "-" in text else text


def last_day(text: str | datetime | None) -> str:
    """Return the last whole day before a moment: what runs out at midnight is good until the evening before."""
    return day(parsed(text) - timedelta(seconds=1)) if text else ""


def short_day(text: str) -> str:
    """Return a day without its year."""
    return format_date(date.fromisoformat(text), gettext("d MMM"))


def runs_out_soon(after: str, within_days: int = NOTICE_DAYS) -> bool:
    """Whether beans that run out after this day are to be used within so many days from today."""
    today = local_day(utc_now(), door().settings.zone)
    return today <= date.fromisoformat(after) <= today + timedelta(days=within_days)


def minutes(count: int | None) -> str:
    """Return `count` minutes as hours and minutes."""
    hours, rest = divmod(int(count or 0), MINUTES_AN_HOUR)
    parts = [ngettext("%(num)d hour", "%(num)d hours", hours)] if hours else []
    return " ".join(parts + ([ngettext("%(num)d minute", "%(num)d minutes", rest)] if rest or not hours else []))


def days_together(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Return opening hours {weekday, hours} as (days, hours), days that follow each other with the same hours in one."""
    told = {row["weekday"]: row["hours"] for row in rows}
    runs = [(hours, list(days)) for hours, days in groupby(words.WEEKDAYS, key=told.get) if hours]
    return [(_from_to([str(words.WEEKDAYS[day]) for day in days]), hours) for hours, days in runs]


def week_together(free_times: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return free times (`sat-morning`) as (days, parts of the day), days that follow each other with the same parts in one."""
    parts_of = {day: tuple(part for part in words.DAY_PARTS if f"{day}-{part}" in free_times) for day in words.WEEKDAYS}
    runs = [(parts, list(days)) for parts, days in groupby(words.WEEKDAYS, key=parts_of.__getitem__) if parts]
    return [(_from_to([str(words.WEEKDAYS[day]) for day in days]), parts) for parts, days in runs]


def is_past(text: str) -> bool:
    """Whether a day is over where the communities are."""
    return date.fromisoformat(text) < local_day(utc_now(), door().settings.zone)


def _from_to(days: Sequence[str]) -> str:
    return days[0] if len(days) == 1 else gettext("%(first)s to %(last)s", first=days[0], last=days[-1])


def signed(amount: int) -> str:
    """Return a change with its sign, a real minus."""
    return f"+{amount}" if amount > 0 else f"−{-amount}" if amount else "0"


def percent(share: float | None) -> str:
    """Return a share of one as a percentage with one decimal."""
    return f"{(share or 0) * 100:.1f} %"


def qr(link: str, alt: str) -> Markup:
    """Return a picture of `link` that any phone's own scanner opens."""
    data = segno.make(link, error="m", micro=False).svg_data_uri(scale=8, border=QR_BORDER)
    return Markup('<img class="qr" src="{}" alt="{}">').format(data, alt)


def deed_entry(record_id: str) -> str:
    """Return the id of the entry that a verified record made in the ledger: whoever objects to the record objects to it."""
    return f"deed:{record_id}:bean"


def paper_code(code: Mapping[str, Any]) -> str:
    """Return a picture of a code on a printed sheet, without a margin: exactly the modules that its reader expects."""
    made = segno.make(code["text"], error=code["level"], version=1, micro=False, boost_error=False)
    return str(made.svg_data_uri(scale=1, border=0))


def aria(field: Field, hint: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return `more` attributes of a field with those that tie it to its hint and to what is wrong with it."""
    notes = ([f"{field.id}-hint"] if hint else []) + ([f"{field.id}-wrong"] if field.errors else [])
    described = {"aria-describedby": " ".join(notes)} if notes else {}
    return {**more, **described, **({"aria-invalid": "true"} if field.errors else {})}


def public_link(endpoint: str, **values: str) -> str:
    """Return an absolute address of a page, on the address that the public knows."""
    origin = door().settings.public_url or request.host_url
    return origin.rstrip("/") + url_for(endpoint, **values)


def page_path(**changed: str | None) -> str:
    """Return the path of this page with other query parameters."""
    wanted = request.args.to_dict() | changed
    kept = {name: value for name, value in wanted.items() if value}
    return url_for(request.endpoint or "public.home", **(request.view_args or {}), **kept)

