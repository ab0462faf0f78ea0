"""Our own database and broker keep what they promised over a kill, lose all on a wipe, and let nobody in without a password."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pika
import pika.exceptions
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from shared.local.child import Child, free_port
from shared.local.passwords import make_passwords
from shared.local.replica_set import make_replica_set
from shared.local.servers import Mongod, RabbitMq, mongod_program

# A queue that is younger than this may be lost by a broker that is killed; see the record of decisions on the broker.


@pytest.fixture
def mongod(tmp_path: Path) -> Iterator[Mongod]:
    server = Mongod(tmp_path / "mongod").start()
    yield server
    server.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RabbitMq]:
    server = RabbitMq(tmp_path / "rabbitmq").start()
    yield server
    server.stop()


def test_a_killed_database_comes_back_at_the_same_address_with_what_it_confirmed(mongod: Mongod) -> None:
    uri = mongod.uri
    with MongoClient(uri, w="majority", journal=True) as client:
        client.house.beans.insert_one({"_id": 1})

    mongod.kill()
    mongod.restart()

    assert mongod.uri == uri
    assert _beans(uri) == [{"_id": 1}]


def test_a_database_whose_port_was_taken_moves_and_keeps_its_data(mongod: Mongod) -> None:
    with MongoClient(mongod.uri, w="majority") as client:
        client.house.beans.insert_one({"_id": 1})
    mongod.stop()
    old_port = mongod.port
    (mongod.folder / "port").unlink()

    mongod.start()

    assert mongod.port != old_port
    assert _beans(mongod.uri) == [{"_id": 1}]


def test_a_wiped_database_has_forgotten_everything(mongod: Mongod) -> None:
    with MongoClient(mongod.uri, w="majority") as client:
        client.house.beans.insert_one({"_id": 1})

    mongod.wipe()
    mongod.start()

    assert _beans(mongod.uri) == []


def test_a_killed_broker_keeps_a_confirmed_message_and_a_wiped_one_does_not(broker: RabbitMq, wait_until: Any) -> None:
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        channel = connection.channel()
        channel.queue_declare("news", durable=True)
        channel.confirm_delivery()
        wait_until(lambda: _is_on_disk(broker, b"news"))
        channel.basic_publish("", "news", b"heard", pika.BasicProperties(delivery_mode=2))

    broker.kill()
    broker.restart()
    assert _waiting(broker, "news") == 1

    broker.wipe()
    broker.start()
    with pytest.raises(pika.exceptions.ChannelClosedByBroker):
        _waiting(broker, "news")


def test_a_broker_whose_disk_is_full_takes_nothing_in_until_there_is_room_again(broker: RabbitMq) -> None:
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        channel = connection.channel()
        channel.queue_declare("full", durable=True)
        channel.confirm_delivery()
        publishing = Thread(target=channel.basic_publish, args=("", "full", b"waits"))
        with broker.full_disk():
            publishing.start()
            publishing.join(1.0)
            was_waiting = publishing.is_alive()
        publishing.join(10.0)

    assert (was_waiting, publishing.is_alive()) == (True, False)
    assert _waiting(broker, "full") == 1


def test_the_broker_refuses_the_well_known_guest(broker: RabbitMq) -> None:
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(f"amqp://guest:guest@127.0.0.1:{broker.port}/%2F"))


def test_a_replica_set_with_a_key_file_grows_and_lets_in_its_user(tmp_path: Path, members: list[str], wait_until: Any) -> None:
    keyfile = (tmp_path / "mongodb-server" / "keyfile").read_text()
    password = (tmp_path / "mongodb-server" / "password").read_text()
    make_replica_set(members[:1], keyfile=keyfile, password=password, seconds=30)

    make_replica_set(members, keyfile=keyfile, password=password, seconds=30)
    make_replica_set(members, keyfile=keyfile, password=password, seconds=30)

    with MongoClient((tmp_path / "mongodb" / "uri").read_text(), w="majority") as client:
        client.house.beans.insert_one({"_id": 1})
        wait_until(lambda: sorted(client.admin.command("hello")["hosts"]) == sorted(members), 30)
    with pytest.raises(OperationFailure), MongoClient(f"mongodb://{members[0]}/?directConnection=true") as stranger:
        stranger.house.beans.find_one()


@pytest.fixture
def members(tmp_path: Path) -> Iterator[list[str]]:
    """Two mongods that trust each other by a key file and know no user yet."""
    ports = [free_port(), free_port()]
    addresses = [f"127.0.0.1:{port}" for port in ports]
    make_passwords(tmp_path, mongodb=",".join(addresses), rabbitmq="127.0.0.1:1")
    (tmp_path / "mongodb-server" / "keyfile").chmod(0o400)
    children = [_guarded_mongod(tmp_path, port) for port in ports]
    yield addresses
    for child in children:
        child.kill()


def _guarded_mongod(folder: Path, port: int) -> Child:
    data = folder / str(port)
    data.mkdir()
    command = [mongod_program(), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
    command += ["--replSet", "rs0", "--keyFile", str(folder / "mongodb-server" / "keyfile"), "--wiredTigerCacheSizeGB", "0.25"]
    return Child(command, log=folder / f"{port}.log")


def _beans(uri: str) -> list[Any]:
    with MongoClient(uri) as client:
        return list(client.house.beans.find())


def _is_on_disk(broker: RabbitMq, queue: bytes) -> bool:
    """Tell whether the broker wrote down that a queue stands: it answers a declaration before that."""
    logs = [path for path in broker.data.rglob("*") if path.suffix in {".LOG", ".DCD", ".DCL"}]
    return any(queue in path.read_bytes() for path in logs)


def _waiting(broker: RabbitMq, queue: str) -> int:
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        count: int = connection.channel().queue_declare(queue, passive=True).method.message_count
        return count
