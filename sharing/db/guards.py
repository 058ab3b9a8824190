"""Guards: rules that the database keeps whatever the code above it does.

A guard is a trigger (with its function, on PostgreSQL) that refuses a row. Each app registers
its guards when it loads; every `migrate` leaves all of them installed, and `missing()` tells
whether one is not, so that a server can refuse to run on a database that has lost its rules.
They are dropped before a migration changes any table and put back after it, because SQLite
rebuilds a table to alter it and would lose, or trip over, the triggers that name it.

A refused row surfaces as `IntegrityError`; `refused_by(error, name)` tells by which guard.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.db import IntegrityError, connections, transaction


@dataclass(frozen=True)
class Guard:
    """A named rule on one table. `sqlite` and `postgresql` hold bodies made by the subclasses below.

    name: snake_case, a sentence in small ("claims_never_exceed_the_capacity"); it is what a
        refusal's message says and what tests look for.
    model: "app_label.Model" whose table is guarded.
    events: any of "insert", "update", "delete".
    sqlite_when: the SQL condition (over NEW and OLD) under which SQLite refuses the row.
    postgresql_body: plpgsql statements that `raise` to refuse; they run before the row changes.
        None: the condition of `sqlite_when` serves for both engines.
    declare: plpgsql declarations for the body.
    """

    name: str
    model: str
    events: tuple[str, ...]
    sqlite_when: str
    postgresql_body: str | None = None
    declare: str = ""
    tables: dict[str, str] = field(default_factory=dict)

    def statements(self, vendor: str) -> dict[str, str]:
        """Trigger name → SQL that creates it on this engine."""
        return self._sqlite() if vendor == "sqlite" else self._postgresql()

    @property
    def table(self) -> str:
        return apps.get_model(self.model)._meta.db_table

    def _sqlite(self) -> dict[str, str]:
        return {
            f"{self.name}__{event}": (
                f'create trigger "{self.name}__{event}" before {event} on "{self.table}"\n'
                f"when {self._filled(self.sqlite_when)}\n"
                f"begin select raise(abort, '{self.name}'); end"
            )
            for event in self.events
        }

    def _postgresql(self) -> dict[str, str]:
        body = self.postgresql_body or f"if {self.sqlite_when} then {self.refusal} end if;"
        answer = "if tg_op = 'DELETE' then return old; end if; return new;"
        declare = f"declare {self.declare}" if self.declare else ""
        return {
            self.name: (
                f'create or replace function "{self.name}"() returns trigger language plpgsql as $guard$\n'
                f"{declare}\nbegin\n{self._filled(body)}\n{answer}\nend $guard$;\n"
                f'create or replace trigger "{self.name}" before {" or ".join(self.events)} on "{self.table}"\n'
                f'for each row execute function "{self.name}"()'
            )
        }

    @property
    def refusal(self) -> str:
        """The plpgsql statement that refuses the row in the guard's name."""
        return f"raise exception using errcode = 'integrity_constraint_violation', message = '{self.name}';"

    def _filled(self, sql: str) -> str:
        """Write {other} tables by their real names; {refuse} is the refusal, {table} the guarded table."""
        names = {key: f'"{apps.get_model(label)._meta.db_table}"' for key, label in self.tables.items()}
        for key, value in {**names, "refuse": self.refusal, "table": f'"{self.table}"'}.items():
            sql = sql.replace("{" + key + "}", value)
        return sql


@dataclass(frozen=True)
class Effect(Guard):
    """What the engine itself does after a row came in: `effect` holds SQL statements that both engines read.

    It runs in the same statement as the row, so nobody sees the one without the other.
    """

    effect: str = ""

    def _sqlite(self) -> dict[str, str]:
        return {
            f"{self.name}__{event}": (
                f'create trigger "{self.name}__{event}" after {event} on "{self.table}"\n'
                f"begin {self._filled(self.effect)} end"
            )
            for event in self.events
        }

    def _postgresql(self) -> dict[str, str]:
        return {
            self.name: (
                f'create or replace function "{self.name}"() returns trigger language plpgsql as $guard$\n'
                f"begin\n{self._filled(self.effect)}\nreturn null;\nend $guard$;\n"
                f'create or replace trigger "{self.name}" after {" or ".join(self.events)} on "{self.table}"\n'
                f'for each row execute function "{self.name}"()'
            )
        }


def append_only(name: str, model: str, *, events: tuple[str, ...] = ("update", "delete")) -> Guard:
    """Rows of `model` are written once: no update, no delete."""
    return Guard(name=name, model=model, events=events, sqlite_when="1 = 1")


_registered: dict[str, Guard] = {}


def register(*guards: Guard) -> None:
    """Called from an app's `ready()`; a name registered twice must be the same guard."""
    for guard in guards:
        if _registered.setdefault(guard.name, guard) != guard:
            raise ValueError(f"Two guards are called {guard.name}.")


def registered() -> Iterable[Guard]:
    return _registered.values()


def refused_by(error: BaseException, name: str) -> bool:
    """Whether the database refused a row because of the guard or constraint of this name."""
    return isinstance(error, IntegrityError) and name in str(error)


def missing(using: str = "default") -> list[str]:
    """Names of triggers that should stand in this database and do not, or read differently."""
    connection = connections[using]
    standing = _standing(connection)
    return [
        trigger
        for guard in registered()
        for trigger, sql in guard.statements(connection.vendor).items()
        if trigger not in standing or (connection.vendor == "sqlite" and standing[trigger] != _as_stored(sql))
    ]


def install(using: str = "default") -> None:
    """Put every registered guard in place; those that stand already are left alone."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    absent = set(missing(using)) if connection.vendor == "sqlite" else None
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for guard in registered():
            if guard.table not in tables:
                continue
            for trigger, sql in guard.statements(connection.vendor).items():
                if absent is None:
                    cursor.execute(sql, None)
                elif trigger in absent:
                    cursor.execute(f'drop trigger if exists "{trigger}"')
                    cursor.execute(sql, None)


def drop(using: str = "default") -> None:
    """Take every registered guard away; only migrations and the tests' clean-up may."""
    connection = connections[using]
    standing = _standing(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for guard in registered():
            for trigger in guard.statements(connection.vendor):
                if trigger in standing:
                    on = "" if connection.vendor == "sqlite" else f' on "{guard.table}"'
                    cursor.execute(f'drop trigger if exists "{trigger}"{on}')


def before_migrations(*, using: str, plan: list, **_: object) -> None:
    if plan:
        drop(using)


def after_migrations(*, using: str, **_: object) -> None:
    install(using)


def _standing(connection) -> dict[str, str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("select name, sql from sqlite_master where type = 'trigger'")
        else:
            cursor.execute("select tgname, '' from pg_trigger where not tgisinternal and tgenabled <> 'D'")
        return dict(cursor.fetchall())


def _as_stored(sql: str) -> str:
    """SQLite keeps the text as given, but writes the leading keywords in capitals."""
    return sql.replace("create trigger", "CREATE TRIGGER", 1)
