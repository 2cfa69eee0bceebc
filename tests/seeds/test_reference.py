"""What the reference files of Jing'an say: counts, the tree, the catalogue, who owns what."""

import re
from collections import Counter
from datetime import date

import pytest

from domain.people import CENTRES, Role, actor_at, role_fits
from domain.routing import Place, route
from domain.words import Kind, LimitUnit, PlaceKind, Tier
from domain.world import World
from seeds.english import place_en
from seeds.reference import SEEDS, read
from seeds.rows import OrganisationRow, ReferenceData

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def data() -> ReferenceData:
    return read("jingan")


def test_the_files_have_the_rows_their_source_has(data: ReferenceData) -> None:
    assert {
        "classes": len(data.categories),
        "limits": sum(not s.provisional for s in data.standards),
        "channels": len(data.channels),
        "streets": len(data.streets),
        "days": len(data.days),
        "checklist items": len(data.checklists),
        "KPIs": len(data.kpis),
        "score parts": len(data.scores),
        "terms": len(data.terms),
        "clauses": len(data.clauses),
    } == {
        "classes": 413,
        "limits": 97,
        "channels": 23,
        "streets": 14,
        "days": 4383,
        "checklist items": 68,
        "KPIs": 71,
        "score parts": 30,
        "terms": 254,
        "clauses": 154,
    }


def test_144_clauses_are_to_be_built_9_recorded_and_one_lies_outside(data: ReferenceData) -> None:
    assert Counter(c.scope for c in data.clauses) == {"build": 144, "record": 9, "outside": 1}


def test_every_quote_occurs_in_the_opinion_character_for_character(data: ReferenceData) -> None:
    opinion = (SEEDS / "reference" / "opinion_2016.txt").read_text(encoding="utf-8")
    quotes = [
        *(clause.quote for clause in data.clauses),
        *(phrase for row in (*data.channels, *data.checklists) for phrase in (row.seed_phrase, row.seed_phrase_2)),
        *(org.seed_phrase for org in data.organisations),
    ]
    assert [quote for quote in quotes if quote not in opinion] == []
    assert sum(bool(clause.quote) for clause in data.clauses) == 154


def test_the_classes_without_an_owner_are_listed_in_the_documentation(data: ReferenceData) -> None:
    text = (SEEDS.parent / "docs" / "data-sources.md").read_text(encoding="utf-8")
    names = {c.id: f"{c.code} {c.name}" for c in data.categories}
    assert [names[id] for id in NOBODY if names[id] not in text] == []


def test_the_catalogue_has_153_components_250_matters_and_10_local_ones(data: ReferenceData) -> None:
    assert Counter((c.standard_ref, c.kind) for c in data.categories) == {
        ("GB/T 47678.5-2026", "component"): 153,
        ("GB/T 47678.5-2026", "matter"): 250,
        ("LOCAL", "matter"): 10,
    }


def test_only_local_classes_are_not_marked_as_transcribed(data: ReferenceData) -> None:
    assert {c.standard_ref for c in data.categories if c.origin != "transcribed"} == {"LOCAL"}
    assert {c.origin for c in data.categories if c.standard_ref == "LOCAL"} == {"own_proposal"}


def test_every_class_has_its_own_english_name(data: ReferenceData) -> None:
    names = Counter((c.kind, c.name_en) for c in data.categories)
    assert [name for name, count in names.items() if count > 1] == []
    assert [c.id for c in data.categories if not c.name_en] == []


def test_a_class_that_mirrors_a_component_is_named_after_it(data: ReferenceData) -> None:
    by_id = {c.id: c for c in data.categories}
    assert by_id["M01001"].name_en == "Water supply manhole cover: fault"
    assert sum(bool(c.mirror_of) for c in data.categories) == 153


@pytest.mark.parametrize(
    ("id", "pinyin", "initials"),
    [
        ("C01001", "gongshuijinggai", "gsjg"),
        ("C04002", "xingdaoshu", "xds"),
        ("C01049", "ranqitiaoyazhanxiang", "rqtyzx"),
        ("C01066", "jinjibaojingdiansos", "jjbjdsos"),
        ("M10993", "gaokongzhuiwu", "gkzw"),
    ],
)
def test_classes_can_be_found_by_pinyin_and_initials(data: ReferenceData, id: str, pinyin: str, initials: str) -> None:
    found = next(c for c in data.categories if c.id == id)
    assert (found.pinyin, found.initials) == (pinyin, initials)


