"""What is written on the question pages before it is sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels_in", "0007_uploads"),
        ("complaints", "0013_where_and_who_may_see"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=32, unique=True)),
                ("device", models.CharField(max_length=64)),
                ("answers", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "verbose_name": "unsent complaint",
                "verbose_name_plural": "unsent complaints",
            },
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField()),
                (
                    "media_type",
                    models.CharField(
                        choices=[
                            ("image/jpeg", "photo"),
                            ("application/pdf", "paper"),
                            ("audio/ogg", "voice note"),
                            ("audio/mpeg", "voice note"),
                            ("audio/mp4", "voice note"),
                            ("audio/3gpp", "voice note"),
                            ("audio/aac", "voice note"),
                            ("audio/wav", "voice note"),
                            ("audio/amr", "voice note"),
                        ],
                        max_length=20,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("also", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=60)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="channels_in.draft"
                    ),
                ),
            ],
            options={
                "verbose_name": "file of an unsent complaint",
                "verbose_name_plural": "files of unsent complaints",
            },
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["device", "-touched_at"], name="draft_of_device"),
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["touched_at"], name="draft_to_forget"),
        ),
        migrations.AddConstraint(
            model_name="draftfile",
            constraint=models.UniqueConstraint(fields=("draft", "sha256"), name="draft_file_once"),
        ),
    ]
