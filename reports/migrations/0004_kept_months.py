"""Months that are over are kept, and what is written about them afterwards stands beside; nothing is kept yet."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql" / "happenings.sql"


class Migration(migrations.Migration):
    """Make the tables, and install `sql/happenings.sql` once more."""

    dependencies = [
        ("offices", "0003_leaves"),
        ("reports", "0003_what_counts_said_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptUntil",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "kept until",
                "verbose_name_plural": "kept until",
            },
        ),
        migrations.CreateModel(
            name="Late",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("weight", models.SmallIntegerField()),
            ],
            options={
                "verbose_name": "late happening",
                "verbose_name_plural": "late happenings",
            },
        ),
        migrations.CreateModel(
            name="KeptMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField()),
                ("until", models.DateTimeField()),
                ("tree", models.CharField(max_length=32)),
                ("figures", models.JSONField()),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="offices.office",
                    ),
                ),
            ],
            options={
                "verbose_name": "kept month",
                "verbose_name_plural": "kept months",
                "constraints": [models.UniqueConstraint(fields=("office", "first"), name="kept_month_once")],
            },
        ),
        migrations.AddIndex(
            model_name="happening",
            index=models.Index(condition=models.Q(("figure", 6)), fields=["at"], name="happening_referred"),
        ),
        migrations.RunSQL([(SQL.read_text(encoding="utf-8"), None)], migrations.RunSQL.noop),
    ]
