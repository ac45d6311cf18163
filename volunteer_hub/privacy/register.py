"""Every column of every table: what it is kept for (privacy.purposes), or that it is the machine's own.

A house test compares this with the tables: a new column is a question that must be answered here. `technical` are ids
and links, states and counters of the machine, moments it noted for itself, hashes and tokens that name nobody.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Columns:
    """A table; `purposes` holds the columns of each purpose."""

    table: str
    technical: frozenset[str]
    purposes: dict[str, tuple[str, ...]]

    @property
    def personal(self) -> tuple[str, ...]:
        """In the order of the register, as people are shown them."""
        return tuple(name for names in self.purposes.values() for name in names)


def columns(table: str, technical: str, **purposes: str) -> Columns:
    return Columns(table, frozenset(technical.split()), {key: tuple(text.split()) for key, text in purposes.items()})


PEOPLE = (
    columns(
        "volunteer",
        "id account version week half_hours checks name_key found_by",  # made by the database of name, week, papers
        volunteers="first_name last_name phone email sms_ok email_ok language birth_date kind step step_since area_slug"
        " created_at entered_by restricted_at feed_hash",
        matching="latitude longitude max_km max_hours_week max_times_week travels causes skills languages gender about"
        " tags",
        guardians="guardian_name guardian_phone guardian_email guardian_consent_at guardian_scope school vouched_at",
    ),
    columns("step_taken", "id volunteer by", volunteers="step at reason until"),
    columns("availability", "id volunteer", matching="weekday starts ends"),
    columns("away", "id volunteer", matching="first_day last_day"),
    columns("clearance", "id volunteer checked_by", checks="kind checked_on valid_until reference revoked_on"),
    columns("guardian_link", "id volunteer token_hash", guardians="channel created_at ends_at opened_at"),
    columns("school", "id token_hash token_ends_at created_at closed_at",
            guardians="name contact_name contact_email contact_phone"),
    columns("service", "id volunteer noted_by", volunteers="first_day last_day noted_at"),
    columns("agreement", "id volunteer noted_by", volunteers="signed_on valid_from valid_until noted_at"),
    columns("issued_paper", "id volunteer agreement initiative meeting request text issued_by withdrawn_by",
            volunteers="kind year number code language facts document issued_at withdrawn_at withdrawn_words"),
    columns("certificate_asked", "id volunteer answered_by paper",
            volunteers="first_day last_day language asked_at answered_at words"),
    columns("policy", "id volunteer noted_by", volunteers="insurer number valid_from valid_until noted_at"),
    columns("not_the_same", "id one other said_by", volunteers="said_at"),
    columns("alike", "id one other why"),  # made of people's rows by the database, to find who is here twice
    columns("merge", "id kept gone by", volunteers="at"),
    columns("consent", "id person by",
            consents="purpose given text_version text_hash scope language channel at by_whom"),
    columns(
        "participant",
        "id added_by version name_key found_by",
        participants="first_name last_name alias phone language sms_ok reach reach_note restricted_at created_at",
    ),
    columns("confided", "mark changed_at", participants="sealed"),
    columns("member", "id initiative participant", participants="joined_on left_on"),
    columns("joining", "id initiative participant code decided_by",
            participants="state since offer_until silences channel decided_at"),
    columns("coming", "id meeting member code noted_by", participants="comes answered_at came noted_at made_up"),
    columns("coming_change", "id coming by", participants="was became at"),
    # Of a circle these are about one household, and words of any kind may name somebody.
    columns("goal", "id initiative unit target reached version created_at", participants="words outcome"),
    columns("diary_entry", "id initiative at by", participants="day words sealed"),
    columns("circle_task", "id initiative helper due done_on created_at by", participants="sealed"),
    columns("initiative_change", "id initiative was became at by", participants="reason"),
    columns("completion", "id initiative member year noted_at noted_by undone_by",
            participants="number code name course first_day last_day attended sessions minutes finished_on"
            " issued_on exception undone_at undone_words"),
    columns("contract", "id participant runs initiative version",
            participants="state created_at signed_on annex_on first_day last_day ended_on outcome"),
    columns("contract_goal", "id contract version created_at", participants="sealed"),
    columns("contract_step", "id goal initiative attend done_by version created_at",
            participants="sealed due done_on"),
)  # fmt: skip

WORK = (
    columns(
        "assignment",
        "id opening volunteer code invited_by regular instead_of occurrence",
        matching="state score rank invited_at answered_at answered_by at_risk at_risk_since created_at asked_at"
        " waiting_since offer_until named_until missed_reason missed_words override_word",
    ),
    columns(
        "regular_task",
        "id series role volunteer code invited_by sequence calendar_until",
        matching="state first_day last_day invited_at answered_at answered_by override_word created_at",
    ),
    columns(
        "hours_worked",
        "id volunteer initiative assignment reported_by decided_by",
        volunteers="day minutes minutes_said words state reported_at decided_at reason",
    ),
    columns("circle_helper", "id initiative account volunteer role leads counts",
            volunteers="function joined_on left_on"),
    columns("helper_load", "id account volunteer most allowed", volunteers="households own"),
    columns("assignment_change", "id assignment by", matching="was became at channel words late"),
    columns("wave_asked", "id waves assignment", matching="wave"),
    # `parts` are the terms of the score, reckoned from what is told of a person elsewhere.
    columns("matching_pair", "id plan opening volunteer parts changed_by",
            matching="state by_hand score rank km word changed_at"),
    columns("matching_near", "id gap volunteer", matching="place"),
    columns("booking", "id assignment meeting volunteer", matching="starts_at ends_at accepted"),
    columns(
        "request",
        "id once_hash version asks_for entered_by participant need initiative taken_by taken_at",
        requests="number name phone email area_slug address for_whom text language what urgency reporter channel desk"
        " desk_since answer state closed_at created_at",
    ),
    columns("request_move", "id request by", requests="was_desk desk state at note"),
    columns("people_import", "id state headings mapping version done acting created_by undone_at",
            volunteers="file_name created_at written_at"),
    columns("people_import_line", "id file number fate decision same_as volunteer stamp kept",
            volunteers="cells mended keys before"),
    columns("import_mapping", "id headings_hash mapping changed_at"),
    columns("draft", "id token_hash", requests="form data updated_at"),
    columns(
        "need",
        "id theme area urgency people week personal state version created_at found_by",
        requests="title about address latitude longitude voiced_by voiced_on",
    ),
    columns("need_evidence", "id need kind seen_on noted_at noted_by", requests="words"),
    columns("need_change", "id need was became at by", requests="reason"),
    # Of use about a person only where it is private: somebody's home.
    columns(
        "place",
        "id area private town postcode accessibility accessibility_note version found_by",
        requests="name address latitude longitude",
    ),
    columns("geocoded", "id position label at", requests="asked latitude longitude"),
    columns(
        "resource",
        "id name kind organisation theme place about for_whom languages capacity website public consent_on verified_on"
        " verified_by opened_on closed_on source source_id version created_at changed_at found_by",
        partners="contact_name phone email consent_by",
    ),
    columns("partner_asked", "id need resource at by", partners="words"),
    columns("team", "id name area coordinator created_at closed_at"),
    columns("team_member", "id team", partners="name function email phone joined_on left_on"),
    columns("agenda_item", "id meeting need position decided_at decided_by", partners="words decision"),
    columns("team_task", "id meeting item member due done_on", partners="words"),
    columns(
        "message",
        "id key about template reply_code state due_at expires_at attempt deferred checks lease_until next_check_at"
        " provider_id error trace finished_at cancelled_at calendar_method encoding parts again_of settled_by any_hour",
        messages="channel address language subject body html calendar created_at sent_at",
    ),
    # What a coordinator wrote to many, where a name may have slipped in; and who they were.
    columns(
        "bulk",
        "id made_by initiative meeting whom state way version made_at changed_at looked_at leaves_at sent_by confirmed"
        " left_out sent_at",
        messages="subject_pl text_pl subject_en text_en subject_uk text_uk",
    ),
    columns("bulk_recipient", "id bulk volunteer participant message", messages="channel without left_out"),
    columns("inbound", "id provider_id about reading handled_at", messages="address body received_at"),
    columns("opt_out", "", messages="address since word"),
    columns("proven_number", "", messages="address at how"),
)

ACCOUNTS = (
    columns(
        "account",
        "id role totp_step closed_at",
        security="name email phone language created_at password_hash totp_sealed totp_since email_proven_at"
        " phone_proven_at urgent_mail digest_mail",
    ),
    columns("session", "id token_hash account stage pending", security="label created_at seen_at proved_at"),
    columns("kept_form", "id account path", requests="sealed kept_at"),
    columns("recovery_code", "id account code_hash", security="used_at"),
    columns("device", "id token_hash account", security="label created_at seen_at"),
    columns(
        "sign_in_code",
        "id account address_hash browser_hash secret_hash link_hash purpose tries minutes",
        security="address created_at used_at",
    ),
    columns("saved_view", "id account shared created_at", staff="name query"),
    columns("facilitator", "id initiative account"),
    columns("break_glass", "id account about decided_by asked_at approved_at refused_at ends_at", answers="reason"),
    columns("audit_entry", "id", answers="at account role verb about outcome"),
    columns(
        "rights_request",
        "id subject taken_by",
        answers="right state channel words answer asked_at due_on identity_checked done_at",
    ),
    columns("erasure", "id", answers="subject why at"),
)

# Nobody stands in these: the map, the plan, numbers, and how the machine itself is doing.
WITHOUT_PEOPLE = (
    columns("area", "id slug name shape outline km2 schematic source latitude longitude version"),
    columns("area_file", "id account name naming read_at"),
    columns("area_draft", "id file position properties shape corners km2"),
    columns("area_year", "id area year residents assisted families source"),
    columns(
        "theme",
        "id slug parent position name_pl name_en name_uk colour icon confidential taxonomy taxonomy_code reach_km"
        " retired_on",
    ),
    columns("further_theme", "id resource theme"),
    columns("opening_hours", "id resource rrule opens closes first_day last_day note"),
    columns("help", "id source source_id name theme place latitude longitude week capacity since until"),
    columns("reach_link", "id need resource reaches words at by"),
    columns(
        "initiative",
        "id name kind state theme about meets public coordinator starts_on ends_on created_at least_members"
        " most_members present agreement own_from join_code takes widens version",
        participants="outcome",
    ),
    columns("partner", "id initiative resource name gives version created_at"),
    columns("funding_line", "id initiative year source payer amount spent version created_at"),
    columns("paper", "id initiative words signed_on ends_on kept_at version created_at"),
    columns("material", "id initiative name made version created_at"),
    columns("course_finish", "id initiative enough counted version"),
    columns("contract_member", "id contract account"),
    columns("campaign_action", "id initiative day words place place_name reached given version created_at"),
    columns("takeover", "id initiative words member taken_on version created_at"),
    columns("need_met", "id initiative need"),
    columns("helper_cap", "id who most changed_at by"),
    columns("pair", "id initiative member place"),
    columns(
        "role_asked",
        "id initiative name tasks least most skills languages clearances min_age max_age minor_safe gender"
        " gender_reason continuity retired_at version",
    ),
    columns(
        "age_limit",
        "id from_age under_age place role barred most_hours_day most_hours_week earliest latest valid_from valid_until"
        " source noted_at noted_by",
    ),
    columns(
        "meeting",
        "id initiative place starts_wall ends_wall timezone starts_at ends_at state sequence created_at changed_at"
        " series series_day moved_alone noted_at subject",
    ),
    columns(
        "series",
        "id initiative place rrule first_day last_day times starts ends timezone skips_holidays skips_breaks"
        " filled_until version created_at",
    ),
    columns("series_skip", "id series day reason"),
    columns("reminder_rule", "id initiative audience kind hours"),
    columns("school_break", "id name first_day last_day source"),
    columns(
        "team_meeting",
        "id team area place starts_wall ends_wall timezone starts_at ends_at state sequence created_at changed_at",
    ),
    columns("opening", "id meeting role least most taken urgent urgent_reason wish_code version"),
    columns("refill", "id opening stage since told_at"),
    columns("matching_plan",
            "id first_day last_day beyond_least state version figures made_by made_at solved_at sent_at"),
    columns("matching_gap", "id plan opening missing why"),
    columns("invitation_waves", "id opening plan state size hours wave next_at rests started_by started_at"),
    columns("put_off", "id account kind subject until"),
    columns("urgent_told", "id account item at"),
    columns("calendar_feed", "id token_hash account initiative made_at made_by"),
    columns("reply_address", "id about seed token_hash made_at replied_at"),
    columns("host_link", "id resource token_hash ends_at made_at made_by"),
    columns("allowance", "id key_hash unspent at"),
    columns("audit_link", "seq entry hash"),
    columns("audit_witness", "id at seq hash mark"),
    columns("canary", "id sealed"),
    columns("text_version", "id text number subject body keeps ours by at"),  # words for everybody, of nobody
    columns("paper_text", "id kind language version body changed_at changed_by"),
    columns("text_failure", "id version at error"),
    columns("channel_pause", "channel until reason"),
    columns("channel_pace", "channel free_at let_go_at"),
    columns("worker_beat", "worker at"),
    columns("retention_run", "id at night dry counts"),
    columns("message_month", "id month channel template language encoding initiative messages parts"),
    columns("past_figure", "id what quarter district place people"),
    columns("town_year", "id year residents assisted families source version changed_at changed_by"),
    columns("past_indicator", "id indicator by part quarter before amount people"),
    columns("api_token", "id name scopes token_hash made_by made_at ends_on used_on ended_at ended_by"),
    columns(
        "webhook",
        "id name url kinds secret_sealed former_sealed former_until made_by made_at stopped_at ended_at ended_why",
    ),
    columns("public_look", "kind looked_at"),
    columns("public_mark", "id kind subject mark"),
)

REGISTER: tuple[Columns, ...] = (*PEOPLE, *WORK, *ACCOUNTS, *WITHOUT_PEOPLE)
BY_TABLE = {one.table: one for one in REGISTER}
