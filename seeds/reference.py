"""The reader: every file of the reference data of one district, checked against one another."""

from pathlib import Path

from domain.text import BadReference
from seeds.catalogue import read_catalogue
from seeds.district import read_committees, read_district, read_streets
from seeds.files import Faults
from seeds.organisations import read_organisations
from seeds.responsibility import read_rules
from seeds.rows import ReferenceData
from seeds.texts import (
    read_channels,
    read_checklists,
    read_clauses,
    read_days,
    read_kpis,
    read_opinion,
    read_scores,
    read_terms,
)

SEEDS = Path(__file__).resolve().parent


def read(district: str, *, root: Path = SEEDS) -> ReferenceData:
    """The reference data of the district in the folder `districts/<district>` under `root`.

    Raises BadReference with every fault of every file, each a sentence naming file and line.
    """
    faults = Faults()
    general, own = root / "reference", root / "districts" / district
    if not own.is_dir():
        raise BadReference([f"there is no district folder {district!r}"])
    opinion = read_opinion(general, faults)
    categories, standards = read_catalogue(general, faults)
    checklists = read_checklists(general, opinion, faults)
    kpis = read_kpis(general, faults)
    channels = read_channels(general, opinion, faults)
    days = read_days(general, faults)
    scores = read_scores(general, kpis, faults)
    terms = read_terms(general, faults)
    clauses = read_clauses(general, opinion, checklists, kpis, faults)
    about = read_district(own, faults)
    if about is None:
        raise BadReference(faults.found)
    streets, outline, attribution = read_streets(own, about.bounds, faults)
    committees = read_committees(own, about, streets, faults)
    organisations = read_organisations(own, opinion, about, streets, committees, faults)
    rules = read_rules(own, categories, organisations, streets, faults)
    if faults.found:
        raise BadReference(faults.found)
    return ReferenceData(
        district_id=about.id,
        settings=about.settings(outline, attribution),
        organisations=tuple(organisations),
        categories=tuple(categories),
        standards=tuple(standards),
        channels=tuple(channels),
        streets=tuple(streets),
        rules=tuple(rules),
        days=tuple(days),
        checklists=tuple(checklists),
        kpis=tuple(kpis),
        scores=tuple(scores),
        terms=tuple(terms),
        clauses=tuple(clauses),
    )
