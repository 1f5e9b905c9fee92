"""A Microsoft Graph on this machine: people, calendars, meetings, mail, the activity feed.

`create_app` makes it. It is as strict as a contract, and stricter than Graph where Graph would
guess: what it refuses, it says why.
"""

from sandbox.graph.app import create_app

__all__ = ["create_app"]
