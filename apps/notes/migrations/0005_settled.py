import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    """A question can be settled; code is searched word by word, without a language's stop words.

    The index on `search` goes: a search always begins at one person's notes, and never asked it.
    """

    dependencies = [
        ("notes", "0004_drafts"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="note", name="notes_note_search"),
        migrations.AddField(
            model_name="note",
            name="settled_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        # What is generated cannot be altered, only made anew.
        migrations.RemoveField(model_name="note", name="code_search"),
        migrations.AddField(
            model_name="note",
            name="code_search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector(
                    models.Func(
                        models.F("code"),
                        models.Value("._/-@"),
                        models.Value("\ue010\ue011\ue012\ue013\ue014"),
                        function="translate",
                        output_field=models.TextField(),
                    ),
                    models.Func(
                        models.F("output"),
                        models.Value("._/-@"),
                        models.Value("\ue010\ue011\ue012\ue013\ue014"),
                        function="translate",
                        output_field=models.TextField(),
                    ),
                    config="simple",
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
    ]
