"""From the form of what reports need to the frozen premises."""

from __future__ import annotations

from premises.reporting import BacsFunction, Indicator, Operat, Operation, OperatPart, OperatReference
from premises.sitefile.form.reporting import BacsFunctionForm, OperatForm, OperationForm


def build_operat(form: OperatForm | None) -> Operat | None:
    if form is None:
        return None
    parts = tuple(
        OperatPart(p.category, p.zones, p.area_m2, p.hours, p.density, p.workstation_m2, p.occupancy_pct, p.auditorium_m2)
        for p in form.parts
    )
    told = form.reference
    reference = None if told is None else OperatReference(told.year, told.kwh_m2, told.cabs_kwh_m2, told.document)
    return Operat(
        parts,
        reference,
        form.entity,
        form.siret,
        form.cadastre,
        form.mean_heating_degree_days,
        form.mean_cooling_degree_days,
    )


def build_bacs(forms: tuple[BacsFunctionForm, ...]) -> tuple[BacsFunction, ...]:
    return tuple(BacsFunction(form.function, form.stated, form.present, form.document) for form in forms)


def build_operation(form: OperationForm | None) -> Operation | None:
    if form is None:
        return None
    indicators = tuple(
        Indicator(i.code, i.baseline, i.baseline_year, i.target, i.target_year, i.achieved, i.certificate, i.documents)
        for i in form.indicators
    )
    return Operation(form.number, form.beneficiary, form.completed, form.last_payment, indicators)
