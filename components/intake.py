"""Parts of the intake page: what, where, who reported, and what will happen when it is saved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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
from components.draft import FormDraft
from components.errors import show_refusal
from components.escape import md
from components.i18n import _, fmt_duration, fmt_instant, fmt_number, label, translate
from components.light import light_badge
from components.photos import photo_field
from components.picker import category_picker, choose
from components.pickmap import Near, pick_point, set_point
from components.shell import link
from components.verbs import read
from db.photos import Photo
from db.queries.listing import Similar, similar
from domain.case import light_of
from domain.clock import deadline, in_office_hours
from domain.geo import Point, street_at
from domain.intake import allowed_channels
from domain.people import CENTRES, Actor, Role
from domain.routing import Place, Routing, route
from domain.text import Refused
from domain.words import PlaceKind, SelfAction, Tier
from domain.world import Category, Channel, Standard

EMPTY: dict[str, Any] = dict.fromkeys(
    ("in_how", "in_class", "in_standard", "in_channel", "in_found", "in_street", "in_committee", "in_lng", "in_lat",
     "in_action")
) | dict.fromkeys(("in_description", "in_result", "in_external", "in_name", "in_phone", "in_address"), "") | (
    dict.fromkeys(("in_social", "in_estate", "in_citizen"), False)
)  # fmt: skip
"""Every input of the form by its key, and what it holds when nothing was entered."""
FILLED = ("in_how", "in_channel", "in_street", "in_committee")
"""Inputs that the form fills in by itself."""

FREQUENT = ("M07001", "M06010", "M09005", "M06036", "M09010", "M06013", "C01003", "C03005")


def hows(actor: Actor) -> dict[str, str]:
    """The ways this person may open a case."""
    first = ("register", _("Register a case")) if actor.role in CENTRES else ("report", _("Report a case"))
    found = dict([first])
    if actor.role is not Role.DISTRICT_OFFICER:
        found["self_handle"] = _("Found and handled on the spot")
    return found


class Said:
    """The refusal of the last try: drawn beside the field that it is about, and at the end if no field is."""

    def __init__(self, refusal: Refused | None) -> None:
        self._refusal = refusal

    def beside(self, *fields: str) -> None:
        """Draw the refusal here if it is about one of these fields."""
        if self._refusal is not None and self._refusal.field in fields:
            self.rest()

    def rest(self) -> None:
        """Draw the refusal here if it was drawn nowhere else."""
        if self._refusal is not None:
            show_refusal(self._refusal)
        self._refusal = None


def what(how: str, said: Said) -> tuple[Category | None, Standard | None]:
    """The class by search, its registration condition with limit and closing condition, and the description."""
    category = category_picker(session.world(), "in_class", frequent=FREQUENT)
    said.beside("category_id")
    standard = _condition(category) if category is not None else None
    said.beside("standard_id")
    st.text_area(_("Description"), key="in_description", height=110)
    said.beside("description")
    if how == "self_handle":
        st.text_area(_("What was done"), key="in_result", height=80)
        said.beside("result")
    return category, standard


def _condition(category: Category) -> Standard | None:
    known = {s.id: s for s in category.standards if not s.retired}
    if session.kept("in_standard") not in (None, *known):
        session.keep("in_standard", None)
    if len(known) == 1 and session.kept("in_standard") is None:
        session.keep("in_standard", next(iter(known)))
    chosen = st.radio(
        _("Registration condition"),
        list(known),
        index=None,
        key="in_standard",
        format_func=lambda i: md(f"{condition_text(known[i])} · {limit_text(known[i])}"),
    )
    standard = known.get(chosen or "")
    if standard is not None:
        note = f" · {_('provisional limit')}" if standard.provisional else ""
        st.caption(md(_("Closing condition: {text}").format(text=closing_text(standard)) + note))
    return standard


def has_reporter(channel: Channel) -> bool:
    """Whether somebody outside the grid reported it: the form then asks for a number and a contact."""
    return channel.external_no_required or channel.group == "passive"


def _channel_chosen() -> None:
    """On a hotline a citizen waits for an answer, unless the form says otherwise afterwards."""
    code = session.kept("in_channel") or ""
    session.keep("in_citizen", code.startswith("H") and session.world().channels[code].external_no_required)


def source(actor: Actor, said: Said) -> None:
    """The channel, the number it demands, the reporter's contact, when it was found, and the flags."""
    world = session.world()
    codes = list(allowed_channels(world, actor))
    if session.kept("in_channel") not in codes:
        session.keep("in_channel", codes[0])
    code = st.selectbox(
        _("Discovery channel"),
        codes,
        key="in_channel",
        format_func=lambda c: channel_name(world.channels[c]),
        on_change=_channel_chosen,
    )
    said.beside("channel")
    if has_reporter(world.channels[code]):
        st.text_input(
            _("External number"),
            key="in_external",
            help=_("The number of the hotline order, or the link or title with its date for media reports"),
        )
        said.beside("external_no")
        left, right = st.columns(2)
        left.text_input(_("Reporter's name"), key="in_name")
        right.text_input(_("Reporter's telephone"), key="in_phone")
        said.beside("contact_name", "contact_phone")
    _found()
    said.beside("found_at")
    with st.container(horizontal=True, key="in_flags"):
        st.toggle(_("A citizen waits for an answer"), key="in_citizen")
        st.toggle(_("Inside a residential estate"), key="in_estate")
        st.toggle(_("Social governance matter"), key="in_social")
    if actor.role is Role.RESIDENTIAL_WORKER:
        if session.kept("in_action") not in (None, *(str(a) for a in SelfAction)):
            session.keep("in_action", None)
        st.segmented_control(
            _("What the station did"),
            [str(a) for a in SelfAction],
            key="in_action",
            format_func=lambda v: label(SelfAction(v)),
        )


