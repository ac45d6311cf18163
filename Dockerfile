# The base of both stages; any image with Python 3.11 or newer and glibc.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /app
COPY dev.py package.json package-lock.json .npmrc ./
COPY requirements requirements
RUN python3 dev.py setup

FROM ${BASE}
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home hub && install -d -o 10001 -m 700 /var/lib/hub
COPY --from=build /app/.venv .venv
COPY volunteer_hub volunteer_hub
COPY migrations migrations
COPY templates templates
COPY static static
COPY --from=build /app/static/vendor static/vendor
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
RUN python -m compileall -q volunteer_hub
USER 10001
EXPOSE 8000
# Alive, not ready: restarting the web does not bring an absent database back.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
ENTRYPOINT ["python", "-m", "volunteer_hub"]
CMD ["serve", "--host", "0.0.0.0"]
