/** The columns of a row as a person edits them, on the page of a record and on its like: a draft, kept until it is saved or discarded. */

import { useState } from "react";
import type { Detailed } from "../api/metadata";
import type { Draft, Row } from "../api/row";
import { given, isSame } from "./draft";
import { type Edits, kept, NONE, useKept } from "./kept";
import { useRowStored, useWriting, type Writing } from "./writing";

/** What is not saved yet, whatever it is made of, and the ways on. */
export interface Editing {
  count: number;
  writing: Writing;
  save(): void;
  discard(): void;
  /** What is kept of it in the browser is forgotten. */
  forget(): void;
}

export function useEditing(entity: Detailed, id: string, row: Row) {
  const [edits, setEdits] = useState<Edits>(() => kept(entity.name, id));
  const forget = useKept(entity.name, id, edits);
  const { draft } = edits;
  const writing = useWriting({
    entity, id, stored: useRowStored(entity, id), undoable: true,
    onSaved: ({ sent, fresh }) => setEdits((it) => since(it, sent, fresh, entity)),
  });
  const editing: Editing = {
    count: Object.keys(draft).length,
    writing,
    save: () => writing.save(edits, row),
    discard: () => setEdits(NONE),
    forget,
  };
  return {
    ...editing,
    draft,
    value: (name: string): Draft[string] => (name in draft ? (draft[name] ?? null) : given(row, entity, name)),
    set: (name: string, value: Draft[string]) => setEdits((it) => changed(it, row, entity, name, value)),
  };
}

/** The edits with a value more, or one less where it is what the row has. */
export function changed({ draft, base }: Edits, row: Row, entity: Detailed, name: string, value: Draft[string]): Edits {
  const before = name in base ? (base[name] ?? null) : given(row, entity, name);
  const { [name]: _, ...others } = draft;
  const { [name]: __, ...othersBefore } = base;
  return isSame(value, before) ? { draft: others, base: othersBefore } : { draft: { ...draft, [name]: value }, base: { ...base, [name]: before } };
}

/** What was edited after the saving began. */
export function since({ draft }: Edits, sent: Draft, fresh: Row, entity: Detailed): Edits {
  const left = Object.entries(draft).filter(([name, value]) => !(name in sent && isSame(sent[name] ?? null, value)));
  return { draft: Object.fromEntries(left), base: Object.fromEntries(left.map(([name]) => [name, given(fresh, entity, name)])) };
}
