/** The states that e-mails, forms and pages go through, and who may change what in which. */

import type { Row } from "../../api/row";
import { DRAFT, LIVE, LIVE_EDITABLE, STOPPED, STOPPING } from "../../record/life";

/** Forms have numbers of their own for live and stopped. */
const isForm = (entity: string) => entity === "msdyncrm_marketingform";

export type Stage = "draft" | "live" | "stopped" | "other";

export function stage(entity: string, row: Row): Stage {
  const status = row["statuscode"];
  if (status === DRAFT) return "draft";
  if (status === LIVE_EDITABLE || status === (isForm(entity) ? 1 : LIVE)) return "live";
  if (status === (isForm(entity) ? 2 : STOPPED)) return "stopped";
  return "other";
}

/** What is written to stop it. */
export const stopping = (entity: string) => (isForm(entity) ? 2 : STOPPING);
