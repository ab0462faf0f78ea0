"""Outbox out, and the commands of whoever operates identity. Nothing comes in: identity listens to nobody."""

import argparse
import sys
from pathlib import Path

from services.identity.commands.places import found_community
from services.identity.commands.retelling import tell_births
from services.identity.handlers import SUBSCRIPTIONS
from services.identity.models import (
    Community,
    Grid,
    GuardianConsent,
    IdentityAct,
    Mandate,
    PhoneView,
    PlaceImport,
    Resident,
    RosterImport,
    Session,
)
from services.identity.settings import settings
from shared.messaging import Worker
from shared.problems import Problem


def found(arguments: list[str]) -> int:
    """Create a community from its place table, with its first steward; again changes nothing."""
    given = _found_parser().parse_args(arguments)
    try:
        code, steward_id = found_community(
            given.places.read_bytes(),
            community_code=given.code,
            steward_name=given.steward_name,
            steward_phone=given.steward_phone,
            password=given.password,
        )
    except (Problem, OSError) as problem:
        sys.stderr.write(f"found-community: {problem}\n")
        return 1
    sys.stdout.write(f"{code} stands; its steward is {steward_id}\n")
    return 0


def _found_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="found-community", description=found.__doc__)
    parser.add_argument("--places", type=Path, required=True, help="the place table, CSV or XLSX")
    parser.add_argument("--code", help="which community of the table; not needed where it holds one")
    parser.add_argument("--steward-phone", required=True)
    parser.add_argument("--steward-name", required=True)
    parser.add_argument("--password", required=True, help="the steward's, 8 characters or more")
    return parser


def tell_all_births(_: list[str]) -> int:
    """Tell every birth that was known before checkin listened for it; again tells nothing."""
    sys.stdout.write(f"{tell_births()} births told\n")
    return 0


worker = Worker(
    settings=settings(),
    documents=[Community, Grid, PlaceImport, Resident, Mandate, GuardianConsent, Session, RosterImport, IdentityAct, PhoneView],
    subscriptions=SUBSCRIPTIONS,
    commands={"found-community": found, "tell-births": tell_all_births},
)

if __name__ == "__main__":
    worker.main()
