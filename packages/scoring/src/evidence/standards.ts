/** Frameworks that number or name what a city reports. */
export const STANDARDS = ["u4ssc", "iso_37120", "iso_37122", "sdg"] as const;
type Standard = (typeof STANDARDS)[number];

/** How far an indicator is that of a standard: `same` method, or only about the same thing. */
export const FITS = ["same", "related"] as const;

/** How an identifier was checked: in the standard itself or two independent sources, in copies that agree, in one, or not at all. */
export const CHECKS = ["verified", "secondary", "single", "unchecked"] as const;

/** An indicator of a standard that an indicator of the model goes with. It changes no score. */
export interface StandardIndicator {
  readonly standard: Standard;
  /** Null: only the name is known. */
  readonly number: string | null;
  readonly name: string;
  readonly fit: (typeof FITS)[number];
  readonly checked: (typeof CHECKS)[number];
}

const TITLES = { u4ssc: "U4SSC", iso_37120: "ISO 37120", iso_37122: "ISO 37122", sdg: "SDG" } as const;

const CHECKED = {
  verified: "identifier read in the standard or in two independent sources",
  secondary: "identifier from copies that agree, not read in the standard",
  single: "identifier from one source, not read in the standard",
  unchecked: "identifier not checked",
} as const;

/** `U4SSC EN: EN: AQ: 1C, Air pollution (related; identifier from copies that agree, not read in the standard)`. */
export function standardText({ standard, number, name, fit, checked }: StandardIndicator): string {
  return `${TITLES[standard]} ${number === null ? "" : `${number}, `}${name} (${fit}; ${CHECKED[checked]})`;
}
