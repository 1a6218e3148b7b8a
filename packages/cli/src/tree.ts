/** A line of a tree with what is below it. */
export interface Branch {
  readonly text: string;
  readonly below?: readonly Branch[];
}

/** The tree as lines for a terminal. */
export function renderTree({ text, below = [] }: Branch): string[] {
  const lines = [text];
  below.forEach((branch, index) => {
    const isLast = index === below.length - 1;
    renderTree(branch).forEach((line, at) => {
      lines.push((at === 0 ? (isLast ? "└─ " : "├─ ") : isLast ? "   " : "│  ") + line);
    });
  });
  return lines;
}
