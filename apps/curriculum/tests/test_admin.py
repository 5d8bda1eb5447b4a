"""Curricula in the admin: looked at, and changed by a pasted document only."""

import pytest
from django.apps import apps
from django.test import Client

from apps.accounts.models import User
from apps.conftest import make_user
from apps.curriculum.models import Revision
from apps.curriculum.tests.conftest import SMALL

IMPORT = "/admin/curriculum/curriculum/import/"


@pytest.fixture
def operator(client: Client, db: None) -> Client:
    client.force_login(make_user("Olga Operator", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize(
    "model", ["curriculum", "revision", "phase", "video", "placement", "outcome"]
)
def test_every_table_is_shown_and_none_can_be_changed(
    operator: Client, roadmap_revision: Revision, model: str
) -> None:
    assert operator.get(f"/admin/curriculum/{model}/").status_code == 200
    assert operator.get(f"/admin/curriculum/{model}/add/").status_code == 403
    row = f"/admin/curriculum/{model}/{_any_id(model)}/"
    assert operator.get(f"{row}change/").status_code == 200
    assert operator.post(f"{row}change/", {}).status_code == 403
    assert operator.post(f"{row}delete/", {"post": "yes"}).status_code == 403


def _any_id(model: str) -> int:
    row = apps.get_model("curriculum", model)._default_manager.first()
    assert row is not None
    return int(row.pk)


def test_a_pasted_document_is_imported(operator: Client) -> None:
    response = operator.post(IMPORT, {"document": SMALL}, follow=True)

    assert "Imported: " in response.content.decode()
    assert Revision.objects.get().curriculum.slug == "bread"

    response = operator.post(IMPORT, {"document": SMALL.replace("19:00", "20:00")}, follow=True)

    assert "was “19:00”, is now “20:00”" in response.content.decode()
    assert Revision.objects.count() == 2


def test_a_faulty_document_comes_back_with_its_lines(operator: Client) -> None:
    text = SMALL.replace("19:00", "19").replace("[flour]", "[salt]")

    page = operator.post(IMPORT, {"document": text}).content.decode()

    assert "Line 21, phases[0].videos[0].duration: " in page
    assert "Line 23, phases[0].videos[0].outcomes[0]: " in page
    assert not Revision.objects.exists()


def test_the_current_document_can_be_opened_for_a_change(
    operator: Client, roadmap_revision: Revision
) -> None:
    page = operator.get(f"{IMPORT}?of=ml-engineer-50h").content.decode()

    assert "slug: ml-engineer-50h" in page
    assert operator.get(f"{IMPORT}?of=nothing").status_code == 404


def test_only_who_may_add_curricula_imports(client: Client, instructor: User) -> None:
    client.force_login(instructor)
    assert client.post(IMPORT, {"document": SMALL}).status_code == 302

    client.force_login(make_user("Stan Staff", is_staff=True))
    assert client.post(IMPORT, {"document": SMALL}).status_code == 403
    assert not Revision.objects.filter(curriculum__slug="bread").exists()
