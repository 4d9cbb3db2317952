/** What somebody typed and has not saved, kept in this tab of the browser, so that a reload or a sign-in in between loses nothing. */

import { useCallback, useEffect } from "react";
import type { Draft } from "../api/row";

/** What was changed, and what was there before: so it is known later whether somebody else changed it too. */
export interface Edits {
  draft: Draft;
  base: Draft;
}

export const NONE: Edits = { draft: {}, base: {} };

const place = (entity: string, id: string) => `assent.edits ${entity} ${id}`;

export function kept(entity: string, id: string): Edits {
  try {
    return (JSON.parse(sessionStorage.getItem(place(entity, id)) ?? "null") as Edits | null) ?? NONE;
  } catch {
    return NONE;
  }
}

/** Keeps it from now on; gives what forgets it, for whoever leaves without it for good. */
export function useKept(entity: string, id: string, { draft, base }: Edits): () => void {
  useEffect(() => {
    try {
      if (Object.keys(draft).length > 0) sessionStorage.setItem(place(entity, id), JSON.stringify({ draft, base }));
      else sessionStorage.removeItem(place(entity, id));
    } catch {
      // There is no room for it: then it is in the page alone, and leaving the page asks first.
    }
  }, [draft, base, entity, id]);
  return useCallback(() => sessionStorage.removeItem(place(entity, id)), [entity, id]);
}
