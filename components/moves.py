"""Buttons and forms of a case, drawn from the table of moves: exactly those that this person may press now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from components import session
from components.cards import category_name, condition_text, limit_text, org_name
from components.errors import show_refusal
from components.escape import md
from components.i18n import _, label, translate
from components.photos import photo_field, photos_in
from components.verbs import act, read
from db.photos import Photo
from db.queries.file import case_file
from domain.case import Case
from domain.decide import place_of
from domain.machine import Ask, Field, Move, moves_for
from domain.moves import BY_NAME, MOVES
from domain.people import Actor
from domain.routing import route
from domain.text import Clash, Refused
from domain.words import Route
from domain.world import Org, World

_MORE = "more_moves"
_BESIDE = 3
"""Buttons that stand in the row beside the next step; the rest are in a list that opens."""


@dataclass(frozen=True, slots=True)
class _Open:
    """The form that is open on a case: its move, the version at which it was opened, and the one last seen.

    The inputs' keys carry the version of the opening, so that nothing typed is lost when somebody else is faster; the
    command carries the version seen, so that it is refused once, with the sentence who was first.
    """

    move: str
    opened: int
    seen: int


def _slot(no: str) -> str:
    return f"_form:{no}"


def _open_form(no: str) -> _Open | None:
    found = session.kept(_slot(no))
    return _Open(*found) if found else None


def _key(no: str, form: _Open, ask: Ask) -> str:
    return f"ask_{no}_{form.opened}_{form.move}_{ask.name}"


def draw_moves(case: Case, actor: Actor) -> None:
    """The row of buttons, and under it the form of the one that was pressed. A move without questions acts at once."""
    world, at = session.world(), session.now()
    legal = moves_for(MOVES, case, actor, world, at)
    if not legal:
        st.caption(_("Nothing for you to do in this case now."))
        return
    row, more = _split(legal)
    with st.container(horizontal=True, key="moves"):
        for move in row:
            _button(case, move)
        if more:
            with st.popover(_("More"), key=_MORE, on_change="rerun", icon=":material/more_horiz:"):
                for move in more:
                    _button(case, move)
    form = _open_form(case.no)
    if form is not None and form.move in {m.name for m in legal}:
        _draw_form(case, actor, form, world)


def _split(legal: Sequence[Move]) -> tuple[list[Move], list[Move]]:
    """The moves that stay in the row: the next step, a decision somebody waits for, and the first few others."""
    first = [m for m in legal if m.primary or m.decides]
    others = [m for m in legal if m not in first]
    beside = others if len(others) == _BESIDE + 1 else others[:_BESIDE]  # no list for a single button
    row = first + beside
    return row, [m for m in legal if m not in row]


def _button(case: Case, move: Move) -> None:
    st.button(
        _(move.label),
        key=f"move_{move.name}",
        type="primary" if move.primary else "secondary",
        on_click=_press,
        args=(case.no, case.version, move.name),
    )


def _draw_form(case: Case, actor: Actor, form: _Open, world: World) -> None:
    move = BY_NAME[form.move]
    refusal: Refused | None = session.kept(f"_fault:{case.no}")
    session.drop(f"_fault:{case.no}")
    with st.container(border=True, key="move_form"):
        st.subheader(_(move.label), anchor=False)
        for ask in move.asks:
            key = _key(case.no, form, ask)
            if ask.field is Field.PHOTOS:
                photo_field(_ask_label(ask), key, limit=ask.limit, required=ask.least)
            else:
                _widget(ask, key, case, actor, move, world)
            if refusal is not None and refusal.field == ask.name:
                show_refusal(refusal)
                refusal = None
        if refusal is not None:
            show_refusal(refusal)
        with st.container(horizontal=True):
            with st.container(key="move_submit", width="content"):
                st.button(
                    _(move.label), key=f"submit_{case.no}_{form.opened}_{move.name}", type="primary",
                    icon=":material/check:", on_click=_submit, args=(case.no, form.move, form.opened),
                )  # fmt: skip
            st.button(_("Cancel"), key="move_cancel", on_click=session.drop, args=(_slot(case.no),))


def _press(no: str, version: int, name: str) -> None:
    """A button of the row: open its form, or act at once when there is nothing to ask. The list of more closes."""
    if session.kept(_MORE):
        session.keep(_MORE, False)
    if BY_NAME[name].asks:
        session.keep(_slot(no), (name, version, version))
        return
    actor = session.current()
    if actor is None:
        return
    try:
        act(actor, name, no, version, form=f"{no}:{version}:{name}")
    except Refused as refusal:
        session.keep(f"_refused:{no}", refusal)


def _submit(no: str, name: str, opened: int) -> None:
    """The button of a form. A second tap finds the form gone and does nothing."""
    form, actor = _open_form(no), session.current()
    if actor is None or form is None or (form.move, form.opened) != (name, opened):
        return
    answers, photos = _answers(no, form)
    try:
        act(actor, name, no, form.seen, answers=answers, photos=photos, form=f"{no}:{opened}:{name}")
    except Clash as clash:
        session.keep(f"_refused:{no}", clash)
        file = read(case_file, actor, no)
        if file is not None:  # the page now shows the present state: pressing again is a decision about that
            session.keep(_slot(no), (name, opened, file.case.version))
    except Refused as refusal:
        session.keep(f"_fault:{no}", refusal)
    else:
        session.drop(_slot(no))


def _answers(no: str, form: _Open) -> tuple[dict[str, Any], tuple[Photo, ...]]:
    """What stands in the inputs of the open form now, without those left empty; and its photos."""
    given: dict[str, Any] = {}
    photos: tuple[Photo, ...] = ()
    for ask in BY_NAME[form.move].asks:
        key = _key(no, form, ask)
        value = session.kept(key)
        if ask.field is Field.PHOTOS:
            photos = photos_in(key, limit=ask.limit)
        elif ask.field is Field.TEXT:
            given[ask.name] = (value or "").strip()
        elif ask.field is Field.CHOICE:
            given[ask.name] = next((c for c in ask.choices if str(c) == value), value)
        elif ask.field is Field.UNITS:
            given[ask.name] = tuple(value or ())
        else:
            given[ask.name] = value.isoformat() if isinstance(value, date) else value
    return {name: value for name, value in given.items() if value not in (None, "", ())}, photos


def take_refusal(no: str) -> Refused | None:
    """The refusal that is about the case, not about an input, once: the page shows it above the buttons."""
    found: Refused | None = session.kept(f"_refused:{no}")
    session.drop(f"_refused:{no}")
    return found


def _ask_label(ask: Ask) -> str:
    return _(ask.label) if ask.required else f"{_(ask.label)} ({_('optional')})"


def _widget(ask: Ask, key: str, case: Case, actor: Actor, move: Move, world: World) -> None:
    text = _ask_label(ask)
    if ask.field is Field.TEXT:
        st.text_area(text, key=key, height=90, help=_(ask.help) if ask.help else None)
    elif ask.field is Field.CHOICE:
        default = Route.SINGLE_OWNER if ask.name == "route" else None
        options = [str(c) for c in ask.choices]
        st.segmented_control(
            text,
            options,
            key=key,
            default=str(default) if default else None,
            format_func=lambda v: label(next(c for c in ask.choices if str(c) == v)),
            required=default is not None,
        )
    elif ask.field is Field.STANDARD:
        _standard(text, key, case, world)
    elif ask.field is Field.UNIT:
        _unit(text, key, case, actor, move, world)
    elif ask.field is Field.UNITS:
        codes = [o.code for o in orderable(world, actor)]
        st.multiselect(text, codes, key=key, format_func=lambda c: org_name(world, c), placeholder=_("Choose units"))
    else:
        tomorrow = session.now().astimezone(ZoneInfo(world.calendar.zone)).date() + timedelta(days=1)
        st.date_input(text, value=tomorrow + timedelta(days=2), key=key, format="YYYY-MM-DD")


def _standard(text: str, key: str, case: Case, world: World) -> None:
    category = world.categories[case.category_id]
    known = {s.id: s for s in category.standards if not s.retired}
    ids = list(known)
    index = ids.index(case.standard_id) if case.standard_id in known else (0 if len(ids) == 1 else None)
    st.selectbox(
        f"{text} · {category_name(category)}",
        ids,
        index=index,
        key=key,
        format_func=lambda i: f"{condition_text(known[i])} · {limit_text(known[i])}",
        placeholder=_("Choose a condition"),
    )


def orderable(world: World, actor: Actor) -> list[Org]:
    """Units that this person may order: a centre's own area and the departments and utilities outside it."""
    return [
        o
        for o in world.orgs.values()
        if o.direct_dispatch
        and o.code != actor.org
        and (actor.street_code is None or o.street_code in (None, actor.street_code))
    ]


def _unit(text: str, key: str, case: Case, actor: Actor, move: Move, world: World) -> None:
    units = orderable(world, actor)
    if move.name == "pass_on":
        units = [o for o in units if o.street_code == actor.street_code and o.kind != "street_town"]
    if move.name == "redispatch":
        units = [o for o in units if o.code != case.unit_code]
    if move.name == "settle":  # a unit may find that it is itself responsible
        units = [o for o in world.orgs.values() if o.direct_dispatch]
    proposed: str | None = None
    if move.name in ("dispatch", "settle") and case.category_id in world.categories:
        today = session.now().astimezone(ZoneInfo(world.calendar.zone)).date()
        found = route(world, world.categories[case.category_id], place_of(case), today)
        if found.unit is not None and not found.fallback:
            proposed = found.unit.code
        st.caption(md(translate(found.why)))
    codes = [o.code for o in units]
    codes.sort(key=lambda c: (c != proposed, world.orgs[c].street_code != case.street_code))
    st.selectbox(
        text,
        codes,
        index=0 if proposed in codes else None,
        key=key,
        format_func=lambda c: org_name(world, c),
        placeholder=_("Choose a unit"),
    )
