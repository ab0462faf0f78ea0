"""What the door needs to know. Every limit that a reader can run into is named here."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(Settings):
    """Settings of the gateway; rates are in the notation of `limits` and hold per replica."""

    service: ClassVar[str] = "gateway"

    secret_key: str = ""
    secret_key_path: str = ".local/keys/gateway.secret"  # noqa: S105 - where it lies, not what it is
    public_url: str = ""
    https: bool = False
    demo: bool = False
    trusted_proxies: int = 0
    connections_per_service: int = 64
    answer_seconds: float = 15.0
    page_seconds: float = 5.0
    token_seconds: int = 30
    acting_seconds: int = 10
    body_bytes_max: int = 2**20
    upload_bytes_max: int = 8 * 2**20
    address_rate: str = "6000/second"
    session_rate: str = "4000/second"

    def signing_secret(self) -> str:
        """Return the secret that signs form tokens: given, or made once and kept in a file that only the owner reads."""
        return self.secret_key or _kept_secret(Path(self.secret_key_path))


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:  # O_EXCL: of several replicas that start together on one machine exactly one makes the secret
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secret := secrets.token_hex(32))
    return secret
