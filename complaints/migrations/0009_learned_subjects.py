from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0008_bodies_act"),
    ]

    operations = [
        migrations.CreateModel(
            name="LearnedSubjects",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=40, unique=True)),
                ("made_at", models.DateTimeField()),
                ("sentences", models.PositiveIntegerField()),
                ("cases", models.PositiveIntegerField()),
                ("accuracy", models.FloatField()),
                ("content", models.BinaryField()),
            ],
            options={"verbose_name": "learned subjects", "verbose_name_plural": "learned subjects"},
        ),
    ]
