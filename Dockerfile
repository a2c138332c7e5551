# The what-if page in a container: docs/deploy.md says how to run it. Needs no secrets.
FROM python:3.12-slim

WORKDIR /srv/source
COPY pyproject.toml constraints.txt README.md LICENSE CITATION.cff ./
COPY sim sim
COPY experiments experiments
COPY configs configs
RUN pip install --no-cache-dir -c constraints.txt '.[app]' \
    && useradd --no-create-home spsim && mkdir /srv/outputs && chown spsim /srv/outputs

USER spsim
WORKDIR /srv
ENV PYTHONDONTWRITEBYTECODE=1 MPLCONFIGDIR=/tmp
EXPOSE 8000
CMD ["spsim", "app", "host=0.0.0.0", "port=8000", "browser=false"]
