"""The pages, one blueprint per area."""

from dashboard.views import (
    audit,
    credentials,
    directory,
    filters,
    health,
    notes,
    outage,
    overview,
    palette,
    requests,
    saved_views,
    settings,
    staff,
    tags,
)
from dashboard.views import help as help_page
from dashboard.views.account import preferences as account_preferences
from dashboard.views.account import second_factors as account_second_factors
from dashboard.views.account import sessions as account_sessions
from dashboard.views.auth import login as auth_login
from dashboard.views.auth import one_time_links as auth_one_time_links
from dashboard.views.auth import saved_forms as auth_saved_forms
from dashboard.views.auth import second_factor as auth_second_factor
from dashboard.views.auth import sso as auth_sso
from dashboard.views.auth import step_up as auth_step_up
from dashboard.views.contacts import card as contacts_card
from dashboard.views.contacts import log as contacts_log
from dashboard.views.contacts import mail as contacts_mail
from dashboard.views.desk import list as desk_list
from dashboard.views.exports import lists as exports_lists
from dashboard.views.exports import proof as exports_proof
from dashboard.views.jobs import jobs as jobs_jobs
from dashboard.views.jobs import register_many as jobs_register_many
from dashboard.views.jobs import send_many as jobs_send_many
from dashboard.views.jobs import start_many as jobs_start_many
from dashboard.views.kyc import link_import as kyc_link_import
from dashboard.views.kyc import start as kyc_start
from dashboard.views.lab import blueprint as lab
from dashboard.views.lab import files as lab_files
from dashboard.views.lab import runs as lab_runs
from dashboard.views.lab import scenarios as lab_scenarios
from dashboard.views.owners import change as owners_change
from dashboard.views.owners import snooze as owners_snooze
from dashboard.views.selections import bundle as selections_bundle
from dashboard.views.selections import keep as selections_keep
from dashboard.views.selections import links as selections_links
from dashboard.views.selections import owner as selections_owner
from dashboard.views.selections import tags as selections_tags
from dashboard.views.texts import editor as texts_editor
from dashboard.views.texts import message as texts_message
from dashboard.views.tokens import issue as tokens_issue
from dashboard.views.tokens import ledger as tokens_ledger
from dashboard.views.tokens import look as tokens_look
from dashboard.views.users import erase as users_erase
from dashboard.views.users import list as users_list
from dashboard.views.users import look_through as users_look_through
from dashboard.views.users import register as users_register
from dashboard.views.users import reveal as users_reveal
from dashboard.views.users import show as users_show
from dashboard.views.users import story as users_story

PAGES = (
    account_preferences,
    audit,
    auth_login,
    auth_step_up,
    contacts_card,
    contacts_log,
    contacts_mail,
    credentials,
    desk_list,
    directory,
    exports_lists,
    exports_proof,
    filters,
    account_second_factors,
    health,
    help_page,
    auth_saved_forms,
    jobs_jobs,
    jobs_register_many,
    jobs_start_many,
    jobs_send_many,
    kyc_link_import,
    kyc_start,
    lab_runs,
    lab_files,
    lab_scenarios,
    notes,
    auth_one_time_links,
    outage,
    overview,
    owners_change,
    owners_snooze,
    palette,
    requests,
    users_look_through,
    users_reveal,
    auth_second_factor,
    saved_views,
    selections_bundle,
    selections_keep,
    selections_links,
    selections_owner,
    selections_tags,
    account_sessions,
    settings,
    auth_sso,
    staff,
    tags,
    texts_editor,
    texts_message,
    tokens_issue,
    tokens_ledger,
    tokens_look,
    users_erase,
    users_list,
    users_register,
    users_show,
    users_story,
)
OUTSIDE_PRODUCTION = (lab, lab_scenarios.blueprint, selections_bundle.blueprint)
"""Pages that production doesn't have at all."""
BLUEPRINTS = tuple(dict.fromkeys(page.blueprint for page in PAGES))
