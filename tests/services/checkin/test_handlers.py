"""Facts of identity and talent come twice and in any order; the copy ends the same."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from services.checkin.models import Attendee
from shared.clock import utc_now
from shared.events.identity import MandateGiven, ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.talent import NominationDecided, TalentAdmitted, TalentSuspended, VerifiedSkill
from shared.ids import new_id
from tests.services.checkin.conftest import HOUR, moment

MORNING = datetime(2026, 11, 1, 8, tzinfo=UTC)


def facts(resident_id):
    return {
        "registered": ResidentRegistered(
            resident_id=resident_id, community_code="C", name="封𠮷", source="roster", registered_at=MORNING, grid_code="G1",
            household_id="h1", phone_tail="9987", consents=[]),
        "moved": ResidentMoved(
            resident_id=resident_id, community_code="C", grid_code="G2", household_id="h2", moved_at=MORNING + HOUR),
        "moved again": ResidentMoved(
            resident_id=resident_id, community_code="C", grid_code="G3", moved_at=MORNING + 2 * HOUR),
        "left": ResidentLeft(resident_id=resident_id, community_code="C", left_at=MORNING + 3 * HOUR),
        "nominated": NominationDecided(
            nomination_id=new_id(), candidate_id=resident_id, community_code="C", channel="resident", nominator_ids=["n1", "n2"],
            decision="admit", decided_by="s", decided_at=MORNING),
        "admitted": TalentAdmitted(
            resident_id=resident_id, community_code="C", nominator_ids=["n2", "n3"], admitted_at=MORNING, revision=1,
            skills=[VerifiedSkill(skill="clinic", licence_expires_on=date(2027, 1, 1))]),
        "suspended": TalentSuspended(resident_id=resident_id, community_code="C", reason="r", suspended_at=MORNING, revision=2),
    }


def told(deliver, names):
    resident_id = new_id()
    for name in names:
        deliver("checkin", facts(resident_id)[name])
    return Attendee.objects(id=resident_id).first()


@pytest.mark.parametrize("order", list(permutations(["registered", "moved", "moved again"])))
def test_the_last_move_holds_in_every_order_and_when_repeated(api, deliver, order):
    copy = told(deliver, [*order, *order])
    assert (copy.name, copy.phone_tail, copy.grid_code, copy.household_id) == ("封𠮷", "9987", "G3", None)
    assert copy.presence == "known"


@pytest.mark.parametrize("order", list(permutations(["registered", "moved", "left"])))
def test_who_left_is_forgotten_but_for_the_id_in_every_order(api, deliver, order):
    copy = told(deliver, [*order, *order])
    assert copy.presence == "left"
    assert (copy.name, copy.initials, copy.phone_tail) == (None, None, None)


def test_who_leaves_gives_up_their_card_and_their_place(api, deliver, announced, person, organizer, community):
    tomorrow = utc_now() + timedelta(days=1)
    activity = announced(capacity=1, starts_at=moment(tomorrow), ends_at=moment(tomorrow + HOUR))
    anna, ben = person(), person()
    for who in (anna, ben):
        api.put(f"/api/v1/activities/{activity['id']}/sign-ups/{who}", headers=organizer)
        api.put(f"/api/v1/cards/{who}", headers=organizer)
    left = ResidentLeft(resident_id=anna, community_code=community, left_at=utc_now())
    deliver("checkin", left)
    deliver("checkin", left)
    rows = api.get(f"/api/v1/activities/{activity['id']}/sign-ups", headers=organizer).json["items"]
    assert [(row["resident_id"], row["status"]) for row in rows] == [(ben, "offered")]
    assert api.get(f"/api/v1/cards/{anna}", headers=organizer).status_code == 404
    assert api.get(f"/api/v1/cards/{ben}", headers=organizer).status_code == 200


def test_who_comes_back_is_known_again(api, deliver):
    copy = told(deliver, ["registered", "left"])
    again = ResidentRegistered(
        resident_id=copy.id, community_code="C", name="封𠮷", source="self", registered_at=MORNING + 9 * HOUR, consents=[])
    deliver("checkin", again)
    deliver("checkin", facts(copy.id)["left"])
    copy.reload()
    assert (copy.presence, copy.name) == ("known", "封𠮷")


@pytest.mark.parametrize("order", list(permutations(["registered", "mandate", "mandate again", "another"])))
def test_a_proxy_is_tied_once_even_before_the_registration_is_heard_of(api, deliver, order):
    person_id, first, second = new_id(), new_id(), new_id()
    given = {"community_code": "C", "person_id": person_id, "agreed_by": "code", "given_at": MORNING}
    mandate = MandateGiven(mandate_id=new_id(), proxy_id=first, **given)
    told = {
        "registered": facts(person_id)["registered"], "mandate": mandate, "mandate again": mandate,
        "another": MandateGiven(mandate_id=new_id(), proxy_id=second, **given),
    }
    for name in order:
        deliver("checkin", told[name])
    copy = Attendee.objects.get(id=person_id)
    assert (sorted(copy.proxy_ids), copy.presence) == (sorted([first, second]), "known")


@pytest.mark.parametrize("order", list(permutations(["registered", "nominated", "admitted"])))
def test_nominators_are_tied_even_before_the_registration_is_heard_of(api, deliver, order):
    copy = told(deliver, [*order, *order])
    assert sorted(copy.nominated_by) == ["n1", "n2", "n3"]
    assert [row["skill"] for row in copy.skills] == ["clinic"]
    assert copy.presence == "known"


def test_a_nominee_whose_registration_is_unheard_of_is_unknown(api, deliver):
    assert told(deliver, ["nominated"]).presence == "unknown"


@pytest.mark.parametrize("order", list(permutations(["registered", "admitted", "suspended"])))
def test_a_suspension_holds_against_an_older_admission(api, deliver, order):
    assert told(deliver, [*order, *order]).skills == []


def test_names_get_their_pinyin_initials(api, person):
    assert Attendee.objects(id=person("欧阳小红")).first().initials == "oyxh"
