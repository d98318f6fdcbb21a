"""Which gateway took a notice, and how many SMS it cost; and an index to find it by the gateway's own id."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_email")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="gateway",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="notice",
            name="segments",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("provider_id__gt", ""), ("status", "sent")),
                fields=["provider_id"],
                name="notice_by_its_name",
            ),
        ),
    ]
