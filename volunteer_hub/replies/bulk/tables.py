from piccolo.columns import Integer, OnDelete, Text, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit.columns import key, link, moment, one_of
from volunteer_hub.messaging.rules import TO_PEOPLE
from volunteer_hub.messaging.tables import Message
from volunteer_hub.people.tables import Participant, Volunteer
from volunteer_hub.replies.bulk.rules import State, Way, Whom, Without
from volunteer_hub.schedule.tables import Meeting


class Bulk(Table):
    """A message to many. `initiative` and `meeting` say whose people it is for; neither: chosen from the list.

    `version` rises with each change of words or of who gets it, so a button says which of them it was pressed for.
    `looked_at`: when who gets it was last reckoned and shown. `left_out`: how many of the confirmed could not get it
    any more. `leaves_at` is when the first may go.
    """

    id = key()
    made_by = link(Account, required=False, on_delete=OnDelete.set_null)
    initiative = link(Initiative, required=False, on_delete=OnDelete.cascade)
    meeting = link(Meeting, required=False, on_delete=OnDelete.cascade)
    whom = Varchar(12)
    state = Varchar(10, default=State.DRAFT)
    way = Varchar(10, default=Way.SMS)
    subject_pl = Varchar(120, default="")
    text_pl = Text(default="")
    subject_en = Varchar(120, default="")
    text_en = Text(default="")
    subject_uk = Varchar(120, default="")
    text_uk = Text(default="")
    version = Integer(default=0)
    made_at = moment(required=True)
    changed_at = moment(required=True)
    looked_at = moment()
    sent_at = moment()
    leaves_at = moment()
    sent_by = link(Account, required=False, on_delete=OnDelete.set_null)
    confirmed = Integer(default=0)
    left_out = Integer(default=0)

    bulk_whom = one_of(whom, Whom)
    bulk_state = one_of(state, State)
    bulk_way = one_of(way, Way)


class BulkRecipient(Table):
    """Somebody of the set, which is frozen when it is chosen: a volunteer or a participant.

    `channel` and `without` are as they were last looked at: by what it goes, or why it does not. `left_out`: why
    somebody who was to get it did not, found at the last moment. `message` is the one that went to them.
    """

    id = key()
    bulk = link(Bulk, on_delete=OnDelete.cascade)
    volunteer = link(Volunteer, required=False, on_delete=OnDelete.cascade)
    participant = link(Participant, required=False, on_delete=OnDelete.cascade)
    channel = Varchar(8, default="")
    without = Varchar(12, default="")
    left_out = Varchar(12, default="")
    message = link(Message, required=False, on_delete=OnDelete.set_null)

    recipient_channel = one_of(channel, TO_PEOPLE, empty=True)
    recipient_without = one_of(without, Without, empty=True)
    recipient_left_out = one_of(left_out, Without, empty=True)
    recipient_someone = Check(
        (volunteer.is_null() & participant.is_not_null()) | (volunteer.is_not_null() & participant.is_null())
    )
    volunteer_once = Unique([bulk, volunteer])
    participant_once = Unique([bulk, participant])
