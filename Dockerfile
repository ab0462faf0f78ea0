# One image for every process of the house; the command says which one it is.
FROM python:3.11-slim AS build
COPY requirements.lock /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r /requirements.lock \
 && /venv/bin/pip uninstall --quiet --yes pip setuptools

FROM python:3.11-slim
# What paper is drawn with.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/*
# The volumes of secrets take over the owner of these folders when they are first mounted.
RUN groupadd --gid 10001 house \
 && useradd --uid 10001 --gid house --no-create-home --home-dir /tmp --shell /usr/sbin/nologin house \
 && for name in public identity platform gateway mongodb mongodb-server rabbitmq rabbitmq-server; do \
      install -d -o house -g house "/secrets/$name"; done
COPY --from=build /venv /venv
WORKDIR /app
COPY shared shared
COPY services services
COPY gateway gateway
# Compiled here, because the file system is read-only where this runs.
RUN /venv/bin/python -m compileall -q shared services gateway
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    PYPINYIN_NO_PHRASES=true \
    PYPINYIN_NO_DICT_COPY=true
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["/app/shared/local/with_secrets.sh"]
