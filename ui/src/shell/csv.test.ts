import { expect, it } from "vitest";
import { parseCsv, printCsv } from "./csv";

it("reads quotes, line ends within cells, and a last line without an end", () => {
  expect(parseCsv('a,b\r\n"x ""y""","1\n2"\r\n,z')).toEqual([["a", "b"], ['x "y"', "1\n2"], ["", "z"]]);
  expect(parseCsv("")).toEqual([]);
});

it("writes what it reads, and no formula", () => {
  expect(parseCsv(printCsv([["a", 'b,"c"'], [1, "d\ne"]]))).toEqual([["a", 'b,"c"'], ["1", "d\ne"]]);
  expect(printCsv([["=1+1", -1]])).toBe("'=1+1,-1\r\n");
});
