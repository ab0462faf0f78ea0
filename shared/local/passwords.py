"""The passwords by which the house reaches its database and broker, made once at set-up of a server or a cluster.

`python -m shared.local.passwords FOLDER --mongodb HOST:PORT,… --rabbitmq HOST:PORT` makes what is missing. One folder a reader,
so that each can be mounted where it is needed and nowhere else:

    mongodb/uri               for the services             rabbitmq/url               for the services
    mongodb-server/keyfile    for the members of the set   rabbitmq-server/user.conf  for the brokers
    mongodb-server/password   for who sets the set up      rabbitmq-server/cookie     for the brokers among themselves
"""

import argparse
import os
import secrets
from collections.abc import Callable
from pathlib import Path

USER = "golden-bean"
REPLICA_SET = "rs0"
KEYFILE_CHARACTERS = 512
# Readable by every reader of the volume: the volume is the boundary, and each server's image runs as a user of its own.
MODE = 0o444


def make_passwords(folder: Path, *, mongodb: str, rabbitmq: str) -> None:
    """Make the files that are missing below `folder`; `mongodb` lists the members, `rabbitmq` is the broker's address."""
    _once(folder / "mongodb-server" / "keyfile", lambda: secrets.token_hex(KEYFILE_CHARACTERS // 2))
    database = _once(folder / "mongodb-server" / "password", _password)
    broker = _once(folder / "rabbitmq-server" / "password", _password)
    _once(folder / "mongodb" / "uri", lambda: f"mongodb://{USER}:{database}@{mongodb}/?replicaSet={REPLICA_SET}&authSource=admin")
    _once(folder / "rabbitmq" / "url", lambda: f"amqp://{USER}:{broker}@{rabbitmq}/%2F")
    _once(folder / "rabbitmq-server" / "user.conf", lambda: f"default_user = {USER}\ndefault_pass = {broker}\n")
    _once(folder / "rabbitmq-server" / "cookie", _password)


def _password() -> str:
    return secrets.token_urlsafe(32)


def _once(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "w") as file:
            file.write(make())
        draft.rename(path)
    return path.read_text()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m shared.local.passwords", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mongodb", required=True, help="HOST:PORT of every member, with commas")
    parser.add_argument("--rabbitmq", required=True, help="HOST:PORT")
    chosen = parser.parse_args()
    make_passwords(chosen.folder, mongodb=chosen.mongodb, rabbitmq=chosen.rabbitmq)
    print(f"passwords are in place below {chosen.folder}")
