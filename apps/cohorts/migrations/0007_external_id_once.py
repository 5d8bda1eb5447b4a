"""An external id is of one membership of a cohort; the index is built without holding up writers."""

from django.db import migrations, models

# "IF NOT EXISTS": in the first days the constraint came with 0003.
BUILD = """
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS cohorts_membership_external_id_once
        ON cohorts_membership (cohort_id, external_id) WHERE NOT external_id = ''
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS cohorts_membership_external_id_once"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("cohorts", "0006_records"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(BUILD, DROP)],
            state_operations=[
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("cohort", "external_id"),
                        name="cohorts_membership_external_id_once",
                    ),
                ),
            ],
        ),
    ]
