/** A row chosen by its name, where only its identifier is kept. */

import { Input } from "./inputs";
import { useNames } from "./names";

export function RowInput({ entities, value, disabled, required, id, label, onChange }: {
  /** The entities that it may be of. */
  entities: string[];
  value: string | null;
  disabled?: boolean;
  required?: boolean;
  id?: string;
  /** What it is called where no field names it. */
  label?: string;
  onChange(id: string | null): void;
}) {
  const names = useNames(value ? entities.map((it) => `${it}:${value}`) : []);
  const entity = entities.find((it) => names.has(`${it}:${value}`)) ?? entities[0] ?? "";
  const column = {
    name: "", label: label ?? "", description: "", kind: "Lookup" as const, format: "", required: required ?? false, secured: false, custom: false, added: false,
    creatable: true, updatable: true, maxLength: undefined, min: undefined, max: undefined, options: [], targets: entities,
    sensitivity: "none" as const, category: "",
  };
  return (
    <Input
      {...(id ? { id } : {})}
      {...(label ? { label } : {})}
      column={column}
      disabled={disabled ?? false}
      value={value ? { entity, id: value, name: names.get(`${entity}:${value}`) ?? value } : null}
      onChange={(it) => onChange(it !== null && typeof it === "object" ? it.id : null)}
    />
  );
}
