"""What the embedded store asks of DuckDB about readings. Spans are half-open, in µs."""

SELECT_TRACK = (
    "SELECT time, value, text, mark, received_at FROM readings "
    "WHERE point_id = (SELECT id FROM points WHERE site = ? AND point = ?) "
    "AND time >= make_timestamp(?) AND time < make_timestamp(?) ORDER BY time, rowid"
)
SELECT_TRACKS = (
    "SELECT point_id, point, time, value, text, mark, received_at FROM readings JOIN points ON id = point_id "
    "WHERE site = ? AND point_id IN (SELECT id FROM points WHERE site = ? AND list_contains(?, point)) "
    "AND time >= make_timestamp(?) AND time < make_timestamp(?) ORDER BY point_id, time, readings.rowid"
)
SELECT_OLDEST = (
    "SELECT time, value, text, mark, received_at FROM readings "
    "WHERE point_id = (SELECT id FROM points WHERE site = ? AND point = ?) "
    "AND time >= make_timestamp(?) AND time < make_timestamp(?) "
    "QUALIFY dense_rank() OVER (ORDER BY time) <= ? ORDER BY time, rowid"
)
SELECT_LAST = (
    "SELECT epoch_us(max(time)) FROM readings WHERE point_id = (SELECT id FROM points WHERE site = ? AND point = ?) "
    "AND time >= make_timestamp(?) AND time < make_timestamp(?) "
    "AND (mark IS NULL OR NOT contains(mark, 'out_of_range'))"  # readings that figures are made of
)
SELECT_FIRST = (
    "SELECT epoch_us(min(time)) FROM readings WHERE point_id = (SELECT id FROM points WHERE site = ? AND point = ?) "
    "AND time >= make_timestamp(?) AND time < make_timestamp(?) "
    "AND (mark IS NULL OR NOT contains(mark, 'out_of_range'))"  # readings that figures are made of
)
UPSERT_NEWEST = (
    "INSERT INTO newest SELECT * FROM tip ON CONFLICT (point_id) DO UPDATE SET time = excluded.time, value = excluded.value, "
    "text = excluded.text, mark = excluded.mark, received_at = excluded.received_at WHERE excluded.time >= newest.time"
)
SELECT_NEWEST = (
    "SELECT point, epoch_us(time), value, text, mark, epoch_us(received_at) "
    "FROM newest JOIN points ON points.id = point_id WHERE site = ? ORDER BY point"
)
EXPIRE_READINGS = (
    "DELETE FROM readings USING rolled WHERE readings.point_id = rolled.point_id "
    "AND time < least(make_timestamp(?), upto - INTERVAL 7 DAY)"
)
SELECT_EXPIRED = "SELECT value FROM about WHERE name = 'expired'"
KEEP_EXPIRED = "INSERT INTO about VALUES ('expired', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
DELETE_REWRITTEN = (
    "DELETE FROM readings WHERE rowid IN (SELECT rowid FROM readings WHERE time >= make_timestamp(?) "
    "QUALIFY row_number() OVER (PARTITION BY point_id, time ORDER BY rowid DESC) > 1)"
)
