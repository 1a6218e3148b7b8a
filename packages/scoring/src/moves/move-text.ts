import type { Gain, Move } from "./move.ts";

/** A move in a sentence, in English. */
export function moveText(move: Omit<Move, "text">, nameOf: (device: string) => string): string {
  return `${whatToDo(move, nameOf)}: ${whatItGives(move)}.`;
}

function whatToDo(
  { code, indicators, devices, deviceCount, from, to, unit, isAssumed }: Omit<Move, "text">,
  nameOf: (device: string) => string,
): string {
  const [first] = indicators;
  const title = first?.title ?? "";
  const [device] = devices;
  const change = `from ${number(from)} to ${number(to)} ${unit}`;
  const name = deviceCount === 1 && device !== undefined ? nameOf(device) : `${deviceCount} devices`;
  switch (code) {
    case "empty":
      return deviceCount === 1 ? `Empty ${name}, ${change}` : `Empty ${deviceCount} bins: ${title} ${change}`;
    case "reach":
      return deviceCount === 0
        ? `Bring ${title} ${change}`
        : `Bring ${name} over the threshold: ${title} ${change}`;
    case "repair":
      return `Get ${name} to count again for ${indicators.map((each) => each.title).join(", ")}${
        isAssumed ? " (taken to say what the others do)" : ""
      }`;
  }
}

function whatItGives({ area, areaGain, cityGain, code }: Omit<Move, "text">): string {
  const city = cityGain === null ? "" : `, ${points(cityGain)} for the city`;
  if (areaGain.coverageGain === null)
    return "what it would give is not known, as nothing else measures it here";
  const coverage = code === "repair" ? `, coverage +${number(areaGain.coverageGain * 100)} %` : "";
  return `${points(areaGain)} for ${area}${city}${coverage}`;
}

function points({ gain, after }: Gain): string {
  if (gain === null)
    return after === null ? "still no score" : `a score of ${number(after)} where there is none`;
  return `${gain < 0 ? "−" : "+"}${number(Math.abs(gain))} points`;
}

function number(value: number | null): string {
  return value === null ? "unknown" : String(Number(value.toFixed(2)));
}
