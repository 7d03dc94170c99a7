# The warehouse and Airflow in one image; docker-compose.yml says which service runs what.
# The whole version; docker-compose.yml says how to pin the bytes.
FROM python:3.12.12-slim-trixie

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_COMPILE_BYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PATH=/opt/longcang/.venv/bin:$PATH
ARG PIP_INDEX_URL

WORKDIR /opt/longcang

# The packages first: they change seldom, so this layer is made anew seldom.
COPY pyproject.toml uv.lock ./
COPY .ci/setup .ci/setup
RUN .ci/setup --no-dev --no-install-project

COPY . .
RUN .ci/setup --no-dev

# The program's files belong to root and cannot be changed by what runs; its state is in volumes, closed to others.
RUN groupadd --gid 10001 longcang \
    && useradd --uid 10001 --gid longcang --home-dir /var/lib/longcang --no-create-home --shell /usr/sbin/nologin longcang \
    && for folder in . archive secrets feedback data_docs; do \
        install --directory --owner longcang --group longcang --mode 0700 "/var/lib/longcang/$folder"; done

ENV HOME=/var/lib/longcang \
    LONGCANG_HOME=/var/lib/longcang \
    LONGCANG_LANDING=/srv/landing
USER longcang
ENTRYPOINT ["/opt/longcang/docker/entrypoint"]
CMD ["longcang", "--help"]
