/** Who leaves with unsaved changes is asked first. */

import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from "@fluentui/react-components";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFocusBack } from "../shell/focus";

export function Unsaved({ dirty, within = false, onLeave }: {
  dirty: boolean;
  /** Whether another step or tab of the page loses them too. */
  within?: boolean;
  onLeave?: () => void;
}) {
  const { t } = useTranslation();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && (within || current.pathname !== next.pathname),
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  useFocusBack(blocker.status === "blocked");
  return (
    <Dialog open={blocker.status === "blocked"} modalType="alert" onOpenChange={(_, { open }) => { if (!open) blocker.reset?.(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("record.unsaved")}</DialogTitle>
          <DialogContent>{t("record.unsavedText")}</DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={() => blocker.reset?.()}>{t("record.stay")}</Button>
            <Button onClick={() => { onLeave?.(); blocker.proceed?.(); }}>{t("record.leave")}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
