/** Says what a column of one's own holds. Personal values never become impersonal; they may become special ones. */

import { Field, Input, Radio, RadioGroup, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { send } from "../../api/http";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";
import { inventoryQuery, type Line } from "./Inventory";

export function Classify({ line, label, categories, onClose }: { line: Line; label: string; categories: string[]; onClose(): void }) {
  const { t } = useTranslation("privacy");
  const client = useQueryClient();
  const notices = useNotices();
  const list = useId();
  const [sensitivity, setSensitivity] = useState<string>(line.Sensitivity);
  const [category, setCategory] = useState(line.Judged ? line.Category : "");
  const write = (Sensitivity: string, Category: string) =>
    send(`EntityDefinitions(LogicalName='${line.Entity}')/Attributes(LogicalName='${line.Column}')`, {
      method: "PUT",
      body: { "Assent.Privacy": { Sensitivity, Category } },
    });
  const renew = () => Promise.all([client.invalidateQueries({ queryKey: inventoryQuery.queryKey }), client.invalidateQueries({ queryKey: ["metadata"] })]);
  const back = () => void write(line.Sensitivity, line.Category).then(renew).then(() => notices.done(t("undone")), notices.failed);
  const saving = useMutation({
    mutationFn: () => write(sensitivity, category.trim()),
    onSuccess: async () => {
      await renew();
      notices.done(t("saved"), back);
      onClose();
    },
    onError: notices.failed,
  });
  return (
    <FormDialog
      title={t("inventory.classifyWhat", { what: label })}
      yes={t("save")}
      ready={/^[a-z_]+(\.[a-z_]+)*$/.test(category.trim())}
      busy={saving.isPending}
      onYes={() => saving.mutate()}
      onNo={onClose}
    >
      <Text>{t("inventory.rule")}</Text>
      <Field label={t("inventory.head.sensitivity")}>
        <RadioGroup value={sensitivity} onChange={(_, { value }) => setSensitivity(value)}>
          <Radio value="personal" label={t("inventory.is.personal")} />
          <Radio value="sensitive" label={t("inventory.sensitiveLong")} />
        </RadioGroup>
      </Field>
      <Field label={t("inventory.head.category")} required hint={t("inventory.categoryHint")}>
        <Input value={category} list={list} onChange={(_, { value }) => setCategory(value)} />
      </Field>
      <datalist id={list}>{categories.map((it) => <option key={it} value={it} />)}</datalist>
    </FormDialog>
  );
}
