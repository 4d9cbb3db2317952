/**
 * Requests to the Web API, as the signed-in person.
 *
 * The header says that the request is our own page's; only then does the server look at the session's cookie.
 */

import { type Finding, finding, type Refused, refusalText } from "../said/said";

export const API = "/api/data/v9.2/";

/** What the server says against a request: its code, its words in the person's language, and the status. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What it consists of, where that is several things. */
    readonly details: Finding[] = [],
  ) {
    super(message);
  }
  /** Somebody changed the row meanwhile. */
  get isStale() {
    return this.status === 412 && this.code === "0x80060882";
  }
  get isUnreachable() {
    return this.status === 0;
  }
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  /** What is sent: a text as it is, everything else as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
}

const ANNOTATIONS = 'odata.include-annotations="*"';

/** Asks, and gives the answer as it came; a refusal is an `ApiError`. */
export async function send(path: string, ask: Ask = {}): Promise<Response> {
  const address = path.startsWith("/") ? path : API + path;
  const headers: Record<string, string> = { Accept: "application/json", ...ask.headers };
  if (address.startsWith(API)) headers["Prefer"] = [ANNOTATIONS, ask.headers?.["Prefer"]].filter(Boolean).join(",");
  if (ask.body !== undefined) headers["Content-Type"] ??= "application/json";
  return reach(address, {
    method: ask.method ?? (ask.body === undefined ? "GET" : "POST"),
    headers,
    body: ask.body === undefined ? null : typeof ask.body === "string" ? ask.body : JSON.stringify(ask.body),
    signal: ask.signal ?? null,
  });
}

export const unreachable = () => new ApiError(0, "unreachable", "The server cannot be reached.");

/** Sends a request of the page's own; what never reached the server says so. */
export async function reach(address: string, request: RequestInit): Promise<Response> {
  const headers = { "x-assent-page": "1", ...(request.headers as Record<string, string> | undefined) };
  const response = await fetch(address, { ...request, headers, credentials: "same-origin" }).catch((error: unknown) => {
    throw request.signal?.aborted ? error : unreachable();
  });
  if (response.ok) return response;
  throw await refusal(response, address);
}

/** A refusal in words. `path` is what was asked. */
async function refusal(response: Response, path = ""): Promise<ApiError> {
  // In the answer to a change set the refusal of one part stands between others' lines.
  const json = /^\{.*\}\s*$/m.exec(await response.text().catch(() => ""))?.[0];
  const body = parsed(json) as (Refused & { error?: Refused; detail?: string; title?: string }) | null;
  const error: Refused = body?.error ?? { ...body, code: "", message: body?.detail ?? body?.title ?? response.statusText };
  const details = (error.details ?? []).map((it) =>
    finding({ place: it.target ?? "", text: it.message ?? "", code: it["@Assent.Code"] ?? null, arguments: it["@Assent.Arguments"] ?? {} }),
  );
  return new ApiError(response.status, error.code ?? "", refusalText(error, path), details);
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? "null");
  } catch {
    return null;
  }
}

/** What a check for errors found comes in the person's language, whoever asks for it. */
const isChecked = <T>(answer: T): answer is T & { Problems: Finding[] } =>
  typeof answer === "object" && answer !== null && Array.isArray((answer as { Problems?: unknown }).Problems);

/** Asks for JSON. An answer without a body is `null`. */
export async function call<T>(path: string, ask: Ask = {}): Promise<T> {
  const response = await send(path, ask);
  const text = await response.text();
  const answer = (text ? JSON.parse(text) : null) as T;
  return isChecked(answer) ? { ...answer, Problems: answer.Problems.map(finding) } : answer;
}

/** Puts the octets of a file into a column. */
export async function putFile(address: string, file: File) {
  const headers = { "Content-Type": "application/octet-stream", "x-ms-file-name": encodeURIComponent(file.name) };
  await reach(API + address, { method: "PATCH", headers, body: file });
}

/** The address of a function with its arguments as aliases: `assent_CountRows(FetchXml=@a0)?@a0='…'`. */
export function invoke(name: string, given: Record<string, string | number | boolean | null | undefined> = {}): string {
  const all = Object.entries(given).filter(([, value]) => value !== undefined);
  const names = all.map(([key], at) => `${key}=@a${at}`).join(",");
  const values = all.map(([, value], at) => `@a${at}=${encodeURIComponent(literal(value ?? null))}`).join("&");
  return `${name}(${names})${values && `?${values}`}`;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A value as OData writes it. */
export function literal(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  return GUID.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

/** Hands a file to the person. */
export function download(name: string, data: Blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(data);
  link.download = name;
  link.click();
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
