"""The audit: it finds and places whatever breaks a law, and nothing else; checkpoints add up to what the entries do."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from services.ledger import commands, queries
from services.ledger.commands import checkpoints
from services.ledger.models import Checkpoint, Entry, JournalMark, account_of
from services.ledger.queries import laws
from shared.clock import utc_now
from shared.ids import new_id
from tests.conftest import worker_of
from tests.services.ledger.facts import cancelled, fulfilled, hours, requested
from tests.services.ledger.test_posting import tell


@pytest.fixture(scope="module", autouse=True)
def ledger(client_of: Callable[[str], Any]) -> Any:
    return client_of("ledger")


@pytest.fixture
def me() -> str:
    """Somebody with a life of five entries: two earnings, a hold, its release, a hold that is open."""
    resident_id = new_id()
    first, second = requested(resident_id, 4), requested(resident_id, 3)
    tell(hours(resident_id), hours(resident_id), first, cancelled(first), second)
    return resident_id


@pytest.fixture
def tampered(me: str) -> Iterator[Callable[..., set[str]]]:
    """Return the function that changes an entry behind everyone's back and returns the laws that the audit finds broken."""
    entries = Entry._get_collection()
    kept = list(entries.find({"account": account_of(me, "bean")}))

    def change(number: int, values: dict[str, Any]) -> set[str]:
        entries.update_one(
            {"account": account_of(me, "bean"), "seq": number}, {"$set": values}, bypass_document_validation=True
        )
        audit = queries.verify_ledger()
        places = {name: finding.places for name, finding in audit.findings.items() if finding.broken}
        assert all(me in place for name, found in places.items() for place in found if name != "zero")
        return set(places)

    yield change
    entries.delete_many({"account": account_of(me, "bean")})
    entries.insert_many(kept)


def test_all_laws_hold_over_what_was_posted(me: str) -> None:
    audit = queries.verify_ledger()

    assert {name: finding.broken for name, finding in audit.findings.items()} == dict.fromkeys(audit.findings, 0)
    assert audit.entries == Entry._get_collection().count_documents({})
    assert audit.open_holds >= 1
    assert all(sum(totals.values()) == -audit.balances[unit] for unit, totals in audit.contra.items())


@pytest.mark.parametrize(
    ("number", "values", "laws"),
    [
        (1, {"delta": 9}, {"running", "zero"}),
        (2, {"held_delta": 1}, {"running"}),
        (2, {"balance": 21}, {"running", "free", "sums", "lots"}),
        (3, {"held": 5}, {"running", "free", "holds"}),
        (3, {"available": -1}, {"floor", "free"}),
        (4, {"earned": 21}, {"sums"}),
        (5, {"lots": [[20271130, 19]]}, {"lots"}),
        (5, {"holds": []}, {"holds", "once"}),
        (5, {"kind": "release"}, {"once"}),
        (2, {"seq": 7}, {"numbers", "running", "once", "holds"}),
    ],
)
def test_a_tampered_entry_is_found_by_the_laws_it_breaks(
    tampered: Callable[..., set[str]], number: int, values: dict[str, Any], laws: set[str]
) -> None:
    assert laws - {"once", "holds"} <= tampered(number, values)


def test_two_errors_that_cancel_out_are_found_too(tampered: Callable[..., set[str]], me: str) -> None:
    Entry._get_collection().update_one({"account": account_of(me, "bean"), "seq": 1}, {"$inc": {"delta": 5}})

    assert "running" in tampered(2, {"delta": 5})


def test_posting_goes_on_while_the_audit_reads() -> None:
    stopping = threading.Event()

    def post() -> None:
        while not stopping.is_set():
            tell(*(hours(new_id()) for _ in range(20)))

    thread = threading.Thread(target=post)
    thread.start()
    broken = [queries.verify_ledger().broken for _ in range(5)]
    stopping.set()
    thread.join()

    assert broken == [0] * 5


