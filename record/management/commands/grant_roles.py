"""`manage.py grant_roles`: give the application's database role its rights, and no others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

from record.grants import READ_ONLY, grants


class Command(BaseCommand):
    help = (
        "Takes all rights from the application's role and gives it those that it needs; run as the"
        " owner of the tables, after every migrate."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        role = settings.DATABASE_APP_ROLE
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
            row = cursor.fetchone()
            if row is None:
                raise CommandError(
                    f"There is no database role {role}. Make it first:"
                    f" CREATE ROLE {role} LOGIN; or name another one in DATABASE_APP_ROLE."
                )
            if row[0]:
                raise CommandError(
                    f"{role} is a superuser, whom no right can be kept from. Use a plain role."
                )
            known = set(connection.introspection.table_names(cursor))
            name = sql.Identifier(role)
            for statement in (
                "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
                "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
                "GRANT USAGE ON SCHEMA public TO {role}",
                "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
            ):
                cursor.execute(sql.SQL(statement).format(role=name))
            granted = 0
            for grant in grants():
                if grant.table in known:
                    granted += 1
                    cursor.execute(
                        sql.SQL("GRANT {rights} ON {table} TO {role}").format(
                            rights=sql.SQL(", ".join(grant.statements())),
                            table=sql.Identifier(grant.table),
                            role=name,
                        )
                    )
            for table in sorted(READ_ONLY & known):
                cursor.execute(
                    sql.SQL("GRANT SELECT ON {table} TO {role}").format(
                        table=sql.Identifier(table), role=name
                    )
                )
        if options["verbosity"]:
            self.stdout.write(f"{role} has its rights on {granted} tables.")
