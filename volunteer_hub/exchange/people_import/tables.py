"""A spreadsheet of volunteers on its way in: its lines, what each column means, and what became of each line."""

from enum import StrEnum

from piccolo.columns import JSONB, Array, Bytea, Integer, OnDelete, Text, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.tables import Volunteer


class ImportState(StrEnum):
    """How far an import came. Until it is written, nothing outside of these two tables knows of it."""

    READ = "read"
    WRITING = "writing"
    WRITTEN = "written"
    UNDOING = "undoing"
    UNDONE = "undone"


class PeopleImport(Table):
    """One file. `headings`: its columns as they are called there; `mapping`: field of ours by number of the column.

    `done`: how many lines are written or undone so far, told from outside of the transaction that does it; `acting`:
    who said to. `version` rises with every change of the mapping, a line or a decision.
    """

    id = key()
    state = Varchar(8, default=ImportState.READ)
    file_name = Varchar(120)
    headings = Array(base_column=Text())
    mapping = JSONB(default="{}")
    version = Integer(default=0)
    done = Integer(default=0)
    acting = link(Account, required=False, on_delete=OnDelete.set_null)
    created_at = moment(required=True)
    created_by = link(Account, required=False, on_delete=OnDelete.set_null)
    written_at = moment()
    undone_at = moment()

    people_import_state = one_of(state, ImportState)


class PeopleImportLine(Table):
    """A line of the file, `number` as its spreadsheet counts; `cells` as they stand there.

    `mended`: by field of ours what somebody typed over it. `fate`: what would happen (exchange.comparing.Fate), "" when
    nobody has looked yet; `keys`: what two lines of one person share. `decision`: what somebody said of a likely
    duplicate ("", importing.Choice), `same_as` whom they meant.
    `volunteer`: who was written from it. `before`: what stood in their row until then, so that it can be undone;
    `stamp`: the hash of their row as it was written, by which a later change is seen. `kept`: why it was not undone.
    """

    id = key()
    file = link(PeopleImport, on_delete=OnDelete.cascade)
    number = Integer()
    cells = Array(base_column=Text())
    mended = JSONB(default="{}")
    fate = Varchar(10, default="")
    keys = Array(base_column=Text())
    decision = Varchar(8, default="")
    same_as = link(Volunteer, required=False, on_delete=OnDelete.set_null)
    volunteer = link(Volunteer, required=False, on_delete=OnDelete.set_null)
    before = JSONB(null=True, default=None)
    stamp = Varchar(32, default="")
    kept = Varchar(10, default="")

    people_import_line_once = Unique([file, number])


class ImportMapping(Table):
    """What the columns of a file meant, remembered for the next file with the same headings."""

    id = key()
    headings_hash = Bytea(unique=True)
    mapping = JSONB(default="{}")
    changed_at = moment(required=True)
