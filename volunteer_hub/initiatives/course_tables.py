"""What a course asks of who finishes it, who did, and the social contracts that may rest on one."""

from piccolo.columns import Bytea, Date, ForeignKey, Integer, OnDelete, SmallInt, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.contract_rules import ContractState
from volunteer_hub.initiatives.course_rules import Counted
from volunteer_hub.initiatives.tables import Initiative, Member
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.people.tables import Participant


class CourseFinish(Table):
    """How much of a course must be attended to finish it: `enough` sessions, or that many in a hundred of them."""

    id = key()
    initiative = ForeignKey(Initiative, null=False, unique=True, on_delete=OnDelete.cascade)
    enough = SmallInt()
    counted = Varchar(8, default=Counted.SESSIONS)
    version = Integer(default=0)

    course_finish_counted = one_of(counted, Counted)
    course_finish_enough = Check((enough >= 1) & (enough <= 400) & ((counted == "sessions") | (enough <= 100)))


class Completion(Table):
    """Somebody finished a course: their certificate as it was issued, with the number it has in its year.

    `attended` of `sessions`, `minutes` long together. `exception`: why, though they attended fewer. `code`: what
    /verify finds it by. One that was undone keeps its row and its number; of whom there is no membership any more it
    keeps the numbers.
    """

    id = key()
    initiative = link(Initiative)
    member = link(Member, required=False, on_delete=OnDelete.set_null)
    finished_on = Date()
    issued_on = Date()
    year = SmallInt()
    number = Integer()
    code = Varchar(20, null=True, default=None, unique=True)
    name = Varchar(160)
    course = Varchar(120)
    first_day = Date()
    last_day = Date()
    attended = SmallInt()
    sessions = SmallInt()
    minutes = Integer()
    exception = Varchar(300, default="")
    noted_at = moment(required=True)
    noted_by = link(Account, required=False, on_delete=OnDelete.set_null)
    undone_at = moment()
    undone_by = link(Account, required=False, on_delete=OnDelete.set_null)
    undone_words = Varchar(300, default="")

    completion_number = Unique([year, number])
    completion_counts = Check((number >= 1) & (attended >= 0) & (sessions >= 0) & (minutes >= 0))


class Contract(Table):
    """A social contract with a participant, as it was signed on paper; its words are sealed, each in its own row.

    `runs`: whose it is. `annex_on`: when it was signed anew after a change. `outcome`: what came of it and, of one that
    ended early, why. `initiative`: what it rests on. `version` rises with what is typed about the contract itself.
    """

    id = key()
    participant = link(Participant, required=False, on_delete=OnDelete.set_null)
    runs = link(Account, required=False, on_delete=OnDelete.set_null)
    initiative = link(Initiative, required=False, on_delete=OnDelete.set_null)
    state = Varchar(12, default=ContractState.DRAFT)
    signed_on = Date(null=True, default=None)
    annex_on = Date(null=True, default=None)
    first_day = Date()
    last_day = Date(null=True, default=None)
    ended_on = Date(null=True, default=None)
    outcome = Bytea(null=True, default=None)
    version = Integer(default=0)
    created_at = moment(required=True)

    contract_state = one_of(state, ContractState)
    contract_signed = Check((state == "draft") | (signed_on.is_not_null()))
    contract_days = Check((last_day.is_null()) | (first_day <= last_day))


class ContractMember(Table):
    """A specialist or coordinator who works with a contract along with who runs it."""

    id = key()
    contract = link(Contract, on_delete=OnDelete.cascade)
    account = link(Account, on_delete=OnDelete.cascade)

    contract_member_once = Unique([contract, account])


class ContractGoal(Table):
    """What somebody wants to reach. Null where the words were erased with somebody they named."""

    id = key()
    contract = link(Contract, on_delete=OnDelete.cascade)
    sealed = Bytea(null=True, default=None)
    version = Integer(default=0)
    created_at = moment(required=True)


class ContractStep(Table):
    """A step to a goal, done by a day: noted by hand, or reached by attending `attend` meetings of `initiative`."""

    id = key()
    goal = link(ContractGoal, on_delete=OnDelete.cascade)
    sealed = Bytea(null=True, default=None)
    due = Date(null=True, default=None)
    initiative = link(Initiative, required=False, on_delete=OnDelete.set_null)
    attend = SmallInt(null=True, default=None)
    done_on = Date(null=True, default=None)
    done_by = link(Account, required=False, on_delete=OnDelete.set_null)
    version = Integer(default=0)
    created_at = moment(required=True)

    contract_step_attend = Check((attend.is_null()) | ((attend >= 1) & (attend <= 400)))
