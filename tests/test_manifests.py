"""The manifests for one server and for a cluster: valid, complete for every service of the house, and as strict as they claim."""

import os
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from shared.local.keys import KeyPaths, make_keys
from shared.local.passwords import make_passwords
from shared.local.servers import TRANSACTION_SECONDS_MAX, WRITING_OUT
from shared.settings import LOCAL_PORTS

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
SERVICES = tuple(LOCAL_PORTS)
OVERLAYS = ("dev", "prod")
CONFIGURATION, BROKER_BYTES = ROOT / "k8s/base/rabbitmq/rabbitmq.conf", 768 * 2**20
OUR_PROCESSES = tuple(f"{service}{suffix}" for service in SERVICES for suffix in ("", "-worker", "-set-up"))

Manifest = dict[str, Any]


# --- one server ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose() -> Manifest:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_the_compose_file_keeps_to_the_compose_specification() -> None:
    _run(SCRIPTS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml")


def test_every_service_of_the_house_has_its_api_its_worker_and_its_set_up_on_one_server(compose: Manifest) -> None:
    assert set(OUR_PROCESSES) | {"gateway"} <= set(compose["services"])


@pytest.mark.parametrize("name", [*OUR_PROCESSES, "gateway", "keys", "replica-set"])
def test_our_containers_run_as_nobody_on_a_read_only_disk(compose: Manifest, name: str) -> None:
    container = compose["services"][name]
    assert container["user"] == "10001:10001"
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["deploy"]["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", [*SERVICES, *(f"{service}-worker" for service in SERVICES), "gateway", "mongodb", "rabbitmq"])
def test_what_runs_for_long_is_started_again_and_asked_for_its_health(compose: Manifest, name: str) -> None:
    container = compose["services"][name]
    assert container["restart"] == "unless-stopped"
    assert container["healthcheck"]["test"]
    assert container["depends_on"]


def test_compose_can_read_every_command(compose: Manifest) -> None:
    commands = [row["command"] for row in compose["services"].values() if isinstance(row.get("command"), str)]
    assert commands
    for command in commands:
        reader = shlex.shlex(command, posix=True, punctuation_chars=True)  # as Compose, it takes a bare ( ) ; & | < > for a shell's
        reader.whitespace_split = True
        assert not [word for word in reader if word and set(word) <= set("();<>|&")], command


@pytest.mark.parametrize("manifest", ["docker-compose.yml", "k8s/base/mongodb/mongodb.yaml"])
def test_the_record_is_kept_everywhere_as_on_one_machine(manifest: str) -> None:
    words = (ROOT / manifest).read_text().split()
    assert words[words.index("--wiredTigerEngineConfigString") + 1] == WRITING_OUT
    assert words[words.index("--setParameter") + 1] == f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS_MAX}"


def test_the_brokers_log_in_memory_fits_its_memory() -> None:
    told = dict(line.split(" = ") for line in CONFIGURATION.read_text().splitlines() if " = " in line and line[0] != "#")
    assert 4 * int(told["raft.wal_max_size_bytes"]) <= float(told["vm_memory_high_watermark.relative"]) * BROKER_BYTES


def test_where_facts_are_shared_out_the_broker_knows_how(compose: Manifest, rendered: dict[str, list[Manifest]]) -> None:
    plugins = (CONFIGURATION.parent / "enabled_plugins").read_text()
    assert "rabbitmq_consistent_hash_exchange" in plugins
    assert compose["services"]["ledger-worker"]["environment"]["GB_PARTITIONS"] == "ledger=2"
    assert "listen 1" in compose["services"]["ledger-listener-1"]["command"]
    assert any("enabled_plugins:/etc/rabbitmq/enabled_plugins" in row for row in compose["services"]["rabbitmq"]["volumes"])
    for overlay in OVERLAYS:
        (pod,) = [pod for name, pod in _pods(rendered[overlay]) if name == "rabbitmq"]
        assert {"name": "RABBITMQ_ENABLED_PLUGINS_FILE", "value": "/settings/enabled_plugins"} in pod["containers"][0]["env"]
        maps = [row["data"] for row in rendered[overlay] if row["kind"] == "ConfigMap" and row["metadata"]["name"].startswith("rabbitmq-")]
        assert [row["enabled_plugins"] for row in maps] == [plugins]


def test_only_the_gateway_is_reachable_from_outside(compose: Manifest) -> None:
    published = {name for name, container in compose["services"].items() if container.get("ports")}
    assert published == {"gateway"}
    assert compose["networks"]["house"]["internal"] is True


def test_only_identity_holds_the_key_that_speaks_for_people(compose: Manifest) -> None:
    holders = {name for name, container in compose["services"].items() if _mounts(container, "identity-key")}
    assert holders == {"keys", "identity", "identity-worker", "identity-set-up"}


def test_no_password_and_no_demo_stands_in_the_compose_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert "GB_DEMO" not in text
    assert "PASSWORD:" not in text.upper()


