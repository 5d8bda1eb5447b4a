# The product without the workshop: no test tools, no embedded servers, no compiler, not root.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/production.txt /tmp/production.txt
RUN /venv/bin/pip install --require-hashes --only-binary=:all: --requirement /tmp/production.txt

# The code pad, from exactly what package-lock.json names.
FROM node:24-slim AS editor
WORKDIR /editor
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY editor editor
RUN node node_modules/esbuild/bin/esbuild editor/codemirror.js --bundle --minify --format=esm \
    --target=es2022 --legal-comments=eof --log-level=warning --outfile=static/built/codemirror.js

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=config.settings.production
RUN useradd --uid 10001 --no-create-home --home-dir /app app
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY config config
COPY apps apps
COPY templates templates
COPY static static
COPY --from=editor /editor/static/built static/built
COPY locale locale
COPY curricula curricula
# Translations and static files are made here, where no secret and no server is needed.
RUN DJANGO_SETTINGS_MODULE=config.settings.base python manage.py prepare --only files \
    && mkdir -p var/media && chown app:app var/media
USER app
EXPOSE 8000
VOLUME /app/var/media
HEALTHCHECK --interval=15s --start-period=20s \
    CMD ["python", "-m", "apps.core.probe", "http://127.0.0.1:8000/healthz"]
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--threads=8", "--preload", \
     "--no-control-socket", "--worker-tmp-dir=/dev/shm"]
