"""What counts is said once, for the trigger and for gathering anew; the rows that are there stay as they are."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql" / "happenings.sql"


class Migration(migrations.Migration):
    """Install `sql/happenings.sql` once more, where an earlier one is."""

    dependencies = [("reports", "0002_happenings")]

    operations = [migrations.RunSQL([(SQL.read_text(encoding="utf-8"), None)], migrations.RunSQL.noop)]
