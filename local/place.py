"""Where one running copy of Second Pass keeps its state, and names short enough for sockets."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A Unix socket's whole path fits in 108 bytes; this leaves room for the file's name.
SOCKET_DIRECTORY_BYTES = 80


@dataclass(frozen=True)
class Place:
    """The folder of one copy (`VAR`) and what lies where in it."""

    var: Path

    @classmethod
    def from_environment(cls) -> "Place":
        """The folder that `VAR` names, `var/` in the checkout when it names none."""
        return cls(Path(os.environ.get("VAR") or ROOT / "var").resolve())

    def below(self, name: str) -> "Place":
        """A place of its own inside this one, as the tests' is."""
        return Place(self.var / name)

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def mail(self) -> Path:
        return self.var / "mail"

    @property
    def media(self) -> Path:
        return self.var / "media"

    @property
    def static(self) -> Path:
        return self.var / "static"

    @property
    def env_file(self) -> Path:
        return self.run / "env"

    @property
    def ready_file(self) -> Path:
        """Holds the supervisor's process and the site's address while the stack is ready."""
        return self.run / "ready"

    @property
    def key(self) -> str:
        """Twelve letters that name this folder among all others on the machine."""
        return hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]

    def make(self) -> None:
        """Make every folder; `run/` holds sockets and the environment, so only its owner enters."""
        for folder in (self.run, self.logs, self.mail, self.media, self.static):
            folder.mkdir(parents=True, exist_ok=True)
        self.run.chmod(0o700)

    def socket_directory(self, preferred: Path, *, prefix: str) -> Path:
        """`preferred` where a socket's path fits, else a private folder under the system's /tmp."""
        if len(os.fsencode(preferred)) <= SOCKET_DIRECTORY_BYTES:
            preferred.mkdir(mode=0o700, parents=True, exist_ok=True)
            return preferred
        folder = Path(tempfile.gettempdir()) / f"{prefix}-{os.getuid()}-{self.key}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), 65534):
            raise SystemExit(f"{folder} belongs to somebody else; remove it or set TMPDIR.")
        return folder
