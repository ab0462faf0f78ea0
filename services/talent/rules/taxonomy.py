"""The taxonomy: what a skill is called, under which item of the catalogue it stands, and where it counts. (ADR 91)"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from services.talent.rules.skills import Skill, fold, join_skills


@dataclass(frozen=True, kw_only=True)
class Known:
    """A skill with a code: an item of the catalogue itself (`item` is its own code then), or a skill under it.

    `licence_zh` and `licence_en` name the paper that is asked for, where that is known.
    """

    code: str
    item: str
    name_zh: str
    name_en: str
    words: tuple[str, ...] = ()
    licence_required: bool = False
    licence_zh: str | None = None
    licence_en: str | None = None

    @property
    def is_item(self) -> bool:
        """Whether it is an item itself: the skill in general."""
        return self.code == self.item


class Taxonomy:
    """All skills that have a code; what people write besides stays their own word, under no item."""

    def __init__(self, items: Sequence[Known], skills: Sequence[Known]) -> None:
        listed = {item.code for item in items}
        rows = [row for item in items for row in (item, *(skill for skill in skills if skill.item == item.code))]
        self.known = {row.code: row for row in (*rows, *(skill for skill in skills if skill.item not in listed))}
        self.is_empty = not items

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Folded words to codes. A code goes before a name, an item's name before a skill's, a skill's words before an item's aliases:
        whoever writes 量血压 means just that, whoever writes 健康义诊 all of it."""
        rows = list(self.known.values())
        items, skills = [row for row in rows if row.is_item], [row for row in rows if not row.is_item]
        aliases = {fold(word): row.code for part in (items, skills) for row in part for word in row.words}
        names = {fold(name): row.code for part in (skills, items) for row in part for name in (row.name_en, row.name_zh)}
        return {**aliases, **names, **{fold(row.code): row.code for row in rows}}

    @cached_property
    def licensed(self) -> frozenset[str]:
        """The codes of what may only be done with a licence in date (Regulations, art. 16)."""
        return frozenset(code for code, row in self.known.items() if row.licence_required)

    def item_of(self, code: str) -> str | None:
        """Return the item under which a skill stands, an item's own code for itself, None for a free word."""
        row = self.known.get(code)
        return row.item if row else None

    def answering(self, code: str) -> tuple[str, ...]:
        """Return the codes that count where `code` is asked for: itself, and for an item the skills under it.

        Where the item needs a licence only those under it that need one count: who sharpens knives does not mend the wiring.
        """
        return (code, *(row.code for row in self.known.values() if row.code != code and self._counts_as(row) == code))

    def told(self, skills: Iterable[Skill]) -> tuple[Skill, ...]:
        """Return `skills` with the items under which they count too, each once with the licence that runs longest.

        This is what other services are told, so that where an item is asked for they need not know the taxonomy.
        """
        own = tuple(skills)
        items = [replace(skill, skill=item) for skill in own if (item := self._item_counted(skill.skill))]
        return join_skills(own, items)

    def _item_counted(self, code: str) -> str | None:
        row = self.known.get(code)
        return self._counts_as(row) if row and not row.is_item else None

    def _counts_as(self, row: Known) -> str | None:
        item = self.known.get(row.item)
        return None if item is None or (item.licence_required and not row.licence_required) else item.code
