/** Why this person gets a journey's or an e-mail's mail, or does not: the gate's own answer, fact by fact. */

import { Card, CardHeader, Select, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { Verdict } from "../journey/Verdict";

const ASKED = [
  { entity: "msdyncrm_customerjourney", set: "msdyncrm_customerjourneys", key: "msdyncrm_customerjourneyid" },
  { entity: "msdyncrm_marketingemail", set: "msdyncrm_marketingemails", key: "msdyncrm_marketingemailid" },
];

export function Why({ contact }: { contact: string }) {
  const { t } = useTranslation("person");
  const session = useSession();
  const [target, setTarget] = useState("");
  const targets = useQuery({
    queryKey: ["why", "targets"],
    queryFn: async ({ signal }) => {
      const asked = ASKED.filter((it) => may(session, "Read", it.entity));
      const found = await Promise.all(asked.map((it) => rows(it.set, { $select: "msdyncrm_name", $orderby: "msdyncrm_name", $top: 200 }, signal)));
      return asked.map((it, at) => ({ entity: it.entity, rows: (found[at] ?? []).map((row) => ({ id: String(row[it.key]), name: String(row["msdyncrm_name"]) })) }));
    },
  });
  return (
    <Card>
      <CardHeader header={<Text as="h2" weight="semibold">{t("why.title")}</Text>} />
      <Select aria-label={t("why.which")} value={target} onChange={(_, { value }) => setTarget(value)}>
        <option value="">{t("why.which")}</option>
        {targets.data?.map((group) => (
          <optgroup key={group.entity} label={t(`why.${group.entity}`)}>
            {group.rows.map((it) => <option key={it.id} value={it.id}>{it.name}</option>)}
          </optgroup>
        ))}
      </Select>
      {target && <Verdict target={target} contact={contact} />}
    </Card>
  );
}