def _found() -> None:
    """When it was found, in the district's time; empty means now. A draft keeps it as text."""
    kept = session.kept("in_found")
    if isinstance(kept, str):
        session.keep("in_found", datetime.fromisoformat(kept))
    st.datetime_input(
        f"{_('Found earlier')} ({_('optional')})",
        value=None,
        key="in_found",
        format="YYYY-MM-DD",
        step=300,
        help=_("Date and time on the clock here; leave it empty for now"),
    )


def where(actor: Actor, near: Sequence[Similar], said: Said) -> Point | None:
    """Street-town, committee, address and the point; a point gives the street-town by its boundary."""
    world, at = session.world(), session.now()
    codes = [s for s in world.streets if actor.street_code in (None, s)]
    if session.kept("in_street") not in codes:
        session.keep("in_street", actor.street_code)
    if session.kept("in_lng") and not session.kept("_in_map_point"):
        set_point(world, "in_map", (float(session.kept("in_lng")), float(session.kept("in_lat"))))
    dots = [
        Near(
            s.row.lng_e6 / 1e6,
            s.row.lat_e6 / 1e6,
            light_of(at, s.row.stage_yellow_at, s.row.stage_due_at),
            f"{s.row.no} {s.row.address}",
        )
        for s in near
        if s.row.lng_e6 is not None and s.row.lat_e6 is not None
    ]
    point = pick_point(
        world, "in_map", near=dots, focus=session.kept("in_street"), height=380, on_pick=_street_of_point
    )
    said.beside("point")
    if point is not None:
        session.keep("in_lng", f"{point[0]:.6f}")
        session.keep("in_lat", f"{point[1]:.6f}")
    street = st.selectbox(
        _("Street-town"),
        codes,
        index=None,
        key="in_street",
        format_func=lambda c: street_name(world.streets[c]),
        placeholder=_("Tap the map or choose"),
    )
    said.beside("street_code")
    found = street_at(world, *point) if point is not None else None
    if found is not None and found.code != street:
        name = md(street_name(found))
        st.warning(_("The point lies in {street}, not in the street-town chosen.").format(street=name))
    committees = [o.code for o in world.orgs.values() if o.tier is Tier.RESIDENTIAL and o.street_code == street]
    if session.kept("in_committee") not in committees:
        session.keep("in_committee", actor.org if actor.tier is Tier.RESIDENTIAL else None)
    st.selectbox(
        f"{_('Committee')} ({_('optional')})",
        committees,
        index=None,
        key="in_committee",
        format_func=lambda c: org_name(world, c),
        placeholder=_("Choose a committee"),
    )
    said.beside("committee_code", "station_code")
    st.text_input(_("Address"), key="in_address")
    said.beside("address")
    return point


def _street_of_point(point: Point) -> None:
    street = street_at(session.world(), *point)
    if street is not None:
        session.keep("in_street", street.code)


def photo_key(part: str) -> str:
    """The key of an upload field. A saved form's files stay with that form: the next one has a field of its own."""
    return f"in_photos_{part}_{session.kept('_intake_round', 0)}"


def photos(draft: FormDraft, part: str, title: str, *, required: int = 0) -> tuple[Photo, ...]:
    """A photo field whose photos survive in the draft; a place in a photo is offered, never taken silently."""

    def use(point: Point) -> None:
        if set_point(session.world(), "in_map", point) == point:
            _street_of_point(point)

    with st.container(key=f"in_photos_{part}"):
        taken = photo_field(title, photo_key(part), on_place=use, required=required)
    everything = draft.photos(part, taken.photos)
    kept = [p for p in everything if p not in taken.photos]
    if kept:
        st.caption(_("Kept from your draft"))
        for row in range(0, len(kept), 3):
            for column, photo in zip(st.columns(3), kept[row : row + 3], strict=False):
                column.image(photo.thumb, width=150)
                column.button(
                    _("Remove"), key=f"drop_{part}_{photo.sha256[:12]}", on_click=draft.drop_photo,
                    args=(part, photo.sha256),
                )  # fmt: skip
    return everything


