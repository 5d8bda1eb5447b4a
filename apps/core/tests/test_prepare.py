"""What is made before the site starts: translations, static files; and readiness by hand."""

import gettext
import os
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from apps.core import readiness
from apps.core.catalogues import compile_catalogues
from apps.core.management.commands import prepare
from apps.core.readiness import NotReady, register_part

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "first pass"
msgstr "первый проход"
"""


def test_a_catalogue_is_compiled_once_and_again_when_it_changes(tmp_path: Path) -> None:
    source = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)

    assert compile_catalogues(root=tmp_path) == [source.with_suffix(".mo")]
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("first pass") == "первый проход"
    assert compile_catalogues(root=tmp_path) == []
    later = source.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_catalogues(root=tmp_path) == [source.with_suffix(".mo")]


def test_static_files_are_collected_only_when_a_source_has_changed(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source" / "a.css"
    source.parent.mkdir()
    source.write_text("a {}")
    settings.STATIC_ROOT = str(tmp_path / "collected")
    settings.STATICFILES_DIRS = [str(source.parent)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    calls: list[str] = []

    def counted(name: str, **options: Any) -> None:
        calls.append(name)
        call_command(name, **options)

    monkeypatch.setattr(prepare, "call_command", counted)

    prepare.collect_static_files()
    prepare.collect_static_files()
    assert calls == ["collectstatic"]

    source.write_text("a { color: inherit }")
    prepare.collect_static_files()
    assert calls == ["collectstatic", "collectstatic"]
    assert "inherit" in (tmp_path / "collected" / "a.css").read_text()


@pytest.fixture
def two_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(now: object) -> None:
        raise NotReady("cold")

    monkeypatch.setattr(readiness, "_checks", {})
    register_part("kettle", down)
    register_part("cup", lambda now: None)


@pytest.mark.usefixtures("two_parts")
def test_readiness_by_hand_names_what_is_down_and_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(CommandError, match="not ready: kettle"):
        call_command("readiness")

    assert capsys.readouterr().out == "kettle: cold\ncup: up\n"


@pytest.mark.usefixtures("two_parts")
def test_readiness_of_one_part_does_not_ask_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("readiness", "cup")

    assert capsys.readouterr().out == "cup: up\n"


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_nobody_gives_back_ends_the_preparation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepare, "LOCK_LIMIT_SECONDS", 0.2)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("LOCK TABLE django_migrations")

        with pytest.raises(CommandError, match="kept a table locked"):
            call_command("prepare", only="database")

    connection.close()


@pytest.mark.django_db
def test_what_follows_a_preparation_may_wait_for_locks_as_before() -> None:
    with prepare.patience_for_locks(), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("1min",)

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
