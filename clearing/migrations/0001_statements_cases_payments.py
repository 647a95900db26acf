import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("claims", "0001_initial"),
        ("families", "0001_initial"),
        ("members", "0001_initial"),
        ("record", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="InstitutionAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_accounts",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                ("holder", models.CharField(max_length=120, verbose_name="holder")),
                ("bank", models.CharField(max_length=120, verbose_name="bank")),
                ("number_sealed", models.BinaryField(verbose_name="number, encrypted")),
                ("tail", models.CharField(max_length=4, verbose_name="last digits")),
                ("begins_on", models.DateField(verbose_name="from")),
                (
                    "change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.change",
                        verbose_name="approved change",
                    ),
                ),
            ],
            options={
                "verbose_name": "bank account of an institution",
                "verbose_name_plural": "bank accounts of institutions",
                "ordering": ["institution", "-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="institution_account_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="39925e4911cffc9ffeef7d122a9b1a6701797736",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_institution_account_only_grows_e6ebf",
                            table="clearing_institutionaccount",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InstitutionStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                ("month", models.DateField(verbose_name="month")),
                ("lines", models.PositiveIntegerField(verbose_name="lines")),
                (
                    "lines_hash",
                    models.CharField(max_length=64, verbose_name="SHA-256 of the lines"),
                ),
                (
                    "settlements",
                    models.DecimalField(
                        decimal_places=2, max_digits=16, verbose_name="settlements"
                    ),
                ),
                (
                    "refunds",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="refunds"),
                ),
                (
                    "deductions",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="deductions"),
                ),
                (
                    "carried_in",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="Nil or negative.",
                        max_digits=16,
                        verbose_name="overdrawn before",
                    ),
                ),
                (
                    "to_pay",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="to pay"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drawn_up", "sent to the institution"),
                            ("questioned", "questioned by the institution"),
                            ("agreed", "agreed, to be paid"),
                            ("ordered", "with the bank"),
                            ("paid", "paid"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("drawn_up_on", models.DateField(verbose_name="drawn up on")),
                ("agreed_on", models.DateField(null=True, verbose_name="agreed on")),
                (
                    "agreed_by",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="agreed by"
                    ),
                ),
                ("question", models.TextField(blank=True, default="", verbose_name="question")),
            ],
            options={
                "verbose_name": "statement of an institution",
                "verbose_name_plural": "statements of institutions",
                "ordering": ["-month", "institution"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "month"), name="institution_statement_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("carried_in__lte", 0), ("to_pay__gte", 0)),
                        name="institution_statement_not_negative",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="institution_statement_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="6d36d53cdcef4a05abdb8f6be5555fae9426680d",
                            operation="DELETE",
                            pgid="pgtrigger_institution_statement_is_kept_76bc6",
                            table="clearing_institutionstatement",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="institution_statement_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."area" IS DISTINCT FROM (NEW."area") OR OLD."month" IS DISTINCT FROM (NEW."month") OR OLD."lines" IS DISTINCT FROM (NEW."lines") OR OLD."lines_hash" IS DISTINCT FROM (NEW."lines_hash") OR OLD."settlements" IS DISTINCT FROM (NEW."settlements") OR OLD."refunds" IS DISTINCT FROM (NEW."refunds") OR OLD."deductions" IS DISTINCT FROM (NEW."deductions") OR OLD."carried_in" IS DISTINCT FROM (NEW."carried_in") OR OLD."to_pay" IS DISTINCT FROM (NEW."to_pay") OR OLD."drawn_up_on" IS DISTINCT FROM (NEW."drawn_up_on"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="ce37c0601d31585184ac112db4ca2e618e4eb9c8",
                            operation="UPDATE",
                            pgid="pgtrigger_institution_statement_says_the_same_247f0",
                            table="clearing_institutionstatement",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(max_length=40, unique=True, verbose_name="reference"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("institution", "to an institution"),
                            ("payout", "account paid out"),
                            ("held", "held money released"),
                            ("disbursement", "credit paid out by bank"),
                            ("paper_bill", "paper bill"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="paid by")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="amount"),
                ),
                ("payee", models.CharField(max_length=120, verbose_name="payee")),
                (
                    "account_sealed",
                    models.BinaryField(null=True, verbose_name="bank account, encrypted"),
                ),
                (
                    "account_tail",
                    models.CharField(
                        blank=True, default="", max_length=4, verbose_name="last digits"
                    ),
                ),
                (
                    "statement",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment",
                        to="clearing.institutionstatement",
                        verbose_name="statement",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.payout",
                        verbose_name="payout",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.change",
                        verbose_name="approved change",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment",
                        to="accounts.bankorder",
                        verbose_name="bank order",
                    ),
                ),
                (
                    "paper_bill",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment",
                        to="claims.paperbill",
                        verbose_name="paper bill",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "to be ordered"),
                            ("ordered", "with the bank"),
                            ("failed", "came back"),
                            ("paid", "paid"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("made_on", models.DateField(verbose_name="made on")),
                ("paid_on", models.DateField(null=True, verbose_name="paid on")),
                (
                    "failure",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="why it came back"
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "failed"])),
                        fields=["area", "kind"],
                        name="payment_to_order",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payment_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_on__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("paid_on", None)),
                            _connector="OR",
                        ),
                        name="payment_paid_means_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "institution"), ("statement__isnull", False)),
                            models.Q(("kind", "payout"), ("payout__isnull", False)),
                            models.Q(("kind", "held"), ("release__isnull", False)),
                            models.Q(("kind", "disbursement"), ("order__isnull", False)),
                            models.Q(("kind", "paper_bill"), ("paper_bill__isnull", False)),
                            _connector="OR",
                        ),
                        name="payment_of_one_thing",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="payment_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="a9f97533aa32aacc167127d74f496e5f50fb28be",
                            operation="DELETE",
                            pgid="pgtrigger_payment_is_kept_427c7",
                            table="clearing_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="payment_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."area" IS DISTINCT FROM (NEW."area") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."payee" IS DISTINCT FROM (NEW."payee"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="518e937b3481e9ed4c81102161f369bddf91d43a",
                            operation="UPDATE",
                            pgid="pgtrigger_payment_says_the_same_c9061",
                            table="clearing_payment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="payment_paid_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" = 'paid')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="d894bcab0de220fa2401d7acedbfb77aa0f87f31",
                            operation="UPDATE",
                            pgid="pgtrigger_payment_paid_once_1ef53",
                            table="clearing_payment",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("institution", "to an institution"),
                            ("payout", "account paid out"),
                            ("held", "held money released"),
                            ("disbursement", "credit paid out by bank"),
                            ("paper_bill", "paper bill"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("orders", models.PositiveIntegerField(verbose_name="orders")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="amount"),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                ("sealed", models.BinaryField(verbose_name="file, encrypted")),
                (
                    "run_file",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_file",
                        to="accounts.bankfile",
                        verbose_name="bank file of a run",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "waiting for its release"),
                            ("released", "released to the bank"),
                            ("returned", "all orders answered"),
                            ("dropped", "dropped"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="released by",
                    ),
                ),
                ("released_on", models.DateField(null=True, verbose_name="released on")),
            ],
            options={
                "verbose_name": "payment file",
                "verbose_name_plural": "payment files",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by", None),
                            models.Q(("released_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_file_released_by_another_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_by", None), ("state__in", ["prepared", "dropped"])),
                            models.Q(
                                ("released_by__isnull", False),
                                ("state__in", ["released", "returned"]),
                            ),
                            _connector="OR",
                        ),
                        name="payment_file_released_means_by_whom",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="payment_file_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="3ec9ede27827c189adae594f1db44d01016c4d0c",
                            operation="DELETE",
                            pgid="pgtrigger_payment_file_is_kept_32c53",
                            table="clearing_paymentfile",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="payment_file_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."area" IS DISTINCT FROM (NEW."area") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."orders" IS DISTINCT FROM (NEW."orders") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="39292554be23078f9091f7f0710f4c3bacf92151",
                            operation="UPDATE",
                            pgid="pgtrigger_payment_file_says_the_same_5cd10",
                            table="clearing_paymentfile",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentLine",
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
                        to="clearing.paymentfile",
                        verbose_name="payment file",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tries",
                        to="clearing.payment",
                        verbose_name="payment",
                    ),
                ),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no answer yet"),
                            ("paid", "paid"),
                            ("failed", "came back"),
                            ("dropped", "dropped"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="reason"),
                ),
                ("outcome_on", models.DateField(null=True, verbose_name="answered on")),
            ],
            options={
                "verbose_name": "line of a payment file",
                "verbose_name_plural": "lines of payment files",
                "ordering": ["file", "line"],
                "constraints": [
                    models.UniqueConstraint(fields=("file", "line"), name="payment_line_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome__in", ["", "paid"])),
                        fields=("payment",),
                        name="payment_ordered_once",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="payment_line_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="4eb4922bbaa7ec8dc6675d3b6b29ee66c62e8791",
                            operation="DELETE",
                            pgid="pgtrigger_payment_line_is_kept_4e469",
                            table="clearing_paymentline",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="payment_line_answered_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (OLD.\"outcome\" = ''))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="ee2418da61bbab41ca20996fe56870ae69285de3",
                            operation="UPDATE",
                            pgid="pgtrigger_payment_line_answered_once_47a4a",
                            table="clearing_paymentline",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentReturn",
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
                        related_name="returns",
                        to="clearing.paymentfile",
                        verbose_name="payment file",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64, unique=True, verbose_name="SHA-256 of the file"
                    ),
                ),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("paid", models.PositiveIntegerField(verbose_name="paid")),
                ("failed", models.PositiveIntegerField(verbose_name="came back")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="time",
                    ),
                ),
            ],
            options={
                "verbose_name": "bank return",
                "verbose_name_plural": "bank returns",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="payment_return_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="5e380bea3552ee874b894028a2ab37b5505703c5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_payment_return_only_grows_cd9e9",
                            table="clearing_paymentreturn",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DayFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="day_files",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                (
                    "channel",
                    models.CharField(
                        choices=[("desk", "desk"), ("interface", "interface")],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("by_name", models.CharField(max_length=120, verbose_name="who")),
                (
                    "taken_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="time",
                    ),
                ),
                ("compared_on", models.DateField(null=True, verbose_name="compared on")),
                ("result", models.JSONField(default=dict, verbose_name="result")),
            ],
            options={
                "verbose_name": "day file",
                "verbose_name_plural": "day files",
                "ordering": ["-day", "institution", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "sha256"), name="day_file_once"),
                    models.UniqueConstraint(
                        fields=("institution", "day", "version"), name="day_file_version_once"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="day_file_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="efbe0a0c9f5e54b1bb7bac8d24b47b661e5a4665",
                            operation="DELETE",
                            pgid="pgtrigger_day_file_is_kept_cbaef",
                            table="clearing_dayfile",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="day_file_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."rows" IS DISTINCT FROM (NEW."rows") OR OLD."channel" IS DISTINCT FROM (NEW."channel"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="5896b00c95349a9fe574f1087415269eb2cef76b",
                            operation="UPDATE",
                            pgid="pgtrigger_day_file_says_the_same_bb82c",
                            table="clearing_dayfile",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayRow",
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
                        to="clearing.dayfile",
                        verbose_name="day file",
                    ),
                ),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("settlement", "settlement"),
                            ("reversal", "reversal"),
                            ("refund", "refund"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.claim",
                        verbose_name="claim",
                    ),
                ),
                ("visit_number", models.CharField(max_length=40, verbose_name="visit number")),
                ("bill_number", models.CharField(max_length=40, verbose_name="bill number")),
                (
                    "gross",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="total"),
                ),
                (
                    "pool",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="paid by the pooled fund"
                    ),
                ),
                (
                    "own_paid",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="own account"
                    ),
                ),
                (
                    "shared_paid",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="shared accounts"
                    ),
                ),
                ("cash", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="cash")),
            ],
            options={
                "verbose_name": "line of a day file",
                "verbose_name_plural": "lines of day files",
                "ordering": ["file", "line"],
                "constraints": [
                    models.UniqueConstraint(fields=("file", "line"), name="day_row_once")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="day_row_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="2462a5afbd9a67ca73568abde18072b9348b1af5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_day_row_only_grows_ba7f6",
                            table="clearing_dayrow",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="area of care")),
                ("key", models.CharField(max_length=120, verbose_name="what it is about")),
                (
                    "difference",
                    models.CharField(
                        choices=[
                            ("amount", "amount differs"),
                            ("only_institution", "only at the institution"),
                            ("only_portal", "only in the portal"),
                            ("doubled", "doubled at the institution"),
                            ("wrong_day", "on another day"),
                        ],
                        max_length=16,
                        verbose_name="difference",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "claim",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="claims.claim",
                        verbose_name="claim",
                    ),
                ),
                ("ours", models.JSONField(null=True, verbose_name="the portal's record")),
                ("theirs", models.JSONField(null=True, verbose_name="the institution's record")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="Fund and accounts.",
                        max_digits=14,
                        verbose_name="amount in question",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be looked into"),
                            ("proposed", "waiting for a second person"),
                            ("concluded", "concluded"),
                            ("settled_itself", "settled by a later file"),
                        ],
                        default="open",
                        max_length=14,
                        verbose_name="state",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="opened on")),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "action",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reverse", "undo the claim"),
                            ("resend", "ask the institution to send it again"),
                            ("accept", "accept it as it stands"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="conclusion",
                    ),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("closed_on", models.DateField(null=True, verbose_name="closed on")),
                (
                    "fulfilled_on",
                    models.DateField(
                        help_text="When what was asked for again had come.",
                        null=True,
                        verbose_name="came in on",
                    ),
                ),
            ],
            options={
                "verbose_name": "case of reconciliation",
                "verbose_name_plural": "cases of reconciliation",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "proposed"])),
                        fields=["area", "due_on"],
                        name="case_open_by_area",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "key"), name="case_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on", None), ("state__in", ["open", "proposed"])),
                            models.Q(
                                ("closed_on__isnull", False),
                                ("state__in", ["concluded", "settled_itself"]),
                            ),
                            _connector="OR",
                        ),
                        name="case_closed_means_when",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="case_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="656d0c67a01cce29203bce36e137d0da4c802720",
                            operation="DELETE",
                            pgid="pgtrigger_case_is_kept_bf765",
                            table="clearing_case",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="case_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."area" IS DISTINCT FROM (NEW."area") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."difference" IS DISTINCT FROM (NEW."difference") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."ours" IS DISTINCT FROM (NEW."ours") OR OLD."theirs" IS DISTINCT FROM (NEW."theirs") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."opened_on" IS DISTINCT FROM (NEW."opened_on"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="5b3d4952ceb1691c2d3b64904c30f9d029ae7c0b",
                            operation="UPDATE",
                            pgid="pgtrigger_case_says_the_same_fcf5f",
                            table="clearing_case",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="case_concluded_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."state" = \'concluded\' AND (OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."action" IS DISTINCT FROM (NEW."action") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on")))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="758eb991330aea671bb324c896de8fb275688b80",
                            operation="UPDATE",
                            pgid="pgtrigger_case_concluded_once_0bf1e",
                            table="clearing_case",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="clearing.case",
                        verbose_name="case",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("enrolment", "area of enrolment"),
                            ("authorizer", "area of an authorizer"),
                        ],
                        max_length=10,
                        verbose_name="part",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="its money in it"
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no answer yet"),
                            ("agreed", "agreed"),
                            ("objected", "objected"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="answer",
                    ),
                ),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                ("answered_on", models.DateField(null=True, verbose_name="answered on")),
            ],
            options={
                "verbose_name": "task of a case",
                "verbose_name_plural": "tasks of cases",
                "ordering": ["case", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "area", "part"), name="case_task_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_by", None), ("answered_on", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_by__isnull", False),
                                ("answered_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="case_task_answered_means_by_whom",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="case_task_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="5ffc02384be6f39f50288e5b5c30250330b7a348",
                            operation="DELETE",
                            pgid="pgtrigger_case_task_is_kept_61528",
                            table="clearing_casetask",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="case_task_answered_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (OLD.\"answer\" = ''))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="28e4b889f56255c9f9882df5e809582d54ad6109",
                            operation="UPDATE",
                            pgid="pgtrigger_case_task_answered_once_77707",
                            table="clearing_casetask",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClearingStatement",
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
                ("first_area", models.CharField(max_length=6, verbose_name="area")),
                ("second_area", models.CharField(max_length=6, verbose_name="other area")),
                ("lines", models.PositiveIntegerField(verbose_name="lines")),
                (
                    "lines_hash",
                    models.CharField(max_length=64, verbose_name="SHA-256 of the lines"),
                ),
                ("totals", models.JSONField(verbose_name="totals")),
                (
                    "net",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="What the other area owes the first one; with a minus the other way round.",
                        max_digits=16,
                        verbose_name="net",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "to be checked by both areas"),
                            ("checked", "checked by one area"),
                            ("confirmed", "confirmed, to be paid"),
                            ("paid", "paid"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("drawn_up_on", models.DateField(verbose_name="drawn up on")),
                ("confirmed_on", models.DateField(null=True, verbose_name="confirmed on")),
                ("paid_on", models.DateField(null=True, verbose_name="paid on")),
                (
                    "bank_reference",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="bank reference"
                    ),
                ),
            ],
            options={
                "verbose_name": "clearing statement",
                "verbose_name_plural": "clearing statements",
                "ordering": ["-first_day", "subject", "first_area", "second_area"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "first_day", "first_area", "second_area"),
                        name="clearing_pair_once_a_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_area__lt", models.F("second_area"))),
                        name="clearing_pair_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_on__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("paid_on", None)),
                            _connector="OR",
                        ),
                        name="clearing_paid_means_when",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="clearing_statement_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="b5093fde8c8ca37a68b0ba813b2368e38c15734a",
                            operation="DELETE",
                            pgid="pgtrigger_clearing_statement_is_kept_836f2",
                            table="clearing_clearingstatement",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="clearing_statement_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."first_day" IS DISTINCT FROM (NEW."first_day") OR OLD."first_area" IS DISTINCT FROM (NEW."first_area") OR OLD."second_area" IS DISTINCT FROM (NEW."second_area") OR OLD."lines" IS DISTINCT FROM (NEW."lines") OR OLD."lines_hash" IS DISTINCT FROM (NEW."lines_hash") OR OLD."totals" IS DISTINCT FROM (NEW."totals") OR OLD."net" IS DISTINCT FROM (NEW."net") OR OLD."drawn_up_on" IS DISTINCT FROM (NEW."drawn_up_on"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="68f06398928eed943452a3e0add8c0fa0fb8456e",
                            operation="UPDATE",
                            pgid="pgtrigger_clearing_statement_says_the_same_96d8a",
                            table="clearing_clearingstatement",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="clearing_statement_paid_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" = 'paid')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b488c2c9c5ff74c0d0030a72fada65c510ef9ff4",
                            operation="UPDATE",
                            pgid="pgtrigger_clearing_statement_paid_once_af17b",
                            table="clearing_clearingstatement",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClearingCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="clearing.clearingstatement",
                        verbose_name="clearing statement",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "lines_hash",
                    models.CharField(max_length=64, verbose_name="SHA-256 of the lines"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
            ],
            options={
                "verbose_name": "check of a clearing statement",
                "verbose_name_plural": "checks of clearing statements",
                "ordering": ["statement", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("statement", "area"), name="clearing_checked_once"
                    ),
                    models.UniqueConstraint(
                        fields=("statement", "by"), name="clearing_checked_by_two"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="clearing_check_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d2384efc0347b1dcf6b77ef8d980ee469e93ecdf",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_clearing_check_only_grows_06100",
                            table="clearing_clearingcheck",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
