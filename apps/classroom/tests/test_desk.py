"""The desk of the second pass: notes at their moment, text that is never lost, and finishing."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.classroom.tests.conftest import Play
from apps.notes.models import Note
from apps.notes.services import change_note, write_answer, write_note
from apps.progress.models import Evidence, Viewing
from apps.reminders.models import Rewatch

SECOND = "/c/autumn/videos/first/second/"
HTMX = {"HX-Request": "true"}


def fields(**changes: str) -> dict[str, str]:
    values = {
        "action": "note",
        "kind": "concept",
        "at": "1:05",
        "body": "A neuron holds a number",
        "visibility": "private",
    }
    return values | changes


@pytest.fixture
def note(second_pass: Viewing, now: object) -> Note:
    return write_note(
        viewing=second_pass,
        at_ms=65_000,
        kind="concept",
        body="A neuron holds a number",
        now=second_pass.opened_at,
    )


def test_a_note_is_bound_to_its_moment(browser: Client, second_pass: Viewing) -> None:
    answer = browser.post(SECOND, fields())

    note = Note.objects.get()
    assert answer.headers["Location"] == SECOND
    assert (note.at_ms, note.kind, note.body) == (65_000, "concept", "A neuron holds a number")
    assert f'href="{SECOND}?at=65" data-at-ms="65000"' in browser.get(SECOND).content.decode()


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("concept", {"body": "own words"}),
        ("code", {"code": "print(1)", "output": "1"}),
        ("experiment", {"changed": "the rate", "expected": "worse", "happened": "better"}),
        ("observation", {"body": "it shrinks"}),
        ("question", {"body": "why?"}),
    ],
)
def test_each_of_the_five_kinds_is_written(
    browser: Client, second_pass: Viewing, kind: str, texts: dict[str, str]
) -> None:
    browser.post(SECOND, fields(kind=kind, body="") | texts)

    note = Note.objects.get()
    assert note.kind == kind
    assert {name: getattr(note, name) for name in texts} == texts


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("0:00", 0),
        ("9:12", 552_000),
        ("0:09:12", 552_000),
        ("09:12.5", 552_500),
        ("20:00", 1_200_000),
    ],
)
def test_a_moment_is_written_as_the_player_shows_it(
    browser: Client, second_pass: Viewing, written: str, milliseconds: int
) -> None:
    browser.post(SECOND, fields(at=written))

    assert Note.objects.get().at_ms == milliseconds


@pytest.mark.parametrize("written", ["", "soon", "9", "9:1:2:3", "-1:00", "1:00:00", "99:99:99"])
def test_a_moment_outside_the_video_is_refused_and_the_text_stays(
    browser: Client, second_pass: Viewing, written: str
) -> None:
    answer = browser.post(SECOND, fields(at=written))

    assert answer.status_code == 422
    assert not Note.objects.exists()
    assert "A neuron holds a number" in answer.content.decode()


def test_an_empty_note_says_what_to_do(browser: Client, second_pass: Viewing) -> None:
    answer = browser.post(SECOND, fields(body="  \r\n "))

    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()


def test_code_keeps_its_indentation_and_its_lines(browser: Client, second_pass: Viewing) -> None:
    browser.post(SECOND, fields(kind="code", body="", code="\r\n  if x:\r\n    y\r\n"))

    assert Note.objects.get().code == "  if x:\n    y"


def test_text_of_another_kind_is_not_thrown_away(browser: Client, second_pass: Viewing) -> None:
    browser.post(SECOND, fields(kind="experiment", changed="the rate", body="typed before"))

    note = Note.objects.get()
    assert (note.changed, note.body) == ("the rate", "typed before")
    assert "typed before" in browser.get(SECOND).content.decode()


def test_the_module_gets_the_notebook_and_the_counts_alone(
    browser: Client, second_pass: Viewing
) -> None:
    answer = browser.post(SECOND, fields(kind="question", body="Why two?"), headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Why two?" in page
    assert "<template data-counts>" in page
    assert "<html" not in page
    assert "HX-Request" in answer.headers["Vary"]


def test_the_module_gets_the_form_back_with_the_text_when_it_is_refused(
    browser: Client, second_pass: Viewing
) -> None:
    answer = browser.post(SECOND, fields(at="soon"), headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.lstrip().startswith("<form")
    assert "A neuron holds a number" in page


def test_what_was_typed_is_shown_as_text_and_never_as_markup(
    browser: Client, second_pass: Viewing
) -> None:
    nasty = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    browser.post(SECOND, fields(body=nasty))
    browser.post(SECOND, fields(kind="code", body="", code=nasty, output=nasty))

    page = browser.get(SECOND).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_note_is_changed_in_place(browser: Client, note: Note) -> None:
    form = browser.get(f"{SECOND}?edit={note.pk}").content.decode()
    browser.post(SECOND, fields(note=str(note.pk), version="1", body="It holds its activation"))

    note.refresh_from_db()
    assert "A neuron holds a number</textarea>" in form
    assert (note.body, note.version) == ("It holds its activation", 2)


def test_a_note_changed_elsewhere_meanwhile_is_not_overwritten(
    browser: Client, note: Note, second_pass: Viewing
) -> None:
    note.viewing = second_pass
    change_note(note=note, now=second_pass.opened_at, body="from the other device")

    answer = browser.post(
        SECOND, fields(note=str(note.pk), version="1", body="It holds its activation")
    )

    note.refresh_from_db()
    page = answer.content.decode()
    assert note.body == "from the other device"
    assert "It holds its activation</textarea>" in page
    assert "changed in another place" in page


def test_a_change_that_is_sent_again_is_no_conflict_with_itself(
    browser: Client, note: Note
) -> None:
    changed = fields(note=str(note.pk), version="1", body="It holds its activation")
    browser.post(SECOND, changed)

    again = browser.post(SECOND, changed)

    note.refresh_from_db()
    assert again.status_code == 302
    assert (note.body, note.version) == ("It holds its activation", 2)


def test_deleting_asks_first(browser: Client, note: Note) -> None:
    asked = browser.get(f"{SECOND}?delete={note.pk}").content.decode()
    assert "Delete the note?" in asked
    assert Note.objects.exists()

    browser.post(SECOND, {"action": "delete", "note": str(note.pk)})

    assert not Note.objects.exists()


@pytest.mark.parametrize("note_id", ["0", "999999", "x", "99999999999999999999"])
def test_a_note_that_is_not_here_is_not_found(
    browser: Client, second_pass: Viewing, note_id: str
) -> None:
    assert browser.get(f"{SECOND}?edit={note_id}").status_code == 404
    assert browser.get(f"{SECOND}?delete={note_id}").status_code == 404
    assert browser.post(SECOND, {"action": "delete", "note": note_id}).status_code == 404


def test_somebody_elses_note_is_not_found(
    client: Client, note: Note, cohort_mate: User, clock: object
) -> None:
    client.force_login(cohort_mate)

    assert client.get(f"{SECOND}?edit={note.pk}").status_code == 302
    assert Note.objects.exists()


def test_a_link_to_a_moment_starts_the_player_there(browser: Client, second_pass: Viewing) -> None:
    assert 'data-start-ms="65000"' in browser.get(f"{SECOND}?at=65").content.decode()
    assert 'data-start-ms="1200000"' in browser.get(f"{SECOND}?at=99999").content.decode()
    assert 'data-start-ms="0"' in browser.get(f"{SECOND}?at=soon").content.decode()


def test_finishing_says_everything_that_is_missing(
    browser: Client, second_pass: Viewing, play: Play
) -> None:
    play(second_pass, share=0.5)

    answer = browser.post(SECOND, {"action": "finish"})
    page = browser.get(answer.headers["Location"].split("#")[0]).content.decode()

    second_pass.refresh_from_db()
    assert answer.headers["Location"] == f"{SECOND}?missing#finish"
    assert "50 % of the video was played; 90 % finish the pass." in page
    assert "Write at least one note, then finish the pass." in page
    assert not second_pass.is_completed


def test_finishing_keeps_the_rewatch_and_says_that_it_was_light(
    browser: Client, second_pass: Viewing, note: Note, play: Play
) -> None:
    play(second_pass, share=0.9)

    browser.post(SECOND, {"action": "finish"})

    second_pass.refresh_from_db()
    page = browser.get(SECOND).content.decode()
    assert second_pass.evidence == Evidence.TRACKED
    assert Rewatch.objects.get().kept_at == second_pass.completed_at
    assert "Second pass done" in page
    assert "A light second pass." in page
    assert "effort 0.9× the length; the method aims at 2 to 3" in page


def test_the_rest_may_have_been_watched_elsewhere(
    browser: Client, second_pass: Viewing, note: Note, play: Play
) -> None:
    play(second_pass, share=0.5)

    browser.post(SECOND, {"action": "self_report"})

    second_pass.refresh_from_db()
    assert second_pass.evidence == Evidence.SELF_REPORTED


def test_a_finished_pass_can_be_worked_on(
    browser: Client, second_pass: Viewing, note: Note, play: Play
) -> None:
    play(second_pass)
    browser.post(SECOND, {"action": "finish"})

    browser.post(SECOND, fields(kind="question", body="Still, why?"))

    assert Note.objects.count() == 2


def test_the_desk_costs_the_same_queries_with_one_note_and_with_many(
    browser: Client,
    second_pass: Viewing,
    note: Note,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for second in range(30):
        write_note(
            viewing=second_pass,
            at_ms=second * 1000,
            kind="observation",
            body="it moves",
            now=second_pass.opened_at,
        )
    browser.get(SECOND)

    with django_assert_max_num_queries(9):
        browser.get(SECOND)


def test_a_note_that_was_drawn_before_is_drawn_as_it_is_now(
    browser: Client, second_pass: Viewing, learner: User, instructor: User
) -> None:
    question = write_note(
        viewing=second_pass,
        at_ms=5000,
        kind="question",
        body="Why?",
        visibility="instructors",
        now=second_pass.opened_at,
    )
    before = browser.get(SECOND).content.decode()

    question.viewing = second_pass
    changed = change_note(note=question, now=second_pass.opened_at, body="Why two?")
    write_answer(
        user=instructor,
        note_id=changed.pk,
        body="For the sake of memory",
        now=second_pass.opened_at,
    )
    after = browser.get(SECOND).content.decode()
    User.objects.filter(pk=learner.pk).update(language="ru")
    in_russian = browser.get(SECOND).content.decode()

    assert ">Why?<" in before
    assert "1 answer<" not in before
    assert ">Why two?<" in after
    assert "1 answer<" in after
    assert "1 ответ<" in in_russian


def test_about_the_video_tells_ones_history(
    browser: Client, second_pass: Viewing, note: Note
) -> None:
    page = browser.get("/c/autumn/videos/first/").content.decode()

    for words in ("yesterday at 13:00", "1 note", "in 3 days, Thursday", "Go on with the second"):
        assert words in page


def test_a_long_notebook_comes_in_two_steps(browser: Client, second_pass: Viewing) -> None:
    Note.objects.bulk_create(
        Note(
            viewing=second_pass,
            at_ms=number * 1000,
            kind="concept",
            body=f"Thought {number}",
            created_at=second_pass.opened_at,
            updated_at=second_pass.opened_at,
        )
        for number in range(1000)
    )

    first = browser.get(f"{SECOND}?at=500").content.decode()
    whole = browser.get(SECOND, headers={"HX-Request": "true"}).content.decode()
    without_script = browser.get(f"{SECOND}?notes=all").content.decode()

    assert first.count('class="note"') == 30
    assert "Thought 500<" in first
    assert "Thought 900<" not in first
    assert "All 1000 notes" in first
    assert whole.count('class="note"') == without_script.count('class="note"') == 1000
