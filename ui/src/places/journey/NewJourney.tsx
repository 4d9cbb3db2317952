import { Button, Field, Input, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../../api/metadata";
import { create } from "../../api/row";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { MinimumConsent } from "./JourneyPanel";

const useStyles = makeStyles({ form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "480px" } });

/** What a journey begins with: its name, and what its participants must have agreed to. */
export function NewJourney({ entity }: { entity: Detailed }) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const client = useQueryClient();
  const notices = useNotices();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [minimum, setMinimum] = useState(587_030_004);
  const making = useMutation({
    mutationFn: () => create(entity.set, { msdyncrm_name: name.trim(), msgdpr_requiredconsent: minimum, msdyncrm_workflowdefinition: "[]" }),
    onSuccess: (id) => {
      void client.invalidateQueries({ queryKey: ["list", entity.name] });
      void navigate({ to: `/journey/${id}`, replace: true });
    },
    onError: notices.failed,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) making.mutate();
  };
  return (
    <Page title={t("new", { what: entity.label })} above={<Text size={200}><Link to="/list/msdyncrm_customerjourney">{entity.plural}</Link></Text>}>
      <form className={styles.form} onSubmit={submit}>
        <Field label={t("name")} required><Input autoFocus maxLength={100} value={name} onChange={(_, { value }) => setName(value)} /></Field>
        <MinimumConsent value={minimum} disabled={false} onChange={setMinimum} />
        <div><Button type="submit" appearance="primary" disabled={!name.trim() || making.isPending}>{t("begin")}</Button></div>
      </form>
    </Page>
  );
}
