"""The ticks that move due rows."""
