/** The person took the request back: it is closed, and it is noted how they said so. */

import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Textarea,
} from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Request, useAct } from "./request";

export function Withdraw({ request }: { request: Request }) {
  const { t } = useTranslation("privacy");
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const act = useAct(request.id);
  const send = () =>
    act.mutate({ name: "assent_CloseRequest", body: { Outcome: "withdrawn", Result: text.trim() }, done: t("withdraw.done"), then: () => setOpen(false) });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("withdraw.open")}</Button>
      <Dialog open={open} onOpenChange={(_, { open }) => setOpen(open)}>
        <DialogSurface>
          <DialogBody>
            <DialogTitle>{t("withdraw.title")}</DialogTitle>
            <DialogContent>
              <Field label={t("withdraw.how")} required hint={t("withdraw.hint")}>
                <Textarea value={text} onChange={(_, { value }) => setText(value)} />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={() => setOpen(false)}>{t("cancel")}</Button>
              <Button appearance="primary" disabled={!text.trim() || act.isPending} onClick={send}>{t("withdraw.yes")}</Button>
            </DialogActions>
          </DialogBody>
        </DialogSurface>
      </Dialog>
    </>
  );
}
