"""Sentences in both languages."""

from marshmallow import Schema, fields


class SentenceOut(Schema):
    """A code with what fills it in, and its sentences."""

    code = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    text_zh = fields.String(required=True)
    text_en = fields.String(required=True)


class ReasonOut(SentenceOut):
    """One reason of a standing and the days it rests on."""

    dates = fields.List(fields.String(), required=True)
