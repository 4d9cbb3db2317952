/** Tries or imports a file, and tells how far it is. */

import { ApiError, refusal } from "../../api/http";

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
  let response: Response;
  try {
    response = await fetch(`/api/import/v9.2?${query}`, { method: "POST", headers: { "x-assent-page": "1" }, body: form, credentials: "same-origin" });
  } catch {
    throw new ApiError(0, "unreachable", "The server cannot be reached.");
  }
  if (!response.ok || !response.body) throw await refusal(response);
  let last: { rows?: number; report?: Report; error?: { message: string } } | undefined;
  for await (const line of lines(response.body)) {
    last = JSON.parse(line) as typeof last;
    if (last?.rows !== undefined) onRows(last.rows);
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
