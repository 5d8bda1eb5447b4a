"""Make `.venv` with exactly what `requirements/dev.txt` locks, and bundle the code pad. Uses the standard library only.

Run by the system's Python as `python3 -m local.install`; does nothing when the lock has not changed.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from local import editor

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements" / "dev.txt"
STAMP = VENV / "second-pass.stamp"
OLDEST = (3, 11)


def main() -> None:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        raise SystemExit(f"Second Pass needs Python 3.11 or newer; {sys.executable} is {found}.")
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not (PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted):
        _install(wanted)
    editor.build()


def _install(wanted: str) -> None:
    if not _runs(PYTHON, "-c", "pass"):
        print("Making .venv ...", flush=True)
        _make_environment()
    print("Installing what requirements/dev.txt locks (about a minute) ...", flush=True)
    pip = [str(PYTHON), "-m", "pip"]
    if not _runs(PYTHON, "-m", "pip", "--version"):
        # Debian's python3 without ensurepip: its own pip works on our environment from outside.
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    command = [
        *pip,
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary=:all:",
        f"--requirement={LOCK}",
    ]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SystemExit(
            "The installation failed; the lines above say why. `make run` tries again."
        )
    STAMP.write_text(wanted)


def _make_environment() -> None:
    full = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    bare = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)]
    if subprocess.run(full, check=False, capture_output=True).returncode == 0:
        return
    made = subprocess.run(bare, check=False, capture_output=True, text=True)
    if made.returncode:
        raise SystemExit(f"Could not make .venv:\n{made.stdout}{made.stderr}")
    if not _runs(Path(sys.executable), "-m", "pip", "--version"):
        raise SystemExit(
            "This Python has neither ensurepip nor pip. On Debian and Ubuntu: "
            "apt install python3-venv python3-pip"
        )


def _runs(program: Path, *arguments: str) -> bool:
    try:
        ended = subprocess.run([str(program), *arguments], check=False, capture_output=True)
    except OSError:
        return False
    return ended.returncode == 0


if __name__ == "__main__":
    main()
