"""The table of contents: every URL, its page, and who may enter. docs/access.md is the same table for people."""

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from volunteer_hub import health
from volunteer_hub.access import account_pages as account
from volunteer_hub.access import change_pages as change
from volunteer_hub.access import kept_pages, live_pages, log_pages, settings_pages
from volunteer_hub.access import pages as access
from volunteer_hub.access import staff_pages as staff
from volunteer_hub.access.guard import Handler, guarded
from volunteer_hub.access.rules import WITH_PASSWORD as PASSWORD
from volunteer_hub.atlas import area_file_pages, area_pages, find_pages, gap_pages, reach_pages, theme_pages
from volunteer_hub.atlas import hours_pages as hours
from volunteer_hub.atlas import map_pages as desk_map
from volunteer_hub.atlas import map_paper_pages as map_paper
from volunteer_hub.atlas import open_map_pages as open_map
from volunteer_hub.atlas import pages as atlas
from volunteer_hub.atlas import place_pages as map_places
from volunteer_hub.atlas import resource_pages as resources
from volunteer_hub.atlas.drawing import MOST_BYTES
from volunteer_hub.exchange import api_pages as api
from volunteer_hub.exchange import docs_pages as api_docs
from volunteer_hub.exchange import figure_pages as api_figures
from volunteer_hub.exchange import import_pages as imports
from volunteer_hub.exchange import pages as exchange
from volunteer_hub.exchange import work_pages as api_work
from volunteer_hub.exchange.api_access import pages as programs
from volunteer_hub.exchange.api_access import webhook_pages as webhooks
from volunteer_hub.exchange.people_import import pages as people_import
from volunteer_hub.exchange.people_import.sheets import MOST_BYTES as MOST_OF_PEOPLE
from volunteer_hub.exchange.reading import MOST_BYTES as MOST_OF_RESOURCES
from volunteer_hub.initiatives import cap_pages, circle_pages, items, my_circle_pages
from volunteer_hub.initiatives import diary_pages as diary
from volunteer_hub.initiatives import outcome_pages as outcomes
from volunteer_hub.initiatives import pages as initiatives
from volunteer_hub.initiatives.item_pages import ItemPages
from volunteer_hub.intake import (
    bulk_pages,
    duplicate_pages,
    entry_pages,
    forming_pages,
    guardian_pages,
    help_pages,
    outcome_pages,
    people_list_pages,
    people_pages,
    request_pages,
    school_pages,
    signup_pages,
)
from volunteer_hub.intake import new_volunteer_pages as newcomers
from volunteer_hub.intake import pages as intake
from volunteer_hub.intake import paper_pages as papers
from volunteer_hub.kit.actor import STAFF, Role
from volunteer_hub.kit.paths import bundled
from volunteer_hub.matching import order_pages
from volunteer_hub.matching import outcome_pages as suggested
from volunteer_hub.matching import pages as matching
from volunteer_hub.matching import regular_pages as who_regularly
from volunteer_hub.matching.mending import pages as mending_pages
from volunteer_hub.matching.plans import choice_pages as plan_choice_pages
from volunteer_hub.matching.plans import pages as plan_pages
from volunteer_hub.matching.plans import send_pages as plan_send_pages
from volunteer_hub.matching.waves import pages as wave_pages
from volunteer_hub.papers import my_pages as my_papers
from volunteer_hub.papers import pages as issued
from volunteer_hub.papers import print_pages, verify_pages
from volunteer_hub.papers import text_pages as paper_texts
from volunteer_hub.papers import volunteer_pages as papers_of
from volunteer_hub.privacy import break_glass_pages as glass
from volunteer_hub.privacy import child_pages as children
from volunteer_hub.privacy import colleague_pages as colleague
from volunteer_hub.privacy import data_pages as data
from volunteer_hub.privacy import pages as privacy
from volunteer_hub.privacy import rights_pages as rights
from volunteer_hub.privacy import ward_pages
from volunteer_hub.replies import hook_pages as hooks
from volunteer_hub.replies.bulk import pages as to_many
from volunteer_hub.replies.desk import cost_pages as costs
from volunteer_hub.replies.desk import message_pages as messages
from volunteer_hub.replies.desk import press_pages as presses
from volunteer_hub.replies.desk import today_pages as messages_today
from volunteer_hub.replies.desk import writing_pages as writing
from volunteer_hub.replies.phones import pages as phones
from volunteer_hub.replies.texts import pages as texts
from volunteer_hub.reports import gap_pages as report_gaps
from volunteer_hub.reports import pages as reports
from volunteer_hub.reports import place_pages as places
from volunteer_hub.reports import town_pages as town_years
from volunteer_hub.reports.given import pages as hours_of
from volunteer_hub.reports.year import pages as report_year
from volunteer_hub.schedule import feed_pages, opening_pages
from volunteer_hub.schedule import meeting_pages as meetings
from volunteer_hub.schedule import pages as schedule
from volunteer_hub.schedule.attendance import pages as attendance
from volunteer_hub.schedule.boards import pages as board_pages
from volunteer_hub.schedule.contracts import line_pages as contract_lines
from volunteer_hub.schedule.contracts import pages as contract_pages
from volunteer_hub.schedule.courses import pages as course_pages
from volunteer_hub.schedule.hosts import pages as host_pages
from volunteer_hub.schedule.hours import pages as hours_given
from volunteer_hub.schedule.initiatives import group_pages
from volunteer_hub.schedule.initiatives import need_pages as needs
from volunteer_hub.schedule.initiatives import overview_pages as overview
from volunteer_hub.schedule.initiatives import pages as initiative_pages
from volunteer_hub.schedule.members import joining_pages, participant_pages
from volunteer_hub.schedule.members import pages as member_pages
from volunteer_hub.schedule.pairs import pages as pair_pages
from volunteer_hub.schedule.pairs import visit_pages
from volunteer_hub.schedule.regular import pages as regular_pages
from volunteer_hub.schedule.reminding import pages as reminding
from volunteer_hub.schedule.risks import limit_pages
from volunteer_hub.schedule.risks import pages as risk_pages
from volunteer_hub.schedule.series import break_pages
from volunteer_hub.schedule.series import pages as series_pages
from volunteer_hub.schedule.teams import meeting_pages as team_meeting_pages
from volunteer_hub.schedule.teams import pages as team_pages
from volunteer_hub.schedule.today import call_pages
from volunteer_hub.schedule.today import pages as day_itself
from volunteer_hub.schedule.volunteers import time_pages
from volunteer_hub.schedule.waiting import absence_pages
from volunteer_hub.schedule.wishes import desk_pages as wish_desk_pages
from volunteer_hub.schedule.wishes import pages as wish_pages
from volunteer_hub.settings import Settings
from volunteer_hub.web.static import Hashed
from volunteer_hub.web.uploads import OURS_TO_LIMIT, Upload

ANYONE = frozenset({Role.ANYONE})
MACHINE = frozenset({Role.MACHINE})
VOLUNTEER = frozenset({Role.VOLUNTEER})
COORDINATOR = frozenset({Role.COORDINATOR})
FIRST_CONTACT = frozenset({Role.FIRST_CONTACT, Role.COORDINATOR})
DESKS = frozenset({Role.FIRST_CONTACT, Role.COORDINATOR, Role.SPECIALIST})
CIRCLES = frozenset({Role.COORDINATOR, Role.SPECIALIST})
LEADERS = frozenset({Role.COORDINATOR, Role.FACILITATOR, Role.SPECIALIST})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.PROTECTION_OFFICER})
GLASS = OVERSEERS | COORDINATOR
OFFICER = frozenset({Role.PROTECTION_OFFICER})
RIGHTS = OFFICER | COORDINATOR

