"""Where the areas of offices end."""

import django.db.models.deletion
from django.db import migrations, models

import offices.boundary_models


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0003_leaves"),
    ]

    operations = [
        migrations.CreateModel(
            name="Boundary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.PositiveIntegerField()),
                ("is_hole", models.BooleanField(default=False)),
                ("ring", offices.boundary_models.Ring()),
                ("west", models.FloatField()),
                ("east", models.FloatField()),
                ("south", models.FloatField()),
                ("north", models.FloatField()),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="boundaries", to="offices.office"
                    ),
                ),
            ],
            options={
                "verbose_name": "boundary",
                "verbose_name_plural": "boundaries",
            },
        ),
    ]
