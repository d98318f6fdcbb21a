from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_known_incidents")]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="media_type",
            field=models.CharField(
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
                default="image/jpeg",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="complaint", name="by_call", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("by_call", True), models.Q(("state", "ended"), _negated=True)),
                fields=["desk", "-id"],
                name="complaint_to_call",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("desk__isnull", False)),
                fields=["desk", "-entered_at", "-id"],
                name="complaint_in_register",
            ),
        ),
    ]
