"""Saving the intake form: what stands in it becomes one command, once, however often the button is tapped."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from components import intake, session
from components.draft import FormDraft
from components.photos import photos_in
from components.shell import may_open
from components.verbs import finish_form, open_case, read
from db import contacts
from db.execute import Outcome
from db.photos import Photo
from db.queries.file import case_file
from domain.case import Case
from domain.geo import street_at
from domain.intake import Report
from domain.people import Actor, Role
from domain.text import Name, Refused, text
from domain.words import Kind, SelfAction

FORM = "intake"


def discard(draft: FormDraft) -> None:
    """Empty the form and forget the draft (for a callback)."""
    draft.clear()
    intake.clear_choice()


def save(draft: FormDraft, how: str, seen: int) -> None:
    """Open the case that the form describes (for a button's on_click), or keep the refusal to be shown.

    `seen` counts the forms that this tab had saved when the button was drawn: a tap on the form before is no new case,
    although the browser sends that form's texts with it once more.
    """
    actor = session.current()
    if actor is None or not may_open(actor.role, FORM):
        return
    if seen != session.kept("_intake_round", 0):
        discard(draft)
        return
    try:
        done = _open(actor, how, draft)
    except Refused as refusal:
        session.keep("_intake_fault", refusal)
        return
    discard(draft)
    session.keep("_intake_done", done.no)


def _open(actor: Actor, how: str, draft: FormDraft) -> Outcome:
    report = _report(actor, how)
    _agree(report)
    contact = None
    channel = session.world().channels.get(report.channel)
    if channel is not None and intake.has_reporter(channel):
        contact = contacts.checked(session.kept("in_name") or "", session.kept("in_phone") or "")
    before = _photos(draft, "before")
    after = _photos(draft, "after") if how == "self_handle" else ()
    done = open_case(actor, how, report, contact=contact, before=before, after=after, form=FORM)
    if done.repeated and not _told(actor, done, report):
        # The same draft was open elsewhere and saved there; here it has become another report since.
        finish_form(FORM)
        done = open_case(actor, how, report, contact=contact, before=before, after=after, form=FORM)
    return done


def _agree(report: Report) -> None:
    """Refuse a point that lies in another street-town than the one the case is to be counted for."""
    if report.lng_e6 is None or report.lat_e6 is None or not report.street_code:
        return
    world = session.world()
    street = street_at(world, report.lng_e6 / 1e6, report.lat_e6 / 1e6)
    if street is None:
        sentence = "This point lies outside {district}. Choose one inside the outline."
        raise Refused(text(sentence, district=Name(world.district_name, world.district_name_en)), "point")
    if street.code != report.street_code:
        raise Refused(text("The point lies in {street}, not in the street-town chosen.", street=street.called), "point")


def _photos(draft: FormDraft, part: str) -> tuple[Photo, ...]:
    return draft.photos(part, photos_in(intake.photo_key(part)))


def _told(actor: Actor, done: Outcome, report: Report) -> bool:
    """Whether a case that was saved before says what this report says."""
    file = read(case_file, actor, done.no)
    return file is None or _says(file.case) == (
        report.category_id, report.description.strip(), report.street_code, report.address.strip(),
    )  # fmt: skip


def _says(case: Case) -> tuple[str, str, str, str]:
    return case.category_id, case.description, case.street_code, case.address


def _report(actor: Actor, how: str) -> Report:
    kept, world = session.kept, session.world()
    category = world.categories.get(kept("in_class") or "")
    channel = world.channels.get(kept("in_channel") or "")
    point = kept("_in_map_point")
    action = kept("in_action") if actor.role is Role.RESIDENTIAL_WORKER else None
    return Report(
        kind=category.kind if category else Kind.MATTER,
        category_id=category.id if category else "",
        description=kept("in_description") or "",
        channel=channel.code if channel else "",
        street_code=kept("in_street") or "",
        address=kept("in_address") or "",
        found_at=found_at(),
        standard_id=kept("in_standard") if category else None,
        external_no=(kept("in_external") or None) if channel and intake.has_reporter(channel) else None,
        committee_code=kept("in_committee"),
        lng_e6=round(point[0] * 1e6) if point else None,
        lat_e6=round(point[1] * 1e6) if point else None,
        citizen=bool(kept("in_citizen")),
        social=bool(kept("in_social")),
        estate=bool(kept("in_estate")),
        self_action=SelfAction(action) if action else None,
        result=(kept("in_result") or "") if how == "self_handle" else "",
    )


def found_at() -> datetime:
    """When it was found, in UTC: what was typed as time of the district's zone, else now."""
    typed = session.kept("in_found")
    if not isinstance(typed, datetime):
        return session.now()
    return typed.replace(tzinfo=ZoneInfo(session.world().calendar.zone)).astimezone(UTC)
