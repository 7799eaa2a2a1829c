"""What every page does on which a table is checked and becomes a job."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.jobs.checked import CheckedTable, TableRow
from dashboard.forms.jobs.columns import Columns
from dashboard.forms.jobs.table import TableForm
from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import NotRecordedError
from dashboard.services.files import tables
from dashboard.services.files.order import Export, Size
from dashboard.services.files.tables import Format, Record
from dashboard.services.jobs.kinds import JobKind
from dashboard.web.context import actor, now, services, settings, signed_in
from dashboard.web.files import give
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.problems import Problem, problem_of
from dashboard.web.submissions import new_intent, sent_intent

Checked = CheckedTable[Any]
PROBLEM = "problem"


@dataclass(frozen=True)
class TablePage:
    """A page on which a table is checked; its rows become a job of a kind."""

    kind: JobKind
    template: str
    columns: Columns

    def take(self, form: TableForm) -> bool:
        """Read the file that was sent; return whether the form has a text that can be read."""
        staff_id, known = signed_in().staff.id, services().jobs.columns
        form.known_columns = lambda names: known.find(staff_id, self.kind, names)
        file = request.files.get("file")
        content = file.read() if file and request.form.get("do", "check") == "check" else b""
        return not content or form.take_file(content)

    def show(
        self,
        form: TableForm,
        checked: Checked | None,
        *,
        status: int = 200,
        problem: Problem | None = None,
        trouble: str = "",
    ) -> ResponseReturnValue:
        """Return the page, with the table once it was checked."""
        return respond(
            self.template,
            fragments={},
            status=status,
            form=form,
            preview=checked,
            field_names=self.columns.fields,
            seen=form.fingerprint(checked.table.fields) if checked else "",
            intent=new_intent(Action.JOBS_START, None) if checked else "",
            most=services().jobs.control.rows_most,
            problem=problem,
            trouble=trouble,
        )

    def answer(self, form: TableForm, checked: Checked, *, was_asked: bool) -> ResponseReturnValue:
        """Do what the button says: show the table, give what is left out, or start the job.

        `was_asked`: whether the question beside the button was about the rows that are ticked.
        """
        match request.form.get("do"):
            case "left_out":
                return self._give_left_out(checked)
            case "start":
                return self._start(form, checked, was_asked=was_asked)
            case _:
                return self.show(form, checked, status=422 if form.column.errors else 200)

    def _give_left_out(self, checked: Checked) -> ResponseReturnValue:
        columns = (*self.columns.titles, PROBLEM)
        left_out = (self._to_correct(columns, row) for row in checked.left_out)
        parts = tables.parts(Format.CSV, columns, tables.in_batches(columns, left_out))
        export = Export(parts, Size(len(checked.left_out), 0), now())
        return give(export, "left-out.csv", "text/csv")

    def _to_correct(self, columns: tuple[str, ...], row: TableRow) -> Record:
        values = [row.cells.get(name) or None for name in self.columns.fields]
        return dict(zip(columns, [*values, row.problem], strict=True))

    def _start(self, form: TableForm, checked: Checked, *, was_asked: bool) -> ResponseReturnValue:
        intent, table, rows = (
            sent_intent(Action.JOBS_START, None),
            checked.table,
            checked.to_start(),
        )
        if form.seen.data != form.fingerprint(table.fields):
            return self.show(form, checked, trouble="changed", status=422)
        if not rows:
            return self.show(form, checked, trouble="none", status=422)
        if settings().is_production and not form.is_confirmed(len(rows)):
            return self.show(form, checked, status=422)
        if not settings().is_production and not was_asked:
            return self.show(form, checked, trouble="number", status=422)
        try:
            number = services().jobs.control.start(intent, self.kind, rows, actor())
        except NotRecordedError as error:
            problem = problem_of(error)
            return self.show(form, checked, problem=problem, status=problem.status)
        staff_id = signed_in().staff.id
        services().jobs.columns.keep(staff_id, self.kind, table.columns, table.fields)
        return redirect_to(url_for("jobs.show", number=number))
