"""A district is drawn by its shape alone, as the coordinates of a MultiPolygon; the list of corners goes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import JSONB

ID = "2026-11-22T05:12:17:038545"
VERSION = "1.38.0"
DESCRIPTION = "Areas are drawn by shape alone"


# [[latitude, longitude], ...] becomes one polygon of one closed ring, longitude first; no corners become no polygon.
# The surface: Chamberlain and Duquette, JPL Publication 07-03 (2007), on the Earth's mean radius in kilometres.
FORWARDS = (
    """UPDATE area a SET shape = d.shape, outline = d.shape
       FROM (SELECT a.id, CASE WHEN jsonb_array_length(a.polygon) < 3 THEN '[]'::jsonb
                               ELSE jsonb_build_array(jsonb_build_array(c.ring || jsonb_build_array(c.ring -> 0))) END
                          AS shape
             FROM area a
             LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(p -> 1, p -> 0) ORDER BY n) AS ring
                                FROM jsonb_array_elements(a.polygon) WITH ORDINALITY corner (p, n)) c ON true) d
       WHERE d.id = a.id AND a.shape IS NULL""",
    "UPDATE area SET outline = shape WHERE outline IS NULL",
    """UPDATE area a SET km2 = s.km2
       FROM (SELECT id, abs(sum(radians(b.lon - b.lon0) * (2 + sin(radians(b.lat)) + sin(radians(b.lat0)))))
                        * 6371.0088 ^ 2 / 2 AS km2
             FROM (SELECT area.id, (c ->> 0)::float AS lon, (c ->> 1)::float AS lat,
                          lag((c ->> 0)::float) OVER corners AS lon0, lag((c ->> 1)::float) OVER corners AS lat0
                   FROM area, jsonb_array_elements(area.shape -> 0 -> 0) WITH ORDINALITY corner (c, n)
                   WINDOW corners AS (PARTITION BY area.id ORDER BY n)) b
             GROUP BY id) s
       WHERE s.id = a.id AND a.km2 IS NULL""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        for statement in FORWARDS:
            await database.execute(statement)

    manager.add_raw(up)

    manager.drop_column(
        table_class_name="Area",
        tablename="area",
        column_name="polygon",
        db_column_name="polygon",
        schema=None,
    )

    manager.alter_column(
        table_class_name="Area",
        tablename="area",
        column_name="outline",
        db_column_name="outline",
        params={"default": "[]", "null": False},
        old_params={"default": None, "null": True},
        column_class=JSONB,
        old_column_class=JSONB,
        schema=None,
    )

    manager.alter_column(
        table_class_name="Area",
        tablename="area",
        column_name="shape",
        db_column_name="shape",
        params={"default": "[]", "null": False},
        old_params={"default": None, "null": True},
        column_class=JSONB,
        old_column_class=JSONB,
        schema=None,
    )

    return manager
