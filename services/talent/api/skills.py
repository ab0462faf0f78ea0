"""The taxonomy of skills, and the languages: public, since they are what forms offer."""

from typing import Any

from services.talent import queries
from services.talent.schemas.availability import LanguageOut
from services.talent.schemas.skills import KnownSkillOut
from shared.web import Blueprint, open_to_proxies, page_of, page_schema

skills = Blueprint("skills", __name__, description="The taxonomy of skills, and languages.")


@skills.get("/skills")
@open_to_proxies()
@skills.response(200, page_schema(KnownSkillOut))
def get_skills() -> Any:
    """List every skill that has a code under its item of the catalogue, each item in general first."""
    return page_of(queries.skills())


@skills.get("/languages")
@open_to_proxies()
@skills.response(200, page_schema(LanguageOut))
def get_languages() -> Any:
    """List the languages and dialects that a talent can say they speak."""
    return page_of(queries.spoken())
