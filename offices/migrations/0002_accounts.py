from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial")]

    operations = [
        migrations.AddField("user", "phone", models.CharField(blank=True, max_length=20)),
        # Django's database cache, where all processes count tries together. Not logged: a crash may forget them.
        migrations.RunSQL(
            "CREATE UNLOGGED TABLE shared_cache ("
            " cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);"
            "CREATE INDEX shared_cache_expires ON shared_cache (expires)",
            "DROP TABLE shared_cache",
        ),
    ]
