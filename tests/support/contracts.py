"""What is left of a social contract where anybody might look: in its rows and in the log."""

from uuid import UUID

from volunteer_hub.kit import database

SECRET = "Xylofonowaczka"


async def audited(about: UUID) -> list[str]:
    rows = await database.fetch(
        "SELECT verb FROM audit_entry WHERE about = $1 AND verb LIKE 'contract%' ORDER BY at, id",
        f"participant:{about}",
    )
    return [row["verb"] for row in rows]


async def words_at_rest() -> str:
    """All the contracts' rows, as the database shows them and as bytes read as text."""
    found = []
    for table in ("contract", "contract_goal", "contract_step"):
        found += [str(dict(row)) for row in await database.fetch(f"SELECT * FROM {table}")]
    return " ".join(found)
