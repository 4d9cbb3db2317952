import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** Asks before something that cannot be taken back, or not easily. */
export function Ask({ open, title, yes, busy, onYes, onNo, children }: {
  open: boolean; title: string; yes: string; busy?: boolean; onYes(): void; onNo(): void; children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} modalType="alert" onOpenChange={(_, { open }) => { if (!open) onNo(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>{children}</DialogContent>
          <DialogActions>
            <Button onClick={onNo}>{t("cancel")}</Button>
            <Button appearance="primary" disabled={busy ?? false} onClick={onYes}>{yes}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
