/**
 * An act that is carried out behind the answer (`Prefer: respond-async`), so that a large one outlives the page. The
 * server remembers what came of it for an hour; which one it was is remembered by this browser's tab.
 */

import { queryOptions } from "@tanstack/react-query";
import { ApiError, call, send } from "../../api/http";

const SUCCEEDED = 30;
const FAILED = 31;

interface Standing {
  backgroundOperationStatusCode: number;
  backgroundOperationErrorCode?: string;
  backgroundOperationErrorMessage?: string;
}

export async function begin(path: string, body: object): Promise<string> {
  const response = await send(path, { body, headers: { Prefer: "respond-async" } });
  return response.headers.get("x-ms-dyn-backgroundoperationid") ?? "";
}

const key = (request: string) => `assent.run.${request}`;
export const remember = (request: string, operation: string) => sessionStorage.setItem(key(request), operation);
export const remembered = (request: string) => sessionStorage.getItem(key(request));
export const forget = (request: string) => sessionStorage.removeItem(key(request));

/** What came of it; asked again until it is over. */
export const backgroundQuery = <T>(operation: string) =>
  queryOptions({
    queryKey: ["background", operation],
    queryFn: async ({ signal }): Promise<{ over: boolean; answer: T | null }> => {
      const standing = await call<Standing & T>(`/api/backgroundoperation/${operation}`, { signal });
      if (standing.backgroundOperationStatusCode === FAILED)
        throw new ApiError(409, standing.backgroundOperationErrorCode ?? "", standing.backgroundOperationErrorMessage ?? "");
      const over = standing.backgroundOperationStatusCode === SUCCEEDED;
      return { over, answer: over ? standing : null };
    },
    refetchInterval: ({ state }) => (state.error || state.data?.over ? false : 700),
    staleTime: Infinity,
    // A connection that breaks ends nothing: it is asked again until somebody answers.
    retry: (_, error) => error instanceof ApiError && error.isUnreachable,
    retryDelay: 2_000,
  });
