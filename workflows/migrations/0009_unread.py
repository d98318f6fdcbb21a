"""A leader sees which directives and which advice nobody has opened yet."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("workflows", "0008_body_links")]

    operations = [
        migrations.AddIndex(
            model_name="complainttask",
            index=models.Index(
                condition=Q(("finished__isnull", True), ("read_at__isnull", True), ("side", True)),
                fields=["due_at", "id"],
                name="task_unread",
            ),
        ),
    ]
