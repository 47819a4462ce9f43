"""Abbreviated keys of discovery messages, after the Home Assistant documentation; only those that are read here."""

from __future__ import annotations

from typing import Any

KEYS: dict[str, str] = {
    "hum_stat_t": "target_humidity_state_topic",
    "hum_state_tpl": "target_humidity_state_template",
    "hum_cmd_t": "target_humidity_command_topic",
    "hum_cmd_tpl": "target_humidity_command_template",
    "pct_cmd_t": "percentage_command_topic",
    "pct_cmd_tpl": "percentage_command_template",
    "pos": "reports_position",
    "pos_open": "position_open",
    "pos_clsd": "position_closed",
    "fan_mode_stat_t": "fan_mode_state_topic",
    "fan_mode_stat_tpl": "fan_mode_state_template",
    "fan_mode_cmd_t": "fan_mode_command_topic",
    "pr_mode_stat_t": "preset_mode_state_topic",
    "pr_mode_val_tpl": "preset_mode_value_template",
    "clr_temp_k": "color_temp_kelvin",
    "spd_rng_max": "speed_range_max",
    "ent_pic": "entity_picture",
    "stat_t": "state_topic",
    "stat_tpl": "state_template",
    "stat_val_tpl": "state_value_template",
    "val_tpl": "value_template",
    "unit_of_meas": "unit_of_measurement",
    "dev_cla": "device_class",
    "stat_cla": "state_class",
    "avty": "availability",
    "avty_t": "availability_topic",
    "avty_tpl": "availability_template",
    "pl_avail": "payload_available",
    "pl_not_avail": "payload_not_available",
    "pl_on": "payload_on",
    "pl_off": "payload_off",
    "stat_on": "state_on",
    "stat_off": "state_off",
    "cmd_t": "command_topic",
    "cmd_tpl": "command_template",
    "uniq_id": "unique_id",
    "obj_id": "object_id",
    "def_ent_id": "default_entity_id",
    "dev": "device",
    "cmps": "components",
    "p": "platform",
    "t": "topic",
    "json_attr_t": "json_attributes_topic",
    "curr_temp_t": "current_temperature_topic",
    "curr_temp_tpl": "current_temperature_template",
    "curr_hum_t": "current_humidity_topic",
    "curr_hum_tpl": "current_humidity_template",
    "temp_stat_t": "temperature_state_topic",
    "temp_stat_tpl": "temperature_state_template",
    "temp_lo_stat_t": "temperature_low_state_topic",
    "temp_lo_stat_tpl": "temperature_low_state_template",
    "temp_hi_stat_t": "temperature_high_state_topic",
    "temp_hi_stat_tpl": "temperature_high_state_template",
    "temp_cmd_t": "temperature_command_topic",
    "temp_unit": "temperature_unit",
    "mode_stat_t": "mode_state_topic",
    "mode_stat_tpl": "mode_state_template",
    "mode_cmd_t": "mode_command_topic",
    "act_t": "action_topic",
    "act_tpl": "action_template",
    "bri_stat_t": "brightness_state_topic",
    "bri_val_tpl": "brightness_value_template",
    "bri_cmd_t": "brightness_command_topic",
    "bri_scl": "brightness_scale",
    "clr_temp_stat_t": "color_temp_state_topic",
    "clr_temp_val_tpl": "color_temp_value_template",
    "pos_t": "position_topic",
    "pos_tpl": "position_template",
    "set_pos_t": "set_position_topic",
    "tilt_status_t": "tilt_status_topic",
    "pct_stat_t": "percentage_state_topic",
    "pct_val_tpl": "percentage_value_template",
    "temp_cmd_tpl": "temperature_command_template",
    "temp_lo_cmd_t": "temperature_low_command_topic",
    "temp_lo_cmd_tpl": "temperature_low_command_template",
    "temp_hi_cmd_t": "temperature_high_command_topic",
    "temp_hi_cmd_tpl": "temperature_high_command_template",
    "mode_cmd_tpl": "mode_command_template",
    "fan_mode_cmd_tpl": "fan_mode_command_template",
    "pr_mode_cmd_t": "preset_mode_command_topic",
    "pr_mode_cmd_tpl": "preset_mode_command_template",
    "bri_cmd_tpl": "brightness_command_template",
    "clr_temp_cmd_t": "color_temp_command_topic",
    "clr_temp_cmd_tpl": "color_temp_command_template",
    "set_pos_tpl": "set_position_template",
    "tilt_cmd_t": "tilt_command_topic",
    "tilt_cmd_tpl": "tilt_command_template",
    "tilt_status_tpl": "tilt_status_template",
    "exp_aft": "expire_after",
    "sup_clrm": "supported_color_modes",
    "bri": "brightness",
}
_MOST_KEYS = 400


def spelled_out(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with full keys, and `~` in topics replaced by the base topic."""
    base = config.get("~")
    full: dict[str, Any] = {}
    for key, value in list(config.items())[:_MOST_KEYS]:
        if key == "~":
            continue
        name = KEYS.get(key, key)
        if isinstance(base, str) and isinstance(value, str) and name.endswith("topic"):
            value = base + value[1:] if value[:1] == "~" else value[:-1] + base if value[-1:] == "~" else value
        full[name] = value
    return full
