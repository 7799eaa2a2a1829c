"""The service registry: `wiring.build_services` makes it, once for the web and the worker."""

from dataclasses import dataclass

from dashboard.services.account.area import AccountServices
from dashboard.services.attempts.area import AttemptServices
from dashboard.services.audit.area import AuditServices
from dashboard.services.auth.area import AuthServices
from dashboard.services.backup.schedule import BackupSchedule
from dashboard.services.contacts.area import ContactServices
from dashboard.services.credentials.area import CredentialsServices
from dashboard.services.desk.area import DeskServices
from dashboard.services.directory.area import DirectoryServices
from dashboard.services.exports.exports import Exports
from dashboard.services.jobs.area import JobServices
from dashboard.services.kyc.area import KycServices
from dashboard.services.lab.area import LabServices
from dashboard.services.notes.notes import Notes
from dashboard.services.operations.area import OperationsServices
from dashboard.services.overview.area import OverviewServices
from dashboard.services.owners.area import OwnerServices
from dashboard.services.registrations.area import RegistrationServices
from dashboard.services.requests.log import RequestLog
from dashboard.services.saved_views.area import SavedViewServices
from dashboard.services.selections.selections import Selections
from dashboard.services.staff.area import StaffServices
from dashboard.services.story.area import StoryServices
from dashboard.services.tags.area import TagServices
from dashboard.services.texts.area import TextServices
from dashboard.services.tokens.area import TokenServices
from dashboard.services.upstream.area import UpstreamServices
from dashboard.services.users.area import UserServices


@dataclass(frozen=True)
class Services:
    """The services of each area."""

    account: AccountServices
    attempts: AttemptServices
    audit: AuditServices
    auth: AuthServices
    backups: BackupSchedule
    contacts: ContactServices
    credentials: CredentialsServices
    desk: DeskServices
    directory: DirectoryServices
    exports: Exports
    jobs: JobServices
    kyc: KycServices
    lab: LabServices
    notes: Notes
    operations: OperationsServices
    overview: OverviewServices
    owners: OwnerServices
    registrations: RegistrationServices
    requests: RequestLog
    saved_views: SavedViewServices
    selections: Selections
    staff: StaffServices
    tags: TagServices
    texts: TextServices
    story: StoryServices
    tokens: TokenServices
    upstream: UpstreamServices
    users: UserServices
