"""A sent code opens again for a minute, so that a second press of the button does no harm."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels_in", "0002_sent_code")]

    operations = [
        migrations.AddField(model_name="sentcode", name="opened_at", field=models.DateTimeField(null=True)),
    ]
