/** Short notes at the edge of the page: what was done, with a way back where there is one, and what failed. */

import {
  Button,
  Toast,
  ToastBody,
  Toaster,
  ToastFooter,
  ToastTitle,
  useId,
  useToastController,
} from "@fluentui/react-components";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/http";

interface Notices {
  done(text: string, undo?: () => void): void;
  failed(error: unknown): void;
}

const Place = createContext<Notices>({ done: () => undefined, failed: () => undefined });
export const useNotices = () => useContext(Place);

export function Notices({ children }: { children: ReactNode }) {
  const toaster = useId("notices");
  const { t } = useTranslation();
  const { dispatchToast, dismissToast } = useToastController(toaster);
  const notices = useMemo<Notices>(
    () => ({
      done(text, undo) {
        const toastId = crypto.randomUUID();
        const back = () => {
          dismissToast(toastId);
          undo?.();
        };
        dispatchToast(
          <Toast>
            <ToastTitle>{text}</ToastTitle>
            {undo && (
              <ToastFooter>
                <Button size="small" onClick={back}>
                  {t("undo")}
                </Button>
              </ToastFooter>
            )}
          </Toast>,
          { toastId, intent: "success", timeout: undo ? 10_000 : 4_000 },
        );
      },
      failed(error) {
        dispatchToast(
          <Toast>
            <ToastTitle>{t("failed")}</ToastTitle>
            <ToastBody>{words(error, t)}</ToastBody>
          </Toast>,
          { intent: "error", timeout: 15_000 },
        );
      },
    }),
    [dispatchToast, dismissToast, t],
  );
  return (
    <Place.Provider value={notices}>
      {children}
      <Toaster toasterId={toaster} position="bottom-end" pauseOnHover pauseOnWindowBlur />
    </Place.Provider>
  );
}

/** What is wrong, in words that say what to do. */
export function words(error: unknown, t: (key: string) => string): string {
  if (error instanceof ApiError) {
    if (error.isUnreachable) return t("unreachable");
    return error.message;
  }
  const text = error instanceof Error ? error.message : String(error);
  return NOT_LOADED.test(text) ? t("notLoaded") : text;
}

/** How browsers say that a part of the application did not come, as after the server was given a newer version. */
const NOT_LOADED = /dynamically imported module|Importing a module script failed|Unable to preload/;
