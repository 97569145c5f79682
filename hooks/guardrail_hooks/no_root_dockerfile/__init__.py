"""no-root-dockerfile: no image runs as root without a written, reviewed reason.

For every Dockerfile the hook works out which user the built image really runs as, as `docker build .` would: through
the stages it is built from, ARG and ENV values, ONBUILD triggers, and what is known of the external base image. It
names the line that decides, and the one to write instead.
"""