@pytest.mark.clause("2.3-1", partly=True)
def test_every_class_has_a_condition_a_limit_and_a_closing_condition(data: ReferenceData) -> None:
    covered = {s.category_id for s in data.standards if s.condition and s.limit_value and s.closing_condition}
    assert covered == {c.id for c in data.categories}


def test_a_class_without_a_limit_gets_a_provisional_one(data: ReferenceData) -> None:
    by_id = {s.id: s for s in data.standards}
    gaps = {id: (by_id[id].limit_value, by_id[id].limit_unit, by_id[id].provisional) for id in by_id if id[-2:] == "-0"}
    assert gaps["C01005-0"] == (3, LimitUnit.WORK_DAY, True)
    assert gaps["M01001-0"] == (3, LimitUnit.WORK_DAY, True)
    assert gaps["M06002-0"] == (1, LimitUnit.WORK_DAY, True)
    assert {s.category_id for s in data.standards if s.provisional}.isdisjoint(
        s.category_id for s in data.standards if not s.provisional
    )


def chain(data: ReferenceData, code: str) -> list[OrganisationRow]:
    by_code = {org.code: org for org in data.organisations}
    found = [by_code[code]]
    while found[-1].parent_code is not None:
        found.append(by_code[found[-1].parent_code])
    return found


def test_the_tree_has_the_units_of_the_opinion(data: ReferenceData) -> None:
    kinds = Counter(org.kind for org in data.organisations)
    assert {kind: kinds[kind] for kind in ("district_centre", "street_centre", "block_station")} == {
        "district_centre": 1,
        "street_centre": 14,
        "block_station": 32,
    }
    assert (kinds["residential_station"], kinds["street_agency"], len(data.organisations)) == (274, 98, 460)


@pytest.mark.clause("2.1-2", partly=True)
def test_every_residential_station_rolls_up_once_through_the_four_tiers(data: ReferenceData) -> None:
    for org in data.organisations:
        if org.kind != "residential_station":
            continue
        above = chain(data, org.code)
        assert [unit.kind for unit in above] == [
            "residential_station",
            "block_station",
            "street_centre",
            "street_town",
            "government",
        ]
        assert {unit.street_code for unit in above[:4]} == {org.street_code}
        assert [unit.tier for unit in above] == [Tier.RESIDENTIAL, Tier.BLOCK, Tier.STREET, Tier.STREET, Tier.DISTRICT]


@pytest.mark.clause("2.1-2", partly=True)
@pytest.mark.clause("2.1-6")
def test_only_the_centres_of_the_two_upper_tiers_are_platforms_that_accept_and_dispatch(jingan: World) -> None:
    platforms = {code for code in jingan.orgs for role in CENTRES if role_fits(jingan, role, code)}
    assert platforms == {"QWG", *(f"JC{street[-3:]}" for street in jingan.streets)}


def test_every_leaf_of_the_tree_is_counted_once_at_the_root(data: ReferenceData) -> None:
    parents = {org.parent_code for org in data.organisations}
    leaves = [org.code for org in data.organisations if org.code not in parents]
    outside = {org.code for org in data.organisations if org.tier == Tier.EXTERNAL}
    ends = Counter(chain(data, leaf)[-1].code for leaf in leaves if leaf not in outside)
    assert ends == {"JA": len(leaves) - len(outside)}


@pytest.mark.clause("2.1-14", partly=True)
def test_every_committee_has_exactly_one_residential_station(data: ReferenceData) -> None:
    stations = [org.committee_code for org in data.organisations if org.kind == "residential_station"]
    assert len(stations) == len(set(stations)) == 274
    by_street = Counter(code[:9] for code in stations if code)
    assert by_street["310106101"] == 40
    assert by_street.keys() == {street.code for street in data.streets}


def test_committees_are_spread_evenly_over_the_block_stations_of_their_street(data: ReferenceData) -> None:
    counts = Counter(org.parent_code for org in data.organisations if org.kind == "residential_station")
    for street in data.streets:
        here = [
            counts[o.code] for o in data.organisations if o.kind == "block_station" and o.street_code == street.code
        ]
        assert max(here) - min(here) <= 1


