"""What waits to be sent follows a person to a new number or address, in the transaction of the correction."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T05:40:00:000018"
VERSION = "1.38.0"
DESCRIPTION = "Planned messages follow a corrected address"

FORWARDS = (
    # The matters of a volunteer or participant, as messages name them. Codes and links are about an account or a
    # sign-up: they prove the very address they were made for and never move.
    """CREATE FUNCTION matters_of(who uuid) RETURNS SETOF text LANGUAGE sql STABLE AS $$
       SELECT unnest(ARRAY['volunteer:' || who, 'participant:' || who])
       UNION ALL SELECT 'assignment:' || id FROM assignment WHERE volunteer = who
       UNION ALL SELECT 'coming:' || c.id FROM member e JOIN coming c ON c.member = e.id WHERE e.participant = who $$""",
    # Keys and words stay. Without a new address they are called off; one that wrote STOP gets nothing, as at the
    # outbox's door. An invitation in a calendar names its guest, perhaps over a folded line (RFC 5545, 3.1): as LATIN1
    # each byte is a character, whatever the letters are.
    """CREATE FUNCTION move_messages(who uuid, by_channel text, was text, becomes text) RETURNS void LANGUAGE sql AS $$
       UPDATE message m SET
           address = CASE WHEN becomes = '' THEN m.address ELSE becomes END,
           state = CASE WHEN becomes = '' THEN 'cancelled' WHEN stop.yes THEN 'suppressed' ELSE 'planned' END,
           error = CASE WHEN becomes <> '' AND stop.yes THEN 'stop' ELSE m.error END,
           finished_at = CASE WHEN becomes = '' OR stop.yes THEN now() END,
           cancelled_at = CASE WHEN becomes = '' THEN now() END,
           calendar = convert_to(replace(replace(convert_from(m.calendar, 'LATIN1'), E'\\r\\n ', ''),
               'mailto:' || convert_from(convert_to(was, 'UTF8'), 'LATIN1'),
               'mailto:' || convert_from(convert_to(becomes, 'UTF8'), 'LATIN1')), 'LATIN1')
       FROM (SELECT EXISTS (SELECT FROM opt_out WHERE address = becomes) AS yes) stop
       WHERE m.about IN (SELECT matters_of(who)) AND m.state = 'planned' AND m.channel = by_channel
         AND m.address = was $$""",
    """CREATE FUNCTION volunteer_moves_messages() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.phone <> OLD.phone THEN
           PERFORM move_messages(NEW.id, 'sms', OLD.phone, NEW.phone);
         END IF;
         IF NEW.email IS DISTINCT FROM OLD.email AND OLD.email IS NOT NULL THEN
           PERFORM move_messages(NEW.id, 'email', OLD.email, coalesce(NEW.email, ''));
         END IF;
         IF NEW.guardian_phone <> OLD.guardian_phone AND OLD.guardian_phone <> NEW.phone THEN
           PERFORM move_messages(NEW.id, 'sms', OLD.guardian_phone, NEW.guardian_phone);
         END IF;
         IF NEW.guardian_email <> OLD.guardian_email AND OLD.guardian_email IS DISTINCT FROM NEW.email THEN
           PERFORM move_messages(NEW.id, 'email', OLD.guardian_email, NEW.guardian_email);
         END IF;
         -- Their link has gone with the contact (guardian_is_another).
         IF (NEW.guardian_phone, NEW.guardian_email) <> (OLD.guardian_phone, OLD.guardian_email) THEN
           UPDATE message SET state = 'cancelled', finished_at = now(), cancelled_at = now()
           WHERE about = 'account:guardian:' || NEW.id AND state = 'planned';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER volunteer_moves_messages AFTER UPDATE OF phone, email, guardian_phone, guardian_email ON volunteer
       FOR EACH ROW EXECUTE FUNCTION volunteer_moves_messages()""",
    """CREATE FUNCTION participant_moves_messages() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM move_messages(NEW.id, 'sms', OLD.phone, coalesce(NEW.phone, ''));
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER participant_moves_messages AFTER UPDATE OF phone ON participant FOR EACH ROW
       WHEN (OLD.phone IS DISTINCT FROM NEW.phone) EXECUTE FUNCTION participant_moves_messages()""",
)
BACKWARDS = (
    "DROP TRIGGER participant_moves_messages ON participant",
    "DROP TRIGGER volunteer_moves_messages ON volunteer",
    "DROP FUNCTION participant_moves_messages, volunteer_moves_messages, move_messages, matters_of",
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
