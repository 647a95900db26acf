import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        help_text="Six digits for a pooling area, the first two for a whole province.",
                        max_length=6,
                        verbose_name="area or province",
                    ),
                ),
                ("key", models.CharField(max_length=40, verbose_name="figure")),
                ("value", models.JSONField(verbose_name="value")),
                (
                    "begins_on",
                    models.DateField(blank=True, null=True, verbose_name="in force from"),
                ),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "document_title",
                    models.CharField(max_length=200, verbose_name="title of the document"),
                ),
                (
                    "document_number",
                    models.CharField(max_length=80, verbose_name="number of the document"),
                ),
                ("document_date", models.DateField(verbose_name="date of the document")),
                (
                    "example",
                    models.BooleanField(default=False, verbose_name="example, for a demonstration"),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                ("approved_on", models.DateField(verbose_name="approved on")),
            ],
            options={
                "verbose_name": "entered figure",
                "verbose_name_plural": "entered figures",
                "ordering": ["scope", "key", "begins_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("approved_by")), _negated=True),
                        name="figure_needs_two_persons",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="figure_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="61008f531db338e767d24bff4a4870dba12a61e5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_figure_is_kept_f1533",
                            table="policy_figure",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusalCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                (
                    "area",
                    models.CharField(
                        blank=True, default="", max_length=6, verbose_name="by the rules of"
                    ),
                ),
                (
                    "place",
                    models.CharField(blank=True, default="", max_length=6, verbose_name="asked in"),
                ),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("interface", "interface of institutions"),
                            ("portal", "members' pages"),
                            ("desk", "desk"),
                        ],
                        max_length=10,
                        verbose_name="through",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
            ],
            options={
                "verbose_name": "refusals of a day",
                "verbose_name_plural": "refusals by day",
                "ordering": ["-day", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "code", "area", "place", "door"), name="refusal_counted_once"
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="refusal_count_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="ee0a15f75112990c9b3e7b2e0fe98730e4f7f7c4",
                            operation="DELETE",
                            pgid="pgtrigger_refusal_count_is_kept_32e74",
                            table="policy_refusalcount",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
