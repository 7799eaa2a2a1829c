"""The fields of a kept form that its page shows again: its own, each within its length."""

from collections.abc import Iterable, Mapping
from itertools import islice

from wtforms import Field, Form
from wtforms.form import BaseForm

from dashboard.forms.account import AccountForm, AuthenticatorForm, ChangePasswordForm, PasskeyForm
from dashboard.forms.credentials import ForgetForm, FreezeForm, KeyPairForm, ThawForm
from dashboard.forms.erasure import EraseForm
from dashboard.forms.exports import ExportForm
from dashboard.forms.fields import PADDING_MAX, WORD_MAX, BoundedField
from dashboard.forms.jobs.register_many import RegisterManyForm
from dashboard.forms.jobs.send_many import SendManyForm
from dashboard.forms.jobs.start_many import StartManyForm
from dashboard.forms.jobs.steering import ResultForm
from dashboard.forms.kyc import ImportLinkForm, KycForm
from dashboard.forms.lab.runs import BundleForm, LabForm, SelectedBundleForm
from dashboard.forms.registrations import RegistrationForm
from dashboard.forms.saved_views import SavedViewForm, ViewNameForm
from dashboard.forms.selections.changes import (
    SelectionLinksForm,
    SelectionOwnerForm,
    SelectionTagsForm,
)
from dashboard.forms.staff import NewMemberForm, RolesForm
from dashboard.forms.story.contacts import MailForm
from dashboard.forms.story.notes import DeleteNoteForm, EditNoteForm, NoteForm
from dashboard.forms.story.owners import OwnerForm, SnoozeForm
from dashboard.forms.story.proof import PeriodProofForm, ProofForm
from dashboard.forms.story.tags import TagForm
from dashboard.forms.story.texts import TextForm
from dashboard.forms.tokens import PrivyForm, TokenForm, UserLookForm
from dashboard.services.auth.saved_forms import Fields
from dashboard.text.secrets import READ_MAX, without_links, without_tokens

FORMS: Mapping[str, type[Form]] = {
    "account.change_password": ChangePasswordForm,
    "account.save": AccountForm,
    "bundles.write": SelectedBundleForm,
    "contacts.send_mail": MailForm,
    "credentials.add": KeyPairForm,
    "credentials.forget": ForgetForm,
    "credentials.freeze": FreezeForm,
    "credentials.thaw": ThawForm,
    "exports.export_audit": ExportForm,
    "exports.export_desk": ExportForm,
    "exports.export_users": ExportForm,
    "exports.give_period_proof": PeriodProofForm,
    "exports.give_user_proof": ProofForm,
    "factors.add_authenticator": AuthenticatorForm,
    "factors.add_passkey": PasskeyForm,
    "jobs.check": RegisterManyForm,
    "jobs.check_start": StartManyForm,
    "jobs.send_many": SendManyForm,
    "jobs.give_result": ResultForm,
    "kyc.start": KycForm,
    "kyc.take_link": ImportLinkForm,
    "lab.bundle": BundleForm,
    "lab.start": LabForm,
    "owners.change": OwnerForm,
    "owners.snooze": SnoozeForm,
    "looks.look": UserLookForm,
    "notes.add": NoteForm,
    "notes.change": EditNoteForm,
    "notes.delete": DeleteNoteForm,
    "saved_views.change": ViewNameForm,
    "saved_views.create": SavedViewForm,
    "selections.export_links": SelectionLinksForm,
    "selections.set_owner": SelectionOwnerForm,
    "selections.set_tags": SelectionTagsForm,
    "staff.add": NewMemberForm,
    "staff.set_roles": RolesForm,
    "tags.change": TagForm,
    "tags.create": TagForm,
    "texts.save": TextForm,
    "tokens.exchange_privy": PrivyForm,
    "tokens.issue": TokenForm,
    "users.create": RegistrationForm,
    "users.erase": EraseForm,
}
FIELDS_MAX = 100


def kept_of(endpoint: str | None, sent: Iterable[tuple[str, str]]) -> Fields:
    """Return the fields to keep of those sent to an endpoint; nothing without a form."""
    form = FORMS.get(endpoint or "")
    fields = {field.name: field for field in fields_of(form)} if form else {}
    kept = ((name, _kept(fields[name], value)) for name, value in sent if name in fields)
    return tuple(islice(kept, FIELDS_MAX))


def fields_of(form: type[Form]) -> Iterable[Field]:
    """Return the fields of a form without making one: some forms ask for more than what was sent.

    Fields are found in WTForms's own way.
    """
    named = {name: getattr(form, name) for name in dir(form)}
    return BaseForm({name: field for name, field in named.items() if hasattr(field, "_formfield")})


def _kept(field: Field, value: str) -> str:
    """Return what is kept of a value: no token, and a link only where the field takes one."""
    text, longest = without_tokens(value[:READ_MAX]), WORD_MAX
    if isinstance(field, BoundedField):
        text = text if field.takes_links else without_links(text)
        longest = field.max_length + PADDING_MAX
    return text[:longest]
