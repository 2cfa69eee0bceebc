"""Boundaries from GeoJSON files: one ring for each street-town, and the outline of the district."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seeds.files import Faults, text_of
from seeds.rows import Ring


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box of longitudes and latitudes in which every point of the district must lie."""

    west: float
    south: float
    east: float
    north: float

    def hold(self, lon: float, lat: float) -> bool:
        """Whether a point lies in the box."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


def rings(path: Path, key: str, bounds: Bounds, faults: Faults) -> tuple[dict[str, Ring], str]:
    """The rings of a file by the property `key`, and the attribution that goes with them."""
    content = text_of(path, faults)
    if not content:
        return {}, ""
    try:
        data: dict[str, Any] = json.loads(content)
    except json.JSONDecodeError as error:
        faults.add(path.name, f"is not JSON at line {error.lineno}")
        return {}, ""
    if not data.get("attribution"):
        faults.add(path.name, "has no attribution")
    found: dict[str, Ring] = {}
    for feature in data.get("features", []):
        name = str(feature["properties"].get(key, ""))
        if name in found:
            faults.add(path.name, f"{name} comes twice")
        ring = _ring(path.name, name, feature["geometry"], bounds, faults)
        if ring:
            found[name] = ring
    return found, str(data.get("attribution", ""))


def _ring(file: str, name: str, geometry: dict[str, Any], bounds: Bounds, faults: Faults) -> Ring:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    if len(parts) != 1 or len(parts[0]) != 1:
        faults.add(file, f"{name} has more than one ring")
        return ()
    points = tuple((float(lon), float(lat)) for lon, lat, *_ in parts[0][0])
    if len(points) < 4 or points[0] != points[-1]:
        faults.add(file, f"the ring of {name} is not closed")
        return ()
    if not all(bounds.hold(lon, lat) for lon, lat in points):
        faults.add(file, f"the ring of {name} leaves the bounds of the district")
    return points[:-1]
