# shellcheck shell=bash
# What the scripts of this folder share: versions, places, and small helpers. Sourced, never run.

# shellcheck disable=SC2034 # most of these are for the scripts that source this file
readonly KAFKA_VERSION=4.1.0
# shellcheck disable=SC2034
readonly INFLUXDB_VERSION=2.7.12
# shellcheck disable=SC2034
readonly TELEGRAF_VERSION=1.37.2
# shellcheck disable=SC2034
readonly SERVERS=(mosquitto kafka influxdb)

native_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
infra_dir=$(dirname "$native_dir")
# shellcheck disable=SC2034
readonly native_dir infra_dir

# Large and slow to get, so it is kept outside of the repository and shared by every clone.
cache_dir=${KOTA_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kota}/native
readonly cache_dir
# shellcheck disable=SC2034
readonly kafka_home=$cache_dir/kafka-$KAFKA_VERSION
# shellcheck disable=SC2034
readonly influxdb_home=$cache_dir/influxdb-$INFLUXDB_VERSION
# shellcheck disable=SC2034
readonly telegraf_home=$cache_dir/telegraf-$TELEGRAF_VERSION

# Places where tools often are although a fresh shell does not look there (sbin, and Go and Rust as their makers
# install them). Last in PATH, so that the caller's own choice wins.
PATH=$PATH:/usr/sbin:/usr/local/go/bin:$HOME/.cargo/bin
export PATH

# Exit status of start.sh when a port is taken, so that a caller that picks ports can pick others.
# shellcheck disable=SC2034
readonly EXIT_PORT_TAKEN=3

have() { command -v "$1" >/dev/null 2>&1; }

# say WHO WHAT…: one line of progress.
say() { printf '%-10s %s\n' "$1" "${*:2}"; }

# die MESSAGE…: what is wrong and what to do about it.
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# The comment at the head of a script is its help.
show_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"; }

is_one_of() {
  local wanted=$1 item
  shift
  for item in "$@"; do [[ $item == "$wanted" ]] && return 0; done
  return 1
}

is_port() { [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && (($1 < 65536)); }

java_major() { java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1; }

# What each server needs to be started here. Cheap: other scripts and tests ask often.
mosquitto_installed() { have mosquitto && have mosquitto_sub; }
kafka_fetched() { cmp -s "$infra_dir/kafka/pom.xml" "$kafka_home/pom.xml"; }
kafka_installed() { kafka_fetched && have java && have kcat; }
influxdb_installed() { [[ -x $influxdb_home/influxd ]] && have curl; }
chromium_installed() { have chromium; }
telegraf_installed() { [[ -x $telegraf_home/telegraf ]]; }

default_data_dir() { printf '%s\n' "$cache_dir/data"; }

# server_pid DIR SERVER: prints the pid of the server that DIR's pid file names, if that server runs. The pid file of
# a server that died may name a process of someone else by now, so the process must also have DIR on its command line.
server_pid() {
  local dir=$1 server=$2 pid
  [[ -r $dir/$server.pid ]] || return 1
  pid=$(<"$dir/$server.pid")
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$dir/" || return 1
  # A killed process whose parent has not asked for it yet is no longer a server.
  [[ $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) != Z* ]] || return 1
  printf '%s\n' "$pid"
}

# server_address DIR SERVER: where a server of DIR listens, as the pid file's neighbour recorded it.
server_address() {
  local port
  port=$(cat "$1/$2.port" 2>/dev/null) || return 1
  case $2 in
    mosquitto) printf 'mqtt://127.0.0.1:%s\n' "$port" ;;
    kafka) printf '127.0.0.1:%s\n' "$port" ;;
    influxdb) printf 'http://127.0.0.1:%s\n' "$port" ;;
  esac
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
