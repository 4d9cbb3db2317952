/** Why this person gets a journey's or an e-mail's mail, or does not: the gate's own answer, fact by fact. */

import { Card, CardHeader, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Select, Table, TableBody, TableCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useMaybeEntity } from "../../api/metadata";
import { rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { Problem } from "../../shell/state";

interface Answer {
  allowed: boolean;
  outcome: string;
  reason: string;
  facts: { fact: string; value: string; decides: boolean }[];
}

const useStyles = makeStyles({ decides: { backgroundColor: tokens.colorNeutralBackground1Selected, fontWeight: tokens.fontWeightSemibold } });

const ASKED = [
  { entity: "msdyncrm_customerjourney", set: "msdyncrm_customerjourneys", key: "msdyncrm_customerjourneyid" },
  { entity: "msdyncrm_marketingemail", set: "msdyncrm_marketingemails", key: "msdyncrm_marketingemailid" },
];

export function Why({ contact }: { contact: string }) {
  const styles = useStyles();
  const { t } = useTranslation("person");
  const session = useSession();
  const entity = useMaybeEntity("contact");
  const [target, setTarget] = useState("");
  const targets = useQuery({
    queryKey: ["why", "targets"],
    queryFn: async ({ signal }) => {
      const asked = ASKED.filter((it) => may(session, "Read", it.entity));
      const found = await Promise.all(asked.map((it) => rows(it.set, { $select: "msdyncrm_name", $orderby: "msdyncrm_name", $top: 200 }, signal)));
      return asked.map((it, at) => ({ entity: it.entity, rows: (found[at] ?? []).map((row) => ({ id: String(row[it.key]), name: String(row["msdyncrm_name"]) })) }));
    },
  });
  const answer = useQuery({
    queryKey: ["why", contact, target],
    queryFn: ({ signal }) => call<Answer>(`contacts(${contact})/Microsoft.Dynamics.CRM.assent_ConsentWhy(TargetId=${target})`, { signal }),
    enabled: target !== "",
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
      {answer.error && <Problem error={answer.error} />}
      {answer.data && (
        <div role="status">
          <MessageBar intent={answer.data.allowed ? "success" : "warning"} layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{t(`why.outcome.${answer.data.outcome}`)}</MessageBarTitle>
              {answer.data.reason}
            </MessageBarBody>
          </MessageBar>
          <Table size="extra-small" aria-label={t("why.facts")}>
            <TableBody>
              {answer.data.facts.map((it) => (
                <TableRow key={it.fact} className={it.decides ? styles.decides : ""}>
                  <TableCell>{entity?.column(it.fact)?.label ?? it.fact}{it.decides && ` (${t("why.decides")})`}</TableCell>
                  <TableCell>{it.value}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
    </Card>
  );
}
