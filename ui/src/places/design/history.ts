/** What somebody did, and the way back. Letters typed in one go are one step. */

import { useCallback, useEffect, useReducer } from "react";

interface State<T> {
  past: T[];
  now: T;
  future: T[];
  /** What the last step was about, and when. */
  about: string;
  at: number;
}

type Act<T> =
  | { kind: "change"; to: (now: T) => T; about: string; at: number }
  | { kind: "undo" }
  | { kind: "redo" }
  | { kind: "reset"; to: T };

const KEPT = 100;
const ONE_GO = 1_000;

function next<T>(state: State<T>, act: Act<T>): State<T> {
  const { past, now, future } = state;
  switch (act.kind) {
    case "change": {
      const to = act.to(now);
      if (to === now) return state;
      const goesOn = act.about !== "" && act.about === state.about && act.at - state.at < ONE_GO;
      return { past: goesOn ? past : [...past, now].slice(-KEPT), now: to, future: [], about: act.about, at: act.at };
    }
    case "undo": {
      const before = past.at(-1);
      return before === undefined ? state : { past: past.slice(0, -1), now: before, future: [now, ...future], about: "", at: 0 };
    }
    case "redo": {
      const [after, ...rest] = future;
      return after === undefined ? state : { past: [...past, now], now: after, future: rest, about: "", at: 0 };
    }
    case "reset":
      return { past: [], now: act.to, future: [], about: "", at: 0 };
  }
}

export interface History<T> {
  now: T;
  change(to: (now: T) => T, about?: string): void;
  undo?: (() => void) | undefined;
  redo?: (() => void) | undefined;
  reset(to: T): void;
}

export function useHistory<T>(first: () => T): History<T> {
  const [state, act] = useReducer(next<T>, null, () => ({ past: [], now: first(), future: [], about: "", at: 0 }));
  return {
    now: state.now,
    change: useCallback((to, about = "") => act({ kind: "change", to, about, at: Date.now() }), []),
    undo: state.past.length ? () => act({ kind: "undo" }) : undefined,
    redo: state.future.length ? () => act({ kind: "redo" }) : undefined,
    reset: useCallback((to) => act({ kind: "reset", to }), []),
  };
}

/** Ctrl+Z and Ctrl+Y; inside of a text the browser's own way back comes first. */
export function useHistoryKeys({ undo, redo }: Pick<History<unknown>, "undo" | "redo">) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (!(event.ctrlKey || event.metaKey) || target.closest("input, textarea, [contenteditable=true]")) return;
      const key = event.key.toLowerCase();
      const act = key === "z" && !event.shiftKey ? undo : key === "y" || key === "z" ? redo : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [undo, redo]);
}