# Where a file may be sent, and of how many bytes.
UPLOADS = {"/desk/areas/import": MOST_BYTES, "/desk/resources/import": MOST_OF_RESOURCES,
           "/desk/people/import": MOST_OF_PEOPLE, "/desk/reports/town": town_years.MOST_BYTES}  # fmt: skip

Entry = tuple[str, str, Handler, frozenset[Role]]


def get(path: str, handler: Handler, who: frozenset[Role]) -> Entry:
    return "GET", path, handler, who


def post(path: str, handler: Handler, who: frozenset[Role]) -> Entry:
    return "POST", path, handler, who


def own_account(base: str, who: frozenset[Role]) -> list[Entry]:
    """What everybody who signs in sees and changes of the own account."""
    return [
        get(base, account.account, who),
        post(f"{base}/sessions/ending", account.end_others, who),
        post(base + "/sessions/{id:uuid}/ending", account.end_session, who),
        get(f"{base}/proof", account.proof, who),
        post(f"{base}/proof", account.prove, who),
        post(f"{base}/proof/sending", account.send_proof, who),
        get(f"{base}/email", change.address, who),
        post(f"{base}/email", change.send_to_address, who),
        get(f"{base}/phone", change.address, who),
        post(f"{base}/phone", change.send_to_address, who),
        get(f"{base}/confirm", change.confirm, who),
        post(f"{base}/confirm", change.confirm_address, who),
    ]


def free_time(base: str, who: frozenset[Role]) -> list[Entry]:
    """When somebody has time: their own pages, and the desk's about them."""
    return [
        get(base, time_pages.show, who),
        post(base, time_pages.save, who),
        get(f"{base}/away", time_pages.show, who),
        post(f"{base}/away", time_pages.add_away, who),
        post(f"{base}/away/removal", time_pages.remove_away, who),
        post(f"{base}/away/month", time_pages.not_this_month, who),
        post(f"{base}/away/undo", time_pages.undo_month, who),
    ]


def lines(of: items.Sort, who: frozenset[Role]) -> list[Entry]:
    """One of the lists that an initiative keeps line by line."""
    base, pages = "/desk/initiatives/{id:uuid}/" + of.slug, ItemPages(of)
    return [
        get(f"{base}/new", pages.new, who),
        post(f"{base}/new", pages.create, who),
        get(base + "/{item:uuid}", pages.edit, who),
        post(base + "/{item:uuid}", pages.save, who),
        post(base + "/{item:uuid}/removal", pages.remove, who),
    ]


