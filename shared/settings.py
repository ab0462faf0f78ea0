"""Settings: a frozen dataclass per process, read once from the environment, refused loudly when they do not fit."""

from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from functools import partial
from typing import Any, ClassVar, TypeVar, get_type_hints

from environs import Env

S = TypeVar("S", bound="Settings")

LOCAL_PORTS = {"identity": 8101, "talent": 8102, "checkin": 8103, "ledger": 8104, "rewards": 8105, "engagement": 8106}


def _local_urls() -> dict[str, str]:
    return {name: f"http://127.0.0.1:{port}" for name, port in LOCAL_PORTS.items()}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every process of the house needs to know. Each field is read from `GB_<FIELD>`; subclasses add their own.

    `partitions` says into how many queues a service's facts are shared out (`ledger=4`); one where it says nothing.
    """

    service: ClassVar[str] = "unnamed"

    mongodb_uri: str = "mongodb://127.0.0.1:27017/?replicaSet=rs0"
    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672/%2F"
    prefix: str = "gb"
    queue_type: str = "classic"
    partitions: dict[str, int] = field(default_factory=dict)
    jwks_path: str = ".local/keys/jwks.json"
    service_key_path: str = ".local/keys/platform.private.json"
    service_urls: dict[str, str] = field(default_factory=_local_urls)
    zone: str = "Asia/Shanghai"
    notice_days: int = 3
    holidays: str = ""
    log_level: str = "INFO"
    worker_port: int = 0

    @property
    def database(self) -> str:
        """The name of the one database that this service owns."""
        return f"{self.prefix}_{self.service}"

    @property
    def days_off(self) -> frozenset[date]:
        """Public holidays, written `YYYY-MM-DD,YYYY-MM-DD`, that the calendar does not know: announced a moment ago, or local."""
        return frozenset(date.fromisoformat(day.strip()) for day in self.holidays.split(",") if day.strip())


def load(settings_class: type[S]) -> S:
    """Read `settings_class` from the environment; environs.EnvError names the variable that does not fit."""
    env, hints, values = Env(prefix="GB_"), get_type_hints(settings_class), {}
    for row in fields(settings_class):
        if (value := _read(env, row.name.upper(), hints[row.name])) is not None:
            values[row.name] = value
        elif row.default is MISSING and row.default_factory is MISSING:
            values[row.name] = env.str(row.name.upper())
    return settings_class(**values)


def _read(env: Env, name: str, kind: Any) -> Any:
    readers: dict[Any, Any] = {
        str: env.str, int: env.int, bool: env.bool, float: env.float, dict[str, str]: env.dict,
        dict[str, int]: partial(env.dict, subcast_values=int),
    }  # fmt: skip
    return readers[kind](name, None)
