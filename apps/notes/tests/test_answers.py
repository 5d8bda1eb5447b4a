"""Questions that are shared, and what instructors and cohort-mates say to them."""

from datetime import datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.cohorts.models import Cohort, Membership
from apps.conftest import Join
from apps.core.errors import InvalidValue, NotFound
from apps.curriculum.models import Video
from apps.notes import selectors, services
from apps.notes.models import Answer, Note
from apps.progress.models import Viewing

LATER = timedelta(hours=1)


@pytest.fixture
def viewing(membership: Membership, video: Video, now: datetime) -> Viewing:
    return Viewing.objects.create(membership=membership, video=video, number=2, opened_at=now)


@pytest.fixture
def question(viewing: Viewing, now: datetime) -> Note:
    return services.write_note(
        viewing=viewing,
        at_ms=5_000,
        kind="question",
        body="Why is the loss 3.3?",
        visibility="cohort",
        now=now,
    )


def test_a_cohort_mate_and_an_instructor_answer_and_the_asker_reads_both(
    question: Note, learner: User, cohort_mate: User, instructor: User, now: datetime
) -> None:
    services.write_answer(user=cohort_mate, note_id=question.pk, body=" ln 27 \n", now=now)
    services.write_answer(user=instructor, note_id=question.pk, body="Count them.", now=now + LATER)

    found = selectors.readable_note(user=learner, note_id=question.pk)
    said = [
        (answer.author.user, answer.author.role, answer.body)
        for answer in selectors.answers_to(note=found)
    ]
    assert said == [
        (cohort_mate, "learner", "ln 27"),
        (instructor, "instructor", "Count them."),
    ]
    [mine] = selectors.my_notes(user=learner)
    assert mine.answer_count == 2  # type: ignore[attr-defined]  # an annotation


def test_the_same_answer_twice_is_one(question: Note, cohort_mate: User, now: datetime) -> None:
    first = services.write_answer(user=cohort_mate, note_id=question.pk, body="ln 27", now=now)
    again = services.write_answer(user=cohort_mate, note_id=question.pk, body="ln 27", now=now)

    assert first == again
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("who", ["observer", "other_instructor", "stranger"])
def test_who_may_not_read_the_question_does_not_find_it(
    question: Note, who: str, now: datetime, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotFound):
        services.write_answer(
            user=request.getfixturevalue(who), note_id=question.pk, body="x", now=now
        )


def test_a_question_to_the_instructors_is_not_for_cohort_mates(
    question: Note, cohort_mate: User, instructor: User, now: datetime
) -> None:
    services.change_note(note=question, visibility="instructors", now=now)

    services.write_answer(user=instructor, note_id=question.pk, body="Yes.", now=now)
    with pytest.raises(NotFound):
        services.write_answer(user=cohort_mate, note_id=question.pk, body="No.", now=now)


def test_only_questions_of_others_can_be_answered(
    question: Note, learner: User, cohort_mate: User, now: datetime
) -> None:
    with pytest.raises(services.OwnQuestion):
        services.write_answer(user=learner, note_id=question.pk, body="x", now=now)
    services.change_note(note=question, kind="observation", now=now)
    with pytest.raises(services.NotAQuestion):
        services.write_answer(user=cohort_mate, note_id=question.pk, body="x", now=now)


