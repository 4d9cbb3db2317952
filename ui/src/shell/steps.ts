/** What somebody made, step by step, and the way back and forth between the steps. */

import { useCallback, useEffect, useState } from "react";

const KEPT = 100;

export interface Steps<T> {
  now: T;
  /** Makes a step, also from what is there; one that follows soon upon another of the same kind takes its place, such as letters typed. */
  set(next: T | ((now: T) => T), kind?: string): void;
  /** Begins anew. */
  reset(next: T): void;
  undo?: (() => void) | undefined;
  redo?: (() => void) | undefined;
}

interface State<T> {
  before: T[];
  now: T;
  after: T[];
  kind: string | undefined;
  at: number;
}

const SOON = 1_000;

export function useSteps<T>(first: T | (() => T)): Steps<T> {
  const [state, setState] = useState<State<T>>(() => ({
    before: [], now: first instanceof Function ? first() : first, after: [], kind: undefined, at: 0,
  }));
  const set = useCallback(
    (to: T | ((now: T) => T), kind?: string) =>
      setState(({ before, now, ...last }) => {
        const next = to instanceof Function ? to(now) : to;
        if (next === now) return { before, now, ...last };
        const at = Date.now();
        const same = kind !== undefined && kind === last.kind && at - last.at < SOON;
        return { before: same ? before : [...before, now].slice(-KEPT), now: next, after: [], kind, at };
      }),
    [],
  );
  const reset = useCallback((next: T) => setState({ before: [], now: next, after: [], kind: undefined, at: 0 }), []);
  const undo = useCallback(
    () =>
      setState((it) => {
        const last = it.before.at(-1);
        return last === undefined ? it : { before: it.before.slice(0, -1), now: last, after: [it.now, ...it.after], kind: undefined, at: 0 };
      }),
    [],
  );
  const redo = useCallback(
    () =>
      setState((it) => {
        const [next, ...after] = it.after;
        return next === undefined ? it : { before: [...it.before, it.now], now: next, after, kind: undefined, at: 0 };
      }),
    [],
  );
  return {
    now: state.now, set, reset,
    undo: state.before.length ? undo : undefined,
    redo: state.after.length ? redo : undefined,
  };
}

/** Ctrl+Z and Ctrl+Y; inside of a text the browser's own way back comes first. */
export function useStepKeys({ undo, redo }: Pick<Steps<unknown>, "undo" | "redo">) {
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
