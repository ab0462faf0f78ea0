"""Make a replica set of fresh mongods, and the one user that the services sign in as. Running it again changes nothing.

The members know each other by a key file, and who holds it may act as the server itself: no root password, and no need to
run inside the first member's container.

`python -m shared.local.replica_set --members HOST:PORT,… --keyfile FILE --password-file FILE`
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from shared.local.passwords import REPLICA_SET, USER

NOT_YET_INITIALISED = 94
ROLES = ("readWriteAnyDatabase", "dbAdminAnyDatabase")
PATIENCE_SECONDS = 300.0
POLL_SECONDS = 1.0


def make_replica_set(members: list[str], *, keyfile: str, password: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Bring the set to exactly `members` and give USER this password; raises the last PyMongoError if `seconds` do not do."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            _agree_on(members, keyfile)
            _let_in(members, keyfile, password)
            return
        except PyMongoError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)


def _agree_on(members: list[str], keyfile: str) -> None:
    """Initiate the set, or add the members that it does not know yet."""
    with _as_server(members[0], keyfile, directConnection=True) as client:
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALISED:
                raise
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": _rows(members)})
            return
    known = [row["host"] for row in config["members"]]
    for member in members:
        if member not in known:
            _add(member, members[0], keyfile)


def _add(member: str, reached_at: str, keyfile: str) -> None:
    """Add one voting member; the server takes one change at a time."""
    with _as_server(reached_at, keyfile, replicaSet=REPLICA_SET) as client:
        config = client.admin.command("replSetGetConfig")["config"]
        config["members"].append({"_id": max(row["_id"] for row in config["members"]) + 1, "host": member})
        config["version"] += 1
        client.admin.command("replSetReconfig", config)


def _let_in(members: list[str], keyfile: str, password: str) -> None:
    with _as_server(",".join(members), keyfile, replicaSet=REPLICA_SET) as client:
        known = client.admin.command("usersInfo", USER)["users"]
        client.admin.command("updateUser" if known else "createUser", USER, pwd=password, roles=list(ROLES))


def _as_server(hosts: str, keyfile: str, **more: Any) -> "MongoClient[dict[str, Any]]":
    return MongoClient(
        f"mongodb://{hosts}/", username="__system", password=keyfile, authSource="local", authMechanism="SCRAM-SHA-256",
        serverSelectionTimeoutMS=5_000, **more,
    )  # fmt: skip


def _rows(members: list[str]) -> list[dict[str, Any]]:
    return [{"_id": number, "host": host} for number, host in enumerate(members)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m shared.local.replica_set", description=__doc__)
    parser.add_argument("--members", required=True, help="HOST:PORT of every member, with commas")
    parser.add_argument("--keyfile", type=Path, required=True)
    parser.add_argument("--password-file", type=Path, required=True)
    chosen = parser.parse_args()
    hosts = chosen.members.split(",")
    make_replica_set(hosts, keyfile=chosen.keyfile.read_text().strip(), password=chosen.password_file.read_text().strip())
    sys.exit(print(f"the replica set {REPLICA_SET} has {len(hosts)} members and the user {USER}"))
