/**
 * The files of a zip, read in the browser, so that an officer looks through a package without saving it.
 * Only what our own packages are made of: stored or deflated files with a central directory, their sizes in
 * 64 bits where the writer chose so.
 */

export interface ZipFile {
  name: string;
  size: number;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const DEFLATED = 8;

export function zipFiles(bytes: Uint8Array<ArrayBuffer>): ZipFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_SIZE;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new Error("this is no zip");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const files: ZipFile[] = [];
  for (let n = 0; n < count && view.getUint32(at, true) === ENTRY; n++) {
    const method = view.getUint16(at + 10, true);
    const [nameLength, extra, comment] = [28, 30, 32].map((it) => view.getUint16(at + it, true)) as [number, number, number];
    const wide = wideFields(view, at + 46 + nameLength, extra);
    // In this order, and only where the short field has no room.
    const size = long(view.getUint32(at + 24, true), wide);
    const packed = long(view.getUint32(at + 20, true), wide);
    const header = long(view.getUint32(at + 42, true), wide);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    at += 46 + nameLength + extra + comment;
    files.push({
      name,
      size,
      read: async () => {
        const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
        const data = bytes.slice(start, start + packed);
        if (method !== DEFLATED) return data;
        const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
        return new Uint8Array(await new Response(stream).arrayBuffer());
      },
    });
  }
  return files;
}

const FULL = 0xffffffff;
const long = (short: number, wide: number[]) => (short === FULL ? (wide.shift() ?? short) : short);

/** The fields of 64 bits (ZIP64) among the extra ones of an entry. */
function wideFields(view: DataView, start: number, length: number): number[] {
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const count = view.getUint16(at + 2, true) / 8;
    return Array.from({ length: count }, (_, n) => Number(view.getBigUint64(at + 4 + n * 8, true)));
  }
  return [];
}

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
