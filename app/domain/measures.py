"""Every measure of a design by its name; each is defined in the module that it comes from, and judges nothing."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.composition import (
    background_distance,
    evenness,
    headcount_difference,
    official_gap,
    selection_evenness,
)
from app.domain.disclosure import disclosure_sources, disclosure_third_parties
from app.domain.duration import planned_months
from app.domain.measure import Measure
from app.domain.money import (
    funding_gap,
    funding_gap_without_sought,
    government_share,
    herfindahl,
    largest_source_share,
)
from app.domain.party_money import party_money_difference, party_money_unaccepted
from app.domain.room import room_size, under_30, women_missing

Measuring = Callable[..., Measure]
"""Takes the Facts of a design and, where the measure has one, its parameter as a Fraction by keyword."""

MEASURES: dict[str, Measuring] = {
    "evenness": evenness,
    "headcount_difference": headcount_difference,
    "official_gap": official_gap,
    "background_distance": background_distance,
    "selection_evenness": selection_evenness,
    "women_missing": women_missing,
    "under_30": under_30,
    "room_size": room_size,
    "government_share": government_share,
    "party_money_difference": party_money_difference,
    "party_money_unaccepted": party_money_unaccepted,
    "largest_source_share": largest_source_share,
    "herfindahl": herfindahl,
    "funding_gap": funding_gap,
    "funding_gap_without_sought": funding_gap_without_sought,
    "planned_months": planned_months,
    "disclosure_sources": disclosure_sources,
    "disclosure_third_parties": disclosure_third_parties,
}
