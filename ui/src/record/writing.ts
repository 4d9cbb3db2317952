/**
 * Writing what a person changed on a row so that no edit of either side is lost: what somebody else changed in other
 * columns stands beside it, and where both changed the same column the person decides. What fails changes nothing of
 * the draft.
 */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/http";
import { type Detailed, useEntities } from "../api/metadata";
import { body, type Draft, retrieve, type Row, update } from "../api/row";
import { useNotices } from "../shell/notices";
import { beneath, type Clash, clashes, settled } from "./draft";
import type { Edits } from "./kept";

/** How often it is tried again when others write at the same time. */
const TRIES = 5;

export interface Stored {
  /** The row as it is now. */
  read(): Promise<Row>;
  /** Writes columns over this version of the row, and no other. */
  write(draft: Draft, on: Row, because: string): Promise<unknown>;
}

/** A row that is nothing but its columns. */
export function useRowStored(entity: Detailed, id: string): Stored {
  const entities = useEntities();
  return {
    read: () => retrieve(entity, id),
    write: (draft, on, because) => update(entity.set, id, body(draft, entity, entities), String(on["@odata.etag"]), because),
  };
}

export interface Saved {
  /** What the person had made when they saved; what they made since is not saved yet. */
  sent: Draft;
  /** The row afterwards. */
  fresh: Row;
}

export interface Writing {
  because: string;
  onBecause(text: string): void;
  isBusy: boolean;
  save(edits: Edits, on: Row): void;
  clash: Clash | null;
  /** What shall stand, now that the other side is known. */
  settle(draft: Draft): void;
  cancel(): void;
}

export function useWriting({ entity, id, stored, undoable, note, onSaved, onFailed }: {
  entity: Detailed;
  id: string;
  stored: Stored;
  /** Whether the note of it offers the way back; a page with steps has its own. */
  undoable: boolean;
  note?: string | undefined;
  onSaved(saved: Saved): void;
  onFailed?: ((error: unknown) => void) | undefined;
}): Writing {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notices = useNotices();
  const [because, setBecause] = useState("");
  const [clash, setClash] = useState<Clash | null>(null);

  const put = async ({ draft, base }: Edits, on: Row, why: string): Promise<Clash | Row> => {
    for (let left = TRIES; ; left -= 1) {
      const columns = clashes(draft, base, on, entity);
      if (columns.length > 0) return { columns, draft, base, theirs: on };
      const rest = settled(draft, on, entity);
      try {
        if (Object.keys(rest).length > 0) await stored.write(rest, on, why);
        return await stored.read();
      } catch (error) {
        if (!(error instanceof ApiError && error.isStale) || left === 0) throw error;
        on = await stored.read();
      }
    }
  };
  const renew = async () => {
    await client.invalidateQueries({ queryKey: ["row", entity.name, id] });
    void client.invalidateQueries({ queryKey: ["list", entity.name] });
    void client.invalidateQueries({ queryKey: ["history", entity.name, id] });
  };
  /** Takes back what was saved, unless somebody has changed it since. */
  const undo = async ({ draft, base }: Edits, fresh: Row) => {
    try {
      const outcome = await put({ draft: base, base: draft }, fresh, "");
      await renew();
      if (isClash(outcome)) notices.failed(new Error(t("conflict.title")));
      else notices.done(t("undone"));
    } catch (error) {
      notices.failed(error);
    }
  };
  const saving = useMutation({
    mutationFn: ({ edits, on }: { sent: Draft; edits: Edits; on: Row }) => put(edits, on, because),
    onSuccess: (outcome, { sent, edits }) => {
      if (isClash(outcome)) return setClash(outcome);
      client.setQueryData(["row", entity.name, id], outcome);
      setBecause("");
      setClash(null);
      onSaved({ sent, fresh: outcome });
      void renew();
      notices.done(note ?? t("saved"), undoable && Object.keys(edits.draft).length > 0 ? () => void undo(edits, outcome) : undefined);
    },
    onError: onFailed ?? notices.failed,
  });
  return {
    because,
    onBecause: setBecause,
    isBusy: saving.isPending,
    save: (edits, on) => saving.mutate({ sent: edits.draft, edits, on }),
    clash,
    settle: (draft) => clash && saving.mutate({ sent: clash.draft, edits: { draft, base: beneath(draft, clash.theirs, entity) }, on: clash.theirs }),
    cancel: () => setClash(null),
  };
}

const isClash = (it: Clash | Row): it is Clash => Array.isArray(it["columns"]);
