import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
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
            name="AuditRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="time",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                ("actor_name", models.CharField(max_length=120, verbose_name="who")),
                ("verb", models.CharField(max_length=60, verbose_name="what was done")),
                ("area", models.CharField(blank=True, max_length=6, verbose_name="pooling area")),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="person concerned",
                    ),
                ),
                ("object", models.CharField(blank=True, max_length=120, verbose_name="record")),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="purpose")),
                ("data", models.JSONField(default=dict, verbose_name="details")),
                (
                    "txid",
                    models.BigIntegerField(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.Cast(
                                models.Func(function="pg_current_xact_id"), models.TextField()
                            ),
                            models.BigIntegerField(),
                        ),
                        editable=False,
                        help_text="By it the sealing job knows which records may still be joined by earlier ones.",
                        verbose_name="transaction",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit record",
                "verbose_name_plural": "audit records",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["txid", "id"], name="audit_by_transaction"),
                    models.Index(fields=["subject", "-id"], name="audit_by_subject"),
                    models.Index(fields=["area", "-id"], name="audit_by_area"),
                    models.Index(
                        condition=models.Q(("verb__in", ["look", "look.unmask", "look.many"])),
                        fields=["actor", "at"],
                        name="audit_looks",
                    ),
                    models.Index(
                        condition=models.Q(("actor__isnull", False)),
                        fields=["actor", "-id"],
                        name="audit_by_actor",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="audit_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="bc2ebd41abfab0dcb8afc3d0bd26b75739279f89",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_audit_only_grows_fd7a9",
                            table="record_auditrecord",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "audit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="record.auditrecord",
                    ),
                ),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
                (
                    "horizon",
                    models.BigIntegerField(
                        help_text="Every record of an older transaction had its seal when this one was made.",
                        verbose_name="horizon",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit seal",
                "verbose_name_plural": "audit seals",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="seal_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="95b6123be5ab566098b402e4b95512a81350c190",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_seal_only_grows_4b8ea",
                            table="record_auditseal",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Role",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("case_officer", "case officer"),
                            ("reviewer", "reviewer"),
                            ("finance_clerk", "finance clerk"),
                            ("policy_clerk", "policy clerk"),
                            ("auditor", "auditor"),
                            ("administrator", "administrator"),
                        ],
                        max_length=20,
                        verbose_name="role",
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
                ("begins_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="given by",
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
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["scope", "kind"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_by", None), ("given_by", None)),
                            models.Q(
                                models.Q(("given_by", models.F("approved_by")), _negated=True),
                                models.Q(("given_by", models.F("user")), _negated=True),
                                models.Q(("approved_by", models.F("user")), _negated=True),
                                ("approved_by__isnull", False),
                                ("given_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="role_needs_two_others",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("begins_on"))),
                        name="role_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                (
                    "key",
                    models.CharField(
                        help_text="One change at a time may wait for the same thing.",
                        max_length=120,
                        verbose_name="what it touches",
                    ),
                ),
                ("area", models.CharField(max_length=6, verbose_name="area or province")),
                (
                    "subject",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="person concerned",
                    ),
                ),
                ("payload", models.JSONField(default=dict, verbose_name="details")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting for a second person"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
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
                ("proposed_on", models.DateField(verbose_name="proposed on")),
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
                ("decided_on", models.DateField(null=True, verbose_name="decided on")),
                (
                    "decision_note",
                    models.TextField(blank=True, verbose_name="note on the decision"),
                ),
            ],
            options={
                "verbose_name": "change that needs two persons",
                "verbose_name_plural": "changes that need two persons",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("state", "withdrawn"),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="change_decided_by_another_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="change_decided_means_by_whom",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("kind", "key"),
                        name="change_waits_once_for_a_thing",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="change_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="6a8b6122671e2960ccea315885bf1ca83710e690",
                            operation="DELETE",
                            pgid="pgtrigger_change_is_kept_f4d50",
                            table="record_change",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="change_decided_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" IN ('approved', 'refused', 'withdrawn'))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="979fff814aef2ea850e4fdcdff86f1c436a1f8d2",
                            operation="UPDATE",
                            pgid="pgtrigger_change_decided_once_998df",
                            table="record_change",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="change_says_the_same",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."area" IS DISTINCT FROM (NEW."area") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id") OR OLD."payload" IS DISTINCT FROM (NEW."payload") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_on" IS DISTINCT FROM (NEW."proposed_on"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="79cca75aca8df0f69ce19542b7e28c7527362e19",
                            operation="UPDATE",
                            pgid="pgtrigger_change_says_the_same_fbc50",
                            table="record_change",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("data", models.JSONField(default=dict, verbose_name="details")),
                (
                    "written_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="written",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("sent", "sent"), ("stuck", "stuck")],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("last_error", models.TextField(blank=True, verbose_name="last error")),
                (
                    "try_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="to be tried from",
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("read_at", models.DateTimeField(null=True, verbose_name="read")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["try_at", "id"],
                        name="message_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CopyWish",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copy_wish",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("sms", "by text message, to the phone on record"),
                            ("email", "by e-mail"),
                            ("none", "not at all: I look here"),
                        ],
                        default="sms",
                        max_length=5,
                        verbose_name="copies",
                    ),
                ),
            ],
            options={
                "verbose_name": "wish for copies of messages",
                "verbose_name_plural": "wishes for copies of messages",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=12, unique=True, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("statement", "account statement"),
                            ("settlement", "settlement"),
                            ("record", "copy of one's own record"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                ("check_code", models.CharField(max_length=12, verbose_name="check code")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                (
                    "issued_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="handed out",
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["sha256"], name="document_by_hash"),
                    models.Index(fields=["person", "issued_at"], name="document_by_person"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="document_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9f1a107d2c704f22b020548d556240f386f60094",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_document_only_grows_5b4ce",
                            table="record_document",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                ("day", models.DateField(verbose_name="day")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("done", models.PositiveIntegerField(verbose_name="taken in")),
                ("skipped", models.PositiveIntegerField(verbose_name="there already")),
                ("bad", models.PositiveIntegerField(verbose_name="left out")),
                ("by_name", models.CharField(max_length=120, verbose_name="who")),
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
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="time",
                    ),
                ),
                (
                    "made",
                    models.JSONField(
                        default=dict,
                        help_text="The first and the last id, and how many between them: by them it is undone.",
                        verbose_name="rows that it made",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported file",
                "verbose_name_plural": "imported files",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["kind", "sha256"], name="import_by_file")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rows",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("done"), "+", models.F("skipped")
                                    ),
                                    "+",
                                    models.F("bad"),
                                ),
                            )
                        ),
                        name="import_adds_up",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="import_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="682f2fbd6ace5db1f573f2d86362ea2f7d6cfb6c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_import_only_grows_73deb",
                            table="record_importfile",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportUndo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undo",
                        to="record.importfile",
                        verbose_name="imported file",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("rows", models.PositiveIntegerField(verbose_name="rows taken back")),
                ("note", models.CharField(max_length=200, verbose_name="reason")),
                ("by_name", models.CharField(max_length=120, verbose_name="who")),
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
            ],
            options={
                "verbose_name": "undoing of an import",
                "verbose_name_plural": "undone imports",
                "ordering": ["-id"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="import_undo_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="8735f767d9f0d4899d67915a7171863243ecc4a1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_import_undo_only_grows_75a6a",
                            table="record_importundo",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RollDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True, verbose_name="key")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("sealed", models.BinaryField(verbose_name="file, encrypted")),
                ("report", models.JSONField(verbose_name="what would happen")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
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
                "verbose_name": "uploaded roll",
                "verbose_name_plural": "uploaded rolls",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="key"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="kind of thing")),
                ("thing", models.CharField(max_length=60, verbose_name="thing")),
                (
                    "subject",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="members.person",
                        verbose_name="person concerned",
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="name")),
                (
                    "form",
                    models.CharField(
                        choices=[("jpeg", "photo"), ("pdf", "PDF")],
                        max_length=4,
                        verbose_name="form",
                    ),
                ),
                ("pages", models.PositiveSmallIntegerField(default=1, verbose_name="pages")),
                ("width", models.PositiveIntegerField(default=0, verbose_name="width")),
                ("height", models.PositiveIntegerField(default=0, verbose_name="height")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the copy")),
                (
                    "sent_sha256",
                    models.CharField(max_length=64, verbose_name="SHA-256 of what was sent"),
                ),
                ("sealed", models.BinaryField(verbose_name="copy, encrypted")),
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
                "verbose_name": "paper",
                "verbose_name_plural": "papers",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["by", "at"], name="paper_by_user")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "thing", "sent_sha256"), name="paper_once_for_a_thing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pages__gte", 1), ("size__gte", 1)),
                        name="paper_has_pages",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="paper_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (OLD.\"kind\" = 'draft'))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="d030fdaf1c15a52e3a4e8a50fdc28e26c2a00e16",
                            operation="DELETE",
                            pgid="pgtrigger_paper_is_kept_7ad97",
                            table="record_paper",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="paper_stays_where_it_is",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (OLD.\"kind\" = 'draft'))",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a38df4f9bab8490dc00b904d7039a36992cdf4f8",
                            operation="UPDATE",
                            pgid="pgtrigger_paper_stays_where_it_is_f2702",
                            table="record_paper",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="paper_stays_what_it_is",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."by_name" IS DISTINCT FROM (NEW."by_name") OR OLD."form" IS DISTINCT FROM (NEW."form") OR OLD."height" IS DISTINCT FROM (NEW."height") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."pages" IS DISTINCT FROM (NEW."pages") OR OLD."sealed" IS DISTINCT FROM (NEW."sealed") OR OLD."sent_sha256" IS DISTINCT FROM (NEW."sent_sha256") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."width" IS DISTINCT FROM (NEW."width"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="29692f7656faf9c47b6184926373fd51bcc2a5dd",
                            operation="UPDATE",
                            pgid="pgtrigger_paper_stays_what_it_is_9387e",
                            table="record_paper",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
    ]