def near_cases(actor: Actor, category: Category | None) -> tuple[Similar, ...]:
    """Open or recent cases of the same class near the point, or in the same committee."""
    if category is None:
        return ()
    world = session.world()
    point: Point | None = session.kept("_in_map_point")
    if point is None and session.kept("in_lng"):  # a draft that has just come back: the map is drawn below
        point = (float(session.kept("in_lng")), float(session.kept("in_lat")))
    return read(
        similar,
        actor,
        category_id=category.id,
        point=(round(point[0] * 1e6), round(point[1] * 1e6)) if point else None,
        committee=session.kept("in_committee"),
        at=session.now(),
        radius_m=world.limits.similar_radius_m,
        days=world.limits.similar_days,
    )


def place() -> Place | None:
    """The place of the form as routing asks for it."""
    street = session.kept("in_street")
    if not street:
        return None
    committee = session.kept("in_committee")
    unit = session.world().orgs.get(committee or "")
    kind = PlaceKind.ESTATE if session.kept("in_estate") else PlaceKind.STREET
    return Place(street, kind, unit.parent if unit else None, committee)


def forecast(category: Category | None, standard: Standard | None, near: Sequence[Similar]) -> None:
    """What will happen: the deadline and why, the unit and why, similar cases near by."""
    world, at = session.world(), session.now()
    st.subheader(_("Before you save"), anchor=False)
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        st.markdown(f"**{_('Handling deadline')}**")
        if standard is None:
            st.caption(_("Choose a class and a condition."))
        else:
            _deadline(standard, at)
    with right.container(border=True, height="stretch"):
        st.markdown(f"**{_('Goes to')}**")
        spot = place()
        if category is None or spot is None:
            st.caption(_("Choose a class and a street-town."))
        else:
            today = at.astimezone(ZoneInfo(world.calendar.zone)).date()
            _routing(route(world, category, spot, today))
    if near:
        _similar(near, at)


def _deadline(standard: Standard, at: datetime) -> None:
    end = deadline(session.world().calendar, at, standard.limit_value, standard.limit_unit)
    st.markdown(f"{fmt_instant(end.due)}")
    st.caption(left_text(end.due, at, exact=end.exact))
    if not end.exact:
        st.caption(_("Provisional: the work days of that time are not announced yet."))
    if not in_office_hours(session.world().calendar, at):
        st.caption(_("Found outside office hours: it counts as after hours."))
    with st.expander(_("Why this deadline")):
        st.caption(_("Limit: {limit}, if the order is given now.").format(limit=limit_text(standard)))
        for interval in end.intervals:
            counted = fmt_duration(interval.counted) if interval.counted else "—"
            st.caption(
                f"{fmt_instant(interval.start, year=False)} – {fmt_instant(interval.end, year=False)} · {counted} · "
                f"{md(translate(interval.why))}"
            )


def _routing(found: Routing) -> None:
    st.markdown(md(org_name(session.world(), found.unit.code if found.unit else None)))
    st.caption(md(translate(found.why)))
    if found.unit is not None and found.unit.synthetic:
        st.caption(_("Invented for demonstration."))
    if found.others:
        with st.expander(_("Other rows that fit")):
            for match in found.others:
                st.caption(md(f"{match.rule.id} · {org_name(session.world(), match.unit.code)}"))


def _similar(near: Sequence[Similar], at: datetime) -> None:
    world = session.world()
    with st.container(border=True, key="similar"):
        st.markdown(f"**{_('Similar cases near by')}** · {len(near)}")
        for item in near:
            row = item.row
            parts = [row.no, class_of(world, row.category_id), row.address]
            if item.metres is not None:
                parts.append(_("{n} m").format(n=fmt_number(round(item.metres))))
            with st.container(horizontal=True, vertical_alignment="center"):
                light_badge(light_of(at, row.stage_yellow_at, row.stage_due_at))
                link("case", md(" · ".join(parts)), no=row.no)


def clear_choice() -> None:
    """Empty what the pickers keep outside their widgets, and start the next form."""
    choose("in_class", None)
    for key in ("_in_map_point", "_in_map_refused", "in_map_lng", "in_map_lat", "in_map_map"):
        session.drop(key)
    session.keep("_intake_round", session.kept("_intake_round", 0) + 1)
