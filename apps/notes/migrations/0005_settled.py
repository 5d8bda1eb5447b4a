from django.db import migrations, models


class Migration(migrations.Migration):
    """A question can be settled.

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
    ]
