"""A draft as a whole: what publishing changes and keeps, a document brought in, a draft thrown away."""
# ruff: noqa: F811 - the fixtures, as pytest wants them

from django.test import Client

from apps.cohorts.models import Cohort
from apps.core.localized import localized
from apps.curriculum.document import read_document
from apps.curriculum.models import Curriculum, Draft, Revision, Video
from apps.curriculum.selectors import draft_state, forget_outlines
from apps.curriculum.services import import_curriculum
from apps.curriculum.tests.conftest import SMALL
from apps.dashboards.tests.test_editor import (  # noqa: F401 - fixtures among them
    EDIT,
    ID,
    MONDAY,
    bread,
    editor,
    fields_of,
    mark_on,
    monday,
    order_of,
    publish,
    text_of,
)


def test_a_video_that_was_published_is_archived_and_comes_back_with_its_facts(
    editor: Client,
) -> None:
    video = Video.objects.get(slug="oven")
    page = editor.post(f"{EDIT}order/", {"aside": "oven"}, follow=True)
    assert "“The oven” is put aside." in text_of(page)
    assert "“The oven” goes." in text_of(editor.get(f"{EDIT}publish/"))
    publish(editor)

    assert Video.objects.get(slug="oven") == video
    assert Revision.objects.latest("number").placements.count() == 1
    assert "The oven" in text_of(editor.get(EDIT))

    editor.post(f"{EDIT}order/", {"back": "oven"})
    plain = draft_state(slug="bread").plan.video("oven")[1]
    assert (plain["duration"], plain["captions"]) == ("1:02:03", {"en": "bread/oven.en.vtt"})
    # Its outcomes belonged to the place that it had.
    assert "It serves no outcome yet." in text_of(editor.get(f"{EDIT}publish/"))


def test_publishing_makes_a_revision_that_running_cohorts_get_by_their_instructors_word(
    editor: Client, bread: Revision
) -> None:
    cohort = Cohort.objects.create(
        slug="bakers", name="Bakers", revision=bread, starts_on=MONDAY.date(), created_at=MONDAY
    )
    address = f"{EDIT}videos/aaaaaaaaaaa/"
    editor.post(address, fields_of(editor, address) | {"is_bonus": "on", "duration": "25:00"})

    review = text_of(editor.get(f"{EDIT}publish/"))
    assert "“Kneading” becomes a bonus: it counts for nothing any more." in review
    assert "Kneading Length 19:00 25:00" in review
    page = publish(editor)

    assert "Revision 2 is published." in text_of(page)
    assert "Edith Writer" in text_of(page)
    cohort.refresh_from_db()
    assert cohort.revision == bread
    made = Revision.objects.latest("number")
    assert (made.number, made.made_by and made.made_by.name) == (2, "Edith Writer")
    assert Video.objects.get(slug="aaaaaaaaaaa").duration_seconds == 1500
    assert not Draft.objects.exists()


def test_what_was_not_shown_is_not_published(editor: Client) -> None:
    editor.post(f"{EDIT}order/", {"move": "video oven -1"})
    seen = {"version": draft_state(slug="bread").version, "newest": 1}
    editor.post(f"{EDIT}order/", {"aside": "oven"})
    page = editor.post(f"{EDIT}publish/", seen)
    assert (page.status_code, Revision.objects.count()) == (409, 1)

    # A revision by REST or a command meanwhile: what it changed is shown before it goes back.
    other = SMALL.replace("en: Two loaves.", "en: Three loaves.").replace(
        "en: Dough,", "en: Doughs,"
    )
    import_curriculum(document=read_document(other), now=MONDAY)
    forget_outlines()
    seen = {"version": draft_state(slug="bread").version, "newest": 1}
    page = editor.post(f"{EDIT}publish/", seen)
    assert (page.status_code, Revision.objects.count()) == (409, 2)
    assert "Revision 2 has come since this draft was begun." in text_of(page)
    assert "Phase 1 is called “Doughs”, so far “Dough”." in text_of(page)


def test_an_unfinished_draft_says_what_is_missing_and_is_not_published(editor: Client) -> None:
    editor.post(EDIT, {"phase": "p1", "pasted": ID, "language": "en"})

    page = publish(editor)

    assert page.status_code == 422
    assert f'href="{EDIT}videos/{ID}/#id_title_en"' in page.content.decode()
    assert Revision.objects.count() == 1
    assert editor.get(f"{EDIT}preview/").status_code == 200


