/**
 * Work on a row that is more than its columns one by one, such as a design: made in steps, with the way back, and
 * written as the columns that differ from the row that it began with.
 */

import { useEffect, useMemo, useState } from "react";
import type { Detailed } from "../api/metadata";
import type { Draft, Row } from "../api/row";
import { type Steps, useSteps } from "../shell/steps";
import { beneath, overlaid } from "./draft";
import type { Editing } from "./editing";
import { kept, useKept } from "./kept";
import { type Stored, useWriting } from "./writing";

/** How work comes from a row, and which columns of a row it changes. Both ways it stays the same. */
export interface Way<T> {
  begin(row: Row): T;
  columns(work: T, row: Row): Draft;
}

export interface Working<T> extends Editing {
  /** The steps of the work; it is `steps.now`. */
  steps: Steps<T>;
  /** What differs, as it is written. */
  draft: Draft;
  /** Begins anew with this row; what is not saved is gone. */
  begin(row: Row): void;
}

export function useWorking<T>({ entity, id, row, way, stored, note, onFailed }: {
  entity: Detailed;
  id: string;
  row: Row;
  way: Way<T>;
  stored: Stored;
  /** What is said once it is saved. */
  note?: string;
  onFailed?: (error: unknown) => void;
}): Working<T> {
  // The row that the work began with, so that what others change meanwhile is told from what the person changed.
  const [began, setBase] = useState(() => overlaid(row, kept(entity.name, id).base, entity));
  // Where it stands in its life nobody changes by working on it: that is always as it is now.
  const status = row["statuscode"] ?? null;
  const base = useMemo<Row>(() => ({ ...began, statuscode: status }), [began, status]);
  const steps = useSteps<T>(() => way.begin(overlaid(row, kept(entity.name, id).draft, entity)));
  const { now, reset } = steps;
  const draft = useMemo(() => way.columns(now, base), [way, now, base]);
  const count = Object.keys(draft).length;
  const edits = useMemo(() => ({ draft, base: beneath(draft, base, entity) }), [draft, base, entity]);
  const forget = useKept(entity.name, id, edits);
  const begin = (from: Row) => {
    setBase(from);
    reset(way.begin(from));
  };
  // Whoever changed nothing sees what others changed. What was saved here is in the base before it comes as the row.
  const [seen, setSeen] = useState(row);
  useEffect(() => {
    if (row === seen) return;
    setSeen(row);
    if (count > 0) return;
    setBase(row);
    if (Object.keys(way.columns(now, row)).length > 0) reset(way.begin(row));
  }, [row, seen, count, way, now, reset]);
  const writing = useWriting({
    entity, id, stored, undoable: false, note, onFailed,
    onSaved: ({ sent, fresh }) => {
      const later = way.columns(now, overlaid(base, sent, entity));
      setBase(fresh);
      // The way back stays, unless there is something in the row now that is not of this person.
      if (JSON.stringify(way.columns(now, fresh)) !== JSON.stringify(later)) reset(way.begin(overlaid(fresh, later, entity)));
    },
  });
  return { steps, draft, count, writing, forget, begin, save: () => writing.save(edits, row), discard: () => begin(row) };
}
