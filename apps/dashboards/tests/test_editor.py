"""The curriculum editor: from a pasted link to a published revision, and everything that can go wrong on the way."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.conftest import make_user
from apps.curriculum.document import read_document
from apps.curriculum.models import Draft, Revision, Video
from apps.curriculum.selectors import draft_state, forget_outlines
from apps.curriculum.services import import_curriculum
from apps.curriculum.tests.conftest import SMALL
from apps.dashboards.tests.test_cohort_pages import signed_in
from tests.site.markup import faults

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
EDIT = "/curricula/bread/edit/"
ID = "aircAruvnKk"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    forget_outlines()
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def bread(db: None) -> Revision:
    return import_curriculum(document=read_document(SMALL), now=MONDAY).revision


@pytest.fixture
def editor(bread: Revision) -> Client:
    return signed_in(make_user("Edith Writer", may_edit_curricula=True))


def text_of(page: Any) -> str:
    """The words of a page, as they are read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def order_of(slug: str = "bread") -> list[list[str]]:
    return [
        [video.get("slug") or video["youtube"] for video in phase["videos"]]
        for phase in draft_state(slug=slug).plan.phases
    ]


def mark_on(client: Client, address: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', client.get(address).content.decode())
    assert found
    return found[1]


def fields_of(client: Client, address: str) -> dict[str, Any]:
    """What the page's form would send as it stands."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, False)}
    return sent | {"mark": mark_on(client, address)}


def publish(client: Client) -> Any:
    state = draft_state(slug="bread")
    return client.post(
        f"{EDIT}publish/", {"version": state.version, "newest": state.newest_number}, follow=True
    )


def test_only_who_may_edit_sees_the_editor(bread: Revision, instructor: User) -> None:
    client = signed_in(instructor)

    assert client.get(EDIT).status_code == 403
    assert client.post(f"{EDIT}order/", {"add": "phase"}).status_code == 403
    assert not Draft.objects.exists()
    assert "Curricula" not in text_of(client.get("/teach/"))


def test_every_page_of_it_keeps_the_rules_of_the_house(editor: Client) -> None:
    editor.post(EDIT, {"phase": "p1", "pasted": ID, "language": "en"})
    places = ("", "about/", "phases/p1/", "videos/oven/", f"videos/{ID}/", "outcomes/",
              "outcomes/flour/", "document/", "preview/", "publish/", "discard/", "history/")  # fmt: skip
    for language in ("en", "ru"):
        for address in ("/curricula/", *(EDIT + place for place in places)):
            response = editor.get(address, headers={"accept-language": language})
            assert (address, response.status_code) == (address, 200)
            assert list(faults(response.content.decode())) == [], address


def test_a_pasted_link_is_a_video_of_the_draft_and_of_nothing_else(editor: Client) -> None:
    link = f"https://youtu.be/{ID}?t=42&list=PLx"
    page = editor.post(EDIT, {"phase": "p1", "pasted": link, "language": "en"}, follow=True)

    assert "1 video is added." in text_of(page)
    assert order_of() == [["aaaaaaaaaaa", "oven", ID]]
    assert not Video.objects.filter(slug=ID).exists()
    assert "Missing: Author." in text_of(page)
    assert "It serves no outcome yet." in text_of(page)


def test_a_list_is_added_whole_or_not_at_all_and_nothing_typed_is_lost(editor: Client) -> None:
    text = f"One | {ID} | 1:00\nnothing here\nagain youtu.be/aaaaaaaaaaa"
    page = editor.post(EDIT, {"phase": "p1", "pasted": text, "language": "ru"})

    assert page.status_code == 422
    assert "Line 2: No YouTube link or id stands here" in text_of(page)
    assert text in page.content.decode()
    assert '<option value="ru" selected>' in page.content.decode()
    again = editor.post(
        EDIT, {"phase": "p1", "pasted": "One | youtu.be/aaaaaaaaaaa", "language": "ru"}
    )
    assert "Line 1: This video is in the curriculum already: number 1, in phase 1." in text_of(
        again
    )
    assert not Draft.objects.exists()


def test_characters_that_no_text_needs_are_refused_where_they_are_typed(editor: Client) -> None:
    pasted = {"phase": "p1", "pasted": f"One | {ID}\nBad\x07 | bbbbbbbbbb1", "language": "en"}
    page = editor.post(EDIT, pasted)
    assert "Line 2: The character U+0007 does not belong in a text." in text_of(page)

    page = editor.post("/curricula/", {"title_en": "Bad\x07", "slug": "bad"})
    assert "The character U+0007 does not belong in a text." in text_of(page)
    assert not Draft.objects.exists()


def test_order_is_changed_by_buttons_also_from_phase_to_phase(editor: Client) -> None:
    editor.post(f"{EDIT}order/", {"move": "video oven -1"})
    assert order_of() == [["oven", "aaaaaaaaaaa"]]

    editor.post(f"{EDIT}order/", {"add": "phase"})
    page = editor.post(f"{EDIT}order/", {"move": "video aaaaaaaaaaa 1"}, follow=True)
    assert order_of() == [["oven"], ["aaaaaaaaaaa"]]
    assert "“Kneading” is number 2 now, in phase 2." in text_of(page)

    editor.post(f"{EDIT}order/", {"move": "phase p1 1"})
    assert order_of() == [["aaaaaaaaaaa"], ["oven"]]
    first = draft_state(slug="bread").plan.phases[0]["key"]
    editor.post(f"{EDIT}order/", {"place": "oven", "phase": first, "number": "1"})
    assert order_of() == [["oven", "aaaaaaaaaaa"], []]
    assert editor.post(f"{EDIT}order/", {"move": "video oven 7"}).status_code == 422


def test_a_part_is_saved_in_both_languages_and_bad_input_stays_beside_its_error(
    editor: Client,
) -> None:
    address = f"{EDIT}videos/aaaaaaaaaaa/"
    sent = fields_of(editor, address) | {"duration": "soon", "title_en": "Kneading well"}

    page = editor.post(address, sent)

    assert page.status_code == 422
    assert (
        "A length must stand here as minutes:seconds" in page.context["form"].errors["duration"][0]
    )
    assert 'value="Kneading well"' in page.content.decode()
    assert 'aria-describedby="id_duration_helptext id_duration_error"' in page.content.decode() or (
        'id="id_duration_error"' in page.content.decode()
    )
    assert not Draft.objects.exists()

    sources = "https://youtu.be/bbbbbbbbbbb ru\nhttps://video.example/1"
    sent |= {"duration": "20:00", "title_ru": "Замес руками", "sources": sources}
    assert editor.post(address, sent).status_code == 302
    _phase, video = draft_state(slug="bread").plan.video("aaaaaaaaaaa")
    assert video["title"] == {"en": "Kneading well", "ru": "Замес руками"}
    assert video["sources"] == [
        {"youtube": "bbbbbbbbbbb", "language": "ru"},
        {"link": "https://video.example/1"},
    ]
    assert Video.objects.get(slug="aaaaaaaaaaa").title["en"] == "Kneading"


def test_a_fault_in_lines_says_which_line(editor: Client) -> None:
    address = f"{EDIT}videos/aaaaaaaaaaa/"
    sent = fields_of(editor, address) | {"sources": "https://video.example/1\nftp://no"}

    page = editor.post(address, sent)

    assert page.context["form"].errors["sources"][0].startswith("Line 2: A link must stand here")


def test_two_editors_overwrite_nothing_unseen(editor: Client) -> None:
    other = signed_in(make_user("Otto Writer", may_edit_curricula=True))
    address = f"{EDIT}phases/p1/"
    mine, theirs = fields_of(editor, address), fields_of(other, address)
    assert other.post(address, theirs | {"goal_en": "Theirs."}).status_code == 302

    page = editor.post(address, mine | {"goal_en": "Mine."})

    assert page.status_code == 409
    assert "Somebody else has changed this meanwhile" in text_of(page)
    assert "Theirs." in text_of(page)
    assert "Mine." in page.content.decode()
    assert draft_state(slug="bread").plan.phase("p1")["goal"]["en"] == "Theirs."
    # Having seen it, one may put one's own over it.
    again = mine | {"goal_en": "Mine.", "mark": page.context["mark"]}
    assert editor.post(address, again).status_code == 302
    assert draft_state(slug="bread").plan.phase("p1")["goal"]["en"] == "Mine."


def test_two_editors_who_change_different_parts_do_not_meet(editor: Client) -> None:
    other = signed_in(make_user("Otto Writer", may_edit_curricula=True))
    video, phase = f"{EDIT}videos/oven/", f"{EDIT}phases/p1/"
    mine, theirs = fields_of(editor, video), fields_of(other, phase)

    other.post(phase, theirs | {"goal_en": "Theirs."})
    other.post(f"{EDIT}order/", {"move": "video oven -1"})

    assert editor.post(video, mine | {"author": "Me"}).status_code == 302
    plan = draft_state(slug="bread").plan
    assert (plan.phase("p1")["goal"]["en"], plan.video("oven")[1]["author"]) == ("Theirs.", "Me")


def test_what_is_typed_into_a_part_that_is_gone_is_still_shown(editor: Client) -> None:
    address = f"{EDIT}videos/aaaaaaaaaaa/"
    sent = fields_of(editor, address) | {"title_en": "Much work"}
    editor.post(f"{EDIT}order/", {"aside": "aaaaaaaaaaa"})

    page = editor.post(address, sent)

    assert page.status_code == 409
    assert "Much work" in page.content.decode()
    assert "This is not in the draft any more" in text_of(page)
    assert editor.get(address).status_code == 302


def test_saving_as_one_writes_answers_in_few_words(editor: Client) -> None:
    address = f"{EDIT}about/"
    sent, quiet = fields_of(editor, address), {"accept": "application/json"}

    saved = editor.post(address, sent | {"role_en": "a baker"}, headers=quiet)
    refused = editor.post(address, sent | {"hours_min": "many"}, headers=quiet)
    stale = editor.post(address, sent, headers=quiet)

    assert saved.json() == {"mark": mark_on(editor, address)}
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["hours_min"])
    assert stale.status_code == 409
    # The page of somebody else, left open in this browser.
    elsewhere = editor.post(address, sent, headers=quiet | {"x-reader": "0"})
    assert elsewhere.status_code == 401


def test_an_outcome_taken_out_leaves_the_videos_that_named_it(editor: Client) -> None:
    address = f"{EDIT}outcomes/bakes/"

    editor.post(address, {"mark": "stale", "remove": "yes"})
    assert "bakes" in {each["code"] for _h, each in draft_state(slug="bread").plan.all_outcomes()}
    editor.post(address, {"mark": mark_on(editor, address), "remove": "yes"})

    plan = draft_state(slug="bread").plan
    assert [each["code"] for _heading, each in plan.all_outcomes()] == ["flour"]
    assert plan.video("oven")[1]["outcomes"] == ["flour"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "</textarea><script>x</script>",
    ],
)
def test_hostile_titles_are_text_on_every_page(editor: Client, hostile: str) -> None:
    pasted = f"{hostile} | {ID} | 1:00"
    editor.post(EDIT, {"phase": "p1", "pasted": pasted, "language": "en"})
    address = f"{EDIT}phases/p1/"
    editor.post(address, fields_of(editor, address) | {"title_en": hostile, "goal_en": hostile})
    editor.post(f"{EDIT}outcomes/", {"heading": "does", "text_en": hostile})
    editor.post(f"{EDIT}order/", {"aside": "oven"})

    for place in (
        "",
        "phases/p1/",
        f"videos/{ID}/",
        "outcomes/",
        "publish/",
        "discard/",
        "preview/",
    ):
        page = editor.get(EDIT + place).content.decode()
        assert hostile not in page, place
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_plan_costs_the_same_for_many_videos(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    lines = "\n".join(f"Film {number} | youtu.be/film-{number:06}" for number in range(120))
    editor.post(EDIT, {"phase": "p1", "pasted": lines, "language": "en"})

    with django_assert_max_num_queries(12):
        page = editor.get(EDIT)

    assert page.content.count(b"data-video=") == 122
