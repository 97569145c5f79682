"""What a registry knows of an image: the client that `--fix` and `--verify` ask, and nothing else imports.

Standard library only. Follows the OCI distribution specification, version 1.1
(https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md), and Docker's registry authentication
(https://distribution.github.io/distribution/spec/auth/token/).
"""
