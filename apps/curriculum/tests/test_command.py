"""`manage.py import_curricula`: what it prints, and how it ends."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.curriculum.models import Curriculum, Revision
from apps.curriculum.tests.conftest import CURRICULA, SMALL


def run(*arguments: str | Path) -> str:
    out = StringIO()
    call_command("import_curricula", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_without_a_path_it_imports_all_of_ours() -> None:
    out = run()

    assert "ml-engineer-50h, revision 1: imported" in out
    assert "try-it, revision 1: imported" in out
    assert Curriculum.objects.count() == len(list(CURRICULA.glob("*.yaml")))
    assert "ml-engineer-50h, revision 1: nothing new" in run()


@pytest.mark.django_db
def test_the_next_start_does_not_take_back_what_was_changed_meanwhile(tmp_path: Path) -> None:
    run()
    path = CURRICULA / "try-it.yaml"
    changed = tmp_path / "try-it.yaml"
    changed.write_text(path.read_text().replace("two-passes", "both-passes"))
    run(changed)

    assert "try-it: imported before as revision 1; a newer one stands\n" in run()
    assert Revision.objects.filter(curriculum__slug="try-it").count() == 2
    assert "try-it, revision 3: changed" in run(path)


@pytest.mark.django_db
def test_it_prints_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    path.write_text(SMALL)
    run(path)
    path.write_text(SMALL.replace("19:00", "20:00"))

    assert run(path) == (
        "bread, revision 2: changed\n"
        "  video aaaaaaaaaaa › duration: was “19:00”, is now “20:00”\n"
    )  # fmt: skip


@pytest.mark.django_db
def test_a_refused_document_is_told_by_its_lines_and_the_others_are_imported(
    tmp_path: Path,
) -> None:
    (tmp_path / "bad.yaml").write_text(SMALL.replace("19:00", "19").replace("bread", "rye"))
    (tmp_path / "good.yaml").write_text(SMALL)
    errors = StringIO()

    with pytest.raises(CommandError, match="1 of 2 documents refused"):
        call_command("import_curricula", str(tmp_path), stdout=StringIO(), stderr=errors)

    assert errors.getvalue().startswith(f"{tmp_path}/bad.yaml:21: phases[0].videos[0].duration: ")
    assert [revision.curriculum.slug for revision in Revision.objects.all()] == ["bread"]


@pytest.mark.django_db
def test_a_missing_file_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("import_curricula", str(tmp_path / "none.yaml"), stderr=StringIO())
    with pytest.raises(CommandError, match="no document"):
        run(tmp_path)


@pytest.mark.django_db
def test_checking_imports_nothing() -> None:
    assert "ml-engineer-50h.yaml: fine" in run("--check")
    assert not Revision.objects.exists()
