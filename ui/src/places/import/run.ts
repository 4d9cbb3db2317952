/** Tries or imports a file, and tells how far it is. */

import { ApiError, reach } from "../../api/http";

export interface Refusal {
  line: number;
  column: string | null;
  reason: string;
}

export interface Report {
  batch: string | null;
  entity: string;
  dry_run: boolean;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  suppressed: number;
  consent_raised: number;
  consent_lowered: number;
  consent_kept: number;
  repeated: number;
  repeated_lines: number[];
  refusals: Refusal[];
  would: Record<string, number>;
  warnings: string[];
}

export async function run(given: { entity: string; mapping: string; data: Blob; name: string; dryRun: boolean }, onRows: (rows: number) => void): Promise<Report> {
  const form = new FormData();
  form.append("mapping", new Blob([given.mapping], { type: "application/toml" }), "mapping.toml");
  form.append("file", given.data, given.name);
  const query = new URLSearchParams({ entity: given.entity, dryRun: String(given.dryRun) });
  const response = await reach(`/api/import/v9.2?${query}`, { method: "POST", body: form });
  let last: { rows?: number; report?: Report; error?: { message: string } } | undefined;
  try {
    for await (const line of lines(response.body ?? new ReadableStream())) {
      last = JSON.parse(line) as typeof last;
      if (last?.rows !== undefined) onRows(last.rows);
    }
  } catch {
    // What was sent goes on without the page, so this is no failure of the import.
    last = undefined;
  }
  if (last?.report) return last.report;
  throw new ApiError(500, "", last?.error?.message ?? "The answer broke off; look at the list of imports.");
}

async function* lines(body: ReadableStream<Uint8Array>) {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const all = (rest + next.value).split("\n");
    rest = all.pop() ?? "";
    yield* all.filter(Boolean);
  }
  if (rest) yield rest;
}
