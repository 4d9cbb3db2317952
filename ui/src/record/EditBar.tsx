/** What is not saved yet, with the way to save it; the question whose change stands; and the one before leaving. */

import type { Detailed } from "../api/metadata";
import { Conflict } from "./Conflict";
import type { Editing } from "./editing";
import { SaveBar } from "./SaveBar";
import { Unsaved } from "./Unsaved";

export function EditBar({ entity, editing, blocked = false, named, whole, save }: {
  entity: Detailed;
  editing: Editing;
  /** What is there cannot be saved as it is. */
  blocked?: boolean;
  /** What is beside the columns of the entity, by its name for people. */
  named?: Record<string, string> | undefined;
  /** What is no value that a person reads. */
  whole?: readonly string[] | undefined;
  /** What saving is called here. */
  save?: string | undefined;
}) {
  const { count, writing } = editing;
  return (
    <>
      {count > 0 && (
        <SaveBar
          count={count} because={writing.because} busy={writing.isBusy} blocked={blocked} save={save}
          onBecause={writing.onBecause} onSave={editing.save} onDiscard={editing.discard}
        />
      )}
      {writing.clash && <Conflict entity={entity} clash={writing.clash} busy={writing.isBusy} named={named} whole={whole} onCancel={writing.cancel} onSettle={writing.settle} />}
      <Unsaved dirty={count > 0} onLeave={editing.forget} />
    </>
  );
}
