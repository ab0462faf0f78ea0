"""What the fast path and the pages share: one pool a service, one memory of tokens, one counter of requests."""

from dataclasses import dataclass

from gateway.limiter import Limiter
from gateway.pool import Pool
from gateway.routes import SERVICES
from gateway.settings import GatewaySettings
from gateway.tokens import Tokens


@dataclass(frozen=True)
class Door:
    """The gateway's own machinery."""

    settings: GatewaySettings
    pools: dict[str, Pool]
    tokens: Tokens
    limiter: Limiter

    def close(self) -> None:
        """Let go of every connection."""
        for pool in self.pools.values():
            pool.close()


def open_door(settings: GatewaySettings) -> Door:
    """Return the machinery for `settings`; connects to nothing yet."""
    size, patience = settings.connections_per_service, settings.answer_seconds
    pools = {name: Pool(name, settings.service_urls[name], size, patience) for name in SERVICES}
    tokens = Tokens(pools["identity"], seconds=settings.token_seconds, acting_seconds=settings.acting_seconds)
    return Door(settings, pools, tokens, Limiter(settings))
