import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cohorts", "0008_place_by_invitation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="key",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("made", "cohort made"),
                    ("copied", "cohort copied"),
                    ("changed", "plan changed"),
                    ("revision_taken", "newer revision taken"),
                    ("archived", "cohort archived"),
                    ("joined", "came in"),
                    ("left", "left"),
                    ("removed", "taken out"),
                    ("moved_away", "moved to another cohort"),
                    ("moved_here", "moved here from another cohort"),
                    ("role_changed", "role changed"),
                    ("id_changed", "external id changed"),
                    ("link_made", "invitation link made"),
                    ("link_withdrawn", "invitation link withdrawn"),
                    ("mailed", "invited by e-mail"),
                    ("mailing_stopped", "e-mail invitations stopped"),
                    ("wrote", "message sent"),
                    ("nudged", "nudged"),
                    ("talked", "marked as talked to"),
                    ("talk_undone", "no longer marked as talked to"),
                    ("hidden", "hidden from the list for a week"),
                    ("shown", "shown on the list again"),
                    ("asked", "asked to join"),
                    ("queued", "on the waiting list"),
                    ("accepted", "request accepted"),
                    ("declined", "request declined"),
                    ("saw_learner", "learner’s page seen"),
                    ("saved_list", "list of learners saved as a file"),
                ],
                max_length=16,
                verbose_name="what",
            ),
        ),
        migrations.CreateModel(
            name="Care",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "hidden_until",
                    models.DateField(blank=True, null=True, verbose_name="hidden until"),
                ),
                (
                    "talked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="talked to"),
                ),
                (
                    "talked_about",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                (
                    "hidden_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="hidden by",
                    ),
                ),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="care",
                        to="cohorts.membership",
                    ),
                ),
                (
                    "talked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="talked to by",
                    ),
                ),
            ],
            options={
                "verbose_name": "care for a learner",
                "verbose_name_plural": "care for learners",
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(verbose_name="last seen")),
                (
                    "since",
                    models.DateTimeField(blank=True, null=True, verbose_name="the visit before"),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="looked_at",
                        to="cohorts.membership",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="looks",
                        to="cohorts.membership",
                    ),
                ),
            ],
            options={
                "verbose_name": "look",
                "verbose_name_plural": "looks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reader", "learner"),
                        name="cohorts_look_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(max_length=1000, verbose_name="query")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to="cohorts.membership",
                        verbose_name="whose",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("membership", "name"), name="cohorts_savedview_once"
                    )
                ],
            },
        ),
    ]
