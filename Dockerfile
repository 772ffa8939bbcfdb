# The service as an image: the first stage installs, the second only runs. docs/container.md says how to use it.
# Name another base by its digest with --build-arg BASE_IMAGE=...@sha256:...; both stages need the same Python.
ARG BASE_IMAGE=python:3.11.14-slim-bookworm
ARG BUILD_IMAGE=${BASE_IMAGE}

FROM ${BUILD_IMAGE} AS build

# Where packages come from is the builder's own affair: nothing of it reaches the second stage. A certificate authority
# of one's own comes as the secret `ca`, with PIP_CERT=/run/secrets/ca.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_CERT

WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

COPY requirements/build.lock requirements/runtime.lock requirements/
RUN --mount=type=secret,id=ca \
    python3 -m venv tools \
    && python3 -m venv --without-pip /goodoffices \
    && tools/bin/pip install --require-hashes --only-binary :all: --requirement requirements/build.lock \
    && tools/bin/pip --python /goodoffices/bin/python install --no-compile \
        --require-hashes --only-binary :all: --requirement requirements/runtime.lock

COPY pyproject.toml LICENSE ./
COPY migrations migrations
COPY app app
# Compiled modules are bound to no file's time: copying into the next stage changes times, and half of them would be
# compiled again at every start, for a root that cannot be written cannot keep them.
RUN tools/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir dist . \
    && tools/bin/pip --python /goodoffices/bin/python install --no-compile --no-index --no-deps dist/*.whl \
    && /goodoffices/bin/python -m compileall -q --invalidation-mode unchecked-hash /goodoffices/lib

FROM ${BASE_IMAGE}

LABEL org.opencontainers.image.title="Good Offices" \
      org.opencontainers.image.description="Questions for the design of an unofficial dialogue" \
      org.opencontainers.image.licenses="Apache-2.0"

# What installs packages, and what gives more rights than the caller has, serves nobody here. Some bases carry Python's
# own library uncompiled.
RUN rm -rf /usr/local/lib/python3.*/site-packages/* /usr/local/lib/python3.*/ensurepip \
        /usr/local/bin/pip* /usr/local/bin/wheel \
    && python3 -m compileall -q -x '/(test|tests|site-packages)/' "$(python3 -c 'import os; print(os.path.dirname(os.__file__))')" \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
    && install --directory --owner 10001 --group 10001 --mode 0700 /data /keys

COPY --from=build /goodoffices /goodoffices

# In a container the address is the container's own; who may reach it is decided where the port is published, and by the
# proxy that ends TLS before it. The master keys lie apart from the data, so that no copy of the one holds the other.
ENV PATH=/goodoffices/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GOODOFFICES_HOST=0.0.0.0 \
    GOODOFFICES_PUBLIC=true \
    GOODOFFICES_PORT=8000 \
    GOODOFFICES_DATA_DIR=/data \
    GOODOFFICES_KEY_FILE=/keys/master.keys

USER 10001:10001
WORKDIR /data
VOLUME /data /keys
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['GOODOFFICES_PORT']), timeout=4); c.request('GET', '/livez'); raise SystemExit(c.getresponse().status != 200)"]

ENTRYPOINT ["goodoffices"]
CMD ["serve"]
