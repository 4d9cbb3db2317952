/** Comma-separated tables (RFC 4180), both ways. */

/** The rows of a table, the headings first. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const it = text[at]!;
    if (quoted) {
      if (it !== '"') cell += it;
      else if (text[at + 1] === '"') { cell += '"'; at++; }
      else quoted = false;
    } else if (it === '"') quoted = true;
    else if (it === ",") { row.push(cell); cell = ""; }
    else if (it === "\n") { row.push(cell); rows.push(row); row = []; cell = ""; }
    else if (it !== "\r") cell += it;
  }
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows;
}

/** A table as text. What a spreadsheet would run as a formula begins with an apostrophe. */
export function printCsv(rows: (string | number)[][]): string {
  const cell = (it: string | number) => {
    const text = String(it);
    const safe = /^[=+\-@\t\r]/.test(text) && typeof it === "string" ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** A table as a file; its first mark tells spreadsheet programs which letters these are. */
export const csvFile = (rows: (string | number)[][]): Blob => new Blob(["\ufeff", printCsv(rows)], { type: "text/csv;charset=utf-8" });
