/** The names of rows that are known as `entity:identifier`; what cannot be read has none. */

import { useQueries } from "@tanstack/react-query";
import { useEntities } from "../api/metadata";
import { rows } from "../api/row";
import { may, useSession } from "../api/session";

/** So many names are asked for at once. */
const TOGETHER = 50;
const REFERENCE = /^([a-z0-9_]+):([0-9a-f-]{36})$/;

export const isReference = (it: unknown): it is string => typeof it === "string" && REFERENCE.test(it);

export function useNames(references: string[]): Map<string, string> {
  const entities = useEntities();
  const session = useSession();
  const wanted = [...new Set(references)].filter(isReference);
  const asked = [...Map.groupBy(wanted, (it) => it.split(":")[0] ?? "")].flatMap(([name, all]) => {
    const entity = entities.get(name);
    const { primaryName } = entity ?? {};
    if (!entity || !primaryName || !may(session, "Read", name)) return [];
    const ids = all.map((it) => it.slice(name.length + 1));
    // In the order in which they come, so that a longer list asks for what is new alone.
    return Array.from({ length: Math.ceil(ids.length / TOGETHER) }, (_, at) => ({ entity, primaryName, ids: ids.slice(at * TOGETHER, (at + 1) * TOGETHER) }));
  });
  const answers = useQueries({
    queries: asked.map(({ entity, primaryName, ids }) => ({
      queryKey: ["names", entity.name, ids.join()],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        rows(entity.set, { $select: primaryName, $filter: ids.map((it) => `${entity.key} eq ${it}`).join(" or ") }, signal),
      staleTime: 60_000,
    })),
  });
  return new Map(
    asked.flatMap(({ entity, primaryName }, at) =>
      (answers[at]?.data ?? []).map((row): [string, string] => [`${entity.name}:${String(row[entity.key])}`, String(row[primaryName] ?? "")]),
    ),
  );
}
