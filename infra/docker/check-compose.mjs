// The part of check-compose.sh that looks at the parsed file. Standard input: the file as JSON. Arguments: the versions
// of Kafka and InfluxDB that it should name. Prints the environment of the Kafka container, a variable a line.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const { services, volumes: namedVolumes } = JSON.parse(readFileSync(0, "utf8"));
const [kafkaVersion, influxdbVersion] = process.argv.slice(2);
const problems = [];

for (const [name, { build, depends_on: dependsOn, healthcheck, image, volumes }] of Object.entries(
  services,
)) {
  if (build && !existsSync(join(build.context, build.dockerfile))) {
    problems.push(`${name}: there is no ${build.dockerfile} in ${build.context}`);
  }
  if (!build && !/:v?\d/.test(image ?? "")) problems.push(`${name}: the image has no version`);
  // kota's own image brings its health check along.
  if (!build && !healthcheck) problems.push(`${name}: there is no health check`);
  for (const { source, type } of volumes ?? []) {
    if (type === "bind" && !existsSync(source)) problems.push(`${name}: ${source} does not exist`);
    if (type === "volume" && !namedVolumes?.[source]) problems.push(`${name}: there is no volume ${source}`);
  }
  for (const [needed, { condition }] of Object.entries(dependsOn ?? {})) {
    if (!services[needed]) problems.push(`${name}: depends on ${needed}, which is not there`);
    if (condition === "service_healthy" && services[needed]?.healthcheck?.disable) {
      problems.push(`${name}: waits for the health of ${needed}, which has its health check switched off`);
    }
  }
}
for (const [name, version] of Object.entries({ kafka: kafkaVersion, influxdb: influxdbVersion })) {
  if (!services[name]?.image.endsWith(`:${version}`)) {
    problems.push(`${name}: the image is ${services[name]?.image}, but infra/native/lib.sh has ${version}`);
  }
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
for (const [name, value] of Object.entries(services.kafka.environment)) console.log(`${name}=${value}`);
