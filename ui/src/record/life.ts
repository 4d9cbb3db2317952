/** The life cycle that segments, journeys and e-mails share: it is asked for by writing a state, and the server checks. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Entity } from "../api/metadata";
import { update } from "../api/row";

export const DRAFT = 192_350_000;
export const LIVE = 192_350_001;
export const STOPPED = 192_350_002;
export const LIVE_EDITABLE = 192_350_003;
export const GOING_LIVE = 192_350_006;
export const STOPPING = 192_350_007;

export const isLive = (status: unknown) => status === LIVE || status === LIVE_EDITABLE;

/** Writes columns and a state, and asks again for what may be different then. */
export function useLife(entity: Entity, id: string, done: (status: number) => void, failed: (error: unknown) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ status, values = {} }: { status: number; values?: Record<string, unknown> }) =>
      update(entity.set, id, { ...values, statuscode: status }),
    onSuccess: (_, { status }) => done(status),
    onError: failed,
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["row", entity.name, id] });
      void client.invalidateQueries({ queryKey: ["list", entity.name] });
    },
  });
}
