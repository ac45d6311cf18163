"""Every column of the database stands in the register, and everything personal in it has an end or a stated reason."""

from volunteer_hub.kit import database
from volunteer_hub.privacy import register, retention
from volunteer_hub.privacy.periods import Act
from volunteer_hub.privacy.purposes import BY_KEY, PURPOSES
from volunteer_hub.privacy.register import REGISTER

REAL = """
    SELECT table_name, column_name FROM information_schema.columns c JOIN information_schema.tables t
    USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'migration'"""


async def faults() -> list[str]:
    """What the register and the database do not say alike."""
    real: dict[str, set[str]] = {}
    for row in await database.fetch(REAL):
        real.setdefault(row["table_name"], set()).add(row["column_name"])
    found = [f"{name} is no table" for name in register.BY_TABLE.keys() - real.keys()]
    for name, columns in real.items():
        known = register.BY_TABLE.get(name)
        told = known.technical | set(known.personal) if known else set()
        found += [f"{name}.{column} is not in the register" for column in columns - told]
        found += [f"{name}.{column} is no column" for column in told - columns]
    return sorted(found)


async def test_every_column_is_the_machines_or_has_a_purpose(db: str) -> None:
    assert await faults() == []


async def test_control_planted_columns_and_tables_are_found(db: str) -> None:
    await database.execute("ALTER TABLE volunteer ADD COLUMN shoe_size int")
    await database.execute("CREATE TABLE hobby (id int)")
    await database.execute("ALTER TABLE place DROP COLUMN town")
    assert await faults() == [
        "hobby.id is not in the register",
        "place.town is no column",
        "volunteer.shoe_size is not in the register",
    ]


def test_no_column_stands_twice_and_no_table_either() -> None:
    assert len(register.BY_TABLE) == len(REGISTER)
    for one in REGISTER:
        assert not one.technical & set(one.personal), one.table
        assert len(set(one.personal)) == len(one.personal), one.table


def test_every_purpose_has_a_basis_and_an_end_or_a_reason_to_stay() -> None:
    assert len(BY_KEY) == len(PURPOSES)
    used = {key for one in REGISTER for key in one.purposes}
    assert used == set(BY_KEY)
    for purpose in PURPOSES:
        assert purpose.bases and purpose.why and (purpose.rules or purpose.stays), purpose.key


def test_every_rule_is_told_to_people_once_and_no_other_is() -> None:
    told = [key for purpose in PURPOSES for key in purpose.rules]
    assert sorted(told) == sorted(retention.BY_KEY)
    assert len(retention.BY_KEY) == len(retention.RULES)


# What goes with somebody else's row by a link that cascades, or stays as ids for the reason its purpose states.
GOES_WITH = {
    "step_taken": "volunteer", "service": "volunteer", "agreement": "volunteer", "policy": "volunteer",
    "not_the_same": "volunteer", "booking": "volunteer", "assignment_change": "assignment",
    "wave_asked": "assignment", "matching_pair": "matching_plan", "matching_near": "matching_plan",
    "regular_task": "volunteer", "hours_worked": "volunteer", "circle_helper": "volunteer", "helper_load": "volunteer",
    "member": "participant", "joining": "participant",
    "coming": "participant", "coming_change": "participant", "confided": "participant",
    "completion": "participant", "contract_step": "contract_goal", "bulk_recipient": "bulk",
    "people_import_line": "people_import",
}  # fmt: skip
STAYS = {
    "consent",
    "merge",
    "audit_entry",
    "erasure",
    "opt_out",  # ids, and the wish not to be written to
    "place",  # somebody's home goes with their request when they are erased; it is the plan's until then
}


def test_everything_personal_goes_by_a_rule_or_with_somebody_or_stays_for_a_reason() -> None:
    by_rule = {rule.table for rule in retention.RULES}
    for one in REGISTER:
        if one.personal and one.table not in by_rule | STAYS:
            assert GOES_WITH[one.table] in by_rule, one.table


def test_a_rule_that_empties_says_what_and_one_that_does_not_says_nothing() -> None:
    for rule in retention.RULES:
        assert bool(rule.blank) == (rule.act is Act.BLANK), rule.key
        assert rule.table in register.BY_TABLE
