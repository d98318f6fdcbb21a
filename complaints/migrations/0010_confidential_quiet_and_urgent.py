"""A complaint may be confidential or urgent, and a citizen may ask not to be written to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_learned_subjects")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="confidential",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="citizen",
            name="quiet",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="priority",
            field=models.SmallIntegerField(
                choices=[(0, "normal"), (1, "high"), (2, "urgent: life is in danger")], default=0
            ),
        ),
    ]
