import type { QueryClient } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { entitiesQuery } from "./api/metadata";
import { isSignedOut, sessionQuery } from "./api/session";
import { PLACES } from "./places";
import { Frame } from "./shell/Frame";
import { Loading, Problem } from "./shell/state";
import { Missing } from "./shell/Missing";

/** The routes of all places, below one frame. */
export function makeRouter(client: QueryClient) {
  const root = createRootRoute({
    component: Frame,
    notFoundComponent: Missing,
    beforeLoad: async () => {
      try {
        await Promise.all([client.ensureQueryData(sessionQuery), client.ensureQueryData(entitiesQuery())]);
      } catch (error) {
        // Whoever is signed out is on the way to the sign-in page; nothing else is shown meanwhile.
        if (isSignedOut(error)) await new Promise(() => undefined);
        throw error;
      }
    },
    errorComponent: ({ error, reset }) => <Problem error={error} retry={reset} />,
  });
  const routes = PLACES.map(({ path, load }) =>
    createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, "default") }),
  );
  return createRouter({
    routeTree: root.addChildren(routes),
    basepath: "/app",
    defaultPreload: "intent",
    defaultPendingComponent: Loading,
    defaultErrorComponent: ({ error, reset }) => <Problem error={error} retry={reset} />,
    scrollRestoration: true,
  });
}
