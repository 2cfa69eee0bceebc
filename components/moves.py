"""Buttons and forms of a case, drawn from the table of moves: exactly those that this person may press now."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from components import session
from components.cards import category_name, limit_text, org_name
from components.errors import show_refusal
from components.escape import md
from components.i18n import _, label, translate
from components.photos import photo_field
from components.verbs import act
from db.photos import Photo
from domain.case import Case
from domain.decide import place_of
from domain.machine import Ask, Field, Move, moves_for
from domain.moves import BY_NAME, MOVES
from domain.people import Actor
from domain.routing import route
from domain.text import Refused
from domain.words import Route
from domain.world import Org, World


def _form(case: Case, move: Move) -> str:
    return f"{case.no}:{case.version}:{move.name}"


def _choose(no: str, move: str | None) -> None:
    session.keep(f"_move:{no}", move)


def draw_moves(case: Case, actor: Actor) -> None:
    """The row of buttons, and under it the form of the one that was pressed. A move without questions acts at once."""
    world, at = session.world(), session.now()
    legal = moves_for(MOVES, case, actor, world, at)
    if not legal:
        st.caption(_("Nothing for you to do in this case now."))
        return
    chosen: str | None = session.kept(f"_move:{case.no}")
    with st.container(horizontal=True, key="moves"):
        for move in legal:
            pressed = st.button(
                _(move.label),
                key=f"move_{move.name}",
                type="primary" if move.primary else "secondary",
            )
            if pressed and not move.asks:
                _make(case, actor, move, {}, ())
            elif pressed:
                _choose(case.no, move.name)
                chosen = move.name
    if chosen in {m.name for m in legal}:
        _draw_form(case, actor, BY_NAME[chosen], world)


def _draw_form(case: Case, actor: Actor, move: Move, world: World) -> None:
    with st.container(border=True, key="move_form"):
        st.subheader(_(move.label), anchor=False)
        answers: dict[str, Any] = {}
        photos: tuple[Photo, ...] = ()
        for ask in move.asks:
            key = f"ask_{case.no}_{case.version}_{move.name}_{ask.name}"
            if ask.field is Field.PHOTOS:
                photos = photo_field(_ask_label(ask), key, limit=ask.limit, required=ask.least).photos
                continue
            answers[ask.name] = _widget(ask, key, case, actor, move, world)
        fault: Refused | None = session.kept(f"_fault:{case.no}")
        if fault is not None:
            show_refusal(fault)
            session.drop(f"_fault:{case.no}")
        with st.container(horizontal=True):
            if st.button(_(move.label), key="move_submit", type="primary", icon=":material/check:"):
                _make(case, actor, move, answers, photos)
            st.button(_("Cancel"), key="move_cancel", on_click=_choose, args=(case.no, None))


def _make(case: Case, actor: Actor, move: Move, answers: Mapping[str, Any], photos: tuple[Photo, ...]) -> None:
    given = {name: value for name, value in answers.items() if value not in (None, "", ())}
    try:
        act(actor, move.name, case.no, case.version, answers=given, photos=photos, form=_form(case, move))
    except Refused as refusal:
        if not move.asks:
            session.keep(f"_refused:{case.no}", refusal)
        else:
            session.keep(f"_fault:{case.no}", refusal)
    else:
        _choose(case.no, None)
    st.rerun()


def take_refusal(no: str) -> Refused | None:
    """The refusal of a move without a form, once: the page shows it above the buttons."""
    found: Refused | None = session.kept(f"_refused:{no}")
    session.drop(f"_refused:{no}")
    return found


def _ask_label(ask: Ask) -> str:
    return _(ask.label) if ask.required else f"{_(ask.label)} ({_('optional')})"


def _widget(ask: Ask, key: str, case: Case, actor: Actor, move: Move, world: World) -> Any:
    text = _ask_label(ask)
    if ask.field is Field.TEXT:
        value = st.text_area(text, key=key, max_chars=ask.limit, height=90, help=_(ask.help) if ask.help else None)
        return value.strip()
    if ask.field is Field.CHOICE:
        default = Route.SINGLE_OWNER if ask.name == "route" else None
        options = [str(c) for c in ask.choices]
        picked = st.segmented_control(
            text,
            options,
            key=key,
            default=str(default) if default else None,
            format_func=lambda v: label(next(c for c in ask.choices if str(c) == v)),
            required=default is not None,
        )
        return next((c for c in ask.choices if str(c) == picked), None)
    if ask.field is Field.STANDARD:
        return _standard(text, key, case, world)
    if ask.field is Field.UNIT:
        return _unit(text, key, case, actor, move, world)
    if ask.field is Field.UNITS:
        codes = [o.code for o in orderable(world, actor)]
        chosen = st.multiselect(
            text, codes, key=key, format_func=lambda c: org_name(world, c), placeholder=_("Choose units")
        )
        return tuple(chosen)
    tomorrow = session.now().astimezone(ZoneInfo(world.calendar.zone)).date() + timedelta(days=1)
    day: date = st.date_input(text, value=tomorrow + timedelta(days=2), min_value=tomorrow, key=key)
    return day.isoformat()


def _standard(text: str, key: str, case: Case, world: World) -> str | None:
    category = world.categories[case.category_id]
    known = {s.id: s for s in category.standards if not s.retired}
    ids = list(known)
    index = ids.index(case.standard_id) if case.standard_id in known else (0 if len(ids) == 1 else None)
    return st.selectbox(
        f"{text} · {category_name(category)}",
        ids,
        index=index,
        key=key,
        format_func=lambda i: f"{known[i].condition} · {limit_text(known[i])}",
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


def _unit(text: str, key: str, case: Case, actor: Actor, move: Move, world: World) -> str | None:
    units = orderable(world, actor)
    if move.name == "pass_on":
        units = [o for o in units if o.street_code == actor.street_code and o.kind != "street_town"]
    proposed: str | None = None
    if move.name in ("dispatch", "settle") and case.category_id in world.categories:
        today = session.now().astimezone(ZoneInfo(world.calendar.zone)).date()
        found = route(world, world.categories[case.category_id], place_of(case), today)
        if found.unit is not None and not found.fallback:
            proposed = found.unit.code
        st.caption(md(translate(found.why)))
    codes = [o.code for o in units]
    codes.sort(key=lambda c: (c != proposed, world.orgs[c].street_code != case.street_code))
    return st.selectbox(
        text,
        codes,
        index=0 if proposed in codes else None,
        key=key,
        format_func=lambda c: org_name(world, c),
        placeholder=_("Choose a unit"),
    )
