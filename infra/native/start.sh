#!/usr/bin/env bash
# Starts real servers on 127.0.0.1 and waits until each is ready. They run on after this script has ended.
#
#   infra/native/start.sh [options] [mosquitto] [kafka] [influxdb]
#
# With no name: all three. One that runs already is left alone.
#
#   --dir DIR                 where everything is: data, logs, pid files (default: data in the cache folder).
#                             Another DIR with other ports is another, independent set of servers.
#   --mosquitto-port N        default 1883
#   --kafka-port N            default 9092
#   --kafka-controller-port N for Kafka's talk with itself, default: the port after Kafka's
#   --kafka-property K=V      one more setting of Kafka, over those of infra/kafka; may be given several times
#   --influx-port N           default 8086
#   --timeout S               how long each may take to become ready, default 180
#
# InfluxDB is set up with organisation kota, bucket kota, user kota and token kota-dev-token.
# Exit status 3: a port is taken. The environment may set KAFKA_HEAP_OPTS (default -Xms256m -Xmx1g).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

dir=$(default_data_dir)
timeout=180
kafka_controller_port=''
kafka_properties=()
declare -A port=([mosquitto]=1883 [kafka]=9092 [influxdb]=8086) port_given=()
wanted=()

port_option() {
  is_port "$3" || die "$1 needs a port number, not '$3'"
  port[$2]=$3
  port_given[$2]=yes
}
while (($# > 0)); do
  case $1 in
    -h | --help) show_help && exit ;;
    --*) (($# > 1)) || die "$1 needs a value, see --help" ;;&
    --dir) dir=$2 && shift 2 ;;
    --mosquitto-port) port_option "$1" mosquitto "$2" && shift 2 ;;
    --kafka-port) port_option "$1" kafka "$2" && shift 2 ;;
    --kafka-controller-port) is_port "$2" || die "$1 needs a port number, not '$2'" && kafka_controller_port=$2 && shift 2 ;;
    --kafka-property) kafka_properties+=("$2") && shift 2 ;;
    --influx-port) port_option "$1" influxdb "$2" && shift 2 ;;
    --timeout) timeout=$2 && shift 2 ;;
    mosquitto | kafka | influxdb) wanted+=("$1") && shift ;;
    *) die "unknown argument '$1', see --help" ;;
  esac
