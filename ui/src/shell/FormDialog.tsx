/** A few fields in a dialog, sent together, by Enter too. A click beside it loses nothing that was typed. */

import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFocusBack } from "./focus";

const useStyles = makeStyles({ form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM } });

export function FormDialog({ open = true, title, yes, ready = true, busy, children, onYes, onNo }: {
  open?: boolean;
  title: ReactNode;
  yes: string;
  /** Whether what must be there is there. */
  ready?: boolean;
  busy: boolean;
  children: ReactNode;
  onYes(): void;
  onNo(): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation();
  useFocusBack(open);
  return (
    <Dialog open={open} onOpenChange={(_, { open, type }) => { if (!open && type !== "backdropClick") onNo(); }}>
      <DialogSurface>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            // The form behind this one is not sent.
            event.stopPropagation();
            if (ready && !busy) onYes();
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.form}>{children}</DialogContent>
            <DialogActions>
              <Button onClick={onNo}>{t("cancel")}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={!ready || busy}>{yes}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
