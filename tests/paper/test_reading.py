"""Sixty photos of a printed sheet, each bad in its own way: no tick is read wrongly, and what is doubtful says so."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from PIL import Image

from services.checkin.commands.pictures import opened, pages_on
from services.checkin.rules.paper import Mark, lines_of
from services.checkin.rules.paper.marks import marks_on
from tests.paper.camera import MARKS, Shot, marked, photographed
from tests.paper.conftest import ROWS, TOKEN

GOOD = Shot()
WAYS = {
    "as it should be": [GOOD, replace(GOOD, long_side=4000)],
    "turned": [replace(GOOD, turn=turn) for turn in (8, 20, 40)],
    "on its side or upside down": [replace(GOOD, quarter_turns=turns) for turns in (1, 2, 3)],
    "from the side": [replace(GOOD, tilt=tilt) for tilt in (0.07, 0.1)],
    "blurred": [replace(GOOD, blur=blur) for blur in (1.5, 2.2, 3.0)],
    "dim": [replace(GOOD, shade=shade) for shade in (0.5, 0.7)],
    "a hand's shadow across": [replace(GOOD, shadow=True, shade=shade) for shade in (0.1, 0.2, 0.3, 0.5)],
    "low resolution": [replace(GOOD, long_side=side, blur=0.5) for side in (1800, 1500, 1200)],
    "much compressed": [replace(GOOD, quality=quality, long_side=2200) for quality in (45, 25)],
    "noisy": [replace(GOOD, noise=noise) for noise in (11, 18)],
    "folded once": [replace(GOOD, bend_mm=bend) for bend in (0.7, 1.5)],
    "all of it": [
        Shot(long_side=1800, turn=12, tilt=0.05, blur=1.0, noise=10, shade=0.5, shadow=True, bend_mm=0.7, quality=45),
        Shot(long_side=2200, turn=20, quarter_turns=1, tilt=0.06, blur=1.2, noise=12, shade=0.6, quality=35),
    ],
}
SEEDS_A_SHOT = 2
PHOTOS = [
    pytest.param(replace(shot, seed=1000 * seed + at), id=f"{way}, seed {1000 * seed + at}")
    for at, (way, shot) in enumerate((way, shot) for way, shots in WAYS.items() for shot in shots)
    for seed in range(SEEDS_A_SHOT)
]


def test_there_are_sixty_photos() -> None:
    assert len(PHOTOS) == 60


def read(photo: bytes) -> dict[int, Mark]:
    """Return what a photo says of each row."""
    picture = opened(photo)
    told: dict[int, Mark] = {}
    for (token, page), seen in pages_on(picture).items():
        assert token == TOKEN
        told |= {row.line.number: row.mark for row in marks_on(picture, seen, token=token, lines=lines_of(page, rows=ROWS))}
    return told


@pytest.mark.parametrize("shot", PHOTOS)
def test_no_photo_is_read_wrongly(sheet_pages: Sequence[Image.Image], shot: Shot) -> None:
    chance = random.Random(shot.seed)
    number = shot.seed % 2
    page = sheet_pages[number].copy()
    lines = lines_of(number, rows=ROWS)
    drawn = {line.number: chance.choice((*MARKS, "", "")) for line in lines}
    for line in lines:
        marked(page, line, drawn[line.number], chance)

    told = read(photographed(page, shot))

    wrong = {row: (drawn[row], mark) for row, mark in told.items() if mark.mark == ("empty" if drawn[row] else "ticked")}
    doubtful = Counter(mark.reason for mark in told.values() if mark.mark == "doubtful")
    print(f"{len(told)} rows, wrong {wrong}, doubtful {dict(doubtful)}")
    assert wrong == {}