# --- a cluster ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Manifest]]:
    """Both overlays as `kubectl apply -k` would send them, with secrets made as k8s/README.md says."""
    folder = tmp_path_factory.mktemp("cluster") / "k8s"
    shutil.copytree(ROOT / "k8s", folder, ignore=shutil.ignore_patterns("secrets"))
    return {overlay: list(_render(folder / "overlays" / overlay)) for overlay in OVERLAYS}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_is_valid_in_the_strict_sense(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    for manifest in rendered[overlay]:
        kubernetes_validate.validate(manifest, "1.37", strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_service_of_the_house_has_its_rooms_in_the_cluster(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    found = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in rendered[overlay]}
    for service in SERVICES:
        assert found >= {
            ("Deployment", f"{service}-api"), ("Service", f"{service}-api"), ("PodDisruptionBudget", f"{service}-api"),
            ("Deployment", f"{service}-worker"), ("PodDisruptionBudget", f"{service}-worker"), ("Job", f"{service}-set-up"),
        }  # fmt: skip


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_runs_as_nobody_on_a_read_only_disk_within_limits(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    for name, pod in _pods(rendered[overlay]):
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
            assert container["securityContext"]["allowPrivilegeEscalation"] is False, name
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["requests"]["memory"], name
            assert container["resources"]["limits"]["memory"], name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_that_stays_is_probed(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    for name, pod in _pods(rendered[overlay], kinds={"Deployment", "StatefulSet"}):
        for container in pod["containers"]:
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container), name
            if container["image"].startswith("golden-bean:"):
                assert container["livenessProbe"]["httpGet"]["path"] == "/livez", name
                assert container["readinessProbe"]["httpGet"]["path"] == "/readyz", name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_disruption_budget_and_service_finds_pods(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    labels = [manifest["spec"]["template"]["metadata"]["labels"] for manifest in rendered[overlay] if _has_pods(manifest)]
    for manifest in rendered[overlay]:
        if manifest["kind"] in {"PodDisruptionBudget", "Service"}:
            selector = manifest["spec"]["selector"]
            wanted = selector.get("matchLabels", selector)
            assert sum(wanted.items() <= found.items() for found in labels) == 1, manifest["metadata"]["name"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_ledger_never_has_two_writers_on_purpose(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    writer = _named(rendered[overlay], "Deployment", "ledger-worker")
    assert writer["spec"]["replicas"] == 1
    assert writer["spec"]["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_further_partition_of_the_ledger_has_its_listener(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    listeners = _named(rendered[overlay], "StatefulSet", "ledger-listener")["spec"]
    assert _settings(rendered[overlay])["GB_PARTITIONS"] == f"ledger={listeners['replicas'] + 1}"
    assert listeners["ordinals"] == {"start": 1}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nobody_talks_to_anybody_unless_it_is_allowed(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    closed = _named(rendered[overlay], "NetworkPolicy", "nobody-to-anybody")
    assert closed["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_only_identitys_pods_hold_the_key_that_speaks_for_people(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    holders = {name for name, pod in _pods(rendered[overlay]) if "'identity-key-" in str(pod["volumes"])}
    assert holders == {"identity-api", "identity-worker", "identity-set-up"}


def test_in_production_record_and_broker_are_three_and_queues_are_quorum_queues(rendered: dict[str, list[Manifest]]) -> None:
    prod = rendered["prod"]
    assert _named(prod, "StatefulSet", "mongodb")["spec"]["replicas"] == 3
    assert _named(prod, "StatefulSet", "rabbitmq")["spec"]["replicas"] == 3
    assert _settings(prod)["GB_QUEUE_TYPE"] == "quorum"
    members = _named(prod, "Job", "replica-set")["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"]
    assert len(members.split(",")) == 3


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_settings_name_every_service_and_bring_no_demo(rendered: dict[str, list[Manifest]], overlay: str) -> None:
    settings = _settings(rendered[overlay])
    named = dict(pair.split("=") for pair in settings["GB_SERVICE_URLS"].split(","))
    assert named == {service: f"http://{service}-api:8000" for service in SERVICES}
    assert "GB_DEMO" not in settings


def test_no_secret_is_in_the_repository() -> None:
    listed = _run("git", "-C", ROOT, "ls-files", "k8s", ".local").splitlines()
    assert [path for path in listed if "secrets/" in path or "private" in path] == []


def _render(overlay: Path) -> Iterator[Manifest]:
    make_keys(KeyPaths.within(overlay / "secrets" / "keys"))
    make_passwords(overlay / "secrets", mongodb="mongodb-0.mongodb:27017", rabbitmq="rabbitmq:5672")
    yield from yaml.safe_load_all(_run(SCRIPTS / "kubectl", "kustomize", overlay))


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "HOME": os.devnull})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _has_pods(manifest: Manifest) -> bool:
    return manifest["kind"] in {"Deployment", "StatefulSet", "Job"}


def _pods(manifests: list[Manifest], kinds: set[str] | None = None) -> Iterator[tuple[str, Manifest]]:
    for manifest in manifests:
        if _has_pods(manifest) and (kinds is None or manifest["kind"] in kinds):
            yield manifest["metadata"]["name"], manifest["spec"]["template"]["spec"]


def _named(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    return next(row for row in manifests if row["kind"] == kind and row["metadata"]["name"] == name)


def _settings(manifests: list[Manifest]) -> dict[str, str]:
    maps = [row for row in manifests if row["kind"] == "ConfigMap"]
    return next(row["data"] for row in maps if row["metadata"]["name"].startswith("settings-"))


def _mounts(container: Manifest, volume: str) -> bool:
    return any(str(row).startswith(f"{volume}:") for row in container.get("volumes", []))
