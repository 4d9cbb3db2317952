import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger } from "@fluentui/react-components";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Row } from "../../api/row";
import { Loading } from "../../shell/state";

const Why = lazy(() => import("./Why"));

/** Asks of an e-mail who may get it, and why not. */
export default function EmailCommands({ id, row }: { id: string; row: Row }) {
  const { t } = useTranslation("journey");
  const [contact, setContact] = useState<string | null>(null);
  return (
    <Dialog>
      <DialogTrigger disableButtonEnhancement>
        <Button>{t("tab.why")}</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("why.title", { what: String(row["msdyncrm_name"] ?? "") })}</DialogTitle>
          <DialogContent>
            <Suspense fallback={<Loading />}><Why target={id} contact={contact} onContact={setContact} /></Suspense>
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement><Button>{t("close")}</Button></DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
