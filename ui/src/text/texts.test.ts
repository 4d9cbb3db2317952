import { describe, expect, it } from "vitest";

const FILES = import.meta.glob<object>("../**/text/*.json", { eager: true, import: "default" });

/** The keys of a file, without the endings by which a language counts. */
function keys(file: object, above = ""): string[] {
  return Object.entries(file).flatMap(([key, value]) =>
    typeof value === "object" ? keys(value as object, `${above}${key}.`) : [above + key.replace(/_(zero|one|two|few|many|other)$/, "")],
  );
}
/** What a text takes in, such as `{{name}}`. */
const given = (file: object, path: string): string[] => {
  const text = path.split(".").reduce<unknown>((it, key) => (it as Record<string, unknown>)?.[key], file);
  return typeof text === "string" ? [...text.matchAll(/\{\{(\w+)\}\}/g)].map((it) => it[1] ?? "").sort() : [];
};

const folders = new Set(Object.keys(FILES).map((it) => it.replace(/\/\w+\.json$/, "")));

describe.each([...folders])("%s", (folder) => {
  const english = FILES[`${folder}/en.json`] ?? {};
  it.each(["de", "fr"])("says the same in %s", (language) => {
    const other = FILES[`${folder}/${language}.json`] ?? {};
    expect([...new Set(keys(other))].sort()).toEqual([...new Set(keys(english))].sort());
    for (const key of keys(english)) expect(given(other, key), key).toEqual(given(english, key));
  });
});
