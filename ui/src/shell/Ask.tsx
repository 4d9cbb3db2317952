import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFocusBack } from "./focus";

/** A question before something that has consequences. */
export function Ask({ open, title, children, yes, busy, onYes, onNo }: {
  open: boolean; title: string; children?: ReactNode; yes: string; busy?: boolean; onYes(): void; onNo(): void;
}) {
  const { t } = useTranslation();
  useFocusBack(open);
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
