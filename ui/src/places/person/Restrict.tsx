/** Restriction of processing (Art. 18 GDPR): set and lifted with a reason. */

import { Button, Field, Input, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import type { Row } from "../../api/row";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";

export function Restrict({ id, row }: { id: string; row: Row }) {
  const { t } = useTranslation("person");
  const client = useQueryClient();
  const notices = useNotices();
  const [open, setOpen] = useState(false);
  const [because, setBecause] = useState("");
  const on = row["assent_restrictedon"] === null;
  const acting = useMutation({
    mutationFn: () => call(`contacts(${id})/Microsoft.Dynamics.CRM.assent_Restrict`, { body: { On: on, Because: because } }),
    onSuccess: async () => {
      await client.invalidateQueries();
      setOpen(false);
      notices.done(t(on ? "restrict.done" : "restrict.lifted"));
    },
    onError: notices.failed,
  });
  const what = t(on ? "restrict.set" : "restrict.lift");
  return (
    <>
      <Button onClick={() => setOpen(true)}>{what}</Button>
      <FormDialog open={open} title={what} yes={what} ready={because.trim() !== ""} busy={acting.isPending} onYes={() => acting.mutate()} onNo={() => setOpen(false)}>
        <Text block>{t(on ? "restrict.setText" : "restrict.liftText")}</Text>
        <Field label={t("restrict.because")} required hint={t("restrict.hint")}>
          <Input value={because} maxLength={2000} onChange={(_, { value }) => setBecause(value)} />
        </Field>
      </FormDialog>
    </>
  );
}
