"""The desk of what was entered before: the raw messages of the counter know it."""

from django.db import migrations

DESKS = """
UPDATE complaints_complaint c SET desk_id = o.id
  FROM channels_in_message m JOIN offices_office o ON o.code = m.raw->>'desk'
 WHERE m.complaint_id = c.id AND m.channel = 'counter' AND c.channel = 'counter' AND c.desk_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("channels_in", "0003_sent_code_opened"), ("complaints", "0004_desk_and_name")]

    operations = [migrations.RunSQL(DESKS, migrations.RunSQL.noop)]
