/** As many colours as a chart can have lines. */
const COLOURS = 8;

/** The custom property with the colour of a line. */
export function lineColour(number: number): string {
  return `--series-${(number % COLOURS) + 1}`;
}
