# syntax=docker/dockerfile:1
# Two stages: the first installs from the lock file, the second runs as nobody in particular.
#
#   docker build -t empowering-conversations .
#   docker run --rm --env-file bot.env empowering-conversations migrate     # once a release
#   docker run -p 3978:3978 --env-file bot.env empowering-conversations     # then as many as wanted
#
# Migrations are a step of their own, before the new release starts (docs/operations.md, "Upgrade").
# BOT_ROLE=web|worker splits the roles: any number of each on PostgreSQL.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --require-hashes --requirement requirements.lock
COPY bot ./bot
COPY cards ./cards
COPY dialogs ./dialogs
COPY storage ./storage
RUN /app/.venv/bin/python -m compileall -q bot cards dialogs storage

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Empowering Conversations" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot /app /app/var
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BOT_HOST=0.0.0.0 \
    BOT_PORT=3978 \
    BOT_LOG_FORMAT=json
USER bot
EXPOSE 3978
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"BOT_PORT\"]}/health/live', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
