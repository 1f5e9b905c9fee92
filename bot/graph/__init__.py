"""Microsoft Graph: the only home of msgraph. `client.connect` is the door.

Importing any of these modules is cheap; the SDK itself (half a second, and more at the first
parsed answer) is loaded at the first call, or ahead of it by `Graph.warm`.
"""
