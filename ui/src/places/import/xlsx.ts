/**
 * The first sheet of a spreadsheet (XLSX) as rows of text. A spreadsheet is a zip of XML files; both are read with what
 * the browser has. Dates are told from numbers by the format of their cell.
 */

type Files = Map<string, () => Promise<string>>;

export async function sheetRows(data: ArrayBuffer): Promise<string[][]> {
  const files = unzipped(data);
  const read = async (name: string) => {
    const text = await files.get(name)?.();
    return text === undefined ? undefined : new DOMParser().parseFromString(text, "text/xml");
  };
  const book = await read("xl/workbook.xml");
  const links = await read("xl/_rels/workbook.xml.rels");
  const first = book?.getElementsByTagName("sheet")[0]?.getAttribute("r:id");
  const link = [...(links?.getElementsByTagName("Relationship") ?? [])].find((it) => it.getAttribute("Id") === first);
  const target = link?.getAttribute("Target") ?? "worksheets/sheet1.xml";
  const sheet = await read(target.startsWith("/") ? target.slice(1) : `xl/${target}`);
  if (!sheet) throw new Error("no-sheet");
  const shared = [...((await read("xl/sharedStrings.xml"))?.getElementsByTagName("si") ?? [])].map(textOf);
  const dated = await dateStyles(read);
  const since1904 = ["1", "true"].includes(book?.getElementsByTagName("workbookPr")[0]?.getAttribute("date1904") ?? "");
  const rows: string[][] = [];
  for (const row of sheet.getElementsByTagName("row")) {
    const cells: string[] = [];
    for (const cell of row.getElementsByTagName("c")) {
      const at = place(cell.getAttribute("r")) ?? cells.length;
      while (cells.length < at) cells.push("");
      cells[at] = valueOf(cell, shared, dated, since1904);
    }
    // Rows that are left out in the file are empty ones.
    const number = Number(row.getAttribute("r") ?? rows.length + 1);
    while (rows.length < number - 1) rows.push([]);
    rows.push(cells);
  }
  const width = Math.max(0, ...rows.map((it) => it.length));
  return rows.map((it) => [...it, ...Array<string>(width - it.length).fill("")]);
}

function valueOf(cell: Element, shared: string[], dated: Set<number>, since1904: boolean): string {
  const kind = cell.getAttribute("t");
  if (kind === "inlineStr") return textOf(cell);
  const value = cell.getElementsByTagName("v")[0]?.textContent ?? "";
  if (kind === "s") return shared[Number(value)] ?? "";
  if (kind === "b") return value === "1" ? "true" : "false";
  if (kind === "e") return "";
  if ((kind === null || kind === "n") && value !== "" && dated.has(Number(cell.getAttribute("s") ?? -1))) return day(Number(value), since1904);
  return value;
}

/** All text of an element, without what says how it is pronounced. */
const textOf = (element: Element) =>
  [...element.getElementsByTagName("t")].filter((it) => it.parentElement?.tagName !== "rPh").map((it) => it.textContent ?? "").join("");

/** The column of an address such as `AB12`, from zero. */
function place(address: string | null): number | undefined {
  const letters = /^[A-Z]+/.exec(address ?? "")?.[0];
  return letters ? [...letters].reduce((sum, it) => sum * 26 + it.charCodeAt(0) - 64, 0) - 1 : undefined;
}

/** A day, and the time where there is one, of a number of days. */
function day(days: number, since1904: boolean): string {
  const instant = new Date(Math.round((days + (since1904 ? 1462 : 0) - 25_569) * 86_400_000));
  if (Number.isNaN(instant.getTime())) return String(days);
  const text = instant.toISOString();
  return days % 1 === 0 ? text.slice(0, 10) : `${text.slice(0, 19)}Z`;
}

/** The cell formats that show a date. */
async function dateStyles(read: (name: string) => Promise<Document | undefined>): Promise<Set<number>> {
  const styles = await read("xl/styles.xml");
  const own = new Map(
    [...(styles?.getElementsByTagName("numFmt") ?? [])].map((it) => [Number(it.getAttribute("numFmtId")), it.getAttribute("formatCode") ?? ""]),
  );
  const isDate = (id: number) => {
    const code = own.get(id);
    if (code === undefined) return (id >= 14 && id <= 22) || (id >= 45 && id <= 47);
    return /[dyhs]|m/i.test(code.replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, ""));
  };
  const formats = styles?.getElementsByTagName("cellXfs")[0]?.getElementsByTagName("xf") ?? [];
  return new Set([...formats].flatMap((it, at) => (isDate(Number(it.getAttribute("numFmtId"))) ? [at] : [])));
}

/** The files of a zip, each unpacked when it is read. */
function unzipped(data: ArrayBuffer): Files {
  const view = new DataView(data);
  let end = data.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error("no-sheet");
  const files: Files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== 0x02014b50) break;
    const method = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 20, true);
    const [name, extra, comment] = [28, 30, 32].map((it) => view.getUint16(at + it, true)) as [number, number, number];
    const local = view.getUint32(at + 42, true);
    const path = new TextDecoder().decode(new Uint8Array(data, at + 46, name));
    files.set(path, () => unpacked(data, view, local, method, size));
    at += 46 + name + extra + comment;
  }
  return files;
}

/** More than this, and it is no list of people but a trap. */
const LARGEST = 400 * 1024 * 1024;

async function unpacked(data: ArrayBuffer, view: DataView, local: number, method: number, size: number): Promise<string> {
  const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = new Blob([new Uint8Array(data, begin, size)]);
  if (method === 0) return await packed.text();
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    total += next.value.byteLength;
    if (total > LARGEST) throw new Error("too-large");
    pieces.push(next.value);
  }
  return await new Blob(pieces).text();
}
