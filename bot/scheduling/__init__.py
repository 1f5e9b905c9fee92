"""The ticks that move due rows. APScheduler only ticks; the schedule itself is rows."""