def table(settings: Settings) -> list[Entry]:
    """All entries, grouped by who may enter. What only the demo has is not there in production, so it is a 404."""
    public = [
        get("/", intake.home, ANYONE),
        get("/volunteer", signup_pages.about_me, ANYONE),
        post("/volunteer", signup_pages.save_about_me, ANYONE),
        get("/volunteer/time", signup_pages.my_time, ANYONE),
        post("/volunteer/time", signup_pages.save_my_time, ANYONE),
        get("/volunteer/consents", signup_pages.consents, ANYONE),
        post("/volunteer/consents", signup_pages.sign_up, ANYONE),
        get("/volunteer/done", signup_pages.signed_up, ANYONE),
        get("/guardian", guardian_pages.lost, ANYONE),
        post("/guardian", guardian_pages.ask, ANYONE),
        get("/guardian/{token}", guardian_pages.ward, ANYONE),
        post("/guardian/{token}/consent", guardian_pages.agree, ANYONE),
        post("/guardian/{token}/refusal", guardian_pages.decline, ANYONE),
        post("/guardian/{token}/renewal", guardian_pages.renew, ANYONE),
        get("/guardian/{token}/data", ward_pages.show, ANYONE),
        post("/guardian/{token}/data/copy", ward_pages.copy, ANYONE),
        post("/guardian/{token}/data/request", ward_pages.ask, ANYONE),
        post("/guardian/{token}/data/withdrawal", ward_pages.withdraw, ANYONE),
        get("/school/{token}", school_pages.school, ANYONE),
        get("/school/{token}/hours", hours_of.own_school, ANYONE),
        post("/school/{token}/pupils/{id:uuid}/vouching", school_pages.vouch, ANYONE),
        get("/host/{token}", host_pages.show, ANYONE),
        get("/host/{token}/year", hours_of.own_partner, ANYONE),
        post("/host/{token}/people/{id:uuid}", host_pages.note, ANYONE),
        get("/help", help_pages.ask, ANYONE),
        post("/help", help_pages.send, ANYONE),
        get("/help/done", help_pages.sent, ANYONE),
        get("/verify", verify_pages.form, ANYONE),
        post("/verify", verify_pages.look, ANYONE),
        get("/verify/{code}", verify_pages.show, ANYONE),
        get("/help/status", help_pages.ask_status, ANYONE),
        post("/help/status", help_pages.show_status, ANYONE),
        get("/sign-in", access.sign_in, ANYONE),
        post("/sign-in", access.send_code, ANYONE),
        get("/sign-in/code", access.code, ANYONE),
        post("/sign-in/code", access.enter_code, ANYONE),
        get("/sign-in/link/{token}", access.link, ANYONE),
        post("/sign-in/link/{token}", access.open_link, ANYONE),
        get("/sign-in/choice", access.choice, ANYONE),
        post("/sign-in/choice", access.choose, ANYONE),
        get("/sign-in/password", staff.password, ANYONE),
        post("/sign-in/password", staff.enter_password, ANYONE),
        get("/sign-in/second", staff.second, ANYONE),
        post("/sign-in/second", staff.enter_second, ANYONE),
        get("/sign-in/new-password", staff.new_password, ANYONE),
        post("/sign-in/new-password", staff.set_password, ANYONE),
        get("/sign-in/factor", staff.factor, ANYONE),
        post("/sign-in/factor", staff.confirm_factor, ANYONE),
        get("/sign-in/recovery", staff.recovery, ANYONE),
        get("/sign-in/recovery.txt", staff.recovery_file, ANYONE),
        post("/sign-in/recovery", staff.recovery_kept, ANYONE),
        get("/sign-in/phone", staff.phone, ANYONE),
        post("/sign-in/phone", staff.send_to_phone, ANYONE),
        get("/sign-in/sms", staff.sms, ANYONE),
        post("/sign-in/sms", staff.enter_sms, ANYONE),
        get("/number", access.number, ANYONE),
        post("/number", access.prove_number, ANYONE),
        post("/sign-out", access.sign_out, ANYONE),
        get("/opportunities", schedule.opportunities, ANYONE),
        get("/opportunities/{id:uuid}", wish_pages.opportunity, ANYONE),
        get("/map", open_map.public_map, ANYONE),
        get("/map/embed", open_map.embed, ANYONE),
        get("/map.geojson", open_map.public_districts, ANYONE),
        get("/map/points", open_map.public_points, ANYONE),
        get("/groups", group_pages.groups, ANYONE),
        get("/privacy", privacy.privacy, ANYONE),
        get("/privacy/versions/{version}", privacy.version, ANYONE),
        get("/child-protection", children.standards, ANYONE),
        get("/child-protection/for-children", children.for_children, ANYONE),
        get("/accessibility", privacy.accessibility, ANYONE),
        get("/api/v1/openings", exchange.openings, ANYONE),
        get("/api/v1/", api.about, ANYONE),
        get("/api/v1/openapi.json", api.document, ANYONE),
        get("/api/v1/docs", api_docs.show, ANYONE),
        get("/api/v1/services", api.services, ANYONE),
        get("/api/v1/services/{id}", api.service, ANYONE),
        get("/api/v1/organizations", api.organizations, ANYONE),
        get("/api/v1/organizations/{id}", api.organization, ANYONE),
        get("/api/v1/service_at_locations", api.service_at_locations, ANYONE),
        get("/api/v1/service_at_locations/{id}", api.service_at_location, ANYONE),
        get("/api/v1/taxonomies", api.taxonomies, ANYONE),
        get("/api/v1/taxonomies/{id}", api.taxonomy, ANYONE),
        get("/api/v1/taxonomy_terms", api.taxonomy_terms, ANYONE),
        get("/api/v1/taxonomy_terms/{id}", api.taxonomy_term, ANYONE),
        get("/api/v1/resources.geojson", api.points, ANYONE),
        get("/api/v1/opportunities", api_work.opportunities, ANYONE),
        get("/api/v1/opportunities/{id}", api_work.opportunity, ANYONE),
        get("/api/v1/groups", api_work.groups, ANYONE),
        get("/api/v1/groups/{id}", api_work.group, ANYONE),
        get("/api/v1/indicators", api_figures.indicators, ANYONE),
    ]
    volunteer: list[Entry] = [
        get("/me", schedule.me, VOLUNTEER),
        post("/me/assignments/{id:uuid}/answer", schedule.answer, VOLUNTEER),
        post("/opportunities/{id:uuid}/ask", wish_pages.ask, VOLUNTEER),
        post("/me/assignments/{id:uuid}/unwish", wish_pages.take_back, VOLUNTEER),
        get("/me/assignments/{id:uuid}/absence", absence_pages.show, VOLUNTEER),
        post("/me/assignments/{id:uuid}/substitute", absence_pages.name, VOLUNTEER),
        post("/me/assignments/{id:uuid}/withdraw", absence_pages.release, VOLUNTEER),
        get("/me/regular/{id:uuid}", regular_pages.one, VOLUNTEER),
        post("/me/regular/{id:uuid}/answer", regular_pages.answer, VOLUNTEER),
        post("/me/regular/{id:uuid}/end", regular_pages.end, VOLUNTEER),
        post("/me/guardian", guardian_pages.remind, VOLUNTEER),
        post("/me/calendar", schedule.renew_feed, VOLUNTEER),
        get("/me/today", day_itself.my_day, VOLUNTEER),
        post("/me/today/ill", day_itself.ill, VOLUNTEER),
        get("/me/papers", my_papers.papers, VOLUNTEER),
        post("/me/papers", my_papers.ask, VOLUNTEER),
        post("/me/papers/removal", my_papers.take_back, VOLUNTEER),
        get("/me/papers/{id:uuid}/file", my_papers.file, VOLUNTEER),
        get("/me/hours", hours_given.my_hours, VOLUNTEER),
        get("/me/hours/year", hours_of.mine, VOLUNTEER),
        post("/me/hours", hours_given.report, VOLUNTEER),
        post("/me/hours/{id:uuid}/removal", hours_given.take_back, VOLUNTEER),
        get("/me/order", order_pages.my_order, VOLUNTEER),
        get("/me/map", open_map.my_map, VOLUNTEER),
        get("/me/map.geojson", open_map.my_squares, VOLUNTEER),
        get("/me/visits/{id:uuid}", visit_pages.show, VOLUNTEER),
        get("/me/circles/{id:uuid}", my_circle_pages.show, VOLUNTEER),
        post("/me/circles/{id:uuid}/tasks/{task:uuid}", my_circle_pages.set_done, VOLUNTEER),
        *free_time("/me/time", VOLUNTEER),
        *own_account("/me/account", VOLUNTEER),
        get("/me/data", data.show, VOLUNTEER),
        post("/me/data/copy", data.copy, VOLUNTEER),
        post("/me/data/own", data.correct, VOLUNTEER),
        post("/me/data/correction", data.ask_correction, VOLUNTEER),
        post("/me/data/objection", data.object_to, VOLUNTEER),
        post("/me/data/restriction", data.restrict, VOLUNTEER),
        post("/me/data/consents/withdrawal", data.withdraw, VOLUNTEER),
        get("/me/data/erasure", data.erase_form, VOLUNTEER),
        post("/me/data/erasure", data.erase, VOLUNTEER),
    ]
    desk: list[Entry] = [
        get("/desk", reports.today, COORDINATOR),
        post("/desk/later", reports.later, COORDINATOR),
        post("/desk/later/removal", reports.show_again, COORDINATOR),
        get("/desk/reports", report_year.show, COORDINATOR),
        get("/desk/reports/indicators/{indicator}", report_year.counted, COORDINATOR),
        get("/desk/reports/places", places.show, COORDINATOR),
        get("/desk/reports/town", town_years.towns, COORDINATOR),
        post("/desk/reports/town", town_years.take, COORDINATOR),
        get("/desk/reports/town/{year}", town_years.edit, COORDINATOR),
        post("/desk/reports/town/{year}", town_years.save, COORDINATOR),
        post("/desk/reports/town/{year}/removal", town_years.remove, COORDINATOR),
        get("/desk/reports/missing", report_gaps.missing, COORDINATOR),
        get("/desk/map", desk_map.desk_map, COORDINATOR),
        get("/desk/map.geojson", desk_map.districts_data, COORDINATOR),
        get("/desk/map/points", desk_map.points_data, COORDINATOR),
        get("/desk/map/print", map_paper.paper, COORDINATOR),
        get("/desk/find", find_pages.find, COORDINATOR),
        get("/desk/needs", atlas.needs, COORDINATOR),
        get("/desk/needs/new", atlas.new_need, COORDINATOR),
        post("/desk/needs/new", atlas.create_need, COORDINATOR),
        get("/desk/needs/{id:uuid}", needs.need, COORDINATOR),
        get("/desk/needs/{id:uuid}/edit", atlas.edit_need, COORDINATOR),
        post("/desk/needs/{id:uuid}/edit", atlas.save_need, COORDINATOR),
        post("/desk/needs/{id:uuid}/state", needs.change_state, COORDINATOR),
        post("/desk/needs/{id:uuid}/evidence", needs.add_evidence, COORDINATOR),
        post("/desk/needs/{id:uuid}/evidence/{line:uuid}/remove", needs.remove_evidence, COORDINATOR),
        get("/desk/needs/{id:uuid}/reach", reach_pages.need_reach, COORDINATOR),
        post("/desk/needs/{id:uuid}/reach", reach_pages.say_reach, COORDINATOR),
        get("/desk/needs/{id:uuid}/partner", reach_pages.partner, COORDINATOR),
        post("/desk/needs/{id:uuid}/partner", reach_pages.ask_partner, COORDINATOR),
        get("/desk/needs/{id:uuid}/volunteers", reach_pages.volunteers, COORDINATOR),
        get("/desk/gaps", gap_pages.the_gaps, COORDINATOR),
        get("/desk/capacity", gap_pages.the_capacity, COORDINATOR),
        get("/desk/resources", resources.resource_list, COORDINATOR),
        get("/desk/resources/stale", resources.stale, COORDINATOR),
        get("/desk/resources/import", imports.send_form, COORDINATOR),
        post("/desk/resources/import", imports.send, COORDINATOR),
        get("/desk/resources/import/plan", imports.plan, COORDINATOR),
        post("/desk/resources/import/plan", imports.save, COORDINATOR),
        get("/desk/resources/new", resources.new_resource, COORDINATOR),
        post("/desk/resources/new", resources.create_resource, COORDINATOR),
        get("/desk/resources/{id:uuid}", resources.resource, COORDINATOR),
        get("/desk/resources/{id:uuid}/edit", resources.edit_resource, COORDINATOR),
        post("/desk/resources/{id:uuid}/edit", resources.save_resource, COORDINATOR),
        post("/desk/resources/{id:uuid}/verify", resources.verify, COORDINATOR),
        post("/desk/resources/{id:uuid}/close", resources.close, COORDINATOR),
        post("/desk/resources/{id:uuid}/reopen", resources.reopen, COORDINATOR),
        get("/desk/resources/{id:uuid}/year", hours_of.partner, COORDINATOR),
        get("/desk/resources/{id:uuid}/host", host_pages.desk, COORDINATOR),
        post("/desk/resources/{id:uuid}/host", host_pages.make, COORDINATOR),
        post("/desk/resources/{id:uuid}/host/ending", host_pages.end, COORDINATOR),
        get("/desk/resources/{id:uuid}/hours/new", hours.new_line, COORDINATOR),
        post("/desk/resources/{id:uuid}/hours/new", hours.create_line, COORDINATOR),
        get("/desk/resources/{id:uuid}/hours/{line:uuid}", hours.edit_line, COORDINATOR),
        post("/desk/resources/{id:uuid}/hours/{line:uuid}", hours.save_line, COORDINATOR),
        post("/desk/resources/{id:uuid}/hours/{line:uuid}/remove", hours.remove_line, COORDINATOR),
        get("/desk/places/{id:uuid}/edit", map_places.edit, COORDINATOR),
        post("/desk/places/{id:uuid}/edit", map_places.save, COORDINATOR),
        get("/desk/teams", team_pages.teams, COORDINATOR),
        get("/desk/teams/new", team_pages.new_team, COORDINATOR),
        post("/desk/teams/new", team_pages.create_team, COORDINATOR),
        get("/desk/teams/{id:uuid}", team_pages.team, COORDINATOR),
        post("/desk/teams/{id:uuid}/members", team_pages.add_member, COORDINATOR),
        post("/desk/teams/{id:uuid}/members/{member:uuid}/leave", team_pages.end_member, COORDINATOR),
        post("/desk/teams/{id:uuid}/meetings", team_pages.plan, COORDINATOR),
        post("/desk/teams/{id:uuid}/tasks/{task:uuid}", team_pages.set_done, COORDINATOR),
        post("/desk/teams/{id:uuid}/close", team_pages.close, COORDINATOR),
        get("/desk/team-meetings/{id:uuid}", team_meeting_pages.meeting, COORDINATOR),
        post("/desk/team-meetings/{id:uuid}/agenda", team_meeting_pages.add_points, COORDINATOR),
        post("/desk/team-meetings/{id:uuid}/agenda/{item:uuid}", team_meeting_pages.decide, COORDINATOR),
        post("/desk/team-meetings/{id:uuid}/agenda/{item:uuid}/remove", team_meeting_pages.take_off, COORDINATOR),
        post("/desk/team-meetings/{id:uuid}/tasks", team_meeting_pages.give_task, COORDINATOR),
        get("/desk/team-meetings/{id:uuid}/move", team_meeting_pages.move_form, COORDINATOR),
        post("/desk/team-meetings/{id:uuid}/move", team_meeting_pages.move, COORDINATOR),
        get("/desk/team-meetings/{id:uuid}/cancel", team_meeting_pages.cancel_form, COORDINATOR),
        post("/desk/team-meetings/{id:uuid}/cancel", team_meeting_pages.cancel, COORDINATOR),
        get("/desk/areas", area_pages.show, COORDINATOR),
        get("/desk/areas/outlines.geojson", area_pages.outlines, COORDINATOR),
        get("/desk/areas/new", area_pages.new, COORDINATOR),
        post("/desk/areas/new", area_pages.create, COORDINATOR),
        get("/desk/areas/standing", area_pages.standing, COORDINATOR),
        post("/desk/areas/standing", area_pages.reassign, COORDINATOR),
        get("/desk/areas/import", area_file_pages.send_form, COORDINATOR),
        post("/desk/areas/import", area_file_pages.send, COORDINATOR),
        get("/desk/areas/import/{id:uuid}", area_file_pages.preview, COORDINATOR),
        post("/desk/areas/import/{id:uuid}/saving", area_file_pages.put, COORDINATOR),
        get("/desk/areas/{id:uuid}", area_pages.one, COORDINATOR),
        post("/desk/areas/{id:uuid}", area_pages.save, COORDINATOR),
        get("/desk/areas/{id:uuid}/removal", area_pages.removal, COORDINATOR),
        post("/desk/areas/{id:uuid}/removal", area_pages.remove, COORDINATOR),
        post("/desk/areas/{id:uuid}/years", area_pages.save_year, COORDINATOR),
        post("/desk/areas/{id:uuid}/years/removal", area_pages.remove_year, COORDINATOR),
        get("/desk/themes", theme_pages.show, COORDINATOR),
        get("/desk/themes/new", theme_pages.new, COORDINATOR),
        post("/desk/themes/new", theme_pages.create, COORDINATOR),
        get("/desk/themes/{id:uuid}", theme_pages.one, COORDINATOR),
        post("/desk/themes/{id:uuid}", theme_pages.save, COORDINATOR),
        post("/desk/themes/{id:uuid}/place", theme_pages.move, COORDINATOR),
        post("/desk/themes/{id:uuid}/retirement", theme_pages.retire, COORDINATOR),
        get("/desk/themes/{id:uuid}/disclosure", theme_pages.disclosure, COORDINATOR),
        post("/desk/themes/{id:uuid}/disclosure", theme_pages.disclose, COORDINATOR),
        get("/desk/groups/forming", forming_pages.all_difficulties, COORDINATOR),
        get("/desk/groups/forming/{id:uuid}", forming_pages.new_group, COORDINATOR),
        post("/desk/groups/forming/{id:uuid}", forming_pages.create_group, COORDINATOR),
        get("/desk/initiatives", initiatives.initiatives, LEADERS),
        get("/desk/initiatives/new", initiatives.new_initiative, COORDINATOR),
        post("/desk/initiatives/new", initiatives.create_initiative, COORDINATOR),
        get("/desk/initiatives/{id:uuid}", overview.initiative, LEADERS),
        get("/desk/initiatives/{id:uuid}/poster", print_pages.group_poster, LEADERS),
        post("/desk/initiatives/{id:uuid}/poster", print_pages.issue_group_poster, LEADERS),
        get("/desk/initiatives/{id:uuid}/edit", initiative_pages.edit, COORDINATOR),
        post("/desk/initiatives/{id:uuid}/edit", initiative_pages.save, COORDINATOR),
        get("/desk/initiatives/{id:uuid}/state", initiative_pages.state_form, COORDINATOR),
        post("/desk/initiatives/{id:uuid}/state", initiative_pages.change_state, COORDINATOR),
        get("/desk/initiatives/{id:uuid}/reminders", reminding.show, COORDINATOR),
        post("/desk/initiatives/{id:uuid}/reminders", reminding.save, COORDINATOR),
        get("/desk/initiatives/{id:uuid}/outcome", outcomes.outcome_form, COORDINATOR),
        post("/desk/initiatives/{id:uuid}/outcome", outcomes.save_outcome, COORDINATOR),
        get("/desk/pairs/new", pair_pages.new, COORDINATOR),
        post("/desk/pairs", pair_pages.create, COORDINATOR),
        get("/desk/caps", cap_pages.show, COORDINATOR),
        post("/desk/caps", cap_pages.save, COORDINATOR),
        get("/desk/caps/{id:uuid}", cap_pages.show_own, COORDINATOR),
        post("/desk/caps/{id:uuid}", cap_pages.save_own, COORDINATOR),
        get("/desk/initiatives/{id:uuid}/circle", circle_pages.show, CIRCLES),
        post("/desk/initiatives/{id:uuid}/circle/helpers", circle_pages.add_colleague, CIRCLES),
        post("/desk/initiatives/{id:uuid}/circle/volunteers", circle_pages.add_volunteer, COORDINATOR),
        post("/desk/initiatives/{id:uuid}/circle/helpers/{helper:uuid}/leaving", circle_pages.leave, CIRCLES),
        post("/desk/initiatives/{id:uuid}/circle/helpers/{helper:uuid}/lead", circle_pages.lead, CIRCLES),
        post("/desk/initiatives/{id:uuid}/circle/tasks", circle_pages.give_task, CIRCLES),
        post("/desk/initiatives/{id:uuid}/circle/tasks/{task:uuid}", circle_pages.set_done, CIRCLES),
        post("/desk/initiatives/{id:uuid}/circle/tasks/{task:uuid}/removal", circle_pages.remove_task, CIRCLES),
        get("/desk/initiatives/{id:uuid}/diary", diary.show, LEADERS),
        post("/desk/initiatives/{id:uuid}/diary", diary.write, LEADERS),
        post("/desk/initiatives/{id:uuid}/diary/{entry:uuid}/removal", diary.remove, LEADERS),
        *lines(items.GOALS, COORDINATOR),
        *lines(items.PARTNERS, COORDINATOR),
        *lines(items.FUNDING, COORDINATOR),
        *lines(items.PAPERS, COORDINATOR),
        *lines(items.MATERIALS, COORDINATOR),
        *lines(items.ACTIONS, COORDINATOR),
        *lines(items.TAKEOVERS, LEADERS),
        post("/desk/initiatives/{id:uuid}/meetings", overview.create_meeting, COORDINATOR),
        get("/desk/initiatives/{id:uuid}/series/new", series_pages.new_series, COORDINATOR),
        post("/desk/initiatives/{id:uuid}/series/new", series_pages.create_series, COORDINATOR),
        get("/desk/roles/{id:uuid}/edit", opening_pages.edit_role, COORDINATOR),
        post("/desk/roles/{id:uuid}/edit", opening_pages.save_role, COORDINATOR),
        post("/desk/roles/{id:uuid}/retirement", opening_pages.retire_role, COORDINATOR),
        post("/desk/meetings/{id:uuid}/openings", opening_pages.add_opening, COORDINATOR),
        post("/desk/meetings/{id:uuid}/attendance/more", attendance.add, LEADERS),
        get("/desk/meetings/{id:uuid}/calls", call_pages.show, LEADERS),
        post("/desk/meetings/{id:uuid}/calls/{member:uuid}", call_pages.say, LEADERS),
        get("/desk/openings/{id:uuid}/edit", opening_pages.edit_opening, COORDINATOR),
        post("/desk/openings/{id:uuid}/edit", opening_pages.save_opening, COORDINATOR),
        post("/desk/openings/{id:uuid}/removal", opening_pages.remove_opening, COORDINATOR),
        get("/desk/series/{id:uuid}", series_pages.one_series, COORDINATOR),
        get("/desk/series/{id:uuid}/change", series_pages.change_form, COORDINATOR),
        post("/desk/series/{id:uuid}/change", series_pages.change, COORDINATOR),
        post("/desk/series/{id:uuid}/skips", series_pages.leave_out, COORDINATOR),
        get("/desk/series/{id:uuid}/end", series_pages.end_form, COORDINATOR),
        post("/desk/series/{id:uuid}/end", series_pages.end, COORDINATOR),
        get("/desk/series/{id:uuid}/regular", who_regularly.propose_form, COORDINATOR),
        post("/desk/series/{id:uuid}/regular", who_regularly.propose, COORDINATOR),
        get("/desk/regular/{id:uuid}", regular_pages.one, COORDINATOR),
        post("/desk/regular/{id:uuid}/answer", regular_pages.answer, COORDINATOR),
        post("/desk/regular/{id:uuid}/end", regular_pages.end, COORDINATOR),
        get("/desk/breaks", break_pages.breaks, COORDINATOR),
        post("/desk/breaks", break_pages.add, COORDINATOR),
        post("/desk/breaks/meetings", break_pages.call_off, COORDINATOR),
        post("/desk/breaks/{id:uuid}/remove", break_pages.remove, COORDINATOR),
        get("/desk/plan", plan_pages.home, COORDINATOR),
        post("/desk/plan", plan_pages.make, COORDINATOR),
        get("/desk/plan/{id:uuid}", plan_pages.show, COORDINATOR),
        post("/desk/plan/{id:uuid}/solve", plan_pages.solve, COORDINATOR),
        get("/desk/plan/{id:uuid}/send", plan_send_pages.send_form, COORDINATOR),
        post("/desk/plan/{id:uuid}/send", plan_send_pages.send, COORDINATOR),
        post("/desk/plan/{id:uuid}/pairs/{pair:uuid}", plan_pages.say, COORDINATOR),
        get("/desk/plan/{id:uuid}/pairs/{pair:uuid}/swap", plan_choice_pages.swap_form, COORDINATOR),
        post("/desk/plan/{id:uuid}/pairs/{pair:uuid}/swap", plan_choice_pages.swap, COORDINATOR),
        get("/desk/plan/{id:uuid}/openings/{opening:uuid}", plan_choice_pages.add_form, COORDINATOR),
        post("/desk/plan/{id:uuid}/openings/{opening:uuid}", plan_choice_pages.add, COORDINATOR),
        post("/desk/plan/{id:uuid}/drop", plan_pages.drop, COORDINATOR),
        get("/desk/plan/outcomes", suggested.show, COORDINATOR),
        get("/desk/order", order_pages.order_rule, COORDINATOR),
        get("/desk/openings/{id:uuid}", matching.opening, COORDINATOR),
        get("/desk/openings/{id:uuid}/mend", mending_pages.show, COORDINATOR),
        post("/desk/openings/{id:uuid}/mend", mending_pages.change, COORDINATOR),
        post("/desk/openings/{id:uuid}/assignments", matching.invite, COORDINATOR),
        get("/desk/openings/{id:uuid}/waves", wave_pages.show, COORDINATOR),
        post("/desk/openings/{id:uuid}/waves", wave_pages.start, COORDINATOR),
        post("/desk/openings/{id:uuid}/waves/stop", wave_pages.stop, COORDINATOR),
        get("/desk/wishes", wish_desk_pages.show, COORDINATOR),
        post("/desk/assignments/{id:uuid}/grant", wish_desk_pages.grant, COORDINATOR),
        post("/desk/assignments/{id:uuid}/refusal", wish_desk_pages.refuse, COORDINATOR),
        get("/desk/risks", risk_pages.all_risks, COORDINATOR),
        get("/desk/limits", limit_pages.all_limits, COORDINATOR),
        get("/desk/limits/new", limit_pages.new_limit, COORDINATOR),
        post("/desk/limits/new", limit_pages.create_limit, COORDINATOR),
        get("/desk/limits/{id:uuid}/end", limit_pages.end_form, COORDINATOR),
        post("/desk/limits/{id:uuid}/end", limit_pages.end_limit, COORDINATOR),
        get("/desk/week", board_pages.week, LEADERS),
        get("/desk/calendar", feed_pages.desk, LEADERS),
        post("/desk/calendar", feed_pages.make, LEADERS),
        post("/desk/calendar/ending", feed_pages.end, LEADERS),
        get("/desk/initiatives/{id:uuid}/calendar", feed_pages.desk, LEADERS),
        post("/desk/initiatives/{id:uuid}/calendar", feed_pages.make, LEADERS),
        post("/desk/initiatives/{id:uuid}/calendar/ending", feed_pages.end, LEADERS),
        get("/desk/month", board_pages.month, LEADERS),
        get("/desk/meetings", board_pages.meetings, LEADERS),
        get("/desk/live", live_pages.changes, LEADERS),
        get("/desk/meetings/{id:uuid}", meetings.meeting, LEADERS),
        get("/desk/meetings/{id:uuid}/list", print_pages.attendance_list, LEADERS),
        post("/desk/meetings/{id:uuid}/list", print_pages.issue_attendance_list, LEADERS),
        get("/desk/meetings/{id:uuid}/move", meetings.move_form, COORDINATOR),
        post("/desk/meetings/{id:uuid}/move", meetings.move, COORDINATOR),
        get("/desk/meetings/{id:uuid}/cancel", meetings.cancel_form, COORDINATOR),
        post("/desk/meetings/{id:uuid}/cancel", meetings.cancel, COORDINATOR),
        get("/desk/meetings/{id:uuid}/attendance", attendance.show, LEADERS),
        post("/desk/meetings/{id:uuid}/attendance", attendance.save, LEADERS),
        get("/desk/day", day_itself.day, LEADERS),
        post("/desk/assignments/{id:uuid}/ill", day_itself.ill_for_them, COORDINATOR),
        get("/desk/hours", hours_given.waiting, LEADERS),
        post("/desk/hours/{id:uuid}/approval", hours_given.approve, LEADERS),
        post("/desk/hours/{id:uuid}/refusal", hours_given.refuse, LEADERS),
        post("/desk/assignments/{id:uuid}/answer", meetings.answer_for, COORDINATOR),
        post("/desk/assignments/{id:uuid}/offering", meetings.offer_now, COORDINATOR),
        post("/desk/assignments/{id:uuid}/withdraw", meetings.take_off, COORDINATOR),
        get("/desk/initiatives/{id:uuid}/roles/new", initiatives.new_role, COORDINATOR),
        post("/desk/initiatives/{id:uuid}/roles/new", initiatives.create_role, COORDINATOR),
        get("/desk/initiatives/{id:uuid}/course", course_pages.show, LEADERS),
        get("/desk/initiatives/{id:uuid}/course/edit", course_pages.edit, LEADERS),
        post("/desk/initiatives/{id:uuid}/course/edit", course_pages.save, LEADERS),
        post("/desk/initiatives/{id:uuid}/course/finishing", course_pages.confirm, LEADERS),
        get("/desk/initiatives/{id:uuid}/course/members/{member:uuid}", course_pages.person, LEADERS),
        post("/desk/initiatives/{id:uuid}/course/members/{member:uuid}/made-up", course_pages.make_up, LEADERS),
        post(
            "/desk/initiatives/{id:uuid}/course/members/{member:uuid}/made-up/removal", course_pages.take_back, LEADERS
        ),
        post(
            "/desk/initiatives/{id:uuid}/course/members/{member:uuid}/finishing", course_pages.confirm_anyway, LEADERS
        ),
        get("/desk/certificates/{id:uuid}", course_pages.certificate, LEADERS),
        post("/desk/certificates/{id:uuid}/undoing", course_pages.undo, LEADERS),
        get("/desk/initiatives/{id:uuid}/members", member_pages.all_members, LEADERS),
        post("/desk/initiatives/{id:uuid}/members/joining", member_pages.join, CIRCLES),
        post("/desk/initiatives/{id:uuid}/joinings", joining_pages.put_on_list, CIRCLES),
        post("/desk/initiatives/{id:uuid}/joinings/{joining:uuid}", joining_pages.decide, LEADERS),
        get("/desk/initiatives/{id:uuid}/members/new", member_pages.new_member, LEADERS),
        post("/desk/initiatives/{id:uuid}/members/new", member_pages.create_member, LEADERS),
        get("/desk/initiatives/{id:uuid}/members/{member:uuid}/leaving", member_pages.leaving_form, LEADERS),
        post("/desk/initiatives/{id:uuid}/members/{member:uuid}/leaving", member_pages.leave, LEADERS),
        get("/desk/initiatives/{id:uuid}/members/{member:uuid}/note", member_pages.note, LEADERS),
        post("/desk/initiatives/{id:uuid}/members/{member:uuid}/note", member_pages.write_note, LEADERS),
        get("/desk/participants", participant_pages.all_participants, CIRCLES),
        get("/desk/participants/new", participant_pages.new_participant, COORDINATOR),
        post("/desk/participants/new", participant_pages.create_participant, COORDINATOR),
        get("/desk/participants/{id:uuid}", participant_pages.participant, CIRCLES),
        get("/desk/participants/{id:uuid}/contracts", contract_pages.of_participant, CIRCLES),
        post("/desk/participants/{id:uuid}/contracts", contract_pages.begin, CIRCLES),
        get("/desk/contracts", contract_pages.mine, CIRCLES),
        get("/desk/contracts/{id:uuid}", contract_pages.contract, CIRCLES),
        get("/desk/contracts/{id:uuid}/print", contract_pages.paper, CIRCLES),
        get("/desk/contracts/{id:uuid}/edit", contract_pages.edit, CIRCLES),
        post("/desk/contracts/{id:uuid}/edit", contract_pages.save, CIRCLES),
        post("/desk/contracts/{id:uuid}/removal", contract_pages.discard, CIRCLES),
        post("/desk/contracts/{id:uuid}/signature", contract_pages.sign, CIRCLES),
        post("/desk/contracts/{id:uuid}/change", contract_pages.change, CIRCLES),
        get("/desk/contracts/{id:uuid}/end", contract_pages.end_form, CIRCLES),
        post("/desk/contracts/{id:uuid}/end", contract_pages.end, CIRCLES),
        post("/desk/contracts/{id:uuid}/resuming", contract_pages.take_up, CIRCLES),
        get("/desk/contracts/{id:uuid}/people", contract_pages.people, CIRCLES),
        post("/desk/contracts/{id:uuid}/people", contract_pages.save_people, CIRCLES),
        get("/desk/contracts/{id:uuid}/goals/new", contract_lines.new_goal, CIRCLES),
        post("/desk/contracts/{id:uuid}/goals/new", contract_lines.create_goal, CIRCLES),
        get("/desk/contracts/{id:uuid}/goals/{goal:uuid}", contract_lines.goal, CIRCLES),
        post("/desk/contracts/{id:uuid}/goals/{goal:uuid}", contract_lines.save_goal, CIRCLES),
        get("/desk/contracts/{id:uuid}/steps/new", contract_lines.new_step, CIRCLES),
        post("/desk/contracts/{id:uuid}/steps/new", contract_lines.create_step, CIRCLES),
        get("/desk/contracts/{id:uuid}/steps/{step:uuid}", contract_lines.step, CIRCLES),
        post("/desk/contracts/{id:uuid}/steps/{step:uuid}", contract_lines.save_step, CIRCLES),
        post("/desk/contracts/{id:uuid}/steps/{step:uuid}/ticking", contract_lines.tick, CIRCLES),
        post("/desk/contracts/{id:uuid}/steps/{step:uuid}/unticking", contract_lines.untick, CIRCLES),
        post("/desk/contracts/{id:uuid}/steps/{step:uuid}/removal", contract_lines.remove_step, CIRCLES),
        post("/desk/contracts/{id:uuid}/goals/{goal:uuid}/removal", contract_lines.remove_goal, CIRCLES),
        get("/desk/participants/{id:uuid}/edit", participant_pages.edit, CIRCLES),
        post("/desk/participants/{id:uuid}/edit", participant_pages.save, CIRCLES),
        post("/desk/participants/{id:uuid}/sms", participant_pages.say_sms, CIRCLES),
        get("/desk/schools", school_pages.desk, COORDINATOR),
        post("/desk/schools", school_pages.add, COORDINATOR),
        get("/desk/schools/{id:uuid}/hours", hours_of.school, COORDINATOR),
        post("/desk/schools/{id:uuid}/link", school_pages.send_link, COORDINATOR),
        post("/desk/schools/{id:uuid}/closing", school_pages.close, COORDINATOR),
        get("/desk/people", people_list_pages.people, COORDINATOR),
        post("/desk/people/views", people_list_pages.keep_view, COORDINATOR),
        get("/desk/people/views", people_list_pages.manage_views, COORDINATOR),
        post("/desk/people/views/{id:uuid}", people_list_pages.change_view, COORDINATOR),
        post("/desk/people/views/{id:uuid}/deletion", people_list_pages.forget_view, COORDINATOR),
        get("/desk/people/chosen", bulk_pages.chosen, COORDINATOR),
        post("/desk/people/tags", bulk_pages.tag, COORDINATOR),
        get("/desk/people/duplicates", duplicate_pages.possible, COORDINATOR),
        post("/desk/people/duplicates/apart", duplicate_pages.tell_apart, COORDINATOR),
        get("/desk/people/{id:uuid}/merge/{other:uuid}", duplicate_pages.side_by_side, COORDINATOR),
        post("/desk/people/{id:uuid}/merge/{other:uuid}", duplicate_pages.merge, COORDINATOR),
        get("/desk/people/import", people_import.send_form, COORDINATOR),
        post("/desk/people/import", people_import.send, COORDINATOR),
        get("/desk/people/import/{id:uuid}", people_import.plan, COORDINATOR),
        get("/desk/people/import/{id:uuid}/columns", people_import.columns, COORDINATOR),
        post("/desk/people/import/{id:uuid}/columns", people_import.choose, COORDINATOR),
        get("/desk/people/import/{id:uuid}/lines/{line:uuid}", people_import.line_form, COORDINATOR),
        post("/desk/people/import/{id:uuid}/lines/{line:uuid}", people_import.line, COORDINATOR),
        post("/desk/people/import/{id:uuid}/writing", people_import.write, COORDINATOR),
        post("/desk/people/import/{id:uuid}/undoing", people_import.undo, COORDINATOR),
        post("/desk/people/import/{id:uuid}/dropping", people_import.drop, COORDINATOR),
        get("/desk/people/queues", people_pages.queues, COORDINATOR),
        get("/desk/people/new", newcomers.new_volunteer, COORDINATOR),
        post("/desk/people/new", newcomers.create_volunteer, COORDINATOR),
        get("/desk/people/{id:uuid}", people_pages.volunteer, COORDINATOR),
        get("/desk/people/{id:uuid}/edit", newcomers.edit, COORDINATOR),
        post("/desk/people/{id:uuid}/edit", newcomers.save, COORDINATOR),
        *free_time("/desk/people/{id:uuid}/time", COORDINATOR),
        get("/desk/people/{id:uuid}/hours", hours_of.volunteer, COORDINATOR),
        get("/desk/people/{id:uuid}/slip", newcomers.slip, COORDINATOR),
        post("/desk/people/{id:uuid}/step", people_pages.take_step, COORDINATOR),
        get("/desk/people/{id:uuid}/pause", people_pages.pause_form, COORDINATOR),
        post("/desk/people/{id:uuid}/pause", people_pages.pause, COORDINATOR),
        get("/desk/people/{id:uuid}/leave", people_pages.leave_form, COORDINATOR),
        post("/desk/people/{id:uuid}/leave", people_pages.leave, COORDINATOR),
        post("/desk/people/{id:uuid}/guardian-refusal", guardian_pages.decline_at_desk, COORDINATOR),
        post("/desk/people/{id:uuid}/guardian-link", guardian_pages.send_from_desk, COORDINATOR),
        post("/desk/people/{id:uuid}/guardian-consent", people_pages.record_guardian_consent, COORDINATOR),
        post("/desk/people/{id:uuid}/clearances", papers.record_clearance, COORDINATOR),
        post("/desk/people/{id:uuid}/clearances/revoked", papers.revoke_clearance, COORDINATOR),
        post("/desk/people/{id:uuid}/clearances/shorter", papers.shorten_clearance, COORDINATOR),
        post("/desk/people/{id:uuid}/service", papers.start_service, COORDINATOR),
        get("/desk/people/{id:uuid}/agreement", papers.agreement, COORDINATOR),
        post("/desk/people/{id:uuid}/agreement", papers.sign_agreement, COORDINATOR),
        post("/desk/agreements/{id:uuid}/end", papers.end_agreement, COORDINATOR),
        post("/desk/people/{id:uuid}/policies", papers.add_own_policy, COORDINATOR),
        get("/desk/policies", papers.policies, COORDINATOR),
        post("/desk/policies", papers.add_policy, COORDINATOR),
        post("/desk/policies/{id:uuid}/end", papers.end_policy, COORDINATOR),
        get("/desk/people/{id:uuid}/papers", papers_of.papers, COORDINATOR),
        get("/desk/people/{id:uuid}/papers/agreement", papers_of.new_agreement, COORDINATOR),
        post("/desk/people/{id:uuid}/papers/agreement", papers_of.issue_agreement, COORDINATOR),
        get("/desk/people/{id:uuid}/papers/certificate", papers_of.new_certificate, COORDINATOR),
        post("/desk/people/{id:uuid}/papers/certificate", papers_of.issue_certificate, COORDINATOR),
        get("/desk/papers", issued.register, COORDINATOR),
        get("/desk/papers/texts", paper_texts.listed, COORDINATOR),
        get("/desk/papers/texts/{text}", paper_texts.text, COORDINATOR),
        post("/desk/papers/texts/{text}", paper_texts.save, COORDINATOR),
        post("/desk/papers/texts/{text}/preview", paper_texts.look, COORDINATOR),
        post("/desk/papers/wishes/{id:uuid}/refusal", issued.refuse, COORDINATOR),
        get("/desk/papers/{id:uuid}", issued.paper, COORDINATOR),
        get("/desk/papers/{id:uuid}/file", issued.file, COORDINATOR),
        post("/desk/papers/{id:uuid}/withdrawal", issued.withdraw, COORDINATOR),
        post("/desk/papers/{id:uuid}/signing", issued.sign, COORDINATOR),
        get("/desk/papers/insurance", print_pages.insurance_list, COORDINATOR),
        post("/desk/papers/insurance", print_pages.issue_insurance_list, COORDINATOR),
        get("/desk/requests", request_pages.requests, DESKS),
        get("/desk/requests/moved", request_pages.moved, DESKS),
        get("/desk/requests/new", entry_pages.new_request, FIRST_CONTACT),
        post("/desk/requests/new", entry_pages.create_request, FIRST_CONTACT),
        get("/desk/requests/{id:uuid}", request_pages.one_request, DESKS),
        get("/desk/requests/{id:uuid}/edit", entry_pages.change_form, DESKS),
        post("/desk/requests/{id:uuid}/edit", entry_pages.change_request, DESKS),
        get("/desk/requests/{id:uuid}/slip", entry_pages.slip, DESKS),
        get("/desk/requests/{id:uuid}/paper", print_pages.request_slip, DESKS),
        post("/desk/requests/{id:uuid}/paper", print_pages.issue_request_slip, DESKS),
        post("/desk/requests/{id:uuid}/taking", request_pages.take_request, DESKS),
        post("/desk/requests/{id:uuid}/closing", request_pages.answer_request, DESKS),
        post("/desk/requests/{id:uuid}/route", request_pages.route_request, DESKS),
        post("/desk/requests/{id:uuid}/return", request_pages.bring_back_request, COORDINATOR),
        get("/desk/requests/{id:uuid}/need", outcome_pages.need_form, COORDINATOR),
        post("/desk/requests/{id:uuid}/need", outcome_pages.create_need, COORDINATOR),
        get("/desk/requests/{id:uuid}/group", outcome_pages.group_form, COORDINATOR),
        post("/desk/requests/{id:uuid}/group", outcome_pages.create_place, COORDINATOR),
        get("/desk/requests/{id:uuid}/circle", outcome_pages.circle_form, CIRCLES),
        post("/desk/requests/{id:uuid}/circle", outcome_pages.create_circle, CIRCLES),
        get("/desk/messages", messages.messages, COORDINATOR),
        get("/desk/messages/bulk", to_many.bulks, COORDINATOR),
        post("/desk/messages/bulk", to_many.begin, COORDINATOR),
        get("/desk/messages/bulk/{id:uuid}", to_many.bulk, COORDINATOR),
        post("/desk/messages/bulk/{id:uuid}/text", to_many.write, COORDINATOR),
        get("/desk/messages/bulk/{id:uuid}/preview", to_many.preview, COORDINATOR),
        post("/desk/messages/bulk/{id:uuid}/sending", to_many.send, COORDINATOR),
        post("/desk/messages/bulk/{id:uuid}/cancellation", to_many.cancel, COORDINATOR),
        post("/desk/messages/bulk/{id:uuid}/deletion", to_many.forget, COORDINATOR),
        get("/desk/messages/texts", texts.texts, COORDINATOR),
        get("/desk/messages/texts/{text}", texts.text, COORDINATOR),
        post("/desk/messages/texts/{text}", texts.save, COORDINATOR),
        post("/desk/messages/texts/{text}/preview", texts.look, COORDINATOR),
        post("/desk/messages/texts/{text}/ours", texts.back_to_ours, COORDINATOR),
        post("/desk/messages/texts/{text}/versions", texts.back_to, COORDINATOR),
        get("/desk/messages/{id:uuid}", messages.conversation, COORDINATOR),
        post("/desk/messages/{id:uuid}/decision", messages.decide, COORDINATOR),
        post("/desk/messages/{id:uuid}/handled", messages.handle, COORDINATOR),
        post("/desk/messages/{id:uuid}/request", messages.make_request, COORDINATOR),
        get("/desk/messages/today", messages_today.show, COORDINATOR),
        get("/desk/messages/held", messages_today.held, COORDINATOR),
        post("/desk/messages/held", messages_today.let_go, COORDINATOR),
        post("/desk/messages/held/cancelling", messages_today.call_off, COORDINATOR),
        get("/desk/messages/talks", messages.talks, COORDINATOR),
        post("/desk/messages/presses", presses.press, COORDINATOR),
        post("/desk/messages/{id:uuid}/letter", writing.look, COORDINATOR),
        post("/desk/messages/{id:uuid}/letter/sending", writing.send, COORDINATOR),
        get("/desk/messages/costs", costs.show, COORDINATOR),
        *own_account("/desk/account", STAFF),
        get("/desk/kept", kept_pages.show, STAFF),
        post("/desk/account/stay", account.stay, STAFF),
        post("/desk/account/urgent", account.want_urgent_mail, COORDINATOR),
        post("/desk/account/digest", account.want_digest_mail, COORDINATOR),
        post("/desk/account/devices/{id:uuid}/ending", account.forget_device, STAFF),
        get("/desk/account/password", change.password, PASSWORD),
        post("/desk/account/password", change.change_password, PASSWORD),
        post("/desk/account/factor/new", change.offer_factor, PASSWORD),
        get("/desk/account/factor", change.factor, PASSWORD),
        post("/desk/account/factor", change.confirm_factor, PASSWORD),
        post("/desk/account/recovery/new", change.renew_codes, PASSWORD),
        get("/desk/account/recovery", change.recovery, PASSWORD),
        get("/desk/account/recovery.txt", change.recovery_file, PASSWORD),
        post("/desk/account/recovery", change.recovery_kept, PASSWORD),
        get("/desk/settings", settings_pages.settings, OVERSEERS),
        post("/desk/settings/accounts", settings_pages.invite, ADMINISTRATOR),
        get("/desk/settings/accounts/{id:uuid}", colleague.colleague, ADMINISTRATOR),
        post("/desk/settings/accounts/{id:uuid}/invitation", colleague.invite_again, ADMINISTRATOR),
        post("/desk/settings/accounts/{id:uuid}/role", colleague.change_role, ADMINISTRATOR),
        post("/desk/settings/accounts/{id:uuid}/factor", colleague.reset_factor, ADMINISTRATOR),
        post("/desk/settings/accounts/{id:uuid}/handover", colleague.hand_over, ADMINISTRATOR),
        post("/desk/settings/accounts/{id:uuid}/closing", colleague.close, ADMINISTRATOR),
        post("/desk/settings/accounts/{id:uuid}/reopening", colleague.reopen, ADMINISTRATOR),
        get("/desk/settings/programs", programs.show, ADMINISTRATOR),
        post("/desk/settings/programs/tokens", programs.make_token, ADMINISTRATOR),
        post("/desk/settings/programs/tokens/{id:uuid}/ending", programs.end_token, ADMINISTRATOR),
        post("/desk/settings/programs/webhooks", webhooks.make, ADMINISTRATOR),
        get("/desk/settings/programs/webhooks/{id:uuid}", webhooks.show, ADMINISTRATOR),
        post("/desk/settings/programs/webhooks/{id:uuid}/trial", webhooks.attempt, ADMINISTRATOR),
        post("/desk/settings/programs/webhooks/{id:uuid}/stop", webhooks.stop, ADMINISTRATOR),
        post("/desk/settings/programs/webhooks/{id:uuid}/start", webhooks.start, ADMINISTRATOR),
        post("/desk/settings/programs/webhooks/{id:uuid}/secret", webhooks.turn, ADMINISTRATOR),
        post("/desk/settings/programs/webhooks/{id:uuid}/ending", webhooks.end, ADMINISTRATOR),
        post(
            "/desk/settings/programs/webhooks/{id:uuid}/deliveries/{delivery:uuid}/again", webhooks.again, ADMINISTRATOR
        ),
        get("/desk/log", log_pages.show, OVERSEERS),
        get("/desk/rights", rights.show, RIGHTS),
        get("/desk/rights/new/{kind}/{id:uuid}", rights.new, RIGHTS),
        post("/desk/rights/new/{kind}/{id:uuid}", rights.create, RIGHTS),
        get("/desk/rights/{id:uuid}", rights.one, RIGHTS),
        post("/desk/rights/{id:uuid}/taking", rights.take, RIGHTS),
        post("/desk/rights/{id:uuid}/copy", rights.copy, RIGHTS),
        post("/desk/rights/{id:uuid}/answer", rights.answer, RIGHTS),
        get("/desk/retention", rights.kept, OFFICER),
        get("/desk/break-glass", glass.show, GLASS),
        get("/desk/break-glass/new", glass.ask_form, COORDINATOR),
        post("/desk/break-glass/new", glass.ask, COORDINATOR),
        post("/desk/break-glass/{id:uuid}/decision", glass.decide, COORDINATOR),
        post("/desk/break-glass/{id:uuid}/ending", glass.end, COORDINATOR),
    ]
    machines = [
        get("/calendar/{token}.ics", feed_pages.feed, MACHINE),
        get("/livez", health.livez, MACHINE),
        get("/readyz", health.readyz, MACHINE),
        get("/metrics", health.metrics, MACHINE),
        post("/hooks/twilio/inbound", hooks.inbound, MACHINE),
        post("/hooks/twilio/status", hooks.status, MACHINE),
        post("/hooks/gateway/inbound", hooks.gateway_inbound, MACHINE),
        post("/hooks/gateway/status", hooks.gateway_status, MACHINE),
    ]
    demo: list[Entry] = [
        get("/dev/phones", phones.show, ANYONE),
        post("/dev/phones/answers", phones.answer, ANYONE),
        get("/dev/phones/{id:uuid}.ics", phones.calendar, ANYONE),
        post("/dev/phones/{id:uuid}/answer", phones.answer_calendar, ANYONE),
        post("/dev/sign-in", access.demo_sign_in, ANYONE),
    ]
    return [*public, *volunteer, *desk, *machines, *(demo if settings.demo else [])]


def routes(settings: Settings) -> list[BaseRoute]:
    """The entries with their guards, and the static files."""
    pages = [_route(*entry) for entry in table(settings)]
    return [*pages, Mount("/static", Hashed(directory=bundled("static")), name="static")]


def _route(method: str, path: str, handler: Handler, who: frozenset[Role]) -> Route:
    page, name, most = guarded(handler, who), f"{method} {path}", UPLOADS.get(path)
    if method != "POST" or most is None:
        return Route(path, page, methods=[method], name=name)
    limit = [Middleware(Upload, most=most)]
    return Route(path, page, methods=[method], name=name, middleware=limit, max_body_size=OURS_TO_LIMIT)
