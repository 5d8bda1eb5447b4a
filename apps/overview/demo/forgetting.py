"""Taking the demo's cohort away again."""

from django.db import connection

from apps.cohorts.models import Cohort


def forget_cohort(slug: str) -> None:
    """Take the demo cohort and its made-up people away; the accounts with a password stay."""
    cohort = Cohort.objects.filter(slug=slug).first()
    if cohort is None:
        return
    members = "SELECT id FROM cohorts_membership WHERE cohort_id = %(cohort)s"
    viewings = (
        "SELECT v.id FROM progress_viewing v JOIN cohorts_membership m ON m.id = v.membership_id"
        " WHERE m.cohort_id = %(cohort)s"
    )
    rewatches = (
        "SELECT r.id FROM reminders_rewatch r JOIN cohorts_membership m ON m.id = r.membership_id"
        " WHERE m.cohort_id = %(cohort)s"
    )
    people = (
        "SELECT user_id FROM cohorts_membership WHERE cohort_id = %(cohort)s AND role = 'learner'"
    )
    made_up = "SELECT id FROM accounts_user WHERE email LIKE '%%@demo.example.org'"
    with connection.cursor() as cursor:
        for table, column, chosen in (
            ("notes_answer", "author_id", members),
            ("notes_draft", "viewing_id", viewings),
            ("notes_note", "viewing_id", viewings),
            ("progress_built", "viewing_id", viewings),
            ("progress_heartbeatclient", "viewing_id", viewings),
            ("progress_viewing", "membership_id", members),
            ("progress_summary", "membership_id", members),
            ("reminders_promisechange", "rewatch_id", rewatches),
            ("reminders_rewatch", "membership_id", members),
            ("reminders_delivery", "user_id", people),
            ("reminders_outboxmessage", "user_id", people),
            ("reminders_wake", "user_id", people),
            ("cohorts_membership", "cohort_id", "SELECT %(cohort)s"),
            ("account_emailaddress", "user_id", made_up),
        ):
            cursor.execute(
                f"DELETE FROM {table} WHERE {column} IN ({chosen})",  # noqa: S608 - names of ours
                {"cohort": cohort.pk},
            )
    cohort.delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE email LIKE '%@demo.example.org'")
