"""The ledger of consents holds what was there before, only grows, and what others read of it follows by itself."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T02:10:21:200000"
VERSION = "1.38.0"
DESCRIPTION = "The ledger of consents only grows"

FORWARDS = (
    # The SHA-256 of each sentence that was shown until now, in each language.
    r"""INSERT INTO consent (id, person, purpose, given, text_version, text_hash, scope, language, channel, at, by, by_whom)
        SELECT was.id, was.volunteer, was.purpose, true, was.text_version, coalesce(said.hash, '')::bytea, '',
               was.language, was.channel, was.given_at, was.by,
               CASE WHEN was.purpose = 'guardian' THEN 'guardian' ELSE 'self' END
        FROM consent_was was LEFT JOIN (VALUES
            ('information', 'pl', '\xebbd1901cf807fb81ecce1de8243e46b4adc881593f7c55dd49588bd09c2d95d'),
            ('information', 'en', '\x82c09bbae2750c36e96ec788bcfc6d0a75cfb4b32cdfbc43acf152789cbeed40'),
            ('information', 'uk', '\xdd42b77d91b995430c1fa3b3cdd4b5b1a38b2f213448b9055e495afc30d3763e'),
            ('sms', 'pl', '\x703547b3c9eb2bb4dcf212d0cd36678f5d8991132262975ab3a1615dc1ce8f4b'),
            ('sms', 'en', '\x27d9f3062953633d816173d0ca3e71c028d3760980408a93935861d83d2bdc6c'),
            ('sms', 'uk', '\x3a44562dbdab35b3cc56914e0b61ab73a534ac858d049f45c83616348f3b14a3'),
            ('email', 'pl', '\x3de3bf2899d4db5394e0f0c5e70cd7a71a68c428985c262dba258807e350692e'),
            ('email', 'en', '\x685c7fdbd7466471e89225b60effffd6e3618f9be9f713e859b4c7007e51f837'),
            ('email', 'uk', '\x0ec9a0c545d0eaff60ef9caa63512a58fa5127184690086fe89f3e215fb1e3b9'),
            ('guardian', 'pl', '\x79724da9ab6d3672a6f530121eac26f1f7b43fa595909d805687e929c58eb19c'),
            ('guardian', 'en', '\x485e8b8007a61efd42fd6a87d960e4b632ad6303fd18f3203c1b37171b6b3744'),
            ('guardian', 'uk', '\xf4e993c6a4c10292c2d1878471b00b66b622da2b407a7d0f95b9dea7dcbf4064')
        ) AS said (purpose, language, hash)
        ON (said.purpose, said.language) = (was.purpose, was.language) AND was.text_version = '2026-11'""",
    """INSERT INTO consent (id, person, purpose, given, text_version, text_hash, scope, language, channel, at, by, by_whom)
       SELECT gen_random_uuid(), c.person, c.purpose, false, c.text_version, c.text_hash, '', c.language, c.channel,
              was.withdrawn_at, NULL, c.by_whom
       FROM consent_was was JOIN consent c ON c.id = was.id WHERE was.withdrawn_at IS NOT NULL""",
    "DROP TABLE consent_was",
    "CREATE INDEX consent_newest ON consent (person, purpose, at)",
    """ALTER TABLE consent ADD CONSTRAINT consent_by_whom CHECK (by_whom IN ('self', 'guardian', 'coordinator'))""",
    """CREATE FUNCTION consents_only_grow() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the ledger of consents is only added to'; END $$""",
    """CREATE TRIGGER consent_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON consent
       FOR EACH STATEMENT EXECUTE FUNCTION consents_only_grow()""",
    # The person's row is locked before the newest word is looked for: of a yes and a no at once the later one stands.
    """CREATE FUNCTION consent_is_followed() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE
           newest consent;
       BEGIN
           PERFORM FROM volunteer WHERE id = NEW.person FOR NO KEY UPDATE;
           PERFORM FROM participant WHERE id = NEW.person FOR NO KEY UPDATE;
           SELECT * INTO newest FROM consent
               WHERE person = NEW.person AND purpose = NEW.purpose ORDER BY at DESC, given, id LIMIT 1;
           IF NEW.purpose = 'guardian' THEN
               UPDATE volunteer SET guardian_consent_at = CASE WHEN newest.given THEN newest.at END,
                                    guardian_scope = CASE WHEN newest.given THEN newest.scope ELSE '' END
                   WHERE id = NEW.person;
           ELSIF NEW.purpose = 'sms' THEN
               UPDATE volunteer SET sms_ok = newest.given WHERE id = NEW.person;
               UPDATE participant SET sms_ok = newest.given WHERE id = NEW.person;
           ELSIF NEW.purpose = 'email' THEN
               UPDATE volunteer SET email_ok = newest.given WHERE id = NEW.person;
           END IF;
           RETURN NULL;
       END $$""",
    """CREATE TRIGGER consent_followed AFTER INSERT ON consent
       FOR EACH ROW EXECUTE FUNCTION consent_is_followed()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="volunteer_hub", description=DESCRIPTION)

    async def up() -> None:
        from volunteer_hub.kit import database

        for statement in FORWARDS:
            await database.execute(statement)

    manager.add_raw(up)
    return manager
