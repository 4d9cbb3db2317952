/** The names of rows that are known as `entity:identifier`; what cannot be read has none. */

import { useQueries } from "@tanstack/react-query";
import { useEntities } from "../api/metadata";
import { rows } from "../api/row";

export function useNames(references: string[]): Map<string, string> {
  const entities = useEntities();
  const byEntity = Map.groupBy([...new Set(references)], (it) => it.split(":")[0] ?? "");
  const asked = [...byEntity].flatMap(([name, all]) => {
    const entity = entities.get(name);
    if (!entity?.primaryName) return [];
    const ids = all.map((it) => it.slice(name.length + 1)).slice(0, 100).sort();
    return [{ entity, ids }];
  });
  const answers = useQueries({
    queries: asked.map(({ entity, ids }) => ({
      queryKey: ["names", entity.name, ids.join()],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        rows(entity.set, { $select: entity.primaryName ?? "", $filter: ids.map((it) => `${entity.key} eq ${it}`).join(" or ") }, signal),
      staleTime: 60_000,
    })),
  });
  const names = new Map<string, string>();
  answers.forEach((answer, at) => {
    const it = asked[at];
    for (const row of answer.data ?? [])
      if (it) names.set(`${it.entity.name}:${String(row[it.entity.key])}`, String(row[it.entity.primaryName ?? ""] ?? ""));
  });
  return names;
}
