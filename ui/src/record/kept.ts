/** What somebody typed and has not saved, kept in this tab of the browser, so that a reload or a sign-in in between loses nothing. */

import { useEffect, useState } from "react";
import type { Draft } from "../api/row";

const place = (entity: string, id: string) => `assent.draft ${entity} ${id}`;

function kept(entity: string, id: string): Draft {
  try {
    return JSON.parse(sessionStorage.getItem(place(entity, id)) ?? "{}") as Draft;
  } catch {
    return {};
  }
}

export function useDraft(entity: string, id: string) {
  const [draft, setDraft] = useState<Draft>(() => kept(entity, id));
  useEffect(() => {
    if (Object.keys(draft).length > 0) sessionStorage.setItem(place(entity, id), JSON.stringify(draft));
    else sessionStorage.removeItem(place(entity, id));
  }, [draft, entity, id]);
  // Whoever leaves without it leaves it for good.
  const forget = () => sessionStorage.removeItem(place(entity, id));
  return [draft, setDraft, forget] as const;
}
