"""Where each USSD session stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels_in", "0004_desks_of_old_complaints")]

    operations = [
        migrations.CreateModel(
            name="UssdSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=20)),
                ("session", models.CharField(max_length=200)),
                ("phone_digest", models.CharField(max_length=64)),
                ("language", models.CharField(default="sw", max_length=2)),
                ("step", models.CharField(default="menu", max_length=10)),
                ("known", models.JSONField(default=dict)),
                ("typed", models.TextField(blank=True)),
                ("shown", models.TextField(blank=True)),
                ("over", models.BooleanField(default=False)),
                ("moved_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "USSD session",
                "verbose_name_plural": "USSD sessions",
                "indexes": [
                    models.Index(fields=["phone_digest", "-moved_at"], name="ussd_session_of_phone"),
                    models.Index(fields=["moved_at"], name="ussd_session_to_forget"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "session", "phone_digest"), name="ussd_session_once")
                ],
            },
        ),
    ]
