"""PostgreSQL and Valkey of one place, started together and stopped in order."""

import os
from collections.abc import Mapping

from local import postgres, valkey
from local.child import Child, is_alive, require_linux, wait_until
from local.claim import Claim
from local.place import Place


class Servers:
    """The children of one supervisor, databases first. Stops them in reverse order.

    Use as a context manager: whatever ends the block stops every child.
    """

    def __init__(self, place: Place, *, fast: bool = False) -> None:
        self.place = place
        self.fast = fast
        self.children: list[Child] = []
        self.env: dict[str, str] = dict(os.environ)

    def __enter__(self) -> "Servers":
        require_linux()
        self.place.make()
        self.claim = Claim(self.place.run)
        self.claim.take()
        for log in self.place.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))
        return self

    def __exit__(self, *error: object) -> None:
        self.claim.announce_stopping()
        for child in reversed(self.children):
            child.ask_to_stop()
            child.wait_stopped()
        self.claim.children.unlink(missing_ok=True)

    def start_databases(self) -> None:
        """Start both and add their addresses to the environment of whatever comes next."""
        server, home = postgres.start_postgres(self.place, fast=self.fast)
        self.adopt(server)
        store, kept = valkey.start_valkey(self.place, fast=self.fast)
        self.adopt(store)
        wait_until(lambda: valkey.is_ready(kept), what="Valkey", child=store)
        wait_until(lambda: postgres.is_ready(home), what="PostgreSQL", child=server)
        self.env |= {
            "DATABASE_URL": home.url,
            "BROKER_URL": kept.broker_url,
            "CACHE_URL": kept.cache_url,
            "VAR": str(self.place.var),
            "MEDIA_ROOT": str(self.place.media),
            "STATIC_ROOT": str(self.place.static),
            "MAIL_ROOT": str(self.place.mail),
        }

    def adopt(self, child: Child) -> Child:
        """Stop this one too, before those that came earlier."""
        self.children.append(child)
        self.claim.record(each.pid for each in self.children if not each.has_ended())
        return child

    def dismiss(self, child: Child) -> None:
        self.children.remove(child)


class ParentWatch:
    """Tells when the process that started us has gone, whoever has adopted us since."""

    def __init__(self, parent: int) -> None:
        self.parent = parent

    def has_gone(self) -> bool:
        return os.getppid() != self.parent or not is_alive(self.parent)


def write_environment(place: Place, env: Mapping[str, str], names: tuple[str, ...]) -> None:
    """Leave the addresses where `manage.py` finds them while the stack is up."""
    draft = place.env_file.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{name}='{env[name]}'\n" for name in names))
    draft.replace(place.env_file)
