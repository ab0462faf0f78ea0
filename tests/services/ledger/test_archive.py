"""A closed year as a file: complete, checked without the platform, and whatever is done to it is found."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.ledger.commands import seal_days
from services.ledger.models import Checkpoint, DaySeal, Entry, JournalMark, Member, SealedLeaves
from services.ledger.queries import write_archive
from services.ledger.queries.archive import JournalDiffers
from shared import merkle
from shared.ids import new_id
from shared.problems import Conflict
from tests.services.ledger.facts import hours, registered

YEAR, DAYS = 2025, [date(2025, 3, 3), date(2025, 3, 4), date(2025, 12, 31)]
Lines = list[dict[str, Any]]


@pytest.fixture
def town(client_of: Callable[[str], FlaskClient], deliver: Callable[..., Any]) -> Iterator[str]:
    """A community with deeds on three days of a year and one of the next, all sealed, seen from the second day after that."""
    client_of("ledger")
    code, person = f"A-{new_id()[-8:]}", new_id()
    for day in (*DAYS, date(2026, 1, 2)):
        with time_machine.travel(f"{day}T09:00:00+08:00", tick=True):
            deliver("ledger", registered(person, community_code=code))
            deliver("ledger", hours(person, on=day, community_code=code))
    JournalMark.objects(id="seals").delete()
    with time_machine.travel("2026-01-04T09:00:00+08:00", tick=True):
        seal_days()
        yield code
    for document in (Entry, DaySeal, Checkpoint, Member):
        document._get_collection().delete_many({"community_code": code})
    SealedLeaves._get_collection().delete_many({"seal_id": {"$regex": f"^{code}:"}})
    JournalMark.objects(id="seals").delete()


def lines_in(path: Path) -> Lines:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_the_file_has_every_entry_of_the_year_and_proves_itself(town: str, tmp_path: Path) -> None:
    path = tmp_path / "year.gz"

    written = write_archive(town, YEAR, path)

    head, *rest = lines_in(path)
    assert (head["community_code"], head["year"], head["days"]) == (town, YEAR, 3)
    assert [line["seal"]["day"] for line in rest if "seal" in line] == [day.isoformat() for day in DAYS]
    assert written == sum("entry" in line for line in rest) == 7
    alone = subprocess.run([sys.executable, merkle.__file__, str(path)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (alone.returncode, alone.stdout) == (0, "7 lines, 0 flaws\n")


def _changed(lines: Lines) -> Lines:
    return [{"entry": {**line["entry"], "delta": 99}} if line.get("entry", {}).get("kind") == "earn" else line for line in lines]


def _without_an_entry(lines: Lines) -> Lines:
    return lines[:-1]


def _without_a_day(lines: Lines) -> Lines:
    second = [place for place, line in enumerate(lines) if "seal" in line][1]
    return [*lines[:second], *lines[second + 3 :]]


def _with_a_seal_made_anew(lines: Lines) -> Lines:
    place = next(place for place, line in enumerate(lines) if "seal" in line)
    forged = {**lines[place]["seal"], "root": "00" * 32}
    return [*lines[:place], {"seal": {**forged, "digest": merkle.seal_digest(forged)}}, *lines[place + 1 :]]


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (_changed, "the entries are not those that were sealed"),
        (_without_an_entry, "the entries are not those that were sealed"),
        (_without_a_day, "does not follow the seal before it"),
        (_with_a_seal_made_anew, "does not follow the seal before it"),
    ],
)
def test_whatever_is_done_to_the_file_is_found(town: str, tmp_path: Path, forge: Callable[[Lines], Lines], said: str) -> None:
    write_archive(town, YEAR, path := tmp_path / "year.gz")
    lines = lines_in(path)

    assert merkle.flaws_of_archive(lines) == (7, [])
    assert any(said in flaw for flaw in merkle.flaws_of_archive(forge(lines))[1])


def test_a_whole_year_sealed_anew_is_found_by_whoever_kept_a_seal(town: str, tmp_path: Path) -> None:
    write_archive(town, YEAR, path := tmp_path / "year.gz")
    lines = lines_in(path)
    published = [line["seal"] for line in lines if "seal" in line]
    kept = [{**published[0], "digest": "1" * 64}, *published[1:]]

    assert merkle.flaws_of_archive(lines, published)[1] == []
    assert any("the published seal is another" in flaw for flaw in merkle.flaws_of_archive(lines, kept)[1])


def test_a_balance_that_does_not_follow_is_found_even_where_its_day_was_sealed_like_that(town: str, tmp_path: Path) -> None:
    write_archive(town, YEAR, path := tmp_path / "year.gz")

    flaws = merkle.flaws_of_archive(_changed(lines_in(path)))[1]

    assert any("balance does not follow from the entry before" in flaw for flaw in flaws)


def test_a_year_that_is_not_over_is_not_archived(town: str, tmp_path: Path) -> None:
    with pytest.raises(Conflict):
        write_archive(town, 2026, tmp_path / "year.gz")
    assert not list(tmp_path.iterdir())


def test_a_year_whose_last_day_is_not_sealed_yet_is_not_archived(town: str, tmp_path: Path) -> None:
    DaySeal.objects.get(id=f"{town}:{DAYS[-1]}").delete()

    with pytest.raises(Conflict, match="Not every entry"):
        write_archive(town, YEAR, tmp_path / "year.gz")
    assert not list(tmp_path.iterdir())


def test_a_journal_that_is_not_what_was_sealed_is_not_archived_and_the_place_is_named(
    town: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = Entry._get_collection().find_one({"community_code": town, "kind": "earn"})
    Entry._get_collection().update_one({"_id": victim["_id"]}, {"$set": {"delta": 77}})

    with pytest.raises(JournalDiffers):
        write_archive(town, YEAR, tmp_path / "year.gz")
    from services.ledger.worker import archive

    assert archive([town, str(YEAR), str(tmp_path / "year.gz")]) == 1
    assert f"{victim['_id']} was changed" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
