/** Somebody else saved meanwhile: whose work stands. */

import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";

export function Overtaken({ onMine, onTheirs, onCancel }: { onMine(): void; onTheirs(): void; onCancel(): void }) {
  const { t } = useTranslation("design");
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open) onCancel(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("overtaken.title")}</DialogTitle>
          <DialogContent>{t("overtaken.text")}</DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onCancel}>{t("overtaken.wait")}</Button>
            <Button onClick={onTheirs}>{t("overtaken.theirs")}</Button>
            <Button onClick={onMine}>{t("overtaken.mine")}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
