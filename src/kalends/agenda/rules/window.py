"""From when, and until when, a visit may be booked."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from kalends.agenda.rules.values import Window
from kalends.foundation.clock import LAST_DAY, MINUTES_PER_DAY, day_bounds, reached, wall


def booking_window(
    now: int, zone: ZoneInfo, notice_minutes: int, horizon_days: int, same_day_release: int | None
) -> Window:
    """The instants at which a visit may start when it is asked for at `now`.

    Notice is elapsed time, unless it is a whole number of days: those are counted on the wall clock of the
    agenda, so that one day before 10:00 is 10:00 of the day before also where the clocks change in between
    (the first 10:00 of two; the moment of the jump where there is none). The horizon includes the whole of
    the last local date. A same-day release, in wall minutes, sets both aside: before it nothing, from its
    first occurrence on the rest of today. The past is never open.
    """
    if notice_minutes < 0 or horizon_days < 0:
        raise ValueError("notice and horizon are never negative")
    shown = wall(now, zone)
    today = shown.date()
    if same_day_release is not None:
        released = reached(today, same_day_release * 60, zone)
        return Window(now, day_bounds(today, zone)[1] if now >= released else now)
    last_day = today + timedelta(days=min(horizon_days, (LAST_DAY - today).days))
    days, rest = divmod(notice_minutes, MINUTES_PER_DAY)
    if days and not rest:
        second = shown.hour * 3600 + shown.minute * 60 + shown.second
        earliest = reached(today + timedelta(days=days), second, zone)
    else:
        earliest = now + notice_minutes * 60
    return Window(earliest, day_bounds(last_day, zone)[1])
