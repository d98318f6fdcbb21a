"""What counts in the figures is kept beside the timeline, by triggers; of what there is already, it is gathered here."""

from pathlib import Path

import django.contrib.postgres.indexes
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql" / "happenings.sql"


class Migration(migrations.Migration):
    """Make the table, install `sql/happenings.sql`, and gather what the timeline holds."""

    dependencies = [("complaints", "0008_bodies_act"), ("reports", "0001_exports")]

    operations = [
        migrations.CreateModel(
            name="Happening",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "complaint_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("complaint_id", models.BigIntegerField()),
                ("number", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("figure", models.SmallIntegerField(null=True)),
                ("from_queue", models.IntegerField(null=True)),
                ("to_queue", models.IntegerField(null=True)),
                ("stood", models.SmallIntegerField()),
                ("stands", models.SmallIntegerField()),
                ("due_before", models.DateTimeField(null=True)),
                ("due_after", models.DateTimeField(null=True)),
                ("category", models.IntegerField(null=True)),
                ("channel", models.CharField(max_length=20)),
                ("place", models.IntegerField(null=True)),
                ("tenths", models.IntegerField(null=True)),
            ],
            options={
                "verbose_name": "happening",
                "verbose_name_plural": "happenings",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["at"], name="happening_when", pages_per_range=32
                    )
                ],
            },
        ),
        # One statement as far as Django is concerned: the functions' bodies hold semicolons.
        migrations.RunSQL(
            [(SQL.read_text(encoding="utf-8"), None), ("SELECT reports_gather()", None)], migrations.RunSQL.noop
        ),
    ]
