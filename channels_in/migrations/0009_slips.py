import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import complaints.models


class Migration(migrations.Migration):
    dependencies = [
        ("channels_in", "0008_drafts"),
        ("complaints", "0012_counter"),
        ("offices", "0003_leaves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SlipBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("size", models.PositiveSmallIntegerField()),
                ("issued_at", models.DateTimeField()),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offices.office"
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "batch of slips",
                "verbose_name_plural": "batches of slips",
            },
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("reference", models.CharField(max_length=12, unique=True)),
                ("secret", models.CharField(default=complaints.models.new_secret, max_length=22)),
                (
                    "complaint",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slip",
                        to="complaints.complaint",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slips",
                        to="channels_in.slipbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "slip",
                "verbose_name_plural": "slips",
            },
        ),
        migrations.AddConstraint(
            model_name="slipbatch",
            constraint=models.UniqueConstraint(fields=("desk", "number"), name="slip_batch_once"),
        ),
        migrations.AddConstraint(
            model_name="slipbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1), ("size__lte", 100)), name="slip_batch_size"
            ),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.UniqueConstraint(fields=("batch", "position"), name="slip_once"),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[0-9]{12}$")), name="slip_reference_form"
            ),
        ),
    ]
