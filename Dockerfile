# docker build -t cogwheel . && docker run -d --name cogwheel --env-file .env -v cogwheel:/keep cogwheel
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
WORKDIR /app

COPY requirements.txt ./
RUN pip install --disable-pip-version-check -r requirements.txt

COPY run.py LICENSE ./
COPY bot ./bot
COPY cogs ./cogs
COPY data/*.toml ./data/
COPY data/fonts ./data/fonts
COPY data/locales ./data/locales

# The database has a folder of its own, so that a volume on it never hides the content of a newer image.
RUN useradd --system --create-home cogwheel && install -d -o cogwheel /keep
ENV DATABASE_URL=sqlite+aiosqlite:////keep/cogwheel.db
VOLUME /keep
USER cogwheel

# Not through a shell: SIGTERM has to reach the bot.
CMD ["python", "run.py", "start"]
