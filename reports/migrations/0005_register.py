from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_kept_months")]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="what",
            field=models.CharField(
                choices=[
                    ("report", "report"),
                    ("trail", "audit trail"),
                    ("register", "register of a complaints desk"),
                ],
                max_length=10,
            ),
        ),
    ]
