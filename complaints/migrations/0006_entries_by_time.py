"""Reports, audit trails and what has just happened are found by their time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_entries_given")]

    operations = [
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["at", "id"], name="entry_when")),
    ]
