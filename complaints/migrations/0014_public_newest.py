"""Public complaints by when they came: the list that Open311 clients read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0013_where_and_who_may_see")]

    operations = [
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("is_public", True)),
                fields=["-received_at", "-id"],
                name="complaint_public_newest",
            ),
        ),
    ]