def test_two_stations_never_have_the_same_name(data: ReferenceData) -> None:
    names = Counter(org.name for org in data.organisations)
    assert [name for name, count in names.items() if count > 1] == []
    by_code = {org.code: org.name for org in data.organisations}
    assert by_code["JM006002"] == "新安居民区工作站"
    assert by_code["JM006003"] == "江宁路街道永乐居民区工作站"


def test_everything_that_a_screen_names_has_an_english_name_without_chinese(data: ReferenceData) -> None:
    names = [
        *(org.name_en for org in data.organisations),
        *(street.name_en for street in data.streets),
        *(channel.name_en for channel in data.channels),
        *(words for c in data.categories for words in (c.name_en, c.big_name_en)),
        *(words for s in data.standards for words in (s.condition_en, s.closing_condition_en)),
    ]
    assert [name for name in names if not name or re.search("[\u3000-\u9fff\uff00-\uffef]", name)] == []


def test_no_two_units_share_an_english_name(data: ReferenceData) -> None:
    names = Counter(org.name_en for org in data.organisations)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("JGW", "District Construction and Management Commission"),
        ("JD006", "Jiangning Road Subdistrict"),
        ("JD101", "Pengpu Town"),
        ("JC013", "Jing'an Temple Subdistrict Grid Centre"),
        ("JQ03", "Shimen 2nd Road Subdistrict Block Station No. 1"),
        ("PC016", "North Railway Station Subdistrict Police Station"),
        ("JM006002", "Xin'an Residential Station"),
        ("JM006003", "Jiangning Road Subdistrict Yongle Residential Station"),
    ],
)
def test_a_unit_has_its_english_name(data: ReferenceData, code: str, name: str) -> None:
    assert {org.code: org.name_en for org in data.organisations}[code] == name


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("达安花园", "Da'an Garden"),
        ("绿园", "Lüyuan"),
        ("场中路二千八百弄", "Changzhong Road Lane 2800"),
        ("洛川中路一千一百弄", "Luochuan Middle Road Lane 1100"),
        ("临汾路一二四四弄", "Linfen Road Lane 1244"),
        ("临汾路九十九弄", "Linfen Road Lane 99"),
        ("谈家桥八十弄", "Tanjiaqiao Lane 80"),
        ("蕃瓜弄", "Fangualong"),
        ("共康四村第二", "Gongkang No. 4 Village No. 2"),
        ("又一村", "Youyicun"),
        ("十", "Shi"),
    ],
)
def test_a_neighbourhood_is_called_by_its_pinyin_with_roads_lanes_and_villages_translated(
    name: str, english: str
) -> None:
    assert place_en(name) == english


def test_what_is_invented_is_marked(data: ReferenceData) -> None:
    assert {org.kind for org in data.organisations if org.synthetic} == {"block_station", "street_agency"}
    assert {org.synthetic for org in data.organisations if org.kind in ("block_station", "street_agency")} == {True}


def test_utilities_take_orders_without_a_login_and_own_classes_with_limits(data: ReferenceData) -> None:
    utilities = [org for org in data.organisations if org.kind == "utility"]
    assert {org.code for org in utilities} == {"RQ", "GS", "YD", "DL"}
    assert {(org.direct_dispatch, org.has_login, org.tier) for org in utilities} == {(True, False, Tier.EXTERNAL)}
    assert {org.code for org in utilities} <= {rule.org for rule in data.rules}


@pytest.mark.clause("2.5-3")
@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("工作督查巡查", "DSUP"),
        ("街面巡管执勤", "STRT"),
        ("视频巡逻", "VIDE"),
        ("居村委干部、平安志愿者和治安信息员小区巡查", "RESC"),
        ("居村委干部、平安志愿者和治安信息员小区巡查", "RESV"),
        ("人大代表和政协委员社区接待", "DEPU"),
    ],
)
def test_every_named_way_of_active_discovery_is_a_channel(data: ReferenceData, phrase: str, code: str) -> None:
    channel = {c.code: c for c in data.channels}[code]
    assert (channel.seed_phrase, channel.group) == (phrase, "active")


