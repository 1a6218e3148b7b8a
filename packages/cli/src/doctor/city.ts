import { parseAlerts } from "@kota/alerts";
import { openCityAdapters } from "@kota/city-adapters";
import { type City, messageOf } from "@kota/model";
import { parsePolls, reportRules } from "@kota/reports";
import { createLogger, createMetrics, systemClock } from "@kota/runtime";
import { parseScoreModel, type ScoreModel } from "@kota/scoring";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** What a city's folder says about itself, when its files can be read at all. */
export async function cityFindings(dir: string, city: City): Promise<Finding[]> {
  const { settings, devices, areas } = city;
  const findings: Finding[] = [
    ok("city", `${settings.name}: ${areas.features.length} areas, ${devices.length} devices (${dir})`),
  ];
  const lost = devices.filter(({ area }) => area === null);
  if (lost.length > 0) {
    findings.push(
      warn(
        "devices",
        `${lost.length} of ${devices.length} are in no area, so in no area's score: ${listed(lost.map(({ id }) => id))}`,
        "Fill the column 'area' of devices.csv.",
      ),
    );
  }
  const model = modelOf(city, findings);
  if (model !== undefined) {
    if (city.alerts !== undefined) {
      const text = city.alerts;
      findings.push(
        parsedFinding("alerts", "alerts.yaml", () => {
          const areaIds = new Set(areas.features.map(({ properties }) => properties.id));
          const { rules, channels } = parseAlerts(text, { areas: areaIds, model });
          return channels.length === 0 && rules.length > 0
            ? warn(
                "alerts",
                `${rules.length} rules, and nobody is told`,
                "Add a channel (MQTT, webhook or e-mail) to alerts.yaml, unless the page is enough.",
              )
            : ok("alerts", `${rules.length} rules, ${channels.length} channels`);
        }),
      );
    }
    if (city.polls !== undefined) {
      const text = city.polls;
      findings.push(
        parsedFinding("polls", "polls.yaml", () =>
          ok("polls", `${parsePolls(text, reportRules(city)).length} sources are asked`),
        ),
      );
    }
  }
  return [...findings, ...(await adapterFindings(dir))];
}

function modelOf(city: City, findings: Finding[]): ScoreModel | undefined {
  let model: ScoreModel | undefined;
  findings.push(
    parsedFinding("score model", "scores.yaml", () => {
      model = parseScoreModel(city.scoreModel);
      return ok("score model", `version ${model.version} (${model.hash})`);
    }),
  );
  return model;
}

function parsedFinding(check: string, file: string, look: () => Finding): Finding {
  try {
    return look();
  } catch (error) {
    return fail(check, `${file}: ${messageOf(error)}`, `Correct ${file}.`);
  }
}

async function adapterFindings(city: string): Promise<Finding[]> {
  const own = await openCityAdapters({
    city,
    clock: systemClock,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics: createMetrics(),
  });
  const entries = own.list().filter(({ kind }) => kind !== "built-in");
  await own.close();
  const refused = entries.filter(({ error }) => error !== null);
  if (refused.length === 0) {
    return entries.length === 0 ? [] : [ok("adapters", `${entries.length} of the city's own`)];
  }
  return refused.map(({ error }) =>
    fail("adapters", `${error}`, "Correct it; until then its devices are decoded as before, or not at all."),
  );
}

function listed(ids: readonly string[]): string {
  return ids.length <= 5 ? ids.join(", ") : `${ids.slice(0, 5).join(", ")} …`;
}
