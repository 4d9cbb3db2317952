/** Rows of a query by their place, a page at a time; only pages that somebody looks at are asked for. */

import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { type ListQuery, print, rows, type Search } from "../api/fetchxml";
import { call, invoke } from "../api/http";
import type { Entity } from "../api/metadata";
import type { Row } from "../api/row";

export const SIZE = 100;

export function usePages(entity: Entity, query: ListQuery, search: Search | undefined) {
  const text = print(query, undefined, search);
  const [{ from, to }, setSeen] = useState({ from: 0, to: 1 });
  const onView = useCallback((first: number, last: number) => {
    const seen = { from: Math.floor(first / SIZE), to: Math.floor(Math.max(first, last - 1) / SIZE) + 1 };
    setSeen((before) => (before.from === seen.from && before.to === seen.to ? before : seen));
  }, []);
  const total = useQuery({
    queryKey: ["list", entity.name, text, "count"],
    queryFn: async ({ signal }) =>
      (await call<{ Count: number }>(invoke("assent_CountRows", { FetchXml: text }), { signal })).Count,
    placeholderData: (before) => before,
  });
  const numbers = Array.from({ length: Math.max(1, to - from) }, (_, at) => from + at);
  const pages = useQueries({
    queries: numbers.map((number) => ({
      queryKey: ["list", entity.name, text, number],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        rows(entity, print(query, { number: number + 1, size: SIZE }, search), signal),
      staleTime: 10_000,
      gcTime: 60_000,
    })),
  });
  const row = (at: number): Row | undefined => pages[Math.floor(at / SIZE) - from]?.data?.[at % SIZE];
  const error = total.error ?? pages.find((it) => it.error)?.error ?? null;
  return { text, total: total.data, row, onView, error, isFetching: total.isFetching || pages.some((it) => it.isFetching) };
}
