import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(blank=True, max_length=6, verbose_name="area or province"),
                ),
                ("version", models.CharField(max_length=20, verbose_name="version")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("begins_on", models.DateField(verbose_name="shown from")),
                ("text", models.TextField(verbose_name="text")),
                ("hash", models.CharField(max_length=64, verbose_name="SHA-256 of the text")),
            ],
            options={
                "verbose_name": "consent notice",
                "verbose_name_plural": "consent notices",
                "ordering": ["scope", "version", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "version", "language"), name="notice_version_once"
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="notice_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="023a001cb6ceb2d0b2e44263c2031766fe86c6c2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_notice_is_kept_7ac7a",
                            table="families_notice",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="families.notice",
                        verbose_name="notice",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="members.person",
                        verbose_name="authorizer",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "portal"),
                            ("counter", "counter"),
                            ("import", "import"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="accepted",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="consent_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="bdd83ede34a98c6b99be6ac5c22cdd5234b2e4ae",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_consent_only_grows_a7e14",
                            table="families_consent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Binding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "authorizer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given_bindings",
                        to="members.person",
                        verbose_name="authorizer",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_bindings",
                        to="members.person",
                        verbose_name="authorized member",
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[("spouse", "spouse"), ("parent", "parent"), ("child", "child")],
                        help_text="What the member is to the authorizer.",
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                ("seat", models.PositiveSmallIntegerField(verbose_name="seat")),
                ("cross_area", models.BooleanField(verbose_name="cross-area")),
                (
                    "consent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="binding",
                        to="families.consent",
                        verbose_name="consent",
                    ),
                ),
                ("bound_on", models.DateField(verbose_name="bound on")),
                ("ended_on", models.DateField(null=True, verbose_name="ended on")),
                (
                    "ended_code",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="why it ended"
                    ),
                ),
            ],
            options={
                "verbose_name": "binding",
                "verbose_name_plural": "bindings",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["bound_on"], name="binding_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("authorizer", "member"),
                        name="binding_pair_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("authorizer", "seat"),
                        name="binding_seat_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cross_area", True), ("ended_on", None)),
                        fields=("member",),
                        name="binding_one_cross_area_authorizer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("authorizer", models.F("member")), _negated=True),
                        name="binding_between_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_code", ""), ("ended_on", None)),
                            models.Q(
                                ("ended_on__isnull", False),
                                models.Q(("ended_code", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="binding_ended_means_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaysOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays_out",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
            ],
            options={
                "verbose_name": "person who stays out of family accounts",
                "verbose_name_plural": "persons who stay out of family accounts",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                ("product", models.CharField(max_length=24, verbose_name="product")),
                ("day", models.DateField(verbose_name="day")),
                ("premiums", models.PositiveIntegerField(verbose_name="premiums")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="amount"),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                ("sealed", models.BinaryField(verbose_name="file, encrypted")),
            ],
            options={
                "verbose_name": "collection file",
                "verbose_name_plural": "collection files",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="collection_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="126469aef083e2c36d4be4eab1a591aac8439cab",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_collection_only_grows_a3b0c",
                            table="families_collection",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Premium",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "insured",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="premiums",
                        to="members.person",
                        verbose_name="insured person",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="area of the insured person")),
                (
                    "product",
                    models.CharField(
                        choices=[
                            ("large_amount", "large-amount medical subsidy"),
                            ("long_term_care", "long-term care insurance"),
                            ("resident_insurance", "residents' basic medical insurance"),
                            ("commercial_supplement", "city supplementary insurance"),
                        ],
                        max_length=24,
                        verbose_name="product",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount"),
                ),
                ("paid_on", models.DateField(verbose_name="paid on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("paid", "paid"),
                            ("handed_over", "handed over to the collector"),
                            ("accepted", "accepted by the collector"),
                            ("rejected", "rejected by the collector"),
                            ("cancelled", "cancelled"),
                        ],
                        default="paid",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_on", models.DateField(verbose_name="since")),
                (
                    "state_note",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="reason of the collector",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        help_text="The person who paid it in their own sign-in; they can cancel it too.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="paid by",
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="families.collection",
                        verbose_name="collection file",
                    ),
                ),
            ],
            options={
                "verbose_name": "premium",
                "verbose_name_plural": "premiums",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "paid")),
                        fields=["area", "product"],
                        name="premium_waiting",
                    ),
                    models.Index(fields=["insured", "-id"], name="premium_by_insured"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="premium_positive"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["cancelled", "rejected"]), _negated=True),
                        fields=("insured", "product", "year"),
                        name="premium_once_a_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Move",
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
                        related_name="moves",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("from_area", models.CharField(max_length=6, verbose_name="from")),
                ("to_area", models.CharField(max_length=6, verbose_name="to")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "balance",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="balance moved"
                    ),
                ),
                ("ended", models.JSONField(default=list, verbose_name="bindings that ended")),
            ],
            options={
                "verbose_name": "move",
                "verbose_name_plural": "moves",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="move_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e9050cb85c78130db53b943088d4502eec8ad73e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_move_only_grows_8765a",
                            table="families_move",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("reason", models.CharField(max_length=12, verbose_name="reason")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "interest",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="interest included"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount"),
                ),
                (
                    "payees",
                    models.JSONField(
                        default=list,
                        help_text="Who is paid which share; the shares add up to the whole.",
                        verbose_name="payees",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "payout",
                "verbose_name_plural": "payouts",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="payout_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9e35a6a0a26e999e527f0e6ff0dc916f84f34385",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_payout_only_grows_8635b",
                            table="families_payout",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryItem",
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
                        related_name="recovery_items",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.transfer",
                        verbose_name="transfer",
                    ),
                ),
                ("listed_on", models.DateField(verbose_name="listed on")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "item to recover",
                "verbose_name_plural": "items to recover",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CheckDraw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                ("month", models.DateField(verbose_name="month of the bindings")),
                (
                    "share",
                    models.DecimalField(decimal_places=4, max_digits=5, verbose_name="share"),
                ),
                ("seed", models.CharField(max_length=64, verbose_name="random text")),
                ("bindings", models.PositiveIntegerField(verbose_name="bindings")),
                ("drawn", models.PositiveIntegerField(verbose_name="drawn")),
                ("day", models.DateField(verbose_name="drawn on")),
            ],
            options={
                "verbose_name": "draw of a sample",
                "verbose_name_plural": "draws of samples",
                "ordering": ["-month", "area"],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "month"), name="check_draw_once"),
                    models.CheckConstraint(
                        condition=models.Q(("drawn__lte", models.F("bindings"))),
                        name="check_draw_of_those",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="check_draw_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="09b139c5040f1d587bdaaae12a0130a9abdef17c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_check_draw_only_grows_afe1f",
                            table="families_checkdraw",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BindingCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "binding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="families.binding",
                        verbose_name="binding",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                ("reasons", models.JSONField(default=list, verbose_name="why it was drawn")),
                ("drawn_on", models.DateField(verbose_name="drawn on")),
                ("due_on", models.DateField(verbose_name="to be closed by")),
                ("asked_on", models.DateField(null=True, verbose_name="asked on")),
                ("answer_by", models.DateField(null=True, verbose_name="answer expected by")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("right", "it is right"), ("wrong", "it is wrong")],
                        max_length=6,
                        verbose_name="answer",
                    ),
                ),
                ("answered_on", models.DateField(null=True, verbose_name="answered on")),
                (
                    "answered_via",
                    models.CharField(
                        blank=True,
                        choices=[("portal", "in the portal"), ("staff", "told to staff")],
                        max_length=8,
                        verbose_name="came by",
                    ),
                ),
                (
                    "answer_note",
                    models.TextField(blank=True, verbose_name="in the authorizer's words"),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("true", "the relation is true"),
                            ("false", "the relation is false"),
                            ("ended", "ended meanwhile, nothing more to check"),
                        ],
                        max_length=6,
                        verbose_name="conclusion",
                    ),
                ),
                ("closed_on", models.DateField(null=True, verbose_name="closed on")),
                (
                    "closed_by",
                    models.ForeignKey(
                        help_text="Empty where it closed by itself because the binding had ended.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="reason")),
            ],
            options={
                "verbose_name": "after-check of a binding",
                "verbose_name_plural": "after-checks of bindings",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on", None)),
                        fields=["due_on", "area"],
                        name="binding_check_due",
                    ),
                    models.Index(fields=["area", "-id"], name="binding_check_by_area"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("binding",),
                        name="binding_check_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_on", None), ("answered_via", "")),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_on__isnull", False),
                                models.Q(("answered_via", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="binding_check_answered_means_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on", None), ("verdict", "")),
                            models.Q(
                                models.Q(("verdict", ""), _negated=True),
                                ("closed_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="binding_check_closed_means_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer_by", None), ("asked_on", None)),
                            models.Q(("answer_by__isnull", False), ("asked_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="binding_check_asked_means_until",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="binding_check_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="fac8ffdffc3d29f06a0bb36f7c3fd2e789507a7d",
                            operation="DELETE",
                            pgid="pgtrigger_binding_check_is_kept_7f77c",
                            table="families_bindingcheck",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="binding_check_closed_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."closed_on" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="00206ad26c387841cd68a5e7566fbd653f2ec49e",
                            operation="UPDATE",
                            pgid="pgtrigger_binding_check_closed_once_16bb3",
                            table="families_bindingcheck",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="binding_check_answered_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NOT (OLD."answer" = \'\') AND OLD."answer" IS DISTINCT FROM (NEW."answer"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="5937eb83a915eadfbd053669a51c0a6ed2d9e4a2",
                            operation="UPDATE",
                            pgid="pgtrigger_binding_check_answered_once_376fd",
                            table="families_bindingcheck",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="binding_check_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."binding_id" IS DISTINCT FROM (NEW."binding_id") OR OLD."reasons" IS DISTINCT FROM (NEW."reasons") OR OLD."drawn_on" IS DISTINCT FROM (NEW."drawn_on"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="742236c2a0c20acaa286e62d9b04522f4d312e00",
                            operation="UPDATE",
                            pgid="pgtrigger_binding_check_says_the_same_21c87",
                            table="families_bindingcheck",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
    ]
