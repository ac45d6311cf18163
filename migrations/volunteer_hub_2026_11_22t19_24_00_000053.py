"""Who was erased before the indicators were counted goes on counting in them, as far as the older numbers tell."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from volunteer_hub.kit import database

ID = "2026-11-22T19:24:00:000053"
VERSION = "1.38.0"
DESCRIPTION = "People erased before count in the indicators"

NAMES = "(VALUES ('registered', 'registered'), ('agreed', 'agreed'), ('helped', 'active'), ('minutes', 'hours'))"
UP = (
    # Minutes are of nobody knows how many people: none, so that they are never told for want of people.
    f"""INSERT INTO past_indicator (id, indicator, by, part, quarter, amount, people)
        SELECT gen_random_uuid(), n.indicator, d.by, CASE d.by WHEN '' THEN '' ELSE f.district END, f.quarter,
               sum(f.people), sum(CASE f.what WHEN 'minutes' THEN 0 ELSE f.people END)
        FROM past_figure f JOIN {NAMES} AS n (what, indicator) ON n.what = f.what, (VALUES (''), ('area')) AS d (by)
        GROUP BY 2, 3, 4, 5""",
    """INSERT INTO past_indicator (id, indicator, quarter, amount, people)
       SELECT gen_random_uuid(), 'contracts', date_trunc('quarter', signed_on)::date, count(*), count(*)
       FROM contract WHERE participant IS NULL AND signed_on IS NOT NULL GROUP BY 3""",
    """INSERT INTO past_indicator (id, indicator, quarter, amount, people)
       SELECT gen_random_uuid(), 'finished', date_trunc('quarter', finished_on)::date, count(*), count(*)
       FROM completion WHERE member IS NULL AND undone_at IS NULL GROUP BY 3""",
)
DOWN = ("DELETE FROM past_indicator",)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        for statement in UP:
            await database.execute(statement)

    async def down() -> None:
        for statement in DOWN:
            await database.execute(statement)

    manager.add_raw(up)
    manager.add_raw_backwards(down)
    return manager
