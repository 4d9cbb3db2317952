/** A value with its past: changes that can be taken back and done again. */

import { useCallback, useState } from "react";

export function usePast<T>(begin: T) {
  const [{ past, now, future }, set] = useState<{ past: T[]; now: T; future: T[] }>({ past: [], now: begin, future: [] });
  const change = useCallback((next: T) => set((it) => ({ past: [...it.past, it.now], now: next, future: [] })), []);
  const back = useCallback(
    () => set((it) => (it.past.length ? { past: it.past.slice(0, -1), now: it.past.at(-1) as T, future: [it.now, ...it.future] } : it)),
    [],
  );
  const again = useCallback(
    () => set((it) => (it.future.length ? { past: [...it.past, it.now], now: it.future[0] as T, future: it.future.slice(1) } : it)),
    [],
  );
  const reset = useCallback((next: T) => set({ past: [], now: next, future: [] }), []);
  return { now, change, back, again, reset, hasPast: past.length > 0, hasFuture: future.length > 0 };
}
