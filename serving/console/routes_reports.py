"""Reports for the committee: the list, and one report as a page that can neither run nor load anything."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from serving.console.pages import page
from serving.console.report_files import NoSuchReport, ReportFile, report_bytes, reports_of
from serving.console.session import Person, signed_in
from serving.errors import ApiProblem
from serving.releases import InForce
from serving.routes.access import Serving

router = APIRouter(include_in_schema=False)
Reader = Annotated[Person, Depends(signed_in("read_reports"))]
Standing = Literal["in_force", "not_in_force", "unknown"]
REPORT_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
"""A report is a file from a folder: it is shown without scripts, without origin, and loads nothing."""


@router.get("/console/reports")
def list_reports(request: Request, service: Serving, person: Reader) -> Response:
    """Show the reports of the home, newest first, and whether each speaks of a model in force."""
    reports = reports_of(service.settings.home)
    in_force = service.models.in_force
    shown = [{"report": one, "standing": standing_of(one, in_force)} for one in reports or ()]
    return page(
        request, "reports.html", person=person, reports=shown, folder=service.settings.home / "reports"
    )


@router.get("/console/reports/{file}")
def open_report(file: str, service: Serving, person: Reader) -> Response:
    """Open one report as it was written."""
    try:
        content = report_bytes(service.settings.home, file)
    except NoSuchReport as refusal:
        raise ApiProblem(404, "not-found", "There is nothing here", str(refusal)) from refusal
    return HTMLResponse(content, headers={"Content-Security-Policy": REPORT_POLICY})


def standing_of(report: ReportFile, in_force: InForce) -> Standing:
    """Return whether the model that a report is about scores today.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> plain = ReportFile("a.html", "a", "", "", "zh", datetime(2026, 3, 2, tzinfo=UTC), 1)
    >>> standing_of(plain, InForce())
    'unknown'
    """
    if not report.content_hash:
        return "unknown"
    hashes = {bundle.content_hash for bundle in in_force.bundles.values()}
    return "in_force" if report.content_hash in hashes else "not_in_force"
