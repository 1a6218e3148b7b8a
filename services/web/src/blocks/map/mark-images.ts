import type { Origin } from "../../api-types.ts";
import { outlineOf } from "../../ui/device-mark.tsx";
import { colourOf } from "../../ui/theme.ts";

const SIZE = 24;
export const MARK_PIXEL_RATIO = 3;

/** The name of the image of a mark. */
export function markName(kind: string, origin: Origin): string {
  return `${kind}/${origin}`;
}

/** Draws the mark of a kind and an origin in the colours of the shown theme, as `MarkShape` does in SVG. */
export function drawMark(kind: string, origin: Origin): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE * MARK_PIXEL_RATIO;
  canvas.height = SIZE * MARK_PIXEL_RATIO;
  const context = canvas.getContext("2d");
  if (context === null) return new ImageData(canvas.width, canvas.height);
  const solid = colourOf("--mark");
  const edge = colourOf("--mark-edge");
  const hollow = colourOf("--mark-hollow");
  const outline = new Path2D(outlineOf(kind));
  context.scale(MARK_PIXEL_RATIO, MARK_PIXEL_RATIO);
  context.lineJoin = "round";
  context.fillStyle = origin === "simulated" ? hollow : solid;
  context.strokeStyle = origin === "simulated" ? solid : edge;
  context.lineWidth = origin === "simulated" ? 2.6 : 1.4;
  context.fill(outline);
  context.stroke(outline);
  if (origin === "live") {
    context.fillStyle = hollow;
    context.beginPath();
    context.arc(12, 13, 3.4, 0, 2 * Math.PI);
    context.fill();
  }
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
