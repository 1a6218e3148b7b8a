/** Rows under a header in columns of equal width; a column whose cells are numbers is set to the right. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const columns = header.map((name, index) => {
    const cells = rows.map((row) => row[index] ?? "");
    return {
      width: Math.max(name.length, ...cells.map((cell) => cell.length)),
      right: cells.length > 0 && cells.every((cell) => /^[-+−]?[\d.]*( %)?$/.test(cell)),
    };
  });
  return [header, ...rows].map((row) =>
    columns
      .map(({ width, right }, index) => {
        const cell = row[index] ?? "";
        return right ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
