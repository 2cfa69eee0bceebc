"""From rows of the store to what a person reads: names, lights and time left in the reader's language."""

from datetime import datetime

from components.board import Card, Column
from components.i18n import _, fmt_left, label, lang
from db.queries.board import Board, CardRow
from domain.text import N_
from domain.words import LimitUnit, Step
from domain.world import Category, Channel, Standard, Street, World

FLAG_LABELS: dict[str, str] = {
    "fallback": N_("Fallback"),
    "returned": N_("Returned"),
    "reworked": N_("Reworked"),
    "reopened": N_("Reopened"),
    "supervised": N_("Supervised"),
    "citizen": N_("Citizen waits"),
    "imported": N_("Imported"),
    "extension_asked": N_("Extension asked for"),
    "suspension_asked": N_("Suspension asked for"),
    "suspended": N_("Suspended"),
    "not_accepted_in_time": N_("Not accepted in time"),
}


def _either(chinese: str, english: str) -> str:
    """The words in the reader's language; Chinese where there are no English ones."""
    return english if lang() == "en" and english else chinese


def category_name(category: Category) -> str:
    """The class in the reader's language."""
    return _either(category.name, category.name_en)


def big_name(category: Category) -> str:
    """The big class (大类) of a class in the reader's language."""
    return _either(category.big_name, category.big_name_en)


def class_of(world: World, category_id: str) -> str:
    """The name of a class by its id; the id where a retired class is no longer in the snapshot."""
    found = world.categories.get(category_id)
    return category_name(found) if found else category_id


def channel_name(channel: Channel) -> str:
    """The channel in the reader's language."""
    return _either(channel.name, channel.name_en)


def org_name(world: World, code: str | None) -> str:
    """The name of a unit in the reader's language; a dash where there is none, the code where it is not known."""
    if code is None:
        return "—"
    found = world.orgs.get(code)
    return _either(found.name, found.name_en) if found else code


def district_name(world: World) -> str:
    """The district in the reader's language."""
    return _either(world.district_name, world.district_name_en)


def street_name(street: Street | None) -> str:
    """The street-town in the reader's language; nothing where there is none."""
    return _either(street.name, street.name_en) if street else ""


def street_short(street: Street) -> str:
    """The street-town without the word for its kind, for a map: 江宁路, Jiangning Road."""
    return street_name(street).removesuffix("街道").removesuffix(" Subdistrict")


def condition_text(standard: Standard) -> str:
    """The registration condition in the reader's language."""
    return _either(standard.condition, standard.condition_en)


def closing_text(standard: Standard) -> str:
    """The closing condition in the reader's language."""
    return _either(standard.closing_condition, standard.closing_condition_en)


def limit_text(standard: Standard) -> str:
    """A limit in words: 4 work hours."""
    unit = label(LimitUnit(standard.limit_unit))
    if standard.limit_value == 1 and lang() == "en":
        unit = unit.removesuffix("s")
    return _("{n} {unit}").format(n=standard.limit_value, unit=unit)


def left_text(due: datetime | None, at: datetime, *, exact: bool = True) -> str:
    """Time left or overdue in words; provisional deadlines say so."""
    if due is None:
        return ""
    words = fmt_left(due, at)
    return words if exact else f"{words} ({_('provisional')})"


def flags_of(row: CardRow, at: datetime) -> tuple[str, ...]:
    """Short labels of what is special about a case."""
    shown = []
    if row.fallback:
        shown.append(_(FLAG_LABELS["fallback"]))
    if row.returns:
        shown.append(_("Returned ×{n}").format(n=row.returns))
    if row.reworks:
        shown.append(_("Reworked ×{n}").format(n=row.reworks))
    if row.reopens:
        shown.append(_(FLAG_LABELS["reopened"]))
    if row.supervisions:
        shown.append(_(FLAG_LABELS["supervised"]))
    if row.extension_asked_at is not None:
        shown.append(_(FLAG_LABELS["extension_asked"]))
    if row.suspension_asked_at is not None:
        shown.append(_(FLAG_LABELS["suspension_asked"]))
    if row.suspended(at):
        shown.append(_(FLAG_LABELS["suspended"]))
    if row.citizen:
        shown.append(_(FLAG_LABELS["citizen"]))
    if row.status == "dispatched" and row.accept_due_at is not None and row.accept_due_at < at:
        shown.append(_(FLAG_LABELS["not_accepted_in_time"]))
    return tuple(shown)


def card(world: World, row: CardRow, at: datetime) -> Card:
    """A card of the board."""
    channel = world.channels.get(row.channel)
    return Card(
        no=row.no,
        title=class_of(world, row.category_id),
        place=row.address,
        unit=org_name(world, row.unit_code) if row.unit_code else label(row.status),
        light=row.light(at),
        left=left_text(row.stage_due_at, at, exact=row.stage_exact),
        whole_light=row.whole_light(at),
        flags=flags_of(row, at),
        channel=channel_name(channel) if channel else row.channel,
        version=row.version,
    )


def columns(world: World, found: Board, at: datetime) -> list[Column]:
    """The board's six columns."""
    return [
        Column(
            step=step,
            title=label(step),
            count=found.counts[step],
            more=found.counts[step] > len(found.cards[step]),
            cards=[card(world, row, at) for row in found.cards[step]],
        )
        for step in Step
    ]
