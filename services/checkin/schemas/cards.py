"""HTTP shapes of member cards."""

from marshmallow import Schema, fields

from shared.web.fields import Text


class CardShowingIn(Schema):
    """What the card's picture code says."""

    token = Text(required=True)


class CardShowingOut(Schema):
    """A proof for identity, good for five minutes; it names nobody to whoever carries it but by the owner's id."""

    proof = fields.String()


class CardOut(Schema):
    """A member card; `token` goes into its QR code, `revision` counts the cards this person has had."""

    resident_id = fields.String(attribute="id")
    token = fields.String()
    revision = fields.Integer()
    issued_at = fields.AwareDateTime(format="iso")
