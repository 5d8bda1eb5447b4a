"""`manage.py import_curricula [PATH…]`: documents to revisions, what changed, or what is wrong where."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.curriculum.document import DocumentRefused, read_document
from apps.curriculum.selectors import superseded_revision
from apps.curriculum.services import ImportedCurriculum, import_curriculum


class Command(BaseCommand):
    help = "Import curriculum documents; one that says nothing new changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="*",
            type=Path,
            metavar="PATH",
            help="documents, or folders of them; default: curricula/",
        )
        parser.add_argument(
            "--check", action="store_true", help="only read the documents, import nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths = [
            path
            for given in options["paths"] or [settings.ROOT / "curricula"]
            for path in _documents(given)
        ]
        if not paths:
            raise CommandError("There is no document here.")
        refused = 0
        for path in paths:
            try:
                document = read_document(path.read_bytes())
            except OSError as error:
                refused += 1
                self.stderr.write(f"{path}: {error.strerror}")
            except DocumentRefused as error:
                refused += 1
                for fault in error.faults:
                    self.stderr.write(f"{path}:{fault}")
            else:
                # Every start imports our own folder; that must not take back what was changed on the site.
                old = None if options["paths"] else superseded_revision(document=document)
                if options["check"]:
                    self.stdout.write(f"{path}: fine")
                elif old is not None:
                    self.stdout.write(
                        f"{document.slug}: imported before as revision {old.number}; a newer one stands"
                    )
                else:
                    self._tell(import_curriculum(document=document, now=timezone.now()))
        if refused:
            raise CommandError(
                f"{refused} of {len(paths)} documents refused; nothing of them was imported."
            )

    def _tell(self, imported: ImportedCurriculum) -> None:
        revision = imported.revision
        name = f"{revision.curriculum.slug}, revision {revision.number}"
        if not imported.is_new_revision:
            self.stdout.write(f"{name}: nothing new")
            return
        self.stdout.write(f"{name}: {'imported' if imported.is_new_curriculum else 'changed'}")
        for difference in imported.differences:
            self.stdout.write(f"  {difference}")


def _documents(path: Path) -> list[Path]:
    return (
        sorted([*path.glob("*.yaml"), *path.glob("*.yml"), *path.glob("*.json")])
        if path.is_dir()
        else [path]
    )
