"""Names of EMS-ESP values in lower case, after its entity list: name -> (message quantity, unit, channel)."""

from __future__ import annotations

Meaning = tuple[str, str | None, str]


def _temperatures(**names: str) -> dict[str, Meaning]:
    return {name: ("temperature", "°C", channel) for name, channel in names.items()}


def _setpoints(**names: str) -> dict[str, Meaning]:
    return {name: ("setpoint_temperature", "°C", channel) for name, channel in names.items()}


def _energies(**names: str) -> dict[str, Meaning]:
    return {name: ("energy", "kWh", channel) for name, channel in names.items()}


NAMES: dict[str, Meaning] = {
    **_temperatures(
        outdoortemp="outdoor", dampedoutdoortemp="outdoor damped", curflowtemp="flow", rettemp="return", boiltemp="boiler",
        switchtemp="mixing switch", headertemp="low loss header", exhausttemp="exhaust", heatblock="heat block",
        wwcurtmp="warm water", wwcurtemp="warm water", wwcurtmp2="warm water extern", wwcurtemp2="warm water extern",
        wwstoragetemp1="warm water storage 1", wwstoragetemp2="warm water storage 2", wwmixertemp="warm water mixer",
        wwcylmiddletemp="warm water middle", wwsolartemp="warm water solar", wwtemp="warm water", wwrettemp="warm water return",
        currtemp="current", currroomtemp="current", currtmp="current", remotetemp="remote", roomtemp="room", flowtemphc="flow",
        flowtempvf="header", collectortemp="collector", cylbottomtemp="cylinder bottom", cyltoptemp="cylinder top",
        cylmiddletemp="cylinder middle", cyl2bottomtemp="second cylinder bottom", heatexchangertemp="heat exchanger",
        collector2temp="collector 2", hpbrinein="brine in", hpbrineout="brine out", hptc0="heat carrier return",
        hptc1="heat carrier forward", hptc3="condenser", hptr1="compressor", hptr3="liquid side", hptr4="evaporator inlet",
        hptr5="compressor inlet", hptr6="compressor outlet", hptr7="gas side", hptl2="air inlet", hppl1="low pressure side",
        hpph1="high pressure side", hpta4="drain pan", hptw1="reservoir", pooltemp="pool", inttemp1="sensor 1", inttemp2="sensor 2",
        outfresh="outdoor fresh air", infresh="indoor fresh air", outexhaust="outdoor exhaust air", inexhaust="indoor exhaust air",
        sysflowtemp="system flow", sysrettemp="system return", heatcntflowtemp="heat counter flow",
        heatcntrettemp="heat counter return", netflowtemp="heat network flow",
    ),
    **_setpoints(
        selflowtemp="flow", wwseltemp="warm water", wwsettemp="warm water set", wwdesiredtemp="warm water desired",
        seltemp="selected", selroomtemp="selected", selroomtmp="selected", targetflowtemp="target flow", daytemp="day",
        daytemp2="day 2", nighttemp="night", holidaytemp="holiday", nofrosttemp="no frost", ecotemp="eco", comforttemp="comfort",
        manualtemp="manual", heattemp="heat", tempautotemp="temporary", summertemp="summer limit", designtemp="design",
        heatingtemp="heating", heating_temp="heating", flowsettemp="flow set", setflowtemp="flow set", cooltemp="cooling",
        poolsettemp="pool", wwseltemplow="warm water low", wwcomfstop="warm water comfort stop", hptargettemp="heat pump target",
    ),
    **_energies(
        nrgtotal="total", nrgheat="heating", nrgcool="cooling", wwnrg="warm water", nrgconstotal="consumed",
        nrgconscomptotal="consumed compressor", nrgconscompheating="consumed heating", wwnrgconscomp="consumed warm water",
        nrgconscompcooling="consumed cooling", auxelecheatnrgconstotal="consumed aux heater",
        auxelecheatnrgconsheating="consumed aux heater heating", wwauxelecheatnrgcons="consumed aux heater warm water",
        nrgsupptotal="supplied", nrgsuppheating="supplied heating", wwnrgsupp="supplied warm water",
        nrgsuppcooling="supplied cooling", metertotal="meter total", metercomp="meter compressor", metereheat="meter e-heater",
        meterheat="meter heating", metercool="meter cooling", wwmeter="meter warm water", energytotal="solar total",
        gasmeterheat="gas heating", wwgasmeter="gas warm water", fuelheat="fuel heating", elheat="electric heating",
    ),
    "energylasthour": ("energy_delta", "Wh", "solar last hour"),
    "energytoday": ("energy_today", "Wh", "solar"),
    "syspress": ("pressure", "bar", ""),
    "curburnpow": ("burner_power", "%", ""),
    "selburnpow": ("burner_power", "%", "selected maximum"),
    "setburnpow": ("burner_power", "%", "set"),
    "pumpmod": ("pump_modulation", "%", ""),
    "heatingpumpmod": ("pump_modulation", "%", ""),
    "solarpumpmod": ("pump_modulation", "%", "solar"),
    "primepumpmod": ("pump_modulation", "%", "primary"),
    "hpcircspd": ("pump_modulation", "%", "circulation"),
    "hpbrinepumpspd": ("pump_modulation", "%", "brine"),
    "hpcompspd": ("value", "%", "compressor speed"),
    "hptargetspd": ("value", "%", "compressor target speed"),
    "hpcurrpower": ("power", "W", "compressor"),
    "hppower": ("power", "kW", "compressor"),
    "solarpower": ("power", "W", "solar"),
    "valvestatus": ("valve_position", "%", "mixer"),
    "heatvalve": ("valve_position", "%", "heating"),
    "fanspd": ("fan_level", "%", ""),
    "ventinspeed": ("fan_level", "%", "in"),
    "ventoutspeed": ("fan_level", "%", "out"),
    "wwcurflow": ("flow", "l/min", "warm water"),
    "wwflow": ("flow", "l/min", "warm water"),
    "pc0flow": ("flow", "l/h", "pc0"),
    "pc1flow": ("flow", "l/h", "pc1"),
    "airhumidity": ("humidity", "%", ""),
    "remotehum": ("humidity", "%", "remote"),
    "dewtemperature": ("dew_point", "°C", ""),
    "heatingactive": ("heating_active", None, ""),
    "tapwateractive": ("heating_active", None, "tap water"),
    "burngas": ("heating_active", None, "burner"),
    "heatpmp": ("switch_state", None, "heating pump"),
    "heatingpump": ("switch_state", None, "heating pump"),
    "wwactivated": ("enabled", None, "warm water"),
    "heatingactivated": ("enabled", None, "heating"),
    "wwheat": ("charging", None, "warm water"),
    "wwcharging": ("charging", None, "warm water"),
    "wwcirc": ("switch_state", None, "warm water circulation"),
    "hpcompon": ("heatpump_on", None, ""),
    "hpactivity": ("running_state", None, "heat pump"),
    "burnstarts": ("starts", None, "burner"),
    "heatstarts": ("starts", None, "heating"),
    "totalcompstarts": ("starts", None, "compressor"),
    "ubauptime": ("operating_time", "min", "boiler"),
    "burnworkmin": ("operating_time", "min", "burner"),
    "uptimetotal": ("operating_time", "min", "heat pump"),
    "mode": ("mode", None, ""),
    "modetype": ("mode", None, "type"),
    "wwmode": ("mode", None, "warm water"),
    "servicecode": ("fault", None, "service code"),
    "servicecodenumber": ("status_code", None, "service"),
    "lastcode": ("fault", None, "last"),
    "errorcode": ("fault", None, ""),
}  # fmt: skip
