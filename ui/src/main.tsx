import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/http";
import { isSignedOut, signIn } from "./api/session";
import { Look } from "./shell/look";
import { Notices } from "./shell/notices";
import { makeRouter } from "./router";
import "./style.css";
import { begin } from "./text/i18n";

const client = new QueryClient({
  defaultOptions: {
    // What the browser thinks of the network says nothing of this server; a write that does not reach it fails at once, and says so.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // What the server refused it refuses again; what did not reach it is asked again.
      retry: (failures, error) => error instanceof ApiError && (error.isUnreachable || error.status === 503) && failures < 3,
    },
  },
});
client.getQueryCache().subscribe(({ type, query }) => {
  if (type === "updated" && isSignedOut(query.state.error)) signIn();
});

await begin();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Look>
          <Notices>
            <RouterProvider router={makeRouter(client)} />
          </Notices>
        </Look>
      </QueryClientProvider>
    </StrictMode>,
  );
