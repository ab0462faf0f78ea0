"""The invented people: what a seed says stays said, and what they do follows from who they are."""

from dataclasses import replace

from tests.simulation.report import way
from tests.simulation.town import Occasion, Temper, Town

ITEMS = ("environment", "haircut", "patrol", "repair", "tutoring")


def town(seed: int = 1, households: int = 400, **temper: float) -> Town:
    return Town(seed, households, ITEMS, licensed=("repair",), temper=replace(Temper(), **temper))


def occasion(**more: object) -> Occasion:
    usual = {"id": "a", "item": "patrol", "slot": "weekend-morning", "grid_code": "SIM-01-G01", "leader": None, "kind": "volunteer"}
    return Occasion(**{**usual, "capacity": 20, "week": 3, "day": 5, "hour": 9, **more})


def test_a_seed_gives_the_same_people_and_another_one_others() -> None:
    first, again, other = town(), town(), town(seed=2)
    assert [vars(person) for person in first.people] == [vars(person) for person in again.people]
    assert [person.warmth for person in first.people] != [person.warmth for person in other.people]


def test_people_know_others_and_never_themselves_and_no_skill_needs_a_licence() -> None:
    people = town().people
    assert all(person.friends and person.number not in person.friends for person in people)
    near = [people[number].grid_code == person.grid_code for person in people for number in person.friends]
    assert sum(near) / len(near) > 0.5
    assert "repair" not in {person.skill for person in people}
    assert 0.2 < sum(person.skill is not None for person in people) / len(people) < 0.4


def test_a_question_is_answered_by_seed_week_and_person_alone() -> None:
    one = town()
    asked = [one.draw("joins", week, person) for week in range(20) for person in one.people]
    assert asked == [one.draw("joins", week, person) for week in range(20) for person in one.people]
    assert 0.48 < sum(asked) / len(asked) < 0.52
    assert len(set(asked)) == len(asked)


def test_what_suits_somebody_better_is_come_to_more_often() -> None:
    one = town(households=2_000)
    for person in one.people:
        person.is_registered = True
    suiting = [(person, occasion(item=next(iter(person.likes)), slot=next(iter(person.slots)))) for person in one.people]
    other = [(person, occasion(item="none", slot="none")) for person in one.people]
    assert sum(one.comes_when_asked(*row, 3) for row in suiting) > 2 * sum(one.comes_when_asked(*row, 3) for row in other)


def test_coming_tires_and_a_week_rests() -> None:
    one = town()
    person = one.people[0]
    for week in range(3):
        one.came(person, week)
    tired = person.energy
    one.weeks_rest()
    assert tired < person.energy < 1.0
    assert (person.deeds, person.came_in) == (3, 2)


def test_a_friend_who_was_there_brings_somebody_and_is_named() -> None:
    one = town(joins_by_poster=0.0, joins_by_friend=50.0, joins_by_leader=50.0)
    newcomer = one.people[0]
    assert one.joins(newcomer, 5) is False
    friend = one.people[newcomer.friends[0]]
    friend.is_registered, friend.came_in = True, 4
    assert one.joins(newcomer, 5) is friend


def test_the_way_counts_from_the_top_and_nothing_above_the_whole() -> None:
    nobody = {"backbone": 0, "enthusiast": 0, "participant": 0}
    assert way(nobody, 100) == 0
    assert way({"backbone": 10, "enthusiast": 20, "participant": 70}, 100) == 100
    assert way({"backbone": 100, "enthusiast": 0, "participant": 0}, 100) == 100
    assert round(way({"backbone": 0, "enthusiast": 15, "participant": 35}, 100)) == 33
