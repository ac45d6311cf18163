"""An eye that looks for whoever was planted in every column of every table, in a dump and in files."""

import os
import subprocess
from pathlib import Path

from volunteer_hub.kit import database
from volunteer_hub.kit.embedded_binaries import installed

# Every planted word has one of these in it; a phone may be typed with spaces.
WORDS = ("kanar", "511777333", "511 777 333", "511777444")
PHONE, FAMILY = "+48511777333", "+48511777444"
EMAIL = "kanarka@poczta.example"

COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"""


def patterns(words: tuple[str, ...] = WORDS) -> list[str]:
    """As text, and as a column of bytes shows it."""
    return [f"%{word}%" for word in words] + [f"%{word.encode().hex()}%" for word in words]


async def seen(words: tuple[str, ...] = WORDS) -> dict[str, int]:
    """In how many rows of which column any of the words stands; every column of every table is looked at."""
    found = {}
    for row in await database.fetch(COLUMNS):
        table, column = row["table_name"], row["column_name"]
        many = await database.fetchval(
            f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE ANY($1)', patterns(words)
        )
        if many:
            found[f"{table}.{column}"] = many
    return found


def dumped(dsn: str, words: tuple[str, ...] = WORDS) -> list[str]:
    """The lines of a whole dump, as text, in which any of the words stands."""
    command = [str(installed() / "bin" / "pg_dump"), "--dbname", dsn]
    text = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout
    looked_for = [one.strip("%").casefold() for one in patterns(words)]
    return [line for line in text.splitlines() if any(one in line.casefold() for one in looked_for)]


def in_files(folder: Path, words: tuple[str, ...] = WORDS) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word.encode() in path.read_bytes().lower() for word in words)]
