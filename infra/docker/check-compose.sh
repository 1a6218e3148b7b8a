#!/usr/bin/env bash
# Checks docker-compose.yml without a Docker engine.
#
#   infra/docker/check-compose.sh [FILE]
#
# Reads it with `docker compose` where that is installed, else with the library that Docker Compose reads it with, built
# once with Go into the cache. Then checks what a reader cannot know: that every mounted file is there, that the
# versions are those of infra/native, and that Kafka accepts its settings as its container would put them together.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../native/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../native/lib.sh"

case ${1:-} in -h | --help) show_help && exit ;; esac
file=$(realpath "${1:-$infra_dir/../docker-compose.yml}")
readonly COMPOSE_READER_VERSION=2.16.2
reader=$cache_dir/compose-reader-$COMPOSE_READER_VERSION

# In a clean environment: what the caller has set must not decide whether the file is right.
clean=(env -u KOTA_CITY -u KOTA_INFLUX_TOKEN -u PUBLISH_ADDRESS -u COMPOSE_FILE -u COMPOSE_PROFILES)

read_compose() {
  if docker compose version >/dev/null 2>&1; then
    "${clean[@]}" docker compose --profile '*' -f "$file" config --format json
    return
  fi
  if [[ ! -x $reader ]]; then
    have go || die "needs 'docker compose', or Go to build a reader of its files"
    mkdir -p "$cache_dir"
    echo "building the reader of Compose files, once" >&2
    env -C "$infra_dir/docker/compose" GOFLAGS='-mod=readonly -buildvcs=false' GOWORK=off \
      go build -o "$reader.$$" github.com/compose-spec/compose-go/v2/cmd >&2
    mv "$reader.$$" "$reader"
  fi
  (cd "$(dirname "$file")" && "${clean[@]}" "$reader" -format json "$file")
}

json=$(read_compose) || {
  echo >&2 # the reader ends its message without a line break
  die "$file is not a valid Compose file, see above"
}

kafka_environment=$(node "$(dirname "${BASH_SOURCE[0]}")/check-compose.mjs" "$KAFKA_VERSION" "$INFLUXDB_VERSION" <<<"$json") ||
  die "$file is not right, see above"

# The container of Kafka appends its variables to the mounted file and formats its folder with the result. The same
# class does both here.
checked_kafka='Kafka is not installed here (infra/native/install.sh kafka), so its settings were not checked'
if kafka_installed; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/default" "$work/mounted" "$work/final" "$work/data"
  cp "$infra_dir/kafka/server.properties" "$work/mounted"
  printf 'root:\n' >"$work/default/log4j2.yaml"
  touch "$work/default/"{server.properties,tools-log4j2.yaml,log4j.properties,tools-log4j.properties}
  mapfile -t variables <<<"$kafka_environment"
  variables+=(KAFKA_LOG_DIRS="$work/data")
  java=(java -cp "$kafka_home/libs/*" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.apache.logging.log4j.level=ERROR)
  env CLUSTER_ID=4L6g3nShT-eMCtK--X86sw "${variables[@]}" "${java[@]}" kafka.docker.KafkaDockerWrapper setup \
    --default-configs-dir "$work/default" --mounted-configs-dir "$work/mounted" --final-configs-dir "$work/final" \
    >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    die "Kafka does not accept its settings in $file with infra/kafka/server.properties, see above"
  }
  checked_kafka='Kafka accepts its settings'
fi
echo "$(basename "$file") is valid; $checked_kafka"
