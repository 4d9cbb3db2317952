/** A chosen file as the person and the server see it: its first rows to look at, and the bytes that are sent. */

import { sheetRows } from "./xlsx";

export interface Chosen {
  name: string;
  /** What is sent: UTF-8, separated values. */
  data: Blob;
  /** All of it as text, to count and to look up values in. */
  text: string;
  separator: string;
  quote: string;
  /** What was done to it before; the key of a text. */
  note?: "utf16" | "latin" | "xlsx";
}

/** The same limit as the server's. */
export const LARGEST = 63 * 1024 * 1024;
const SEPARATORS = [",", ";", "\t", "|"];

/** Reads a file that somebody chose. */
export async function read(file: File): Promise<Chosen> {
  if (file.size > LARGEST) throw new Error("too-large");
  if (/\.xlsx$/i.test(file.name)) {
    const rows = await sheetRows(await file.arrayBuffer());
    const text = rows.map((it) => it.map(quoted).join(",")).join("\n");
    return { name: file.name, data: new Blob([text]), text, separator: ",", quote: '"', note: "xlsx" };
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { text, note } = decoded(bytes);
  const separator = separatorOf(text);
  const data = note ? new Blob([text]) : file;
  return { name: file.name, data, text, separator, quote: '"', ...(note ? { note } : {}) };
}

const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The letters of a file: UTF-8, else what spreadsheet programs write. */
function decoded(bytes: Uint8Array): { text: string; note?: "utf16" | "latin" } {
  const marks: [number, number, string][] = [[0xff, 0xfe, "utf-16le"], [0xfe, 0xff, "utf-16be"]];
  const mark = marks.find(([one, two]) => bytes[0] === one && bytes[1] === two);
  if (mark) return { text: new TextDecoder(mark[2]).decode(bytes), note: "utf16" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), note: "latin" };
  }
}

/** The separator that the first lines have equally often. */
function separatorOf(text: string): string {
  const counts = SEPARATORS.map((it) => {
    const widths = rowsOf(text, it, '"', 10).map((row) => row.length);
    const width = Math.min(...widths);
    return { it, width: widths.length && width === Math.max(...widths) ? width * 2 : width };
  });
  return counts.sort((one, other) => other.width - one.width)[0]?.it ?? ",";
}

/** Rows of a text, at most so many (RFC 4180). */
export function rowsOf(text: string, separator: string, quote: string, most: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let inside = false;
  const endCell = () => { row.push(cell); cell = ""; };
  const endRow = () => {
    endCell();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length && rows.length < most; at += 1) {
    const it = text[at];
    if (inside) {
      if (it !== quote) cell += it;
      else if (text[at + 1] === quote) { cell += quote; at += 1; }
      else inside = false;
    } else if (quote && it === quote && cell === "") inside = true;
    else if (separator && text.startsWith(separator, at)) { endCell(); at += separator.length - 1; }
    else if (it === "\n") endRow();
    else if (it !== "\r" || text[at + 1] !== "\n") cell += it;
  }
  if (rows.length < most && (cell !== "" || row.length > 0)) endRow();
  return rows;
}

/** How many lines a text has, about as many as rows. */
export function linesOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return text.endsWith("\n") ? count : count + 1;
}
