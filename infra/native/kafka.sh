#!/usr/bin/env bash
# Kafka's own command line tools, for topics, groups and measurements. kcat is quicker where it can do the job.
#
#   infra/native/kafka.sh topics|consumer-groups|configs|acls|storage|server|get-offsets|console-producer|console-consumer|producer-performance …
#
# For example: infra/native/kafka.sh consumer-groups --bootstrap-server 127.0.0.1:9092 --describe --all-groups
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:---help} in
  -h | --help) show_help && exit ;;
  topics) class=org.apache.kafka.tools.TopicCommand ;;
  consumer-groups) class=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand ;;
  configs) class=kafka.admin.ConfigCommand ;;
  acls) class=org.apache.kafka.tools.AclCommand ;;
  storage) class=kafka.tools.StorageTool ;;
  server) class=kafka.Kafka ;;
  get-offsets) class=org.apache.kafka.tools.GetOffsetShell ;;
  console-producer) class=org.apache.kafka.tools.ConsoleProducer ;;
  console-consumer) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
  producer-performance) class=org.apache.kafka.tools.ProducerPerformance ;;
  *) die "unknown tool '$1', see --help" ;;
esac
kafka_installed || die "kafka is not installed. Run infra/native/install.sh kafka"
exec java -cp "$kafka_home/libs/*" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  -Dorg.apache.logging.log4j.level=ERROR "$class" "${@:2}"
