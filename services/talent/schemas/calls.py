"""Calls and offers over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate
from marshmallow.exceptions import ValidationError

from services.talent.commands import SelfOffer, Wanted
from services.talent.rules.calling import CONSENTS, SERVICE_CONSENT, SET_ASIDE_REASONS, OfferStatus, read_phone
from services.talent.schemas.base import CODE_CHARACTERS_MAX, SKILLS_MAX, STATEMENT_CHARACTERS_MAX, Strict
from shared.mongo import digest
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Day, Id, Text

TITLE_CHARACTERS_MAX = 60
NAME_CHARACTERS_MAX = 40
WORDS_CHARACTERS_MAX = 300


class Phone(Text):
    """A phone as people write it; loads as its digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if (digits := read_phone(super()._deserialize(value, attr, data, **kwargs))) is None:
            raise ValidationError("This is not a complete phone number.")
        return digits


class CallIn(Strict):
    """A call: what for, which skills (codes of the catalogue), open until the evening of a day."""

    title = Text(max=TITLE_CHARACTERS_MAX, required=True)
    purpose = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)
    skills = fields.List(Code(), required=True, validate=validate.Length(min=1, max=SKILLS_MAX))
    open_until = Day(required=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Wanted:
        """Return what is wanted."""
        return Wanted(**{**row, "skills": tuple(dict.fromkeys(row["skills"]))})


class CallsQuery(PageArgs):
    """Whose calls; without a community those of the caller's, or of all."""

    community_code = Code(load_default=None)
    status = Choice(["open", "closed"], load_default=None)


class CallOut(Schema):
    """A call; `offers` and `offers_waiting` only for the community's staff."""

    id = fields.String(required=True)
    community_code = fields.String(required=True)
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    skills = fields.List(fields.String(), required=True)
    open_until = fields.String(required=True)
    status = fields.String(required=True)
    called_at = fields.AwareDateTime(format="iso", required=True)
    closed_at = fields.AwareDateTime(format="iso", allow_none=True)
    called_by = fields.String()
    offers = fields.Integer()
    offers_waiting = fields.Integer()


class OfferIn(Strict):
    """An offer of a skill by somebody without an account. With the office's help the phone may be left out."""

    community_code = Code(required=True)
    call_id = Id(load_default=None, allow_none=True)
    name = Text(max=NAME_CHARACTERS_MAX, required=True)
    phone = Phone(max=CODE_CHARACTERS_MAX, load_default=None, allow_none=True)
    skills = fields.List(Text(max=CODE_CHARACTERS_MAX), required=True, validate=validate.Length(min=1, max=SKILLS_MAX))
    grid_code = Code(load_default=None, allow_none=True)
    words = Text(max=WORDS_CHARACTERS_MAX, blank=True, lines=True, load_default="")
    consents = fields.List(Choice(CONSENTS), required=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> SelfOffer:
        """Return the offer, with what tells this request from another."""
        if SERVICE_CONSENT not in row["consents"]:
            raise ValidationError("Nothing of anybody is kept who does not agree to it.", field_name="consents")
        consents = tuple(purpose for purpose in CONSENTS if purpose in row["consents"])
        return SelfOffer(**{**row, "skills": tuple(row["skills"]), "consents": consents}, request_digest=digest(row))


class OffersQuery(PageArgs):
    """Which offers."""

    status = Choice(list(OfferStatus), load_default=None)


class PersonIn(Strict):
    """Whose offer it is."""

    resident_id = Id(required=True)


class SettingAsideIn(Strict):
    """Why an offer becomes nothing."""

    reason = Choice(SET_ASIDE_REASONS, required=True)


class OfferStateOut(Schema):
    """How an offer stands, for whoever has its reference. `kept_until`: when it is dropped at the latest."""

    id = fields.String(required=True)
    reference = fields.String(required=True)
    skills = fields.List(fields.String(), required=True)
    status = fields.String(required=True)
    offered_at = fields.AwareDateTime(format="iso", required=True)
    kept_until = fields.AwareDateTime(format="iso", required=True)
    decision = fields.String(allow_none=True)
    set_aside_reason = fields.String(allow_none=True)
    settled_at = fields.AwareDateTime(format="iso", allow_none=True)


class OfferOut(OfferStateOut):
    """An offer as the office reads it; name, phone and words are there while it waits."""

    community_code = fields.String(required=True)
    call_id = fields.String(allow_none=True)
    call_title = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    consents = fields.List(fields.String(), required=True)
    helped_by = fields.String(allow_none=True)
    resident_id = fields.String(allow_none=True)
    nomination_id = fields.String(allow_none=True)
    settled_by = fields.String(allow_none=True)
    same_phone = fields.List(fields.Nested(lambda: OfferOut(exclude=("same_phone",))))
