import { colourOf } from "../ui/theme.ts";

const PADDING = 16;
const LINE = 20;

/** One line of the legend below a picture. */
export interface PictureLine {
  readonly text: string;
  /** A custom property. */
  readonly colour: string;
}

/** A chart as a PNG that can stand alone: title, legend and range are on it. */
export async function pictureOf(
  chart: HTMLCanvasElement,
  title: string,
  legend: readonly PictureLine[],
): Promise<Blob> {
  const ratio = window.devicePixelRatio;
  const canvas = document.createElement("canvas");
  const head = PADDING + LINE * 1.5;
  canvas.width = chart.width + 2 * PADDING * ratio;
  canvas.height = chart.height + (head + legend.length * LINE + PADDING * 1.5) * ratio;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser gives no canvas to draw the picture on.");
  const font = getComputedStyle(document.body).fontFamily;
  context.fillStyle = colourOf("--surface");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(chart, PADDING * ratio, head * ratio);
  context.scale(ratio, ratio);
  context.textBaseline = "top";
  context.fillStyle = colourOf("--text");
  context.font = `600 15px ${font}`;
  context.fillText(title, PADDING, PADDING);
  context.font = `13px ${font}`;
  legend.forEach(({ text, colour }, index) => {
    const y = head + chart.height / ratio + PADDING / 2 + index * LINE;
    context.fillStyle = colourOf(colour);
    context.fillRect(PADDING, y + 3, 12, 8);
    context.fillStyle = colourOf("--text");
    context.fillText(text, PADDING + 20, y);
  });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error("The browser could not make a picture of the chart.")) : resolve(blob),
    );
  });
}

/** Hands a file to the person. */
export function download(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