def test_a_draft_that_says_nothing_new_is_no_revision(editor: Client) -> None:
    editor.post(f"{EDIT}order/", {"move": "video oven -1"})
    editor.post(f"{EDIT}order/", {"move": "video oven 1"})

    page = publish(editor)

    assert "The draft says nothing new." in text_of(page)
    assert Revision.objects.count() == 1


def test_a_new_curriculum_begins_with_nothing_or_with_another_one(editor: Client) -> None:
    editor.post("/curricula/", {"title_en": "Cakes", "slug": "cakes", "copied": "bread"})
    assert order_of("cakes") == [["aaaaaaaaaaa", "oven"]]
    assert not Curriculum.objects.filter(slug="cakes").exists()

    page = editor.post("/curricula/", {"title_en": "Rolls", "slug": "bread"})
    assert "A curriculum has this name already." in text_of(page)
    assert 'value="Rolls"' in page.content.decode()

    editor.post("/curricula/", {"title_en": "Rolls", "title_ru": "Булки", "slug": "rolls"})
    start = "/curricula/rolls/edit/"
    editor.post(f"{start}order/", {"add": "phase"})
    key = draft_state(slug="rolls").plan.phases[0]["key"]
    editor.post(start, {"phase": key, "pasted": f"Rolling | {ID} | 5:00", "language": "en"})
    outcome = {"heading": "does", "text_en": "Rolls dough", "text_ru": "Катает тесто"}
    added = editor.post(f"{start}outcomes/", outcome)
    assert added.headers["Location"].endswith("#outcome-rolls-dough")
    for address, values in (
        (f"{start}about/", {"summary_en": "Round.", "summary_ru": "Круглые."}),
        (f"{start}phases/{key}/", {"title_en": "One", "title_ru": "Раз", "goal_en": "Roll.", "goal_ru": "Катать."}),
        (f"{start}videos/{ID}/", {"title_ru": "Катаем", "author": "A baker", "outcomes": ["rolls-dough"]}),
    ):  # fmt: skip
        assert editor.post(address, fields_of(editor, address) | values).status_code == 302
    editor.post(f"{start}publish/", {"version": draft_state(slug="rolls").version, "newest": 0})

    assert localized(Revision.objects.get(curriculum__slug="rolls").title) == "Rolls"
    assert editor.get("/curricula/rolls/").status_code == 200


def test_a_document_names_its_lines_then_its_changes_then_is_in_the_draft(editor: Client) -> None:
    address = f"{EDIT}document/"
    broken = SMALL.replace('duration: "19:00"', "duration: soon").replace("[flour]", "[salt]")
    line = broken[: broken.index("duration: soon")].count("\n") + 1

    page = editor.post(address, {"text": broken})
    assert page.status_code == 422
    assert f'data-line="{line}"' in page.content.decode()
    assert f"Line {line} phases[0].videos[0].duration A length must stand here" in text_of(page)
    assert "duration: soon" in page.content.decode()

    other = SMALL.replace("slug: bread", "slug: rolls")
    assert "Line 2 slug This document is of “rolls”" in text_of(
        editor.post(address, {"text": other})
    )

    good = SMALL.replace("en: Kneading", "en: Knead")[: SMALL.index("      - file:") - 3]
    page = editor.post(address, {"text": good})
    assert "“The oven” goes." in text_of(page)
    assert not Draft.objects.exists()
    version = page.context["state"].version
    editor.post(address, {"text": good, "apply": "yes", "version": version})
    assert order_of() == [["aaaaaaaaaaa"]]
    assert draft_state(slug="bread").plan.aside_slugs() == {"oven"}
    out = editor.get(f"{EDIT}document.yaml")
    assert read_document(out.content).videos[0].title.en == "Knead"


def test_a_draft_is_thrown_away_as_it_was_shown(editor: Client) -> None:
    editor.post(f"{EDIT}order/", {"aside": "oven"})
    assert "The oven" in text_of(editor.get(f"{EDIT}discard/"))

    editor.post(f"{EDIT}discard/", {"version": "77"})
    assert Draft.objects.count() == 1
    editor.post(f"{EDIT}discard/", {"version": draft_state(slug="bread").version})

    assert not Draft.objects.exists()
    assert order_of() == [["aaaaaaaaaaa", "oven"]]
