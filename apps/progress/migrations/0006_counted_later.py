import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models.expressions import RawSQL


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0005_days_without_bonus"),
    ]

    operations = [
        migrations.AddField(
            model_name="basis",
            name="left",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                db_default=RawSQL("'{}'::bigint[]", ()),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="basis",
            name="retry_at",
            field=models.DateTimeField(null=True),
        ),
    ]
