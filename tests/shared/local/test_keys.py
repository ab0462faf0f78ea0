"""Secrets are made once, are readable by their owner only, and are what the token check expects."""

import json
import stat
import subprocess
from pathlib import Path

from shared.local.keys import KeyPaths, make_keys
from shared.local.passwords import make_passwords
from shared.web.auth import Caller, TokenReader, sign_token

ENTRY = Path(__file__).parents[3] / "shared" / "local" / "with_secrets.sh"


def test_a_token_signed_with_a_fresh_key_is_believed(tmp_path: Path) -> None:
    paths = KeyPaths.within(tmp_path)
    make_keys(paths)

    token = sign_token(Caller(resident_id="r", roles=frozenset({"resident"})), private_key_path=str(paths.identity))

    assert TokenReader(str(paths.jwks)).read(token).resident_id == "r"


def test_making_keys_again_changes_none(tmp_path: Path) -> None:
    paths = KeyPaths.within(tmp_path)
    make_keys(paths)
    before = {path: path.read_text() for path in tmp_path.iterdir()}

    make_keys(paths)

    assert {path: path.read_text() for path in tmp_path.iterdir()} == before


def test_private_keys_are_for_their_owner_only_and_the_published_ones_are_public(tmp_path: Path) -> None:
    paths = KeyPaths.within(tmp_path)

    make_keys(paths)

    assert {stat.S_IMODE(path.stat().st_mode) for path in (paths.identity, paths.platform, paths.gateway)} == {0o600}
    published = json.loads(paths.jwks.read_text())["keys"]
    assert {key["kid"] for key in published} == {"identity", "platform"}
    assert not any("d" in key for key in published)


def test_variables_name_the_paths_and_come_back(tmp_path: Path) -> None:
    paths = KeyPaths.within(tmp_path)
    assert KeyPaths.named_by(paths.environment()) == paths


def test_passwords_are_made_once_and_agree_with_each_other(tmp_path: Path) -> None:
    make_passwords(tmp_path, mongodb="m0:27017,m1:27017", rabbitmq="r:5672")
    uri = (tmp_path / "mongodb" / "uri").read_text()

    make_passwords(tmp_path, mongodb="m0:27017,m1:27017", rabbitmq="r:5672")

    assert (tmp_path / "mongodb" / "uri").read_text() == uri
    assert (tmp_path / "mongodb-server" / "password").read_text() in uri
    assert (tmp_path / "rabbitmq-server" / "password").read_text() in (tmp_path / "rabbitmq" / "url").read_text()


def test_a_container_reads_its_passwords_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "uri"
    secret.write_text("mongodb://somewhere/?a=b&c='d'")

    command = ["sh", str(ENTRY), "sh", "-c", 'printf %s "$GB_MONGODB_URI"']
    seen = subprocess.run(command, env={"GB_MONGODB_URI_FILE": str(secret)}, capture_output=True, text=True, check=True)

    assert seen.stdout == "mongodb://somewhere/?a=b&c='d'"
