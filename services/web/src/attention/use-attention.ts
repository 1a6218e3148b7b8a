import { type At, type Finding, findingsOf, needsOf, paceOf, peerPaces } from "@kota/attention";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { dayCountQuery, dayQuery, devicesOf } from "../api/queries.ts";
import { useMoment, usePresent } from "../past/use-moment.ts";
import { useSettled } from "../ui/use-settled.ts";

/** The list is made anew at most this often: it is to be read, not to be watched. */
const PACE_MS = 5000;
/** Devices whose last day is asked for to know their pace. */
const MOST_QUIET = 50;

export interface Attention {
  /** Undefined until the devices are known. */
  readonly findings: readonly Finding[] | undefined;
  /** Some devices' last day is not known yet: the list may grow. */
  readonly isChecking: boolean;
  /** Quiet devices that were not asked about, because there are too many. */
  readonly notAsked: number;
  readonly error: Error | null;
  refetch(): void;
}

/** What needs attention in an area, or in the whole city: made here, from the latest values and the last day of what stands out. */
export function useAttention(area: string | null): Attention {
  const at = useMoment();
  const { data, error, refetch } = useQuery(devicesOf(at));
  const settled = useSettled(data, at === null ? PACE_MS : 0);
  const now = usePresent(PACE_MS);
  const devices = useMemo(
    () => settled?.filter((device) => area === null || device.area === area),
    [settled, area],
  );
  const needs = useMemo(
    // The pace of a device is told by all that are like it, wherever they stand.
    () => needsOf(devices ?? [], peerPaces(settled ?? [], now), now),
    [devices, settled, now],
  );

  const quiet = needs.quiet.slice(0, MOST_QUIET);
  const days = [
    ...needs.bins.map((bin) => ({ ...bin, step: "10m" as const })),
    ...needs.air.map((air) => ({ ...air, step: "1h" as const })),
  ];
  const dayAnswers = useQueries({
    queries: days.map(({ device, metric, step }) => dayQuery(device, metric, step, at)),
  });
  const countAnswers = useQueries({
    queries: quiet.map(({ device, lastSeen }) => dayCountQuery(device, lastSeen)),
  });

  const dayByKey = new Map<string, readonly At[]>();
  days.forEach(({ device, metric }, index) => {
    const points = dayAnswers[index]?.data;
    if (points !== undefined) dayByKey.set(`${metric}@${device}`, points);
  });
  const paceById = new Map<string, number>();
  quiet.forEach(({ device }, index) => {
    const count = countAnswers[index]?.data;
    if (count !== undefined) paceById.set(device, paceOf(count));
  });
  const findings =
    devices === undefined
      ? undefined
      : findingsOf(
          devices,
          needs,
          {
            day: (device, metric) => dayByKey.get(`${metric}@${device}`),
            pace: (device) => paceById.get(device),
          },
          now,
        );
  return {
    findings,
    isChecking: [...dayAnswers, ...countAnswers].some(({ isPending }) => isPending),
    notAsked: needs.quiet.length - quiet.length,
    error,
    refetch: () => void refetch(),
  };
}
