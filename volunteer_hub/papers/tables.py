"""Papers as they were issued, and the centre's own words in them."""

from piccolo.columns import Bytea, Date, Integer, OnDelete, SmallInt, Text, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.tables import Agreement, Volunteer
from volunteer_hub.schedule.tables import Meeting


class PaperText(Table):
    """The centre's own words of one kind of paper in one language; each change is a new version, none is deleted."""

    id = key()
    kind = Varchar(12)
    language = Varchar(2)
    version = Integer()
    body = Text()
    changed_at = moment(required=True)
    changed_by = link(Account, required=False, on_delete=OnDelete.set_null)

    paper_text_kind = one_of(kind, Kind)
    paper_text_version = Unique([kind, language, version])


class IssuedPaper(Table):
    """A paper with the number it has in its year, kept as it was issued so that it can be printed again.

    `code` is what `/verify/{code}` finds it by. `facts`, sealed, are the values that stand on it; `document`, sealed,
    the PDF. Both go, and the number and the days stay, when whom it names is erased. `text`: the words it was made
    with, none of the house's own. `withdrawn_words`: why it holds no more.
    """

    id = key()
    kind = Varchar(12)
    year = SmallInt()
    number = Integer()
    code = Varchar(20, unique=True)
    language = Varchar(2)
    text = link(PaperText, required=False)
    volunteer = link(Volunteer, required=False, on_delete=OnDelete.set_null)
    agreement = link(Agreement, required=False, on_delete=OnDelete.set_null)
    initiative = link(Initiative, required=False, on_delete=OnDelete.set_null)
    meeting = link(Meeting, required=False, on_delete=OnDelete.set_null)
    request = link(Request, required=False, on_delete=OnDelete.set_null)
    facts = Bytea(null=True, default=None)
    document = Bytea(null=True, default=None)
    issued_at = moment(required=True)
    issued_by = link(Account, required=False, on_delete=OnDelete.set_null)
    withdrawn_at = moment()
    withdrawn_by = link(Account, required=False, on_delete=OnDelete.set_null)
    withdrawn_words = Varchar(200, default="")

    issued_paper_kind = one_of(kind, Kind)
    issued_paper_number = Unique([kind, year, number])
    issued_paper_counts = Check(number >= 1)


class CertificateAsked(Table):
    """A volunteer asks for a certificate of their hours from one day to another; one of each waits at a time.

    Answered by the `paper`, or by `words`: why there is none.
    """

    id = key()
    volunteer = link(Volunteer, on_delete=OnDelete.cascade)
    first_day = Date()
    last_day = Date()
    language = Varchar(2)
    asked_at = moment(required=True)
    answered_at = moment()
    answered_by = link(Account, required=False, on_delete=OnDelete.set_null)
    paper = link(IssuedPaper, required=False, on_delete=OnDelete.set_null)
    words = Varchar(200, default="")

    certificate_asked_days = Check(first_day <= last_day)
