"""Whether a broker answers at all, asked before anything is started, so that one clear line says that it does not."""

from __future__ import annotations

import socket

from ingest.connection_settings import ConnectionSettings
from premises.errors import BrokerUnavailableError

_SECONDS = 3.0


def reach(broker_url: str) -> None:
    """Raises BrokerUnavailableError where nothing listens at the broker's address, SettingError for a URL that cannot be."""
    settings = ConnectionSettings(broker_url)
    try:
        socket.create_connection((settings.host, settings.port), _SECONDS).close()
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise BrokerUnavailableError(
            f"no MQTT broker at {where} ({error.strerror or error}); start it, or correct --broker"
        ) from None
