"""Parts of the case page: clocks with their reasons, facts, responsibility, and the journal as a timeline."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from components import session
from components.cards import (
    channel_name,
    class_of,
    closing_text,
    condition_text,
    left_text,
    limit_text,
    org_name,
    street_name,
)
from components.escape import md
from components.i18n import _, fmt_duration, fmt_instant, label, lang
from components.light import light_badge
from components.timeline import TimelineEntry
from db.queries.file import CaseFile
from domain.case import Case, Entry, evolve
from domain.machine import Field, starts_clock
from domain.moves import BY_NAME, done_label
from domain.people import ROLES, Role
from domain.words import (
    LABELS,
    ClosingVerdict,
    Light,
    LimitUnit,
    ReturnReason,
    Route,
    Satisfaction,
    SelfAction,
    Status,
)
from domain.world import World

_STARTS_HANDLING = starts_clock("handling")
_WORDS = {str(w): w for kind in (ClosingVerdict, ReturnReason, Satisfaction, SelfAction, Route) for w in kind}


def head(file: CaseFile, at: datetime) -> None:
    """Number, class and status; then the two clocks side by side."""
    case, world = file.case, session.world()
    st.title(f"{md(class_of(world, case.category_id))}", anchor=False)
    street = world.streets.get(case.street_code)
    st.text(" · ".join(part for part in (street_name(street), case.address) if part))
    with st.container(horizontal=True, vertical_alignment="center", key="case_head"):
        st.text(case.no)
        st.badge(label(Status(case.status)), color="blue")
        st.badge(label(Route(case.route)), color="gray")
        for text in _marks(case, at):
            st.badge(md(text), color="gray")
    for text in _requests(file):
        st.info(md(text), icon=":material/hourglass_top:")
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        _clock(_("Current stage"), case.handling_light(at), case.stage_due_at, at, exact=case.stage_exact)
    with right.container(border=True, height="stretch"):
        light = case.whole_light(at)
        due = None if light is Light.NONE else case.whole_due_at
        _clock(_("Whole process"), light, due, case.closed_at or at, exact=case.whole_exact)


def _requests(file: CaseFile) -> list[str]:
    """What waits for a decision, in the words of whoever asked: the reason, and the return date of a suspension."""
    case = file.case
    waits = {
        "ask_extension": case.extension_asked_at is not None,
        "ask_suspension": case.suspension_asked_at is not None,
        "appeal": case.appealed_at is not None and case.appeal_decided_at is None,
    }
    last = {e.move: e for e in file.entries if waits.get(e.move)}
    return [
        " · ".join([_(done_label(entry.move)), *(line for _name, line in _texts(entry))]) for entry in last.values()
    ]


def _marks(case: Case, at: datetime) -> list[str]:
    found = []
    if case.fallback:
        settled = _("settled") if case.settled_at else _("responsibility not settled")
        found.append(f"{_('Fallback')} · {settled}")
    if case.returns:
        found.append(_("Returned ×{n}").format(n=case.returns))
    if case.reworks:
        found.append(_("Reworked ×{n}").format(n=case.reworks))
    if case.reopens:
        found.append(_("Reopened ×{n}").format(n=case.reopens))
    if case.supervisions:
        found.append(_("Supervised ×{n}").format(n=case.supervisions))
    if case.extensions:
        found.append(_("Extended ×{n}").format(n=case.extensions))
    if case.suspended(at) and case.suspended_until is not None:
        found.append(_("Suspended until {instant}").format(instant=fmt_instant(case.suspended_until)))
    if case.reminders:
        found.append(_("Reminded ×{n}").format(n=case.reminders))
    for on, text in (
        (case.extension_asked_at is not None, _("Extension asked for")),
        (case.suspension_asked_at is not None, _("Suspension asked for")),
        (case.ruled, _("Ruled by the centre")),
        (case.appealed_at is not None and case.appeal_decided_at is None, _("Appeal waits for a decision")),
        (case.exempt, _("Left out of overtime statistics")),
        (case.citizen, _("Citizen waits")),
        (case.social, _("Social governance")),
        (case.estate, _("Estate")),
        (case.after_hours, _("After hours")),
        (case.imported, _("Imported")),
    ):
        if on:
            found.append(text)
    return found


def _clock(title: str, light: Light, due: datetime | None, at: datetime, *, exact: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{title}**")
        light_badge(light)
    if due is None:
        st.caption(_("No clock runs."))
        return
    st.markdown(f"{left_text(due, at, exact=exact)}")
    st.caption(_("Due {instant}").format(instant=fmt_instant(due)))


def why_deadline(file: CaseFile) -> None:
    """Why this deadline: the intervals that were counted, as the journal keeps them."""
    case = file.case
    entry = next((e for e in reversed(file.entries) if e.because and "handle_due_at" in e.changes), None)
    entry = entry or next((e for e in reversed(file.entries) if e.because), None)
    if entry is None or case.limit_unit is None or case.limit_value is None:
        return
    with st.expander(_("Why this deadline"), icon=":material/schedule:"):
        unit = label(LimitUnit(case.limit_unit))
        limit = _("Limit: {n} {unit}, counted from {start}.").format(
            n=case.limit_value, unit=unit, start=fmt_instant(_started(file, entry)))  # fmt: skip
        if case.order_extensions:
            limit += " " + _("Extensions granted: {n}, one more limit each.").format(n=case.order_extensions)
        st.markdown(limit)
        counted = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in entry.because]
        spans = [(a, b, fmt_duration(b - a)) for a, b in counted]
        since, until = case.suspended_from, case.suspended_until
        if since is not None and until is not None and since < counted[-1][1] and until > _started(file, entry):
            spans.append((since, until, _("Not counted: suspended")))
        st.dataframe(
            [{_("From"): fmt_instant(a), _("To"): fmt_instant(b), _("Counted"): span} for a, b, span in sorted(spans)],
            hide_index=True, width="stretch", key="why_table",
        )  # fmt: skip
        total = sum((b - a for a, b in counted), timedelta())
        st.caption(_("Counted in all: {span}.").format(span=fmt_duration(total)))


def _started(file: CaseFile, decided: Entry) -> datetime:
    """When the clock started whose deadline an entry decided: an extension or a suspension is reckoned from there."""
    starts = [
        e.at
        for e in file.entries
        if e.seq <= decided.seq and e.move in BY_NAME and _STARTS_HANDLING in BY_NAME[e.move].effects
    ]
    return starts[-1] if starts else decided.at


def facts(file: CaseFile) -> None:
    """What was reported and who is responsible, as a two-column list."""
    case, world = file.case, session.world()
    channel = world.channels.get(case.channel)
    standard = world.standards.get(case.standard_id or "")
    street = world.streets.get(case.street_code)
    rows = [
        (_("Found"), fmt_instant(case.reported_at)),
        (_("Channel"), channel_name(channel) if channel else case.channel),
        (_("External number"), case.external_no or ""),
        (_("Street-town"), street_name(street) or case.street_code),
        (_("Committee"), org_name(world, case.committee_code) if case.committee_code else ""),
        (_("Address"), case.address),
        (_("Condition"), f"{condition_text(standard)} · {limit_text(standard)}" if standard else ""),
        (_("Closing condition"), closing_text(standard) if standard else ""),
        (_("Unit"), org_name(world, case.unit_code) if case.unit_code else ""),
        (
            _("Cooperating units"),
            ("、" if lang() == "zh_CN" else ", ").join(org_name(world, c) for c in case.partners.split()),
        ),
        (_("Responsible until another accepts"), org_name(world, case.responsible_unit) if case.first_unit else ""),
        (_("First unit asked"), org_name(world, case.first_unit) if case.first_unit else ""),
        (_("Matched row of the responsibility list"), _matched(case)),
        (_("Ordered by"), org_name(world, case.issuer_code) if case.issuer_code else ""),
        (_("Settled on"), org_name(world, case.settled_unit) if case.settled_unit else ""),
        (_("Verdict"), label(ClosingVerdict(case.verdict)) if case.verdict else ""),
        (_("Satisfaction"), label(Satisfaction(case.satisfaction)) if case.satisfaction else ""),
        (_("Action of the station"), label(SelfAction(case.self_action)) if case.self_action else ""),
    ]
    st.text(case.description)
    shown = [(name, value) for name, value in rows if value]
    st.table({md(name): md(value) for name, value in shown}, border="horizontal")


def _matched(case: Case) -> str:
    if case.rule_id:
        return case.rule_id
    if case.route == Route.ON_THE_SPOT:
        return ""
    if case.fallback:
        return _("none: fallback order")
    return _("chosen by hand") if case.unit_code else ""


def timeline_entries(file: CaseFile, world: World) -> list[TimelineEntry]:
    """The journal for the timeline, newest first."""
    by_seq: dict[int, list[str]] = {}
    for photo in file.photos:
        by_seq.setdefault(photo.seq, []).append(photo.id)
    found = []
    before: Case | None = None
    for entry in file.entries:
        after = evolve(before, entry)
        found.append(_timeline_entry(entry, before, after, by_seq.get(entry.seq, []), world))
        before = after
    return found[::-1]


def _timeline_entry(
    entry: Entry, before: Case | None, after: Case, photos: Sequence[str], world: World
) -> TimelineEntry:
    role = ROLES.get(Role(entry.actor_role)) if entry.actor_role in {str(r) for r in Role} else None
    notes = [text for name, text in _texts(entry)]
    return TimelineEntry(
        at=fmt_instant(entry.at),
        move=_(done_label(entry.move)),
        who=_(role.label) if role else "",
        org=org_name(world, entry.actor_org),
        note="\n".join(notes),
        changes=tuple(_changes(before, after, world)),
        photos=tuple(photos),
        kind="imported" if entry.imported else "move",
    )


def _texts(entry: Entry) -> list[tuple[str, str]]:
    """Answers of a form as sentences: texts as typed, choices by their labels."""
    move = BY_NAME.get(entry.move)
    asks = {a.name: a for a in move.asks} if move else {}
    found = []
    for name, value in entry.answers.items():
        ask = asks.get(name)
        if ask is not None and ask.field in (Field.PHOTOS, Field.UNIT, Field.UNITS, Field.STANDARD):
            continue
        word = _WORDS.get(str(value))
        shown = label(word) if word is not None and word in LABELS else str(value)
        found.append((name, f"{_(ask.label)}: {shown}" if ask is not None and name != "note" else shown))
    return found


def _changes(before: Case | None, after: Case, world: World) -> list[tuple[str, str]]:
    found = []
    if before is not None and before.status != after.status:
        found.append((_("Status"), f"{label(Status(before.status))} → {label(Status(after.status))}"))
    if before is not None and before.unit_code != after.unit_code and after.unit_code:
        found.append((_("Unit"), org_name(world, after.unit_code)))
    if after.handle_due_at is not None and (before is None or before.handle_due_at != after.handle_due_at):
        found.append((_("Handling due"), fmt_instant(after.handle_due_at)))
    return found
