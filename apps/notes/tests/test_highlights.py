"""A search marks what it found, in safe HTML only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.cohorts.models import Membership
from apps.curriculum.models import Video
from apps.notes.highlights import marked, show_hits, with_hits
from apps.notes.markdown import render
from apps.notes.models import Note
from apps.notes.selectors import by_video, my_notes
from apps.notes.services import write_note
from apps.notes.templatetags.notes import code, output
from apps.progress.models import Viewing


@pytest.fixture
def viewing(membership: Membership, video: Video, now: datetime) -> Viewing:
    return Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)


def found(user: User, q: str) -> list[Note]:
    return [show_hits(note) for note in with_hits(my_notes(user=user, q=q), q)]


def note(viewing: Viewing, **fields: Any) -> Note:
    values: dict[str, Any] = {
        "at_ms": 0,
        "kind": "concept",
        "now": datetime(2026, 11, 2, tzinfo=UTC),
    } | fields
    return write_note(viewing=viewing, **values)


@pytest.mark.parametrize(
    ("q", "html"),
    [
        ("softmax", "<p>The <mark>Softmax</mark> of <em>rows</em> gradients, градиенты</p>\n"),
        ("gradient", "<p>The Softmax of <em>rows</em> <mark>gradients</mark>, градиенты</p>\n"),
        ("градиентов", "<p>The Softmax of <em>rows</em> gradients, <mark>градиенты</mark></p>\n"),
        ("rows", "<p>The Softmax of <em><mark>rows</mark></em> gradients, градиенты</p>\n"),
    ],
)
def test_hits_of_both_languages_are_marked(
    viewing: Viewing, learner: User, q: str, html: str
) -> None:
    note(viewing, body="The Softmax of *rows* gradients, градиенты")

    [hit] = found(learner, q)

    assert render(hit.body) == html


def test_a_name_inside_a_name_of_code_is_found_and_the_code_stays_as_it_is(
    viewing: Viewing, learner: User
) -> None:
    note(viewing, kind="code", code="wei = F.softmax(wei) # a-b/c@d_e", output="1 < 2")

    [hit] = found(learner, "softmax")

    assert code(hit.code) == "wei = F.<mark>softmax</mark>(wei) # a-b/c@d_e"
    assert output(hit.output) == "1 &lt; 2"


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert('softmax')</script>",
        "[softmax](javascript:softmax)",
        "<img src=x onerror=softmax>",
        "`<b>softmax</b>`",
        '[x](https://softmax.example/softmax?softmax=softmax "softmax")',
        "<https://example.org/softmax>",
    ],
)
def test_a_mark_opens_no_way_into_the_page(viewing: Viewing, learner: User, body: str) -> None:
    note(viewing, body=f"softmax {body}")

    [hit] = found(learner, "softmax")
    html = render(hit.body)

    assert "<mark>softmax</mark>" in html
    assert not set("\ue000\ue001") & set(html)
    assert "%EE%80%8" not in html.upper()
    without = html.replace("<mark>", "").replace("</mark>", "")
    assert without == render(f"softmax {body}")


def test_the_letters_between_which_hits_stand_mean_nothing_in_a_note() -> None:
    assert render("\ue000x") == "<p>x</p>\n"
    assert marked("\ue001a\ue000<b>\ue001") == "a<b>"


def test_a_search_reads_phrases_and_what_must_not_be_there(viewing: Viewing, learner: User) -> None:
    one = note(viewing, body="the chain rule multiplies slopes")
    two = note(viewing, body="rule of the chain")

    assert list(my_notes(user=learner, q='"chain rule"')) == [one]
    assert list(my_notes(user=learner, q="chain -slopes")) == [two]
    assert list(my_notes(user=learner, q="\x00")) != []


def test_notes_are_narrowed_by_videos_and_days_and_put_in_the_order_of_moments(
    viewing: Viewing, membership: Membership, coding_video: Video, learner: User, now: datetime
) -> None:
    other = Viewing.objects.create(
        membership=membership, video=coding_video, number=2, opened_at=now
    )
    late = note(viewing, at_ms=9000, body="a", now=now)
    early = note(viewing, at_ms=1000, body="b", now=now + timedelta(days=1))
    coded = note(other, at_ms=5000, body="c", now=now + timedelta(days=2))

    assert list(by_video(my_notes(user=learner))) == [early, late, coded]
    assert list(my_notes(user=learner)) == [coded, early, late]
    assert list(my_notes(user=learner, video_ids={coding_video.pk})) == [coded]
    assert list(my_notes(user=learner, video_ids=set())) == []
    since, before = now + timedelta(days=1), now + timedelta(days=2)
    assert list(my_notes(user=learner, since=since, before=before)) == [early]


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("for", True),
        ("is not None", True),
        ("почему softmax", True),
        ("почему softmaxes", True),
        ("почему tanh", False),
        ("softmax -slope", False),
        ("softmax -slopes", False),
        ("softmax -tanh", True),
        ('"for row"', True),
        ("very", False),
    ],
)
def test_code_is_searched_as_it_is_written_and_together_with_the_text(
    viewing: Viewing, learner: User, q: str, is_found: bool
) -> None:
    note(
        viewing,
        kind="code",
        body="Почему? Slopes, very steep",
        code="for row in F.softmax(x): assert row is not None",
    )

    assert my_notes(user=learner, q=q).exists() == is_found


def test_a_hit_that_both_a_language_and_the_code_know_is_marked_once(
    viewing: Viewing, learner: User
) -> None:
    note(viewing, kind="code", code="for gradients in grads: pass")

    [hit] = found(learner, "for gradients")

    assert code(hit.code) == ("<mark>for</mark> <mark>gradients</mark> in grads: pass")
