/** Rows of a set a page at a time, for tables that go on at a button. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "./http";
import type { Row } from "./row";

interface Answer {
  value: Row[];
  "@odata.nextLink"?: string;
}

/** The rows by OData options; what comes next is asked for with `more`. */
export function useRows(set: string, options: Record<string, string | undefined>, size = 50) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== "");
  const first = `${set}?${given.map(([name, value]) => `${name}=${encodeURIComponent(value ?? "")}`).join("&")}`;
  const found = useInfiniteQuery({
    queryKey: ["rows", set, first, size],
    initialPageParam: first,
    queryFn: ({ pageParam, signal }) =>
      call<Answer>(pageParam, { signal, headers: { Prefer: `odata.maxpagesize=${size}` } }),
    getNextPageParam: ({ "@odata.nextLink": next }) => next && new URL(next).pathname + new URL(next).search,
    placeholderData: (before) => before,
  });
  return {
    rows: found.data?.pages.flatMap((it) => it.value) ?? [],
    isPending: found.isPending,
    error: found.error,
    hasMore: found.hasNextPage,
    isFetching: found.isFetching,
    more: () => void found.fetchNextPage(),
    refetch: () => void found.refetch(),
  };
}