@pytest.mark.clause("2.5-5")
@pytest.mark.parametrize(
    ("phrase", "code"),
    [("“12345”市民服务热线", "H12345"), ("市民巡访", "CVIS"), ("网络媒体", "NETM"), ("第三方监督", "THRD")],
)
def test_every_named_public_channel_is_a_channel(data: ReferenceData, phrase: str, code: str) -> None:
    channel = {c.code: c for c in data.channels}[code]
    assert (channel.seed_phrase, channel.group) == (phrase, "passive")


def test_hotline_and_media_channels_need_the_number_of_the_source(data: ReferenceData) -> None:
    assert {c.code for c in data.channels if c.external_no_required} == {"H12345", "H12319", "MEDI"}


# Ownership, asked through the snapshot that the rules use.

NOBODY = {
    *("C01010", "C01022", "C01023", "C01033", "C01034", "C01035", "C01043", "C01053", "C01061", "C01065"),
    *("C02028", "C02031", "C02032", "C02037", "C02040", "C02042", "C03009", "C05009"),
    *("M06024", "M06032", "M06044", "M09008", "M10002", "M10996"),
}
"""Classes for which nobody is named, as docs/data-sources.md lists them; their mirror matters follow."""


def test_exactly_the_listed_classes_have_no_owner(jingan: World) -> None:
    place = Place("310106006", PlaceKind.STREET)
    without = {c.id for c in jingan.categories.values() if route(jingan, c, place, TODAY).fallback}
    mirrors = {f"M{id[1:]}" for id in NOBODY if id.startswith("C")}
    assert without == NOBODY | mirrors


@pytest.mark.clause("2.3-9")
def test_a_component_without_owner_goes_to_the_construction_committee_in_every_street(jingan: World) -> None:
    unowned = [jingan.categories[id] for id in NOBODY if id.startswith("C")]
    found = {route(jingan, c, Place(street), TODAY).unit for c in unowned for street in jingan.streets}
    assert {unit.code for unit in found if unit} == {"JGW"}


@pytest.mark.clause("2.3-10")
def test_an_event_without_owner_goes_to_the_street_town_of_the_place(jingan: World) -> None:
    unowned = [jingan.categories[id] for id in NOBODY if id.startswith("M")]
    for street in jingan.streets:
        found = {route(jingan, c, Place(street), TODAY).unit for c in unowned}
        assert {unit.code for unit in found if unit} == {f"JD{street[-3:]}"}


@pytest.mark.parametrize(
    ("category", "place", "unit"),
    [
        ("M09005", PlaceKind.STREET, "CG006"),
        ("M06010", PlaceKind.STREET, "SR006"),
        ("M06010", PlaceKind.ESTATE, "FG006"),
        ("M06012", PlaceKind.STREET, "SR006"),
        ("M09009", PlaceKind.STREET, "JZ006"),
        ("M07001", PlaceKind.STREET, "CG006"),
        ("M06013", PlaceKind.STREET, "JGW"),
        ("M10999", PlaceKind.STREET, "GS"),
        ("C01001", PlaceKind.STREET, "GS"),
        ("C04002", PlaceKind.STREET, "LRJ"),
        ("C04002", PlaceKind.ESTATE, "FG006"),
        ("M06036", PlaceKind.ESTATE, "JM006002"),
        ("M09010", PlaceKind.STREET, "JQ01"),
    ],
)
def test_a_class_goes_to_its_unit(jingan: World, category: str, place: PlaceKind, unit: str) -> None:
    where = Place("310106006", place, station_code="JQ01", committee_code="JM006002")
    found = route(jingan, jingan.categories[category], where, TODAY).unit
    assert found is not None
    assert found.code == unit


@pytest.mark.clause("2.1-3", partly=True)
def test_the_one_district_centre_reaches_the_whole_district(jingan: World) -> None:
    centres = [org for org in jingan.orgs.values() if org.kind == "district_centre"]
    assert [org.code for org in centres] == ["QWG"]
    officer = actor_at(jingan, user_id=1, login="a", name="a", role=Role.DISTRICT_OFFICER, org="QWG")
    assert officer.everywhere


def test_every_kind_has_its_fallback_units(jingan: World) -> None:
    fallbacks = Counter(org.fallback_for for org in jingan.orgs.values() if org.fallback_for)
    assert fallbacks == {Kind.COMPONENT: 1, Kind.MATTER: 14}
