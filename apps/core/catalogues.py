"""Translations as `gettext` reads them, compiled without the gettext programs."""

from pathlib import Path

import polib


def compile_catalogues(*, root: Path) -> list[Path]:
    """Write each `.mo` below `root` that is older than its `.po`; answer those written."""
    written = []
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = compiled.with_suffix(".draft")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(compiled)
        written.append(compiled)
    return written
