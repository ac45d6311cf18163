"""A volunteer's version rises with what the desk types about them; one open service each; who waits is found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:09:41:000000"
VERSION = "1.38.0"
DESCRIPTION = "Versions of volunteers, one open service each"

TYPED = (
    "first_name", "last_name", "phone", "email", "language", "birth_date", "kind", "area_slug", "max_km",
    "max_hours_week", "guardian_name", "guardian_phone", "guardian_email",
)  # fmt: skip


def row(of: str) -> str:
    return ", ".join(f"{of}.{name}" for name in TYPED)


FORWARDS = (
    # Whoever writes: a coordinator on the card, the volunteer on /me, an import. An edit of what one has not seen is
    # found by this number.
    f"""CREATE FUNCTION volunteer_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF ({row("NEW")}) IS DISTINCT FROM ({row("OLD")}) THEN
                NEW.version := OLD.version + 1;
            END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE TRIGGER volunteer_version BEFORE UPDATE OF {", ".join(TYPED)} ON volunteer
        FOR EACH ROW EXECUTE FUNCTION volunteer_new_version()""",
    # The thirty days of the law are counted from one day only.
    "CREATE UNIQUE INDEX service_one_open ON service (volunteer) WHERE last_day IS NULL",
    "CREATE INDEX service_open_since ON service (first_day) WHERE last_day IS NULL",
    # Who waits longest at each step, and who should be back from a break.
    "CREATE INDEX volunteer_waiting ON volunteer (step, step_since, id)",
    "CREATE INDEX step_taken_until ON step_taken (until) WHERE until IS NOT NULL",
    "CREATE INDEX step_taken_at ON step_taken (at)",
)

BACKWARDS = (
    "DROP INDEX step_taken_at, step_taken_until, volunteer_waiting, service_open_since, service_one_open",
    "DROP TRIGGER volunteer_version ON volunteer",
    "DROP FUNCTION volunteer_new_version",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        for statement in FORWARDS:
            await database.execute(statement)

    async def down() -> None:
        from volunteer_hub.kit import database

        for statement in BACKWARDS:
            await database.execute(statement)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
