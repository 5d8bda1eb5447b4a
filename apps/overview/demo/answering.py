"""What the demo's instructor and a cohort-mate say to the questions that learners shared."""

from datetime import datetime, timedelta

from django.db import connection

from apps.cohorts.models import Cohort, Membership
from apps.notes.models import Note
from apps.overview.demo import texts

# What was asked only just now still waits; so does one in nine, whose asker then needs help.
WAITS = timedelta(days=2)
LANGUAGES = ("en", "ru")

_ANSWER = """
    INSERT INTO notes_answer (note_id, author_id, body, version, created_at, updated_at)
    SELECT note.id, CASE WHEN (note.id - %(first)s) %% 5 = 0 AND mate.id <> asker.id THEN mate.id
                          ELSE instructor.id END,
           %(answer)s, 1, note.created_at + interval '7 hours', note.created_at + interval '7 hours'
      FROM notes_note note
      JOIN progress_viewing viewing ON viewing.id = note.viewing_id
      JOIN cohorts_membership asker ON asker.id = viewing.membership_id
      CROSS JOIN (SELECT %(instructor)s::bigint AS id) instructor
      CROSS JOIN (SELECT %(mate)s::bigint AS id) mate
     WHERE asker.cohort_id = %(cohort)s AND note.kind = 'question' AND note.body = %(question)s
       AND note.visibility <> 'private' AND note.created_at < %(before)s
       AND (note.id - %(first)s) %% 9 <> 4
"""


def answer_questions(*, cohort: Cohort, now: datetime) -> None:
    """One statement for each text that is asked, however many asked it."""
    members = cohort.memberships.order_by("id")
    instructor = members.filter(role=Membership.Role.INSTRUCTOR).values_list("pk", flat=True)[0]
    mate = members.filter(role=Membership.Role.LEARNER).values_list("pk", flat=True)[0]
    # Counted from the cohort's own first note, so that the same demo is the same in every database.
    first = Note.objects.filter(viewing__membership__cohort=cohort).order_by("id").first()
    with connection.cursor() as cursor:
        for language in LANGUAGES:
            for question, answer in texts.answers(language).items():
                cursor.execute(
                    _ANSWER,
                    {
                        "instructor": instructor,
                        "mate": mate,
                        "cohort": cohort.pk,
                        "first": first.pk if first else 0,
                        "question": question,
                        "answer": answer,
                        "before": now - WAITS,
                    },
                )
