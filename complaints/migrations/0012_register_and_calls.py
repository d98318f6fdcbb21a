from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_known_incidents")]

    operations = [
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
