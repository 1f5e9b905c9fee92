"""A Teams and a Graph on one machine. Knows the program over HTTP only."""

import zoneinfo

# The zones of the tzdata package, not the machine's: older ones are wrong for Vancouver in winter.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()
