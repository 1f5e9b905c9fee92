"""Stand-ins at the ports: small, honest, held to the same contract suites as the real ones."""
