"""The secrets of an installation: made once at set-up, never in the repository, readable by their owner only.

`python -m shared.local.keys` makes what is missing at the paths that the settings name, and leaves what is there.
"""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from joserfc.jwk import KeySet, OKPKey


@dataclass(frozen=True, kw_only=True)
class KeyPaths:
    """Where each secret lies. `jwks` is public; the others have one reader each, so they may lie on separate volumes."""

    jwks: Path
    identity: Path
    platform: Path
    gateway: Path

    @classmethod
    def within(cls, folder: Path) -> Self:
        """Return the paths of an installation that keeps all of them in one folder."""
        return cls(
            jwks=folder / "jwks.json",
            identity=folder / "identity.private.json",
            platform=folder / "platform.private.json",
            gateway=folder / "gateway.secret",
        )

    def environment(self) -> dict[str, str]:
        """Return the variables that tell a process where to read."""
        return {
            "GB_JWKS_PATH": str(self.jwks),
            "GB_IDENTITY_KEY_PATH": str(self.identity),
            "GB_SERVICE_KEY_PATH": str(self.platform),
            "GB_SECRET_KEY_PATH": str(self.gateway),
        }

    @classmethod
    def named_by(cls, environment: Mapping[str, str]) -> Self:
        """Return the paths that the variables name; what they leave out lies in .local/keys."""
        usual = cls.within(Path(".local/keys"))
        named = {name: Path(environment.get(name, path)) for name, path in usual.environment().items()}
        return cls(
            jwks=named["GB_JWKS_PATH"],
            identity=named["GB_IDENTITY_KEY_PATH"],
            platform=named["GB_SERVICE_KEY_PATH"],
            gateway=named["GB_SECRET_KEY_PATH"],
        )


def make_keys(paths: KeyPaths) -> None:
    """Make the secrets that are missing, and publish the public halves of both signing keys."""
    public = KeySet([_signing_key(paths.identity, kid="identity"), _signing_key(paths.platform, kid="platform")])
    _write(paths.jwks, json.dumps(public.as_dict(private=False)), mode=0o644)
    if not paths.gateway.exists():
        _write(paths.gateway, secrets.token_hex(32), mode=0o600)


def _signing_key(path: Path, *, kid: str) -> OKPKey:
    if path.exists():
        return OKPKey.import_key(json.loads(path.read_text()))
    key = OKPKey.generate_key("Ed25519", {"kid": kid})
    _write(path, json.dumps(key.as_dict(private=True)), mode=0o600)
    return key


def _write(path: Path, text: str, *, mode: int) -> None:
    """Write the whole file or nothing, never readable by others in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
    draft.rename(path)


if __name__ == "__main__":
    chosen = KeyPaths.within(Path(sys.argv[1])) if len(sys.argv) > 1 else KeyPaths.named_by(os.environ)
    make_keys(chosen)
    print(f"keys are in place; the public ones: {chosen.jwks}")
