/** What entities and columns are called, as far as their metadata came by: for sentences that name them. */

interface Named {
  name: string;
  set: string;
  plural: string;
}

const plurals = new Map<string, string>();
const entities = new Map<string, string>();
const columns = new Map<string, Map<string, string>>();

export function remember(entity: Named, its?: { name: string; label: string }[]) {
  plurals.set(entity.name, entity.plural);
  entities.set(entity.set, entity.name);
  if (its) columns.set(entity.name, new Map(its.map((it) => [it.name, it.label])));
}

export const entityOf = (set: string) => entities.get(set);
export const pluralOf = (entity: string) => plurals.get(entity);

/** The label of a column; where the entity is not known, of the first that has one of this name. */
export function labelOf(column: string, entity?: string): string | undefined {
  const there = entity ? columns.get(entity)?.get(column) : undefined;
  if (there || entity) return there;
  for (const all of columns.values()) if (all.has(column)) return all.get(column);
  return undefined;
}
