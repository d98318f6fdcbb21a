"""The timeline's promises, kept by triggers."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "timeline.sql"


class Migration(migrations.Migration):
    """Install the triggers of `sql/timeline.sql`."""

    dependencies = [("complaints", "0001_initial")]

    # One statement as far as Django is concerned: the functions' bodies hold semicolons.
    operations = [migrations.RunSQL([(SQL.read_text(encoding="utf-8"), None)], migrations.RunSQL.noop)]
