/** The person took the request back: it is closed, and it is noted how they said so. */

import { Button, Field, Textarea } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Request, useAct } from "./request";
import { FormDialog } from "../../shell/FormDialog";

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
      <FormDialog
        open={open}
        title={t("withdraw.title")}
        yes={t("withdraw.yes")}
        ready={text.trim() !== ""}
        busy={act.isPending}
        onYes={send}
        onNo={() => setOpen(false)}
      >
        <Field label={t("withdraw.how")} required hint={t("withdraw.hint")}>
          <Textarea value={text} onChange={(_, { value }) => setText(value)} />
        </Field>
      </FormDialog>
    </>
  );
}
