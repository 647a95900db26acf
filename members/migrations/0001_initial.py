import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, max_length=150, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=150, verbose_name="last name"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=20, unique=True, verbose_name="member number"),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "name_key",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="sort key of the name"
                    ),
                ),
                ("id_number_sealed", models.BinaryField(verbose_name="ID number, encrypted")),
                (
                    "id_number_index",
                    models.BinaryField(
                        max_length=32, unique=True, verbose_name="ID number, keyed hash"
                    ),
                ),
                ("born", models.DateField(verbose_name="date of birth")),
                (
                    "phone",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="phone in the enrolment record"
                    ),
                ),
                (
                    "bank_account_sealed",
                    models.BinaryField(
                        blank=True, null=True, verbose_name="bank account, encrypted"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "retired_on",
                    models.DateField(
                        blank=True,
                        help_text="Only where the contribution years are met; who retires without them pays on.",
                        null=True,
                        verbose_name="retirement formalities completed on",
                    ),
                ),
                (
                    "combined_years",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="contribution years in combined mode",
                    ),
                ),
                (
                    "pool_only_years",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="contribution years in pool-only mode",
                    ),
                ),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                (
                    "departure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "insured"),
                            ("death", "died"),
                            ("emigration", "settled abroad"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="departure",
                    ),
                ),
                (
                    "paid_out_on",
                    models.DateField(blank=True, null=True, verbose_name="paid out on"),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "persons",
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["name_key"], name="person_by_name_key"),
                    models.Index(
                        fields=["name"], name="person_by_name", opclasses=["varchar_pattern_ops"]
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Replace(
                                "name_key", models.Value(" "), models.Value("")
                            ),
                            "text_pattern_ops",
                        ),
                        name="person_by_sound",
                    ),
                    models.Index(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=["phone"],
                        name="person_by_phone",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("departure", ""), ("left_on", None)),
                            models.Q(
                                ("left_on__isnull", False),
                                models.Q(("departure", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="person_left_means_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_out_on", None), ("left_on__isnull", False), _connector="OR"
                        ),
                        name="person_paid_out_has_left",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "members_personevent" ("bank_account_sealed", "born", "combined_years", "departure", "id", "id_number_index", "id_number_sealed", "left_on", "name", "name_key", "number", "paid_out_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pool_only_years", "retired_on", "user_id") VALUES (NEW."bank_account_sealed", NEW."born", NEW."combined_years", NEW."departure", NEW."id", NEW."id_number_index", NEW."id_number_sealed", NEW."left_on", NEW."name", NEW."name_key", NEW."number", NEW."paid_out_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."pool_only_years", NEW."retired_on", NEW."user_id"); RETURN NULL;',
                            hash="1d14a3ec2f18006afe231549b09f6d5ad020ccc7",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a133a",
                            table="members_person",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_personevent" ("bank_account_sealed", "born", "combined_years", "departure", "id", "id_number_index", "id_number_sealed", "left_on", "name", "name_key", "number", "paid_out_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pool_only_years", "retired_on", "user_id") VALUES (OLD."bank_account_sealed", OLD."born", OLD."combined_years", OLD."departure", OLD."id", OLD."id_number_index", OLD."id_number_sealed", OLD."left_on", OLD."name", OLD."name_key", OLD."number", OLD."paid_out_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."pool_only_years", OLD."retired_on", OLD."user_id"); RETURN NULL;',
                            hash="5da843e795b11983fb16b6ccb9b3dadd86654e3e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_b4a8d",
                            table="members_person",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonEvent",
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
                        to="members.person",
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
                ("number", models.CharField(max_length=20, verbose_name="member number")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "name_key",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="sort key of the name"
                    ),
                ),
                ("id_number_sealed", models.BinaryField(verbose_name="ID number, encrypted")),
                (
                    "id_number_index",
                    models.BinaryField(max_length=32, verbose_name="ID number, keyed hash"),
                ),
                ("born", models.DateField(verbose_name="date of birth")),
                (
                    "phone",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="phone in the enrolment record"
                    ),
                ),
                (
                    "bank_account_sealed",
                    models.BinaryField(
                        blank=True, null=True, verbose_name="bank account, encrypted"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "retired_on",
                    models.DateField(
                        blank=True,
                        help_text="Only where the contribution years are met; who retires without them pays on.",
                        null=True,
                        verbose_name="retirement formalities completed on",
                    ),
                ),
                (
                    "combined_years",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="contribution years in combined mode",
                    ),
                ),
                (
                    "pool_only_years",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="contribution years in pool-only mode",
                    ),
                ),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                (
                    "departure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "insured"),
                            ("death", "died"),
                            ("emigration", "settled abroad"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="departure",
                    ),
                ),
                (
                    "paid_out_on",
                    models.DateField(blank=True, null=True, verbose_name="paid out on"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
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
                        related_name="enrolments",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("employee", "employees' insurance"),
                            ("resident", "residents' insurance"),
                        ],
                        default="employee",
                        max_length=10,
                        verbose_name="scheme",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("combined", "combined mode"), ("pool_only", "pool-only mode")],
                        default="combined",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                (
                    "employment",
                    models.CharField(
                        choices=[("employed", "employed"), ("flexible", "flexible employment")],
                        default="employed",
                        max_length=10,
                        verbose_name="employment",
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until before")),
            ],
            options={
                "verbose_name": "enrolment",
                "verbose_name_plural": "enrolments",
                "ordering": ["person", "begins_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ends_on", None)),
                        fields=["area", "person"],
                        name="enrolment_open_by_area",
                    ),
                    models.Index(fields=["person", "begins_on"], name="enrolment_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gte", models.F("begins_on")),
                            _connector="OR",
                        ),
                        name="enrolment_ends_after_it_begins",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("person", "="),
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
                        name="enrolment_one_place_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on", None)),
                        fields=("person",),
                        name="enrolment_one_open",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "members_enrolmentevent" ("area", "begins_on", "employment", "ends_on", "id", "mode", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheme") VALUES (NEW."area", NEW."begins_on", NEW."employment", NEW."ends_on", NEW."id", NEW."mode", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."scheme"); RETURN NULL;',
                            hash="e2b44d481cfafa64d155cc82fa59137d0bf7d402",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_06793",
                            table="members_enrolment",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_enrolmentevent" ("area", "begins_on", "employment", "ends_on", "id", "mode", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheme") VALUES (OLD."area", OLD."begins_on", OLD."employment", OLD."ends_on", OLD."id", OLD."mode", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."scheme"); RETURN NULL;',
                            hash="da7092f49bdd12e544768e9d6ed4f9eedaf1b6ca",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_09338",
                            table="members_enrolment",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EnrolmentEvent",
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
                        to="members.enrolment",
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
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("employee", "employees' insurance"),
                            ("resident", "residents' insurance"),
                        ],
                        default="employee",
                        max_length=10,
                        verbose_name="scheme",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("combined", "combined mode"), ("pool_only", "pool-only mode")],
                        default="combined",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                (
                    "employment",
                    models.CharField(
                        choices=[("employed", "employed"), ("flexible", "flexible employment")],
                        default="employed",
                        max_length=10,
                        verbose_name="employment",
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until before")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EarlierTotal",
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
                        related_name="earlier_totals",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="total credited"
                    ),
                ),
            ],
            options={
                "verbose_name": "total credited in an earlier year",
                "verbose_name_plural": "totals credited in earlier years",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "year"), name="earlier_total_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="earlier_total_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
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
                        related_name="contributions",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "month",
                    models.DateField(help_text="The first day of the month.", verbose_name="month"),
                ),
                (
                    "base",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="contribution base"
                    ),
                ),
                ("paid_on", models.DateField(verbose_name="paid on")),
                (
                    "paid_back_on",
                    models.DateField(blank=True, null=True, verbose_name="paid back on"),
                ),
            ],
            options={
                "verbose_name": "contribution",
                "verbose_name_plural": "contributions",
                "ordering": ["person", "month"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "month"), name="contribution_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base__gte", 0)), name="contribution_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="contribution_month_is_a_first"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "members_contributionevent" ("base", "id", "month", "paid_back_on", "paid_on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."base", NEW."id", NEW."month", NEW."paid_back_on", NEW."paid_on", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="895f96248247a3e12cadf48a764e2469f48b7e47",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_bdf5a",
                            table="members_contribution",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_contributionevent" ("base", "id", "month", "paid_back_on", "paid_on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."base", OLD."id", OLD."month", OLD."paid_back_on", OLD."paid_on", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="7eb507aec4faa4e4502c61c75b0ca7c017a490b6",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7756f",
                            table="members_contribution",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContributionEvent",
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
                        to="members.contribution",
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
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "month",
                    models.DateField(help_text="The first day of the month.", verbose_name="month"),
                ),
                (
                    "base",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="contribution base"
                    ),
                ),
                ("paid_on", models.DateField(verbose_name="paid on")),
                (
                    "paid_back_on",
                    models.DateField(blank=True, null=True, verbose_name="paid back on"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Stay",
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
                        related_name="stays",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hospital", "hospital"),
                            ("ltc_specialised", "long-term care, specialised"),
                            ("ltc_other", "long-term care, other"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="admitted on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="discharged on")),
            ],
            options={
                "verbose_name": "stay",
                "verbose_name_plural": "stays",
                "ordering": ["person", "begins_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gte", models.F("begins_on")),
                            _connector="OR",
                        ),
                        name="stay_ends_after_it_begins",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "members_stayevent" ("begins_on", "ends_on", "id", "kind", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."begins_on", NEW."ends_on", NEW."id", NEW."kind", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="175d5cb3e873ff99a6270487ca2370495ddbaa68",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d2588",
                            table="members_stay",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_stayevent" ("begins_on", "ends_on", "id", "kind", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."begins_on", OLD."ends_on", OLD."id", OLD."kind", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="f01c61ec84c4a99493686245d2b2e85b0aa75632",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_5ada3",
                            table="members_stay",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StayEvent",
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
                        to="members.stay",
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
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hospital", "hospital"),
                            ("ltc_specialised", "long-term care, specialised"),
                            ("ltc_other", "long-term care, other"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="admitted on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="discharged on")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Registration",
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
                        related_name="registrations",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="area of residence")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("resettled", "resettled retiree"),
                            ("long_term", "long-term resident elsewhere"),
                            ("posted", "posted to work elsewhere"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "applied for"),
                            ("asked", "something was asked for"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="applied",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "since",
                    models.DateField(blank=True, null=True, verbose_name="lives there since"),
                ),
                (
                    "wished_from",
                    models.DateField(blank=True, null=True, verbose_name="wished from"),
                ),
                ("applied_on", models.DateField(verbose_name="applied on")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note to the member")),
                ("begins_on", models.DateField(blank=True, null=True, verbose_name="covered from")),
                (
                    "ends_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer covered from"),
                ),
            ],
            options={
                "verbose_name": "remote-residence registration",
                "verbose_name_plural": "remote-residence registrations",
                "ordering": ["person", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            ("begins_on__isnull", False),
                            _connector="OR",
                        ),
                        name="registration_approved_has_a_beginning",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["applied", "asked"])),
                        fields=("person", "area"),
                        name="registration_one_application_at_a_time",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "members_registrationevent" ("applied_on", "area", "begins_on", "decided_by_id", "decided_on", "ends_on", "id", "kind", "note", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "state", "wished_from") VALUES (NEW."applied_on", NEW."area", NEW."begins_on", NEW."decided_by_id", NEW."decided_on", NEW."ends_on", NEW."id", NEW."kind", NEW."note", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."since", NEW."state", NEW."wished_from"); RETURN NULL;',
                            hash="c2fb9fda65d6597f131f50a9e67661bc832b3812",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d35c4",
                            table="members_registration",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "members_registrationevent" ("applied_on", "area", "begins_on", "decided_by_id", "decided_on", "ends_on", "id", "kind", "note", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "since", "state", "wished_from") VALUES (OLD."applied_on", OLD."area", OLD."begins_on", OLD."decided_by_id", OLD."decided_on", OLD."ends_on", OLD."id", OLD."kind", OLD."note", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."since", OLD."state", OLD."wished_from"); RETURN NULL;',
                            hash="eb5c52e4682a0568bb5bd21e42086d66856386d8",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_30e5c",
                            table="members_registration",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="registration_not_by_oneself",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."decided_by_id" IS NOT NULL AND NEW."state" = \'approved\')',
                            func="\n    IF EXISTS (SELECT FROM members_person WHERE id = NEW.person_id AND user_id = NEW.decided_by_id)\n    THEN RAISE EXCEPTION 'pgtrigger: nobody approves their own registration';\n    END IF;\n    RETURN NEW;\n    ",
                            hash="37571767c06f79cdf0a7f33384a14ebe7c35bed6",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_registration_not_by_oneself_86416",
                            table="members_registration",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistrationEvent",
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
                        to="members.registration",
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
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="area of residence")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("resettled", "resettled retiree"),
                            ("long_term", "long-term resident elsewhere"),
                            ("posted", "posted to work elsewhere"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "applied for"),
                            ("asked", "something was asked for"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="applied",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "since",
                    models.DateField(blank=True, null=True, verbose_name="lives there since"),
                ),
                (
                    "wished_from",
                    models.DateField(blank=True, null=True, verbose_name="wished from"),
                ),
                ("applied_on", models.DateField(verbose_name="applied on")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note to the member")),
                ("begins_on", models.DateField(blank=True, null=True, verbose_name="covered from")),
                (
                    "ends_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer covered from"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LinkCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link_codes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "address_hash",
                    models.BinaryField(
                        blank=True,
                        max_length=32,
                        null=True,
                        verbose_name="network address, keyed hash",
                    ),
                ),
                ("code_hash", models.BinaryField(max_length=32, verbose_name="code, keyed hash")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("tries_left", models.PositiveSmallIntegerField(verbose_name="tries left")),
                ("used_at", models.DateTimeField(null=True, verbose_name="used")),
            ],
            options={
                "verbose_name": "link code",
                "verbose_name_plural": "link codes",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["user", "asked_at"], name="link_code_by_user"),
                    models.Index(fields=["address_hash", "asked_at"], name="link_code_by_address"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentCode",
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
                        related_name="payment_codes",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "code_hash",
                    models.BinaryField(max_length=32, unique=True, verbose_name="code, keyed hash"),
                ),
                (
                    "shown_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="shown by",
                    ),
                ),
                (
                    "at_counter",
                    models.BooleanField(default=False, verbose_name="printed at a counter"),
                ),
                ("issued_at", models.DateTimeField(verbose_name="issued")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("used_at", models.DateTimeField(null=True, verbose_name="used")),
                (
                    "used_by",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=20,
                        verbose_name="code of the institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment code",
                "verbose_name_plural": "payment codes",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["shown_by", "issued_at"], name="payment_code_by_user")
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistrationStep",
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
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="members.registration",
                        verbose_name="remote-residence registration",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("apply", "applied for"),
                            ("ask", "asked for something"),
                            ("correct", "corrected"),
                            ("approve", "approved"),
                            ("refuse", "refused"),
                            ("withdraw", "withdrawn"),
                            ("end", "ended"),
                            ("resume", "end taken back"),
                            ("lapse", "ended by something else"),
                        ],
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a registration",
                "verbose_name_plural": "steps of registrations",
                "ordering": ["id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="registration_step_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="77329f538253e2ab75155ffa9d7e6d13e9315945",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_registration_step_only_grows_cc13f",
                            table="members_registrationstep",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=12, unique=True, verbose_name="number")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="pooling area")),
                (
                    "kind",
                    models.CharField(
                        choices=[("question", "question"), ("objection", "objection")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "portal"),
                            ("letter", "letter"),
                            ("call", "call"),
                            ("visit", "visit"),
                        ],
                        max_length=10,
                        verbose_name="came by",
                    ),
                ),
                (
                    "about_kind",
                    models.CharField(blank=True, max_length=20, verbose_name="about, kind"),
                ),
                (
                    "about_key",
                    models.CharField(blank=True, max_length=60, verbose_name="about, record"),
                ),
                (
                    "sender",
                    models.CharField(
                        blank=True,
                        help_text="Who wrote, called or came, where that is no member.",
                        max_length=120,
                        verbose_name="sender",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("county", "county"), ("city", "city"), ("province", "province")],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken by",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for an answer"),
                            ("answered", "has an answer"),
                            ("closed", "closed"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="received")),
                ("due_on", models.DateField(verbose_name="to be answered by")),
                ("answered_on", models.DateField(null=True, verbose_name="answered on")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="answer read")),
            ],
            options={
                "verbose_name": "question or objection",
                "verbose_name_plural": "questions and objections",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["person", "-id"], name="ticket_by_person"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["due_on", "area"],
                        name="ticket_due",
                    ),
                    models.Index(fields=["area", "-id"], name="ticket_by_area"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            ("answered_on__isnull", False),
                            ("state", "closed"),
                            _connector="OR",
                        ),
                        name="ticket_answered_means_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False),
                            models.Q(("sender", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="ticket_is_somebodys",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="ticket_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="59469fd67a053c95535c31114d09f61f09afdd1b",
                            operation="DELETE",
                            pgid="pgtrigger_ticket_is_kept_45f8b",
                            table="members_ticket",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="ticket_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."area" IS DISTINCT FROM (NEW."area") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."about_kind" IS DISTINCT FROM (NEW."about_kind") OR OLD."about_key" IS DISTINCT FROM (NEW."about_key") OR OLD."sender" IS DISTINCT FROM (NEW."sender") OR OLD."opened_on" IS DISTINCT FROM (NEW."opened_on"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b838dc5325b9e5bffa1f4843a3f1efd836fcd714",
                            operation="UPDATE",
                            pgid="pgtrigger_ticket_says_the_same_ad6d9",
                            table="members_ticket",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="members.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("said", "said by the member"),
                            ("answer", "answer"),
                            ("note", "note among staff"),
                            ("taken", "taken"),
                            ("passed", "passed on"),
                            ("escalated", "its day passed"),
                            ("closed", "closed"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("county", "county"), ("city", "city"), ("province", "province")],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
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
                "verbose_name": "entry of a ticket",
                "verbose_name_plural": "entries of tickets",
                "ordering": ["id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="ticket_entry_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="99736e1aefbb482822a3805b7e083a6f9509a6cf",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_ticket_entry_only_grows_a6a6e",
                            table="members_ticketentry",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
