"""Place tables and founding, on the real database."""

from collections.abc import Callable

import pytest

from services.identity.commands import places, sessions
from services.identity.errors import FileUnreadable, PhoneTaken
from services.identity.models import Community as StoredCommunity
from services.identity.models import Grid, Resident
from shared.events.identity import GridListed, ResidentRegistered
from shared.ids import new_id
from shared.problems import IdInUse, Invalid
from tests.services.identity.conftest import DATA, PASSWORD, Community, new_phone, place_table


@pytest.fixture
def found(community: Community) -> Callable[[list[str]], int]:
    """Return the worker's command; the worker reads its settings when it is imported, so that has to wait for ours."""
    from services.identity.worker import found as command

    return command


def test_a_place_table_lists_each_grid_once_whoever_imports_it_again(community: Community, published) -> None:
    content = place_table(community.code)
    for _ in range(2):
        record, created = places.import_places(new_id(), content, by=community.steward)
        assert created
        assert record.counts == {"known": 4}
    assert len(published("identity", GridListed, community_code=community.code)) == 4


def test_only_a_changed_grid_is_told_again(community: Community, published) -> None:
    record, _ = places.import_places(new_id(), place_table(community.code, G02=250), by=community.steward)
    assert record.counts == {"known": 3, "changed": 1}
    told = published("identity", GridListed, grid_code=f"{community.code}-G02")
    assert [fact.households for fact in told] == [100, 250]


def test_the_same_import_again_gives_the_same_answer_and_another_file_is_refused(community: Community) -> None:
    import_id = new_id()
    first, created = places.import_places(import_id, place_table(community.code, G01=7), by=community.steward)
    again, created_again = places.import_places(import_id, place_table(community.code, G01=7), by=community.steward)
    assert (created, created_again) == (True, False)
    assert again.counts == first.counts
    with pytest.raises(IdInUse):
        places.import_places(import_id, place_table(community.code, G01=8), by=community.steward)


def test_the_grids_of_another_community_are_refused_row_by_row(community: Community) -> None:
    record, _ = places.import_places(new_id(), place_table("OTHER-9"), by=community.steward)
    assert record.counts == {"refused": 4}
    assert {reason for row in record.rows for reason in row["reasons"]} == {"other_community"}
    assert Grid.objects(community_code="OTHER-9").count() == 0


def test_a_grid_code_that_another_community_uses_is_not_taken_over(community: Community) -> None:
    other_code = f"{community.code}-B"
    found_other = place_table(other_code)
    places.found_community(
        found_other, community_code=None, steward_name="某人", steward_phone=new_phone(), password=PASSWORD
    )
    stolen = found_other.decode("utf-8-sig").replace(f",{other_code},", f",{community.code},").encode()
    record, _ = places.import_places(new_id(), stolen, by=community.steward)
    assert record.counts == {"refused": 4}
    assert Grid.objects.get(id=f"{other_code}-G01").community_code == other_code


@pytest.mark.parametrize("content", ["姓名,电话\n王凯,1\n".encode(), b"\xff\xff\xff", b"PK\x03\x04"])
def test_a_file_that_is_no_place_table_is_refused(community: Community, content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        places.import_places(new_id(), content, by=community.steward)


def test_founding_again_changes_nothing(community: Community, published) -> None:
    steward = Resident.objects.get(id=community.steward.resident_id)
    code, steward_id = places.found_community(
        place_table(community.code), community_code=community.code, steward_name="陈雅琴",
        steward_phone=steward.phone, password=PASSWORD,
    )  # fmt: skip
    assert (code, steward_id) == (community.code, steward.id)
    assert len(published("identity", ResidentRegistered, resident_id=steward_id)) == 1
    assert len(published("identity", GridListed, community_code=community.code)) == 4
    assert sessions.sign_in(phone=steward.phone, password=PASSWORD).resident.roles == ["resident", "steward"]


def test_a_resident_who_signs_in_already_becomes_the_steward(community: Community) -> None:
    resident = community.resident()
    _, steward_id = places.found_community(
        place_table(community.code),
        community_code=None,
        steward_name="别的名字",
        steward_phone=resident.phone,
        password="ignored-here",
    )
    assert steward_id == resident.id
    assert list(Resident.objects.get(id=resident.id).roles) == ["resident", "steward"]


def test_the_phone_of_somebody_elsewhere_founds_nothing_here(community: Community) -> None:
    resident = community.resident()
    with pytest.raises(PhoneTaken):
        places.found_community(
            place_table(f"{community.code}-C"),
            community_code=None,
            steward_name="王凯",
            steward_phone=resident.phone,
            password=PASSWORD,
        )


def test_a_table_of_two_communities_needs_to_be_told_which(community: Community) -> None:
    two = place_table(f"{community.code}-D") + b"\r\n" + place_table(f"{community.code}-E").split(b"\r\n", 1)[1]
    with pytest.raises(Invalid, match="which community"):
        places.found_community(
            two, community_code=None, steward_name="王凯", steward_phone=new_phone(), password=PASSWORD
        )


def test_the_command_line_founds_the_demo_community_from_the_real_table(found, capsys) -> None:
    phone = new_phone()
    arguments = [
        "--places",
        str(DATA / "places.csv"),
        "--steward-phone",
        phone,
        "--steward-name",
        "陈雅琴",
        "--password",
        PASSWORD,
    ]
    assert found(arguments) == found([*arguments, "--code", "DEMO-01"]) == 0
    assert "DEMO-01 stands" in capsys.readouterr().out
    assert Grid.objects(community_code="DEMO-01").count() == 12
    assert StoredCommunity.objects.get(id="DEMO-01").name == "金豆社区"


@pytest.mark.parametrize(
    "wrong", [{"--places": "nowhere.csv"}, {"--code": "NOWHERE"}, {"--password": "short"}, {"--steward-phone": "123"}]
)
def test_the_command_line_says_what_does_not_fit_and_ends_with_1(found, capsys, wrong: dict[str, str]) -> None:
    given = {
        "--places": str(DATA / "places.csv"),
        "--steward-phone": new_phone(),
        "--steward-name": "某",
        "--password": PASSWORD,
    } | wrong
    assert found([part for pair in given.items() for part in pair]) == 1
    assert "found-community:" in capsys.readouterr().err
