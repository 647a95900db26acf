import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0001_initial"),
        ("record", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("care", "care"), ("premium", "premiums"), ("move", "moves")],
                        max_length=8,
                        verbose_name="what is cleared",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day of the month or year")),
                ("closed_on", models.DateField(verbose_name="closed on")),
            ],
            options={
                "verbose_name": "closed period",
                "verbose_name_plural": "closed periods",
                "ordering": ["-first_day", "subject"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "first_day"), name="period_closed_once"
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="closed_period_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="0b2de6e5a628326a3833c4f212b37138a94ad804",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_closed_period_only_grows_b88ab",
                            table="accounts_closedperiod",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("personal", "personal account"),
                            ("contributions", "contributions received"),
                            ("pool", "pooled fund"),
                            ("interest", "interest"),
                            ("institution", "payable to an institution"),
                            ("collector", "payable to a premium collector"),
                            ("bank", "paid out by bank"),
                            ("held", "held for heirs"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        help_text="Of a personal account: where it was opened. It moves with its owner.",
                        max_length=6,
                        verbose_name="pooling area",
                    ),
                ),
                ("key", models.CharField(max_length=40, verbose_name="key")),
                (
                    "person",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "current",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="current year"
                    ),
                ),
                (
                    "carried",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="carried over"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="year of the balances"
                    ),
                ),
                (
                    "first_year",
                    models.PositiveSmallIntegerField(default=0, verbose_name="first year"),
                ),
                (
                    "closed_through",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="The last year whose interest is posted; before the first one, the year before it.",
                        verbose_name="interest closed through",
                    ),
                ),
                ("frozen_on", models.DateField(null=True, verbose_name="frozen on")),
            ],
            options={
                "verbose_name": "ledger account",
                "verbose_name_plural": "ledger accounts",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "personal"), _negated=True),
                        fields=("key",),
                        name="account_key_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "personal"), ("person__isnull", False)),
                            models.Q(
                                models.Q(("kind", "personal"), _negated=True), ("person", None)
                            ),
                            _connector="OR",
                        ),
                        name="account_personal_has_an_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("current__gte", 0)), name="account_current_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("carried__gte", 0)), name="account_carried_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "personal"),
                            models.Q(("carried", 0), ("current", 0)),
                            _connector="OR",
                        ),
                        name="account_only_personal_keeps_balances",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="account_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="e847a4255544bcead3b454c7f6f7e85e2ed07756",
                            operation="DELETE",
                            pgid="pgtrigger_account_is_kept_2d42a",
                            table="accounts_ledgeraccount",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("credit", "crediting"),
                            ("adjustment", "adjustment"),
                            ("interest", "interest"),
                            ("claim", "settlement"),
                            ("undo", "refund or reversal"),
                            ("premium", "premium"),
                            ("premium_undo", "cancelled premium"),
                            ("payout", "payout"),
                            ("release", "held money released"),
                            ("move", "move"),
                            ("deduction", "deduction"),
                            ("payment", "payment by bank"),
                            ("clearing", "clearing paid"),
                        ],
                        max_length=14,
                        verbose_name="source",
                    ),
                ),
                ("source_id", models.BigIntegerField(verbose_name="record")),
                ("line", models.PositiveSmallIntegerField(verbose_name="line")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("credit", "credit"),
                            ("back_credit", "back credit"),
                            ("disbursement", "disbursement"),
                            ("adjustment", "adjustment"),
                            ("interest_current", "interest on the current year"),
                            ("interest_carried", "interest on the carried-over balance"),
                            ("pool", "paid by the pooled fund"),
                            ("own_account", "paid by the own account"),
                            ("shared_account", "paid by a shared account"),
                            ("premium", "premium"),
                            ("held", "held for heirs"),
                            ("payout", "payout"),
                            ("move", "balance moved"),
                            ("deduction", "deducted from an institution"),
                            ("payment", "paid to an institution"),
                            ("clearing", "paid between areas"),
                        ],
                        max_length=18,
                        verbose_name="kind",
                    ),
                ),
                (
                    "from_account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ledgeraccount",
                        verbose_name="from",
                    ),
                ),
                (
                    "to_account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.ledgeraccount",
                        verbose_name="to",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount"),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="accounts.ledgeraccount",
                        verbose_name="personal account",
                    ),
                ),
                (
                    "bucket",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "none"),
                            ("current", "current year"),
                            ("carried", "carried over"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="balance",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("value_date", models.DateField(verbose_name="value date")),
                ("month", models.DateField(null=True, verbose_name="month credited")),
                (
                    "clearing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "none"),
                            ("pool", "pooled fund"),
                            ("own_account", "own account"),
                            ("shared_account", "shared account"),
                            ("premium", "premium"),
                            ("transfer", "transfer"),
                        ],
                        default="",
                        max_length=14,
                        verbose_name="clearing",
                    ),
                ),
                (
                    "debtor_area",
                    models.CharField(
                        blank=True, default="", max_length=6, verbose_name="debtor area"
                    ),
                ),
                (
                    "creditor_area",
                    models.CharField(
                        blank=True, default="", max_length=6, verbose_name="creditor area"
                    ),
                ),
                (
                    "undoes",
                    models.BooleanField(default=False, verbose_name="undoes an earlier transfer"),
                ),
                (
                    "posted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="posted",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer",
                "verbose_name_plural": "transfers",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["account", "value_date"],
                        name="transfer_by_account",
                    ),
                    models.Index(
                        condition=models.Q(("clearing", ""), _negated=True),
                        fields=["day", "debtor_area"],
                        name="transfer_cleared",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "source_id", "line"), name="transfer_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="transfer_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_account", models.F("to_account")), _negated=True),
                        name="transfer_between_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account", None), ("bucket", "")),
                            models.Q(
                                ("account__isnull", False),
                                models.Q(("bucket", ""), _negated=True),
                                models.Q(
                                    ("account", models.F("from_account")),
                                    ("account", models.F("to_account")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="transfer_bucket_of_a_personal_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("clearing", ""),
                            models.Q(
                                models.Q(("debtor_area", models.F("creditor_area")), _negated=True),
                                models.Q(("debtor_area", ""), _negated=True),
                                models.Q(("creditor_area", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="transfer_clears_between_two_areas",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="transfer_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7fab01ee3de39b311404e954d45c760e3ccaf273",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_transfer_only_grows_e0a12",
                            table="accounts_transfer",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="transfer_in_an_open_period",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (NEW.\"clearing\" = ''))",
                            declare="DECLARE what text; first date;",
                            func="\n        what := CASE NEW.clearing WHEN 'premium' THEN 'premium' WHEN 'transfer' THEN 'move'\n                ELSE 'care' END;\n        first := date_trunc(CASE what WHEN 'premium' THEN 'year' ELSE 'month' END, NEW.day)::date;\n        PERFORM pg_advisory_xact_lock_shared(\n            7314, (extract(year FROM first) * 12 + extract(month FROM first))::int\n        );\n        IF EXISTS (\n            SELECT FROM accounts_closedperiod closed\n            WHERE closed.subject = what AND closed.first_day = first\n        ) THEN\n            RAISE EXCEPTION 'the clearing of % for % is closed', what, first\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_in_an_open_period';\n        END IF;\n        RETURN NULL;\n    ",
                            hash="63ba2520dfc1e3f07973c1ccf27edd320ac07e58",
                            operation="INSERT",
                            pgid="pgtrigger_transfer_in_an_open_period_f49fd",
                            table="accounts_transfer",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("credit", "crediting"), ("interest", "interest")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "period",
                    models.DateField(help_text="Its first day.", verbose_name="month or year"),
                ),
                ("day", models.DateField(verbose_name="posting day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "prepared, waiting for a person"),
                            ("posting", "being posted"),
                            ("done", "done"),
                            ("stopped", "stopped"),
                            ("failed", "failed"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("policy", models.JSONField(default=dict, verbose_name="values used")),
                ("expected", models.PositiveIntegerField(default=0, verbose_name="expected")),
                (
                    "expected_amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=16, verbose_name="expected amount"
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=16, verbose_name="amount"
                    ),
                ),
                ("skipped", models.JSONField(default=dict, verbose_name="skipped, by reason")),
                (
                    "comparison",
                    models.JSONField(default=dict, verbose_name="compared with the month before"),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="started by",
                    ),
                ),
                (
                    "prepared_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="prepared",
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "run",
                "verbose_name_plural": "runs",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["prepared", "posting"])),
                        fields=("kind", "area", "period"),
                        name="run_one_at_a_time",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="run_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="f99161c25ed3170cfad60fa7b58409010ecc53c2",
                            operation="DELETE",
                            pgid="pgtrigger_run_is_kept_29432",
                            table="accounts_run",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Chunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chunks",
                        to="accounts.run",
                    ),
                ),
                ("after_person", models.BigIntegerField(verbose_name="after person")),
                ("through_person", models.BigIntegerField(verbose_name="through person")),
                ("posted_at", models.DateTimeField(null=True, verbose_name="posted")),
                ("expected", models.PositiveIntegerField(default=0, verbose_name="expected")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=16, verbose_name="amount"
                    ),
                ),
                ("skipped", models.JSONField(default=dict, verbose_name="skipped, by reason")),
            ],
            options={
                "verbose_name": "chunk",
                "verbose_name_plural": "chunks",
                "ordering": ["run", "after_person"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "after_person"), name="chunk_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("posted_at", None),
                            ("expected__gte", models.F("done")),
                            _connector="OR",
                        ),
                        name="chunk_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("area", models.CharField(max_length=6, verbose_name="by the rules of")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount"),
                ),
                ("disbursed", models.BooleanField(default=False, verbose_name="paid out by bank")),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="accounts.run",
                        verbose_name="run",
                    ),
                ),
                (
                    "cell",
                    models.PositiveSmallIntegerField(
                        help_text="The place of the price in the run's tariff; none where staff priced by hand.",
                        null=True,
                        verbose_name="line of the tariff",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.change",
                        verbose_name="approved change",
                    ),
                ),
            ],
            options={
                "verbose_name": "credit",
                "verbose_name_plural": "credits",
                "ordering": ["person", "month"],
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(fields=["run"], name="credit_by_run")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "month"), name="credit_once_a_month"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="credit_not_negative"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="credit_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ac43e7e5eba7625c637b6b9d5148a3f0862b04af",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_credit_only_grows_4d6e7",
                            table="accounts_credit",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                (
                    "difference",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="What the month should have been credited, less what it was.",
                        max_digits=14,
                        verbose_name="difference",
                    ),
                ),
                (
                    "posted",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="What takes money away stops at nil; the rest is left for staff to recover.",
                        max_digits=14,
                        verbose_name="posted",
                    ),
                ),
                ("disbursed", models.BooleanField(default=False, verbose_name="paid out by bank")),
                ("day", models.DateField(verbose_name="day")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "change",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.change",
                        verbose_name="approved change",
                    ),
                ),
            ],
            options={
                "verbose_name": "adjustment",
                "verbose_name_plural": "adjustments",
                "ordering": ["id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="adjustment_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="226fcd37c38deac1d4cf738fed30588760b0c5ef",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_adjustment_only_grows_3f9c2",
                            table="accounts_adjustment",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SkippedMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skipped_months",
                        to="accounts.run",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("area", models.CharField(max_length=6, verbose_name="by the rules of")),
                ("reason", models.CharField(max_length=40, verbose_name="reason")),
            ],
            options={
                "verbose_name": "month not credited",
                "verbose_name_plural": "months not credited",
                "ordering": ["person", "month"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "person", "month"), name="skipped_once_a_run"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="years",
                        to="accounts.ledgeraccount",
                        verbose_name="account",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "opening",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        verbose_name="carried over on 1 January, before that day's interest",
                    ),
                ),
                (
                    "closing",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        verbose_name="balance at the end of the year",
                    ),
                ),
                (
                    "interest_current",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="interest on the current year"
                    ),
                ),
                (
                    "interest_carried",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        verbose_name="interest on the carried-over balance",
                    ),
                ),
                ("through", models.DateField(verbose_name="last day counted")),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="years",
                        to="accounts.run",
                        verbose_name="run",
                    ),
                ),
                ("day", models.DateField(verbose_name="posting day")),
            ],
            options={
                "verbose_name": "closed year",
                "verbose_name_plural": "closed years",
                "ordering": ["account", "year"],
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["run"], name="account_year_by_run"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "year"), name="account_year_once")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="account_year_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3b464df585e98b20f116e36476d85065a3f34432",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_account_year_only_grows_e24e1",
                            table="accounts_accountyear",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_files",
                        to="accounts.run",
                        verbose_name="run",
                    ),
                ),
                ("part", models.PositiveSmallIntegerField(verbose_name="part")),
                ("day", models.DateField(verbose_name="day")),
                ("orders", models.PositiveIntegerField(verbose_name="orders")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="amount"),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                ("sealed", models.BinaryField(verbose_name="file, encrypted")),
            ],
            options={
                "verbose_name": "bank file",
                "verbose_name_plural": "bank files",
                "ordering": ["run", "part"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "part"), name="bank_file_part_once")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="bank_file_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b628a09cd98abdbdb52ee83a4c67098ddc860db8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_bank_file_only_grows_3b0b2",
                            table="accounts_bankfile",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="accounts.bankfile",
                        verbose_name="bank file",
                    ),
                ),
                (
                    "credit",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_order",
                        to="accounts.credit",
                        verbose_name="credit",
                    ),
                ),
                (
                    "adjustment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_order",
                        to="accounts.adjustment",
                        verbose_name="adjustment",
                    ),
                ),
            ],
            options={
                "verbose_name": "bank order",
                "verbose_name_plural": "bank orders",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("adjustment", None), ("credit__isnull", False)),
                            models.Q(("adjustment__isnull", False), ("credit", None)),
                            _connector="OR",
                        ),
                        name="bank_order_of_one_thing",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="bank_order_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="a7498e787e4dc4d1c1c3485ec809f817cd490963",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_bank_order_only_grows_f8462",
                            table="accounts_bankorder",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
