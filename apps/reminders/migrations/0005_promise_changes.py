import django.db.models.deletion
from django.db import migrations, models

# A promise that never moved is known from its first day on. What has moved, stopped and come back, or may have become
# owed later, is known from now on: nobody wrote down when.
MARK = """
INSERT INTO reminders_promisechange (rewatch_id, at, owed_on, is_known)
SELECT rewatch.id, now(), NULL, false
  FROM reminders_rewatch rewatch
  JOIN cohorts_membership member ON member.id = rewatch.membership_id
  JOIN cohorts_cohort cohort ON cohort.id = member.cohort_id
  LEFT JOIN progress_viewing first_pass ON first_pass.membership_id = rewatch.membership_id
                                       AND first_pass.video_id = rewatch.video_id AND first_pass.number = 1
 WHERE rewatch.due_on <> rewatch.first_due_on
    OR rewatch.snoozes > 0
    OR rewatch.recall_answer <> ''
    OR first_pass.scaffold_at > rewatch.anchor_at + interval '1 day'
    OR (rewatch.is_owed AND EXISTS (
        SELECT FROM curriculum_placement place
         WHERE place.revision_id = cohort.revision_id AND place.video_id = rewatch.video_id AND place.is_bonus))
    OR EXISTS (
        SELECT FROM cohorts_event event
         WHERE event.cohort_id = cohort.id AND event.subject_id = member.user_id
           AND event.kind IN ('left', 'removed', 'role_changed'))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0007_external_id_once"),
        ("progress", "0006_counted_later"),
        ("reminders", "0004_learners_wishes"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromiseChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("owed_on", models.DateField(null=True, verbose_name="owed from")),
                ("is_known", models.BooleanField(db_default=True, default=True)),
                (
                    "rewatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="reminders.rewatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a promise",
                "verbose_name_plural": "changes of promises",
            },
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
