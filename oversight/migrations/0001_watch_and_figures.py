import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("claims", "0001_initial"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="WatchHit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pattern", models.CharField(max_length=30, verbose_name="rule")),
                ("key", models.CharField(max_length=80, verbose_name="what was found")),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "claim_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="settlements"
                    ),
                ),
                ("figures", models.JSONField(default=dict, verbose_name="what was counted")),
                ("thresholds", models.JSONField(default=dict, verbose_name="thresholds then")),
                ("day", models.DateField(verbose_name="found on")),
                (
                    "found_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="time",
                    ),
                ),
            ],
            options={
                "verbose_name": "find of the watch",
                "verbose_name_plural": "finds of the watch",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["area", "-id"], name="watch_hit_by_area")],
                "constraints": [
                    models.UniqueConstraint(fields=("pattern", "key"), name="watch_hit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("institution", None), ("person__isnull", False)),
                            models.Q(("institution__isnull", False), ("person", None)),
                            _connector="OR",
                        ),
                        name="watch_hit_about_one",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="watch_hit_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="792c12bb462509a664ec7f505484e015def7ef27",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_watch_hit_only_grows_5536b",
                            table="oversight_watchhit",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchConclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "hit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conclusion",
                        to="oversight.watchhit",
                        verbose_name="find",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("harmless", "in order"),
                            ("mistake", "a mistake in the data"),
                            ("passed_on", "passed on to the inspection"),
                            ("recovered", "money claimed back"),
                        ],
                        max_length=12,
                        verbose_name="conclusion",
                    ),
                ),
                ("note", models.TextField(verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                ("day", models.DateField(verbose_name="closed on")),
            ],
            options={
                "verbose_name": "conclusion of the watch",
                "verbose_name_plural": "conclusions of the watch",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="watch_conclusion_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c875c6e49d2764cf4cdef5d67970931425a4f426",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_watch_conclusion_only_grows_a4c3a",
                            table="oversight_watchconclusion",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CareFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("home", "in the own area"),
                            ("province", "elsewhere in the province"),
                            ("away", "in another province"),
                        ],
                        max_length=8,
                        verbose_name="where",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                ("kind", models.CharField(max_length=10, verbose_name="kind")),
                ("age_from", models.PositiveSmallIntegerField(verbose_name="age from")),
                ("bills", models.PositiveIntegerField(verbose_name="bills")),
                (
                    "shared_bills",
                    models.PositiveIntegerField(verbose_name="bills that relatives paid for"),
                ),
                (
                    "gross",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="total"),
                ),
                (
                    "pool",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="paid by the pooled fund"
                    ),
                ),
                (
                    "own",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="own account"
                    ),
                ),
                (
                    "shared",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="shared accounts"
                    ),
                ),
                (
                    "shared_across",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="shared, from another area"
                    ),
                ),
                ("cash", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="cash")),
            ],
            options={
                "verbose_name": "figure of care",
                "verbose_name_plural": "figures of care",
                "ordering": ["month", "area"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "area", "place", "level", "kind", "age_from"),
                        name="care_figure_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                ("age_from", models.PositiveSmallIntegerField(verbose_name="age from")),
                ("retired", models.BooleanField(verbose_name="retired")),
                ("credits", models.PositiveIntegerField(verbose_name="months credited")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="amount"),
                ),
            ],
            options={
                "verbose_name": "figure of credits",
                "verbose_name_plural": "figures of credits",
                "ordering": ["month", "area"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "area", "age_from", "retired"), name="credit_figure_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FiguresMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(unique=True, verbose_name="month")),
                ("made_at", models.DateTimeField(verbose_name="worked out")),
            ],
            options={
                "verbose_name": "month of figures",
                "verbose_name_plural": "months of figures",
                "ordering": ["-month"],
            },
        ),
    ]
