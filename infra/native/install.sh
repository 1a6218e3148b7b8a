#!/usr/bin/env bash
# Installs the real servers that kota works with, without Docker.
#
#   infra/native/install.sh [--check] [mosquitto] [kafka] [influxdb] [chromium] [telegraf]
#
# With no name: all of them but telegraf. What is there already is left alone, so it costs nothing to run this again.
#
#   mosquitto   MQTT broker and clients, Debian packages
#   kafka       jars through Maven into the cache, and kcat, a Debian package
#   influxdb    built from its Go and Rust sources into the cache (takes some minutes, once)
#   chromium    browser for the browser tests, Debian package
#   telegraf    the peer in `pnpm bench stack`, built from its Go source into the cache (takes a minute or two, once)
#
#   --check     install nothing; exit 0 if everything named is there, 1 if not
#
# The cache is $KOTA_CACHE_DIR, or else kota in $XDG_CACHE_HOME or ~/.cache. Delete it to start over.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

check=false
wanted=()
for argument in "$@"; do
  case $argument in
    -h | --help) show_help && exit ;;
    --check) check=true ;;
    mosquitto | kafka | influxdb | chromium | telegraf) wanted+=("$argument") ;;
    *) die "unknown argument '$argument', see --help" ;;
  esac
done
((${#wanted[@]} > 0)) || wanted=(mosquitto kafka influxdb chromium)

if $check; then
  missing=()
  for name in "${wanted[@]}"; do "${name}_installed" || missing+=("$name"); done
  ((${#missing[@]} == 0)) || die "not installed: ${missing[*]}. Run infra/native/install.sh ${missing[*]}"
  exit 0
fi

mkdir -p "$cache_dir/logs"
# Two runs at once would build the same thing twice and stand in each other's way at apt.
exec 9>"$cache_dir/install.lock"
if ! flock -n 9; then
  say install "another install is under way, waiting for it"
  flock 9
fi

work=''
jobs=()
cleanup() {
  ((${#jobs[@]} == 0)) || kill "${jobs[@]}" 2>/dev/null || true
  # The Go module cache is written read-only, and a build may leave parts of it behind.
  [[ -z $work ]] || { chmod -R u+w "$work" 2>/dev/null && rm -rf "$work"; } || true
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# run_logged NAME COMMAND…: output to a log file; its end is shown if the command fails. A long one says that it lives.
run_logged() {
  local name=$1 log=$cache_dir/logs/$1.log status=0
  shift
  printf '\n# %s\n' "$*" >>"$log"
  # In the background, so that an interrupt of this script ends it at once. Neither holds the lock: a package may start
  # a daemon.
  "$@" >>"$log" 2>&1 </dev/null 9>&- &
  jobs=($!)
  (
    began=$SECONDS
    while sleep 30 && kill -0 $$ 2>/dev/null; do say "$name" "  still at it, $((SECONDS - began)) s"; done
  ) 9>&- &
  jobs+=($!)
  wait "${jobs[0]}" || status=$?
  kill "${jobs[1]}" 2>/dev/null || true
  wait "${jobs[1]}" 2>/dev/null || true
  jobs=()
  ((status == 0)) || {
    tail -n 25 "$log" >&2
    printf 'The whole log is in %s\n' "$log" >&2
  }
  return "$status"
}

# begin NAME: a folder next to the final one, so that the rename at the end happens at once and only when all is done.
begin() {
  work=$(mktemp -d "$cache_dir/.$1.XXXXXX")
  : >"$cache_dir/logs/$1.log"
}

finish() {
  rm -rf "$2"
  chmod 755 "$1"
  mv "$1" "$2"
}

apt_install() {
  [[ $(id -u) == 0 ]] || die "these Debian packages are missing: $*. Install them and run this again: sudo apt-get install $*"
  have apt-get || die "this needs Debian or a relative of it. Install what these packages hold by other means: $*"
  local began=$SECONDS
  say apt "installing $*"
  : >"$cache_dir/logs/apt.log"
  export DEBIAN_FRONTEND=noninteractive
  run_logged apt apt-get update || die "apt-get update failed, see above; is there a network?"
  run_logged apt apt-get install -y --no-install-recommends "$@" || die "apt-get install failed, see above"
  say apt "done in $((SECONDS - began)) s"
}

# Every Debian package that the wanted parts lack, in one go.
install_packages() {
  local packages=() name
  for name in "${wanted[@]}"; do
    case $name in
      mosquitto) mosquitto_installed || packages+=(mosquitto mosquitto-clients) ;;
      kafka)
        have kcat || packages+=(kcat)
        [[ $(java_major || true) -ge 17 ]] || packages+=(openjdk-17-jre-headless)
        kafka_fetched || have mvn || packages+=(maven)
        ;;
      influxdb)
        have curl || packages+=(curl)
        [[ -x $influxdb_home/influxd ]] || have gcc || packages+=(gcc libc6-dev)
        ;;
      # Without a font a page has no text.
      chromium) chromium_installed || packages+=(chromium fonts-dejavu-core) ;;
    esac
  done
  ((${#packages[@]} > 0)) || return 0
  apt_install "${packages[@]}"
  # The package also starts a broker for the whole machine on port 1883, which nobody asked for here.
  if is_one_of mosquitto "${packages[@]}" && have systemctl && systemctl is-active --quiet mosquitto 2>/dev/null; then
    systemctl disable --quiet --now mosquitto
    say mosquitto "the machine-wide service that the package started is off again"
  fi
}

install_mosquitto() { :; } # all of it is a package
report_mosquitto() { say mosquitto "$(dpkg-query -W -f '${Version}' mosquitto 2>/dev/null || echo '?')  $(command -v mosquitto)"; }

install_chromium() { :; }
report_chromium() { say chromium "$(dpkg-query -W -f '${Version}' chromium 2>/dev/null || echo '?')  $(command -v chromium)"; }

install_kafka() {
  ! kafka_fetched || return 0
  local began=$SECONDS
  say kafka "$KAFKA_VERSION: fetching the jars with Maven (45 MB)"
  begin kafka
  run_logged kafka mvn -B -ntp -f "$infra_dir/kafka/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$work/libs" -DbuildDirectory="$work" || die "Maven could not fetch Kafka, see above"
  [[ -f $work/libs/kafka_2.13-$KAFKA_VERSION.jar ]] || die "infra/kafka/pom.xml and infra/native/lib.sh name different versions of Kafka"
  cp "$infra_dir/kafka/pom.xml" "$work/pom.xml"
  finish "$work" "$kafka_home"
  say kafka "done in $((SECONDS - began)) s"
}
report_kafka() { say kafka "$KAFKA_VERSION  $kafka_home"; }

# Flux names a Rust toolchain of its own, which rustup would try to download. One that is installed does as well: the
# one that the caller set, else rustup's default, else the newest stable one, else any. Prints nothing where Rust came
# without rustup: then cargo asks for no toolchain.
rust_toolchain() {
  have rustup || return 0
  local listed candidates candidate
  listed=$(RUSTUP_TOOLCHAIN='' rustup toolchain list 2>/dev/null | grep -v '^no installed' || true)
  candidates=$(
    printf '%s\n' "${RUSTUP_TOOLCHAIN:-}"
    grep -w default <<<"$listed" || true
    grep '^stable' <<<"$listed" || true
    grep '^[0-9]' <<<"$listed" | sort -rV || true
    printf '%s\n' "$listed"
  )
  while read -r candidate _; do
    [[ -n $candidate ]] || continue
    if RUSTUP_TOOLCHAIN=$candidate cargo --version >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done <<<"$candidates"
  return 1
}

install_influxdb() {
  [[ ! -x $influxdb_home/influxd ]] || return 0
  local began=$SECONDS toolchain
  have go || die "InfluxDB is built with Go: install Go 1.24 or newer and put it into PATH"
  have cargo || die "a part of InfluxDB is built with Rust: install a stable Rust toolchain (rustup) and put cargo into PATH"
  toolchain=$(rust_toolchain) || die "rustup has no toolchain that works: install one with 'rustup toolchain install stable'"
  say influxdb "$INFLUXDB_VERSION: building with $(go env GOVERSION) and $(RUSTUP_TOOLCHAIN=${toolchain:-} cargo --version | cut -d' ' -f1,2) (some minutes, once)"
  begin influxdb
  mkdir "$work/build" "$work/tools"
  cp "$infra_dir"/influxdb/build/{go.mod,go.sum,tools.go} "$work/build"
  # Flux was written for an older compiler and turns its warnings into errors. RUSTFLAGS does not reach that build.
  # shellcheck disable=SC2016 # "$@" is for the script that is written
  printf '#!/bin/sh\nexec "$@" --cap-lints warn\n' >"$work/tools/rustc-wrapper"
  chmod +x "$work/tools/rustc-wrapper"
  local go=(env -C "$work/build" -u GOOS -u GOARCH -u GOBIN -u RUSTFLAGS -u CARGO_TARGET_DIR -u CARGO_BUILD_TARGET
    GOFLAGS='-mod=readonly -buildvcs=false' GOWORK=off CGO_ENABLED=1)
  # A stand-in for pkg-config that builds Flux's Rust library when Go asks for it: it must come first in PATH.
  run_logged influxdb "${go[@]}" go build -o "$work/tools/pkg-config" github.com/influxdata/pkg-config ||
    die "the build tool of InfluxDB could not be built, see above"
  go+=(PATH="$work/tools:$PATH" RUSTC_WRAPPER="$work/tools/rustc-wrapper")
  [[ -z $toolchain ]] || go+=(RUSTUP_TOOLCHAIN="$toolchain")
  run_logged influxdb "${go[@]}" go build -tags sqlite_foreign_keys,sqlite_json -ldflags '-s -w' \
    -o "$work/influxd" github.com/influxdata/influxdb/v2/cmd/influxd || die "InfluxDB could not be built, see above"
  rm -rf "$work/build" "$work/tools"
  finish "$work" "$influxdb_home"
  say influxdb "done in $((SECONDS - began)) s"
}
report_influxdb() { say influxdb "$INFLUXDB_VERSION  $influxdb_home"; }

# Only the plugins that infra/telegraf names: the whole of Telegraf takes ten times as long to build.
install_telegraf() {
  ! telegraf_installed || return 0
  local began=$SECONDS tags
  have go || die "Telegraf is built with Go: install Go 1.25 or newer and put it into PATH"
  say telegraf "$TELEGRAF_VERSION: building with $(go env GOVERSION) (a minute or two, once)"
  tags=custom,inputs.mqtt_consumer,inputs.kafka_consumer,outputs.kafka,outputs.influxdb_v2
  tags+=,parsers.json,parsers.influx,serializers.influx
  begin telegraf
  run_logged telegraf env -C "$work" -u GOOS -u GOARCH GOBIN="$work" GOFLAGS=-buildvcs=false GOWORK=off CGO_ENABLED=0 \
    go install -tags "$tags" -ldflags "-s -w -X github.com/influxdata/telegraf/internal.Version=$TELEGRAF_VERSION" \
    "github.com/influxdata/telegraf/cmd/telegraf@v$TELEGRAF_VERSION" || die "Telegraf could not be built, see above"
  finish "$work" "$telegraf_home"
  say telegraf "done in $((SECONDS - began)) s"
}
report_telegraf() { say telegraf "$TELEGRAF_VERSION  $telegraf_home"; }

# What interrupted installs left. We hold the lock, so nobody is using it.
find "$cache_dir" -maxdepth 1 -name '.*.??????' -type d -exec chmod -R u+w {} + -exec rm -rf {} +
install_packages
for name in "${wanted[@]}"; do "install_$name"; done
for name in "${wanted[@]}"; do
  "${name}_installed" || die "$name is still not there after the install; run with 'bash -x' to see why"
  "report_$name"
done
