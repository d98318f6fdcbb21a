"""A complaint knows the desk that entered it, and the name that was given with it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_fewer_indexes"), ("offices", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="citizen_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="complaint",
            name="desk",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="offices.office",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("desk__isnull", False)), fields=["desk", "-id"], name="complaint_entered_at"
            ),
        ),
    ]
