/** Embedded Intelligence: what it does to whose data is said first; it is on only after somebody accepted that. */

import { Badge, Button, Checkbox, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useEntity } from "../../api/metadata";
import { holds, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Above } from "./Above";
import { Section } from "./Section";

export default function Intelligence() {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const allowed = holds(useSession(), "prvImportCustomization");
  // The solution brings the column by which a person is left out.
  const enabled = useEntity("contact").column("msdyn_gdproptout") !== undefined;
  const [accepted, setAccepted] = useState(false);
  const enabling = useMutation({
    mutationFn: () => call("assent_EnableSolution", { body: { Name: "embedded_intelligence", AcceptPrivacyStatement: true } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["metadata"] });
      notices.done(t("intelligence.done"));
    },
    onError: notices.failed,
  });
  return (
    <Page title={t("intelligence.title")} above={<Above />}>
      <Section
        title={t("intelligence.state")}
        commands={enabled ? <Badge appearance="tint" color="success">✓ {t("intelligence.on")}</Badge> : <Badge appearance="tint" color="informative">○ {t("intelligence.off")}</Badge>}
      >
        {enabled && <Text>{t("intelligence.onAbout")} <Link to="/list/contact">{t("intelligence.contacts")}</Link></Text>}
      </Section>
      <Section title={t("intelligence.statement")}>
        {["what", "who", "out", "kept"].map((it) => <Text key={it} block>{t(`intelligence.${it}`)}</Text>)}
        {!enabled && allowed && (
          <>
            <Checkbox label={t("intelligence.accept")} checked={accepted} onChange={(_, { checked }) => setAccepted(checked === true)} />
            <Text size={200}>{t("intelligence.once")}</Text>
            <Button appearance="primary" style={{ alignSelf: "start" }} disabled={!accepted || enabling.isPending} onClick={() => enabling.mutate()}>{t("intelligence.enable")}</Button>
          </>
        )}
        {!enabled && !allowed && <Text>{t("onlyAdministrator")}</Text>}
      </Section>
    </Page>
  );
}
