import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE notes_note note SET shared_in_id = member.cohort_id
  FROM progress_viewing viewing JOIN cohorts_membership member ON member.id = viewing.membership_id
 WHERE viewing.id = note.viewing_id AND note.visibility <> 'private'
"""


class Migration(migrations.Migration):
    """What is shared is found by its cohort, however much is shared in all of them together."""

    # The pending check of the foreign key, before an index is made on the same table.
    atomic = False

    dependencies = [
        ("cohorts", "0002_youtube_on_click"),
        ("notes", "0006_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="note",
            name="shared_in",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="cohorts.cohort",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("shared_in__isnull", True), ("visibility", "private")),
                    models.Q(
                        models.Q(("visibility", "private"), _negated=True),
                        ("shared_in__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="notes_note_shared_somewhere",
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("shared_in__isnull", False)),
                fields=["shared_in", "-created_at", "-id"],
                include=("kind", "visibility", "viewing"),
                name="notes_note_shared_in",
            ),
        ),
        migrations.RemoveIndex(model_name="note", name="notes_note_shared"),
    ]
