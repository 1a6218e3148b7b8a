import { useQuery } from "@tanstack/react-query";
import type { Map as MapLibreMap } from "maplibre-gl";
import { useEffect, useState } from "react";
import { groundQuery } from "../../api/queries.ts";
import { useCity } from "../../page/city-context.tsx";
import { useTheme } from "../../ui/theme.ts";
import { addGround, addTiles, recolourGround } from "./ground.ts";

/** Whether the city has a map of somebody, whose name has to stand on it. */
export function useHasAttribution(): boolean {
  const { tiles, pmtiles } = useCity().city.map;
  return tiles !== null || pmtiles !== null;
}

/**
 * Draws what the city has for finding one's way below everything else: tiles, an archive of them, roads and water.
 * @returns Whether the archive could not be read.
 */
export function useBackground(
  map: MapLibreMap | null,
  { below, namesBelow }: { readonly below: string; readonly namesBelow: string },
): boolean {
  const { tiles, pmtiles, hasGround } = useCity().city.map;
  const { shown } = useTheme();
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    if (map !== null && tiles !== null) addTiles(map, tiles, below);
  }, [map, tiles, below]);

  useEffect(() => {
    if (map === null || pmtiles === null) return;
    let isThere = true;
    // What reads archives is loaded by those who have one.
    void import("./archive.ts")
      .then(({ addArchive }) => addArchive(map, { ...pmtiles, below, namesBelow }, () => isThere))
      .catch(() => {
        if (isThere) setFailed(true);
      });
    return () => {
      isThere = false;
    };
  }, [map, pmtiles, below, namesBelow]);

  const { data: ground } = useQuery({ ...groundQuery, enabled: hasGround });
  useEffect(() => {
    if (map !== null && ground !== undefined) addGround(map, ground, below);
  }, [map, ground, below]);

  // The theme changes what the custom properties hold.
  useEffect(() => {
    if (map === null) return;
    recolourGround(map);
    if (pmtiles === null) return;
    let isThere = true;
    void import("./archive.ts").then(({ recolourArchive }) => {
      if (isThere) recolourArchive(map);
    });
    return () => {
      isThere = false;
    };
  }, [map, shown, pmtiles]);

  return failed;
}
