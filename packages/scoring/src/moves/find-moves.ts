import { combine } from "../combine.ts";
import type { Receipt } from "../receipt.ts";
import { recomputeAll } from "../recompute.ts";
import { type Candidate, candidatesOf } from "./candidates.ts";
import { changedEvidence, indicatorReceipts } from "./changed-evidence.ts";
import type { Gain, Move } from "./move.ts";
import { moveText } from "./move-text.ts";

/** An area's part of the city's score. */
interface CityPart {
  readonly id: string;
  readonly weight: number;
  readonly score: number | null;
  readonly coverage: number;
}

export interface MoveOptions {
  readonly most: number;
  /** The parts of the city's score of the same name, the area's own among them. */
  readonly cityParts: readonly CityPart[];
  /** A device's name for the sentence. Default: its id. */
  readonly nameOf?: (device: string) => string;
}

const MOST_NAMED = 20;

/**
 * What would raise a score of one area most, by the gain of the area's score. Every gain is the difference of two
 * recomputations: of the receipt as it is, and with the evidence as it would be. Quality rules that compare devices are
 * not applied anew. Bounded: at most some tens of recomputations for each metric, each of the indicators of that metric only.
 */
export function findMoves(receipt: Receipt, options: MoveOptions): Move[] {
  const indicators = [...indicatorReceipts(receipt)];
  const before = numbersOf(receipt);
  const cityBefore = cityNumbers(receipt, options.cityParts, before);
  const moves = candidatesOf(indicators).flatMap((candidate): Move[] => {
    const changed = changedEvidence(receipt, candidate.change);
    const after = changed && numbersOf(changed);
    const areaGain = gainOf(before, after);
    const cityGain =
      cityBefore && gainOf(cityBefore, after && cityNumbers(receipt, options.cityParts, after));
    if (!isWorthwhile(candidate, areaGain)) return [];
    const move = {
      code: candidate.code,
      area: receipt.area,
      indicators: changedIndicators(receipt, candidate),
      metric: candidate.metric,
      unit: candidate.unit,
      devices: candidate.devices.slice(0, MOST_NAMED),
      deviceCount: candidate.devices.length,
      from: candidate.from,
      to: candidate.to,
      isAssumed: candidate.isAssumed,
      areaGain,
      cityGain,
    };
    return [{ ...move, text: moveText(move, options.nameOf ?? ((device) => device)) }];
  });
  return moves.sort(byGain((move) => move.areaGain)).slice(0, options.most);
}

/** The greatest gain first, then what makes a score of none, then what raises coverage most. */
export function byGain(gainOf: (move: Move) => Gain | null): (one: Move, other: Move) => number {
  const points = (gain: Gain | null) => gain?.gain ?? (gain?.after != null ? 0 : -1);
  return (one, other) => {
    const [a, b] = [gainOf(one), gainOf(other)];
    return points(b) - points(a) || (b?.coverageGain ?? 0) - (a?.coverageGain ?? 0);
  };
}

/** Below this a gain is a rounding error. */
const LEAST = 1e-6;

function isWorthwhile({ code }: Candidate, { gain, before, after, coverageGain }: Gain): boolean {
  if (code === "repair") return coverageGain === null || coverageGain > LEAST;
  return before === null ? after !== null : (gain ?? 0) > LEAST;
}

interface Numbers {
  readonly score: number | null;
  readonly coverage: number;
}

function numbersOf(receipt: Receipt): Numbers {
  const { score, coverage } = recomputeAll(receipt);
  return { score, coverage };
}

function cityNumbers({ area, limits }: Receipt, parts: readonly CityPart[], own: Numbers): Numbers | null {
  if (!parts.some(({ id }) => id === area)) return null;
  return combine(
    parts.map((part) => ({ ...part, asked: true, ...(part.id === area ? own : {}) })),
    "arithmetic",
    limits,
  );
}

function gainOf(before: Numbers, after: Numbers | null | undefined): Gain {
  if (!after) return { before: before.score, after: null, gain: null, coverageGain: null };
  return {
    before: before.score,
    after: after.score,
    gain: before.score === null || after.score === null ? null : after.score - before.score,
    coverageGain: after.coverage - before.coverage,
  };
}

function changedIndicators(receipt: Receipt, { change, code, devices }: Candidate): Move["indicators"] {
  return [...indicatorReceipts(receipt)]
    .filter(
      (each) =>
        change(each) !== undefined ||
        (code === "repair" &&
          each.devices.some(({ device, leftOut }) => leftOut !== null && devices.includes(device))),
    )
    .map(({ area, dimension, aspect, indicator, title }) => ({ area, dimension, aspect, indicator, title }));
}
