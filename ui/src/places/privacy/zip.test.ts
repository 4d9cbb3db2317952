import { expect, it } from "vitest";
import { fromBase64, zipFiles } from "./zip";

/** Two files, one stored and one deflated, the second with sizes of 64 bits, as the server streams them. */
const PACKAGE = "UEsDBC0AAAAAAAAAAACGphA2BQAAAAUAAAAFAAAAYS50eHRoZWxsb1BLAwQtAAAACAAAAAAA4mTl6P//////////CgAUAGRhdGEvYi5jc3YBABAAPAAAAAAAAAALAAAAAAAAAMtLzE3l5cojiwQAUEsBAi0ALQAAAAAAAAAAAIamEDYFAAAABQAAAAUAAAAAAAAAAAAAAAAAAAAAAGEudHh0UEsBAi0ALQAAAAgAAAAAAOJk5ej//////////woAFAAAAAAAAAAAAAAAKAAAAGRhdGEvYi5jc3YBABAAPAAAAAAAAAALAAAAAAAAAFBLBQYAAAAAAgACAH8AAABvAAAAAAA=";

it("reads stored and deflated files, with short and long sizes", async () => {
  const files = zipFiles(fromBase64(PACKAGE));
  expect(files.map((it) => [it.name, it.size])).toEqual([["a.txt", 5], ["data/b.csv", 60]]);
  const texts = await Promise.all(files.map(async (it) => new TextDecoder().decode(await it.read())));
  expect(texts).toEqual(["hello", "name\r\n".repeat(10)]);
});

it("says what is no package", () => {
  expect(() => zipFiles(new Uint8Array(30))).toThrow("no zip");
});
