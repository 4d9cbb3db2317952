import { Checkbox, Field, Input, Select } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "../../api/session";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";
import { addEntity, logical } from "./definition";

const ROLES = ["privacy-officer", "marketer", "sales-person", "integrator"];

/** A new entity; it has its list, page and search at once, and nothing escapes a request of whoever it is about. */
export function NewEntity({ onEnd }: { onEnd(): void }) {
  const { t } = useTranslation("customise");
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  const [label, setLabel] = useState("");
  const [plural, setPlural] = useState("");
  const [name, setName] = useState<string | null>(null);
  const [subject, setSubject] = useState("contact");
  const [owned, setOwned] = useState(true);
  const [roles, setRoles] = useState<string[]>(["privacy-officer"]);
  const given = { label, plural: plural || label, name: name ?? logical(label), owned, subject, roles };
  const making = useMutation({
    mutationFn: () => addEntity(given),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["metadata"] });
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      notices.done(t("entityMade", { name: label }));
      onEnd();
      void navigate({ to: `/entities/${given.name}` });
    },
    onError: notices.failed,
  });
  return (
    <FormDialog title={t("newEntity")} yes={t("save")} ready={label.trim() !== ""} busy={making.isPending} onYes={() => making.mutate()} onNo={onEnd}>
      <Field label={t("one")} required><Input value={label} maxLength={100} autoFocus onChange={(_, { value }) => setLabel(value)} /></Field>
      <Field label={t("many")}><Input value={plural} maxLength={100} placeholder={label} onChange={(_, { value }) => setPlural(value)} /></Field>
      <Field label={t("logicalName")} required hint={t("logicalHint")}><Input value={given.name} onChange={(_, { value }) => setName(value)} /></Field>
      <Field label={t("about")} hint={t("aboutHint")}>
        <Select value={subject} onChange={(_, { value }) => setSubject(value)}>
          <option value="contact">{t("contact")}</option>
          <option value="lead">{t("lead")}</option>
          <option value="">{t("aboutNobody")}</option>
        </Select>
      </Field>
      <Checkbox label={t("owned")} checked={owned} onChange={(_, { checked }) => setOwned(checked === true)} />
      <Field label={t("whoMay")}>
        <div>
          {ROLES.map((it) => (
            <Checkbox key={it} label={it} checked={roles.includes(it)} onChange={(_, { checked }) => setRoles(checked ? [...roles, it] : roles.filter((role) => role !== it))} />
          ))}
        </div>
      </Field>
    </FormDialog>
  );
}
