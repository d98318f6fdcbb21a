from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_learned_subjects")]

    operations = [
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("desk__isnull", False)),
                fields=["desk", "-entered_at", "-id"],
                name="complaint_in_register",
            ),
        ),
    ]
