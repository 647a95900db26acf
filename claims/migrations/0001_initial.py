import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import record.pinyin


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Institution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "kind",
                    models.CharField(
                        choices=[("hospital", "hospital"), ("pharmacy", "pharmacy")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "sound",
                    record.pinyin.PinyinField(
                        blank=True,
                        editable=False,
                        max_length=800,
                        of="name",
                        verbose_name="sound of the name",
                    ),
                ),
            ],
            options={
                "verbose_name": "institution",
                "verbose_name_plural": "institutions",
                "ordering": ["area", "code"],
            },
        ),
        migrations.CreateModel(
            name="InstitutionTerm",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until before")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        help_text="0 for an institution without a level, else 1, 2 or 3.",
                        verbose_name="level",
                    ),
                ),
                ("networked", models.BooleanField(default=True, verbose_name="networked")),
                ("designated", models.BooleanField(default=True, verbose_name="designated")),
                (
                    "outpatient",
                    models.BooleanField(
                        default=True, verbose_name="designated for pooled outpatient care"
                    ),
                ),
            ],
            options={
                "verbose_name": "term of an institution",
                "verbose_name_plural": "terms of institutions",
                "ordering": ["institution", "begins_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__lte", 3)), name="term_level_known"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("institution", "="),
                            (
                                models.Func(
                                    models.F("begins_on"),
                                    models.F("ends_on"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="DATERANGE",
                                ),
                                "&&",
                            ),
                        ],
                        name="term_one_at_a_time",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "claims_institutiontermevent" ("begins_on", "designated", "ends_on", "id", "institution_id", "level", "networked", "outpatient", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."begins_on", NEW."designated", NEW."ends_on", NEW."id", NEW."institution_id", NEW."level", NEW."networked", NEW."outpatient", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="0e5ffb4756fa429b349f0a50e007e423491a44c1",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b6ac7",
                            table="claims_institutionterm",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "claims_institutiontermevent" ("begins_on", "designated", "ends_on", "id", "institution_id", "level", "networked", "outpatient", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."begins_on", OLD."designated", OLD."ends_on", OLD."id", OLD."institution_id", OLD."level", OLD."networked", OLD."outpatient", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="7441e39e87756c8861c6a13b876ce8cb8533eac5",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7b91f",
                            table="claims_institutionterm",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InstitutionTermEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="claims.institutionterm",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "institution",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until before")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        help_text="0 for an institution without a level, else 1, 2 or 3.",
                        verbose_name="level",
                    ),
                ),
                ("networked", models.BooleanField(default=True, verbose_name="networked")),
                ("designated", models.BooleanField(default=True, verbose_name="designated")),
                (
                    "outpatient",
                    models.BooleanField(
                        default=True, verbose_name="designated for pooled outpatient care"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="claim number")),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                ("visit_number", models.CharField(max_length=40, verbose_name="visit number")),
                ("bill_number", models.CharField(max_length=40, verbose_name="bill number")),
                (
                    "prescription_number",
                    models.CharField(blank=True, max_length=40, verbose_name="prescription number"),
                ),
                (
                    "prescriber",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.institution",
                        verbose_name="prescribing institution",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="members.person",
                        verbose_name="patient",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("outpatient", "outpatient"),
                            ("emergency", "emergency"),
                            ("account_only", "from the account alone"),
                            ("chronic_special", "chronic and special diseases"),
                            ("dual_channel", "dual-channel drugs"),
                            ("maternity", "maternity"),
                            ("day_surgery", "day surgery"),
                        ],
                        max_length=16,
                        verbose_name="category",
                    ),
                ),
                ("service_date", models.DateField(verbose_name="service date")),
                ("settled_on", models.DateField(verbose_name="settled on")),
                (
                    "settled_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="settled at",
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        max_length=6, verbose_name="area of the patient on the service date"
                    ),
                ),
                ("lines", models.JSONField(verbose_name="lines of the bill")),
                (
                    "gross",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="total"),
                ),
                (
                    "out_of_policy",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="out of policy"
                    ),
                ),
                (
                    "first_self_pay",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="first self-pay"
                    ),
                ),
                (
                    "in_policy",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="in policy"),
                ),
                (
                    "remote_self_pay",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        verbose_name="paid first when away from home",
                    ),
                ),
                (
                    "deductible",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="deductible"),
                ),
                (
                    "pool",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="paid by the pooled fund"
                    ),
                ),
                (
                    "other_scheme_paid",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="paid by another scheme"
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
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        default=list,
                        size=None,
                        verbose_name="reasons",
                    ),
                ),
                ("decision", models.JSONField(verbose_name="decision")),
                ("paper", models.BooleanField(default=False, verbose_name="paper bill")),
                (
                    "replaces",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="claims.claim",
                        verbose_name="settles what remains of",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("settled", "settled"),
                            ("reversed", "reversed"),
                            ("refunded", "refunded"),
                        ],
                        default="settled",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("undone_on", models.DateField(null=True, verbose_name="undone on")),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["patient", "-service_date"], name="claim_by_patient"),
                    models.Index(fields=["institution", "settled_on"], name="claim_by_institution"),
                    models.Index(
                        condition=models.Q(("replaces__isnull", False)),
                        fields=["replaces"],
                        name="claim_replacing",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "settled")),
                        fields=("institution", "visit_number", "bill_number"),
                        name="claim_bill_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state", "settled"),
                            models.Q(("prescription_number", ""), _negated=True),
                        ),
                        fields=("prescription_number",),
                        name="claim_prescription_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("pool"), "+", models.F("other_scheme_paid")
                                            ),
                                            "+",
                                            models.F("own_paid"),
                                        ),
                                        "+",
                                        models.F("shared_paid"),
                                    ),
                                    "+",
                                    models.F("cash"),
                                ),
                            ),
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("out_of_policy"), "+", models.F("first_self_pay")
                                    ),
                                    "+",
                                    models.F("in_policy"),
                                ),
                            ),
                        ),
                        name="claim_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "settled"), ("undone_on", None)),
                            models.Q(
                                models.Q(("state", "settled"), _negated=True),
                                ("undone_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="claim_undone_means_when",
                    ),
                    models.UniqueConstraint(fields=("number",), name="claim_number_once"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="claim_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="a8c7d84d4fcb2f9c9c2b66593e8483e5b62ba699",
                            operation="DELETE",
                            pgid="pgtrigger_claim_is_kept_776d6",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="claim_undone_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (OLD.\"state\" = 'settled'))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="e813c6396bb0dad2ddca048588d3b5de2d12c67e",
                            operation="UPDATE",
                            pgid="pgtrigger_claim_undone_once_a110f",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="claim_decision_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."area" IS DISTINCT FROM (NEW."area") OR OLD."bill_number" IS DISTINCT FROM (NEW."bill_number") OR OLD."cash" IS DISTINCT FROM (NEW."cash") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."decision" IS DISTINCT FROM (NEW."decision") OR OLD."deductible" IS DISTINCT FROM (NEW."deductible") OR OLD."first_self_pay" IS DISTINCT FROM (NEW."first_self_pay") OR OLD."gross" IS DISTINCT FROM (NEW."gross") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."in_policy" IS DISTINCT FROM (NEW."in_policy") OR OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."lines" IS DISTINCT FROM (NEW."lines") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."other_scheme_paid" IS DISTINCT FROM (NEW."other_scheme_paid") OR OLD."out_of_policy" IS DISTINCT FROM (NEW."out_of_policy") OR OLD."own_paid" IS DISTINCT FROM (NEW."own_paid") OR OLD."paper" IS DISTINCT FROM (NEW."paper") OR OLD."patient_id" IS DISTINCT FROM (NEW."patient_id") OR OLD."pool" IS DISTINCT FROM (NEW."pool") OR OLD."prescriber_id" IS DISTINCT FROM (NEW."prescriber_id") OR OLD."prescription_number" IS DISTINCT FROM (NEW."prescription_number") OR OLD."reasons" IS DISTINCT FROM (NEW."reasons") OR OLD."remote_self_pay" IS DISTINCT FROM (NEW."remote_self_pay") OR OLD."replaces_id" IS DISTINCT FROM (NEW."replaces_id") OR OLD."service_date" IS DISTINCT FROM (NEW."service_date") OR OLD."settled_at" IS DISTINCT FROM (NEW."settled_at") OR OLD."settled_on" IS DISTINCT FROM (NEW."settled_on") OR OLD."shared_paid" IS DISTINCT FROM (NEW."shared_paid") OR OLD."visit_number" IS DISTINCT FROM (NEW."visit_number"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="13afc2bb853b8fe8e5fdf96bd84a682b53f6f486",
                            operation="UPDATE",
                            pgid="pgtrigger_claim_decision_stays_610a4",
                            table="claims_claim",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="claims.institution",
                    ),
                ),
                ("key", models.CharField(max_length=80, verbose_name="request key")),
                ("body_hash", models.CharField(max_length=64, verbose_name="SHA-256 of the body")),
                ("verb", models.CharField(max_length=20, verbose_name="verb")),
                (
                    "claim",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="claims.claim",
                    ),
                ),
                ("answer", models.JSONField(verbose_name="answer")),
                (
                    "answered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="answered",
                    ),
                ),
            ],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "requests",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "key"), name="request_key_once")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="request_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f92529aca65bdd66c96b96179abbe91028fb8698",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_request_only_grows_53edd",
                            table="claims_request",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Accumulator",
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
                        related_name="accumulators",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "deductible",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="deductible paid"
                    ),
                ),
                (
                    "pool",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=14,
                        verbose_name="paid by the pooled fund",
                    ),
                ),
            ],
            options={
                "verbose_name": "used this year",
                "verbose_name_plural": "used this year",
                "ordering": ["person", "year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "area", "year"), name="accumulator_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deductible__gte", 0), ("pool__gte", 0)),
                        name="accumulator_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Machine",
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
                        related_name="machines",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("quote", "look up and quote"),
                                ("settle", "look up, settle and undo"),
                                ("reconcile", "reconcile and read statements"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="may",
                    ),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        help_text="Networks such as 203.0.113.0/24. Empty: from anywhere.",
                        size=None,
                        verbose_name="from these addresses alone",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
            ],
            options={
                "verbose_name": "sign-in of a machine",
                "verbose_name_plural": "sign-ins of machines",
                "ordering": ["institution", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("institution", "name"),
                        name="machine_name_once",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="machine_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="dd5c9d76a4908235cb4cc1180e7f8aae2a94fe6f",
                            operation="DELETE",
                            pgid="pgtrigger_machine_is_kept_e05f7",
                            table="claims_machine",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="machine_stays_whose_it_is",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."institution_id" IS DISTINCT FROM (NEW."institution_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="bdbf03875a187d75526930a5c3eb1698a3795872",
                            operation="UPDATE",
                            pgid="pgtrigger_machine_stays_whose_it_is_027e8",
                            table="claims_machine",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MachineKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "machine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to="claims.machine",
                        verbose_name="machine",
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(verbose_name="place")),
                (
                    "client_id",
                    models.CharField(max_length=100, unique=True, verbose_name="client id"),
                ),
                ("begins_at", models.DateTimeField(verbose_name="good from")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="good until")),
            ],
            options={
                "verbose_name": "key of a machine",
                "verbose_name_plural": "keys of machines",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("place__in", [1, 2])), name="machine_key_one_of_two"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("machine", "="),
                            ("place", "="),
                            (
                                models.Func(
                                    models.F("begins_at"),
                                    models.F("ends_at"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="TSTZRANGE",
                                ),
                                "&&",
                            ),
                        ],
                        name="machine_key_place_taken_once",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="machine_key_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="592ff5571d6c1eb74945132e9e511ff88be39a93",
                            operation="DELETE",
                            pgid="pgtrigger_machine_key_is_kept_93b3f",
                            table="claims_machinekey",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="machine_key_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."machine_id" IS DISTINCT FROM (NEW."machine_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."begins_at" IS DISTINCT FROM (NEW."begins_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="6c0a0fae697d97d6a8ce4b5ef4902e8cd623fa17",
                            operation="UPDATE",
                            pgid="pgtrigger_machine_key_stays_023c5",
                            table="claims_machinekey",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupBudget",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payment_code", "by payment code"),
                            ("id_number", "by ID number"),
                            ("not_found", "nobody found"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("hour", models.DateTimeField(verbose_name="hour")),
                ("used", models.PositiveIntegerField(verbose_name="look-ups")),
            ],
            options={
                "verbose_name": "look-ups of an hour",
                "verbose_name_plural": "look-ups by the hour",
                "ordering": ["-hour", "institution"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "kind", "hour"), name="lookup_budget_once_an_hour"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to="claims.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="patient",
                    ),
                ),
                ("figures", models.JSONField(verbose_name="figures")),
                ("quoted_at", models.DateTimeField(verbose_name="quoted")),
            ],
            options={
                "verbose_name": "quote",
                "verbose_name_plural": "quotes",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="quote_only_stays_or_goes",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="4b1362b1adfe90bd7b1dff19116da0f0dbdc65fe",
                            operation="UPDATE",
                            pgid="pgtrigger_quote_only_stays_or_goes_ba54e",
                            table="claims_quote",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperBill",
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
                        related_name="paper_bills",
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
                    "institution_name",
                    models.CharField(max_length=120, verbose_name="institution as written"),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[("outpatient", "outpatient"), ("emergency", "emergency")],
                        default="outpatient",
                        max_length=16,
                        verbose_name="category",
                    ),
                ),
                ("service_date", models.DateField(verbose_name="service date")),
                ("bill_number", models.CharField(max_length=40, verbose_name="bill number")),
                (
                    "total",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="total"),
                ),
                ("lines", models.JSONField(default=list, verbose_name="lines of the bill")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "handed in"),
                            ("asked", "something was asked for"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="sent",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("applied_on", models.DateField(verbose_name="handed in on")),
                ("decided_on", models.DateField(null=True, verbose_name="decided on")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note to the member")),
                (
                    "claim",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_bill",
                        to="claims.claim",
                        verbose_name="claim",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper bill",
                "verbose_name_plural": "paper bills",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "sent")),
                        fields=["applied_on"],
                        name="paper_bill_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("institution__isnull", False),
                            ("state__in", ["sent", "asked", "approved"]),
                        ),
                        fields=("institution", "bill_number"),
                        name="paper_bill_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claim__isnull", False), ("state", "approved")),
                            models.Q(
                                models.Q(("state", "approved"), _negated=True), ("claim", None)
                            ),
                            _connector="OR",
                        ),
                        name="paper_bill_approved_has_a_claim",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total__gt", 0)), name="paper_bill_of_something"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="paper_bill_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="9ad8d2798e2d7f53edd912555977f3096e9d41ee",
                            operation="DELETE",
                            pgid="pgtrigger_paper_bill_is_kept_64427",
                            table="claims_paperbill",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="paper_bill_not_by_oneself",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."decided_by_id" IS NOT NULL AND NEW."state" = \'approved\')',
                            func="\n    IF EXISTS (SELECT FROM members_person WHERE id = NEW.person_id AND user_id = NEW.decided_by_id)\n    THEN RAISE EXCEPTION 'pgtrigger: nobody approves their own paper bill';\n    END IF;\n    RETURN NEW;\n    ",
                            hash="61a94a42732fd4269a033f3fe85263deea559e58",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_paper_bill_not_by_oneself_a007f",
                            table="claims_paperbill",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperBillStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                ("by_name", models.CharField(max_length=120, verbose_name="who")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("data", models.JSONField(default=dict, verbose_name="details")),
                (
                    "bill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="claims.paperbill",
                        verbose_name="paper bill",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("send", "handed in"),
                            ("ask", "asked for something"),
                            ("correct", "corrected"),
                            ("complete", "lines entered"),
                            ("approve", "approved"),
                            ("refuse", "refused"),
                            ("withdraw", "withdrawn"),
                        ],
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a paper bill",
                "verbose_name_plural": "steps of paper bills",
                "ordering": ["id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="paper_bill_step_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="59addeb05018957d79bc9232914f652069bb227c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_paper_bill_step_only_grows_54bd0",
                            table="claims_paperbillstep",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