def test_the_command_prints_every_law_and_fails_when_one_is_broken(
    tampered: Callable[..., set[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert worker_of("ledger").commands["verify-ledger"]([]) == 0
    assert capsys.readouterr().out.count("holds ") >= 10

    tampered(1, {"earned": 3})

    assert worker_of("ledger").commands["verify-ledger"]([]) == 1
    assert "BROKEN" in capsys.readouterr().out


def life_in(community_code: str) -> None:
    """Two people earn 10 each, one spends 4; then the millisecond is over, so that an interval may be closed after it."""
    me = new_id()
    request = requested(me, 4, community_code=community_code)
    deeds = [hours(who, community_code=community_code, on=date(2026, 11, 5)) for who in (me, new_id())]
    tell(*deeds, request, fulfilled(request))
    time.sleep(0.002)


def test_checkpoints_and_the_tail_make_up_what_is_outstanding() -> None:
    community = f"C-{new_id()[-8:]}"
    life_in(community)
    before = queries.outstanding_beans(community)

    commands.close_interval(lag_seconds=0)
    closed = queries.outstanding_beans(community)
    life_in(community)
    grown = queries.outstanding_beans(community)
    commands.close_interval(lag_seconds=0)

    assert (before, closed, grown, queries.outstanding_beans(community)) == (16, 16, 32, 32)
    rows = list(Checkpoint.objects(community_code=community).order_by("number"))
    assert [(row.number, row.entries, sum(row.totals.values())) for row in rows] == [(1, 3, 16), (2, 6, 32)]
    assert queries.verify_ledger().broken == 0


def test_a_clock_that_is_ahead_closes_no_interval_that_others_still_write_into() -> None:
    community = f"C-{new_id()[-8:]}"
    life_in(community)
    with time_machine.travel(utc_now() + timedelta(minutes=4), tick=True):
        commands.close_interval(lag_seconds=0)
    life_in(community)
    commands.close_interval(lag_seconds=0)

    assert queries.outstanding_beans(community) == 32
    assert queries.verify_ledger().broken == 0


def test_a_quiet_interval_makes_no_checkpoint() -> None:
    community = f"C-{new_id()[-8:]}"
    life_in(community)
    commands.close_interval(lag_seconds=0)

    assert commands.close_interval(lag_seconds=0) == 0
    assert Checkpoint.objects(community_code=community).count() == 1


def test_an_interval_that_a_crash_left_half_closed_is_closed_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = sorted(f"C-{new_id()[-8:]}" for _ in range(2))
    life_in(one)
    life_in(other)
    since, until = checkpoints._fix_interval(utc_now())
    first = next(group for group in checkpoints._posted(since, until) if group["_id"] == one)
    checkpoints._seal(first, until)
    life_in(one)

    assert queries.outstanding_beans(one) == 32
    assert queries.verify_ledger().broken == 0
    commands.close_interval(lag_seconds=0)
    commands.close_interval(lag_seconds=0)

    assert [row.entries for row in Checkpoint.objects(community_code=one).order_by("number")] == [3, 6]
    assert [row.entries for row in Checkpoint.objects(community_code=other)] == [3]
    assert queries.verify_ledger().broken == 0


def test_an_audit_sees_one_moment_while_intervals_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    community = f"C-{new_id()[-8:]}"
    life_in(community)
    check_accounts = laws._check_accounts

    def and_close_meanwhile(*arguments: Any) -> None:
        check_accounts(*arguments)
        commands.close_interval(lag_seconds=0)

    monkeypatch.setattr(laws, "_check_accounts", and_close_meanwhile)

    assert queries.verify_ledger().findings["sealed"].places == []
    assert Checkpoint.objects(community_code=community).count() == 1


def test_a_rewritten_checkpoint_no_longer_fits_its_seal() -> None:
    community = f"C-{new_id()[-8:]}"
    life_in(community)
    commands.close_interval(lag_seconds=0)
    stored = Checkpoint._get_collection()
    kept = stored.find_one({"community_code": community})

    stored.update_one({"_id": kept["_id"]}, {"$set": {f"totals.issued:{community}": 21}})
    places = queries.verify_ledger().findings["sealed"].places
    stored.replace_one({"_id": kept["_id"]}, kept)

    assert kept["_id"] in places
    assert f"totals of {community}" in places


def test_beans_run_out_once_a_day_and_again_after_a_crash() -> None:
    JournalMark.objects(id="expired").delete()

    commands.expire_when_due()
    day = JournalMark.objects.get(id="expired").day
    commands.expire_when_due()

    assert JournalMark.objects.get(id="expired").day == day