@pytest.mark.parametrize("body", ["", " \n", "a\x00b", "x" * 10_001])
def test_an_answer_that_says_nothing_or_too_much_is_refused(
    question: Note, cohort_mate: User, body: str, now: datetime
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        services.write_answer(user=cohort_mate, note_id=question.pk, body=body, now=now)
    assert refusal.value.field == "body"
    assert not Answer.objects.exists()


def test_a_share_that_is_taken_back_hides_question_and_answers_from_mates_at_once(
    question: Note, learner: User, cohort_mate: User, now: datetime
) -> None:
    answer = services.write_answer(user=cohort_mate, note_id=question.pk, body="ln 27", now=now)

    services.change_note(note=question, visibility="private", now=now)

    with pytest.raises(NotFound):
        selectors.readable_note(user=cohort_mate, note_id=question.pk)
    with pytest.raises(NotFound):
        selectors.own_answer(user=cohort_mate, note_id=question.pk, answer_id=answer.pk)
    mine = selectors.readable_note(user=learner, note_id=question.pk)
    assert list(selectors.answers_to(note=mine)) == [answer]


def test_one_changes_and_deletes_ones_own_answer_and_no_other(
    question: Note, cohort_mate: User, instructor: User, now: datetime
) -> None:
    answer = services.write_answer(user=cohort_mate, note_id=question.pk, body="ln 27", now=now)
    with pytest.raises(NotFound):
        selectors.own_answer(user=instructor, note_id=question.pk, answer_id=answer.pk)

    mine = selectors.own_answer(user=cohort_mate, note_id=question.pk, answer_id=answer.pk)
    changed = services.change_answer(answer=mine, body="log 27", expected_version=1, now=now)
    assert (changed.body, changed.version) == ("log 27", 2)
    with pytest.raises(services.AnswerChangedElsewhere):
        services.change_answer(answer=mine, body="other", expected_version=1, now=now)
    with pytest.raises(services.AnswerChangedElsewhere):
        services.delete_answer(answer=mine, expected_version=1)
    assert Answer.objects.get().body == "log 27"

    services.delete_answer(answer=mine, expected_version=2)
    assert not Answer.objects.exists()


def test_open_are_the_shared_questions_of_active_learners_that_nobody_answered(
    question: Note,
    viewing: Viewing,
    membership: Membership,
    cohort: Cohort,
    cohort_mate: User,
    instructor: User,
    join: Join,
    now: datetime,
) -> None:
    services.write_note(viewing=viewing, at_ms=1, kind="question", body="private?", now=now)
    services.write_note(
        viewing=viewing, at_ms=1, kind="concept", body="x", visibility="cohort", now=now
    )
    assert list(selectors.open_questions(cohort=cohort)) == [question]

    answer = services.write_answer(user=instructor, note_id=question.pk, body="Yes.", now=now)
    assert not selectors.open_questions(cohort=cohort).exists()

    services.delete_answer(answer=answer)
    membership.ended_at = now
    membership.save()
    assert not selectors.open_questions(cohort=cohort).exists()


def test_a_settled_question_is_open_no_more_until_it_is_asked_again(
    question: Note, cohort: Cohort, now: datetime
) -> None:
    settled = services.settle_question(note=question, is_settled=True, now=now)
    assert (settled.settled_at, settled.version) == (now, 2)
    assert not selectors.open_questions(cohort=cohort).exists()
    again = services.settle_question(note=settled, is_settled=True, now=now + LATER)
    assert (again.settled_at, again.version) == (now, 2)

    services.settle_question(note=settled, is_settled=False, now=now)
    assert list(selectors.open_questions(cohort=cohort)) == [question]


def test_only_questions_are_settled_and_no_other_kind_stays_so(
    question: Note, viewing: Viewing, now: datetime
) -> None:
    concept = services.write_note(viewing=viewing, at_ms=1, kind="concept", body="x", now=now)
    with pytest.raises(InvalidValue) as refusal:
        services.settle_question(note=concept, is_settled=True, now=now)
    assert refusal.value.field == "settled"

    settled = services.settle_question(note=question, is_settled=True, now=now)
    services.change_note(note=settled, kind="observation", now=now)
    assert Note.objects.get(pk=question.pk).settled_at is None


def test_a_note_that_is_gone_is_not_changed_or_deleted_again(question: Note, now: datetime) -> None:
    Note.objects.all().delete()

    with pytest.raises(NotFound):
        services.change_note(note=question, body="x", now=now)
    with pytest.raises(NotFound):
        services.delete_note(note=question, now=now)


def test_what_others_share_is_listed_without_ones_own_and_searched(
    question: Note,
    viewing: Viewing,
    cohort_mate: User,
    learner: User,
    observer: User,
    now: datetime,
) -> None:
    services.write_note(
        viewing=viewing,
        at_ms=1,
        kind="code",
        code="F.softmax(x)",
        visibility="instructors",
        now=now,
    )

    assert list(selectors.notes_shared_with(user=cohort_mate)) == [question]
    assert list(selectors.notes_shared_with(user=cohort_mate, q="loss")) == [question]
    assert not selectors.notes_shared_with(user=cohort_mate, q="softmax").exists()
    assert not selectors.notes_shared_with(user=learner).exists()
    assert not selectors.notes_shared_with(user=observer).exists()
