"""The running program: a Microsoft Teams bot for Empowering Conversations."""

from bot.clock import use_packaged_zones

use_packaged_zones()