done
((${#wanted[@]} > 0)) || wanted=("${SERVERS[@]}")
[[ -n $kafka_controller_port ]] || kafka_controller_port=$((port[kafka] + 1))

for server in "${wanted[@]}"; do
  "${server}_installed" || die "$server is not installed. Run infra/native/install.sh $server"
done

mkdir -p "$dir/logs"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/.lock"
flock -w 120 9 || die "another start or stop in $dir is under way and does not end"

require_free() {
  port_taken "$1" || return 0
  printf '%s: port %s is taken by something else; stop that, or choose another port (see --help)\n' "$(basename "$0")" "$1" >&2
  exit "$EXIT_PORT_TAKEN"
}

# launch SERVER COMMAND…: in a session of its own, so that neither the end of this script nor Ctrl-C reaches it.
launch() {
  local server=$1 log=$dir/logs/$1.log
  shift
  setsid nohup "$@" </dev/null >>"$log" 2>&1 9>&- &
  printf '%s\n' "$!" >"$dir/$server.pid"
  printf '%s\n' "${port[$server]}" >"$dir/$server.port"
}

start_mosquitto() {
  mkdir -p "$dir/mosquitto"
  {
    grep -vE '^(listener|persistence_location|user) ' "$infra_dir/mosquitto/mosquitto.conf"
    printf 'listener %s 127.0.0.1\n' "${port[mosquitto]}"
    printf 'persistence_location %s/mosquitto/\n' "$dir"
    # As root it would become the user mosquitto, who may not write here.
    printf 'user %s\n' "$(id -un)"
  } >"$dir/mosquitto/mosquitto.conf"
  launch mosquitto mosquitto -c "$dir/mosquitto/mosquitto.conf"
}
# A client that gets its subscription acknowledged has been through the whole of it.
ready_mosquitto() {
  # shellcheck disable=SC2016 # $SYS is the name of a topic
  mosquitto_sub -h 127.0.0.1 -p "${port[mosquitto]}" -t '$SYS/broker/version' -E -W 2 >/dev/null 2>&1
}

start_kafka() {
  mkdir -p "$dir/kafka"
  {
    cat "$infra_dir/kafka/server.properties"
    printf '\nlisteners=PLAINTEXT://127.0.0.1:%s,CONTROLLER://127.0.0.1:%s\n' "${port[kafka]}" "$kafka_controller_port"
    printf 'advertised.listeners=PLAINTEXT://127.0.0.1:%s\n' "${port[kafka]}"
    printf 'controller.quorum.voters=1@127.0.0.1:%s\n' "$kafka_controller_port"
    printf 'log.dirs=%s/kafka/data\n' "$dir"
    ((${#kafka_properties[@]} == 0)) || printf '%s\n' "${kafka_properties[@]}"
  } >"$dir/kafka/server.properties"
  local java=(java -cp "$kafka_home/libs/*" -Dlog4j2.configurationFile="$infra_dir/kafka/log4j2.properties")
  if [[ ! -f $dir/kafka/data/meta.properties ]]; then
    "${java[@]}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC kafka.tools.StorageTool format --config "$dir/kafka/server.properties" \
      --cluster-id "$(head -c 16 /dev/urandom | base64 | tr '+/' 'ab' | cut -c 1-22)" >>"$dir/logs/kafka.log" 2>&1 || {
      tail -n 20 "$dir/logs/kafka.log" >&2
      die "Kafka's data folder $dir/kafka/data could not be prepared, see above"
    }
  fi
  # shellcheck disable=SC2086 # several options in one variable
  launch kafka "${java[@]}" ${KAFKA_HEAP_OPTS:--Xms256m -Xmx1g} -XX:+UseG1GC -XX:MaxGCPauseMillis=20 \
    -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true kafka.Kafka "$dir/kafka/server.properties"
}
# The broker lists itself, at the address that it announces, only when the controller has let it in.
ready_kafka() {
  timeout 5 kcat -b "127.0.0.1:${port[kafka]}" -L -m 2 2>/dev/null | grep -q 'broker 1 at 127.0.0.1:'
}

start_influxdb() {
  mkdir -p "$dir/influxdb"
  launch influxdb "$influxdb_home/influxd" --bolt-path "$dir/influxdb/influxd.bolt" --engine-path "$dir/influxdb/engine" \
    --sqlite-path "$dir/influxdb/influxd.sqlite" --http-bind-address "127.0.0.1:${port[influxdb]}" --reporting-disabled
}
ready_influxdb() {
  local url=http://127.0.0.1:${port[influxdb]}
  curl -fsS -m 5 "$url/health" >/dev/null 2>&1 || return 1
  if curl -fsS -m 5 "$url/api/v2/setup" | grep -q '"allowed": *true'; then
    curl -fsS -m 30 -X POST "$url/api/v2/setup" -H 'content-type: application/json' -o /dev/null \
      -d '{"username":"kota","password":"kota-dev-password","org":"kota","bucket":"kota","token":"kota-dev-token","retentionPeriodSeconds":0}' ||
      die "InfluxDB runs but could not be set up"
  fi
  curl -fsS -m 5 -H 'authorization: Token kota-dev-token' "$url/api/v2/buckets?name=kota" 2>/dev/null | grep -q '"name": *"kota"' ||
    die "the InfluxDB in $dir was set up with another token or bucket. Stop it and delete $dir/influxdb to start anew"
}

# Start all that are needed, then wait: they boot side by side.
started=()
for server in "${wanted[@]}"; do
  if server_pid "$dir" "$server" >/dev/null; then
    running=$(<"$dir/$server.port")
    [[ -z ${port_given[$server]:-} || ${port[$server]} == "$running" ]] ||
      die "$server runs already, on port $running. To change the port, stop it first: stop.sh --dir $dir $server"
    port[$server]=$running
    continue
  fi
  is_one_of "$server" "${started[@]}" && continue
  require_free "${port[$server]}"
  [[ $server != kafka ]] || require_free "$kafka_controller_port"
  "start_$server"
  started+=("$server")
done

for server in "${wanted[@]}"; do
  began=$SECONDS
  until "ready_$server"; do
    if ! pid=$(server_pid "$dir" "$server"); then
      tail -n 20 "$dir/logs/$server.log" >&2
      rm -f "$dir/$server.pid" "$dir/$server.port"
      if grep -qiE 'address already in use' <(tail -n 20 "$dir/logs/$server.log"); then
        printf '%s: a port of %s is taken, see above\n' "$(basename "$0")" "$server" >&2
        exit "$EXIT_PORT_TAKEN"
      fi
      die "$server ended while it started, see above and $dir/logs/$server.log"
    fi
    ((SECONDS - began < timeout)) || die "$server (pid $pid) is not ready after $timeout s, see $dir/logs/$server.log"
    sleep 0.1
  done
  how=started
  is_one_of "$server" "${started[@]}" || how='was running already'
  say "$server" "$(server_address "$dir" "$server")  pid $(server_pid "$dir" "$server")  $how"
done
