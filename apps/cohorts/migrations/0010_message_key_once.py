"""A page sends one message; the index is built without holding up writers."""

from django.db import migrations, models

BUILD = """
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS cohorts_message_key_once
        ON cohorts_message (key)
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS cohorts_message_key_once"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("cohorts", "0009_care"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(BUILD, DROP)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.UniqueConstraint(
                        fields=("key",), name="cohorts_message_key_once"
                    ),
                ),
            ],
        ),
    ]
