"""Bundle the code pad: `npm ci` what package-lock.json names, then esbuild into static/built/.

Run by `local.install` and by whoever starts from a fresh checkout; does nothing while nothing changed.
"""

import hashlib
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / ".venv" / "bin"
SOURCE = ROOT / "editor" / "codemirror.js"
BUNDLE = ROOT / "static" / "built" / "codemirror.js"
STAMP = ROOT / "node_modules" / "second-pass.stamp"
ESBUILD = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"


def build() -> None:
    """Make static/built/codemirror.js of editor/codemirror.js, in a second or two."""
    sources = [SOURCE, ROOT / "package.json", ROOT / "package-lock.json"]
    wanted = hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()
    if BUNDLE.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Bundling the code pad ...", flush=True)
    _run(
        [str(NODE / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    )
    _run([str(NODE / "node"), str(ESBUILD), *arguments()])
    STAMP.write_text(wanted)


def arguments() -> list[str]:
    """What esbuild is told; the Dockerfile says the same."""
    return [
        str(SOURCE.relative_to(ROOT)),
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--legal-comments=eof",
        "--log-level=warning",
        f"--outfile={BUNDLE.relative_to(ROOT)}",
    ]


def _run(command: list[str]) -> None:
    environment = {"PATH": f"{NODE}:/usr/local/bin:/usr/bin:/bin"}
    ended = subprocess.run(command, cwd=ROOT, check=False, env=os.environ | environment)
    if ended.returncode:
        raise SystemExit("The code pad could not be bundled; the lines above say why.")


if __name__ == "__main__":
    build()
