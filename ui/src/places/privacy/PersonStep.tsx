/** Who carries the address, and which of them is meant; from them the plan follows every path to further records. */

import { Button, Checkbox, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntities } from "../../api/metadata";
import { count } from "../../api/row";
import { holds, useSession } from "../../api/session";
import { Loading, Problem } from "../../shell/state";
import { type Candidate, candidatesQuery, COMPLETED, isForAddress, type Request, subjectsQuery, useAct } from "./request";
import { type Standing, Step } from "./Step";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  item: { display: "flex", alignItems: "flex-start", gap: tokens.spacingHorizontalS, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: tokens.spacingHorizontalS },
  grow: { flexGrow: 1 },
  rows: { color: tokens.colorNeutralForeground2, display: "block" },
  start: { alignSelf: "flex-start" },
});

export function PersonStep({ request, editable, standing }: { request: Request; editable: boolean; standing: Standing }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const entities = useEntities();
  const reads = holds(useSession(), "prvAssentReadFindings");
  const gone = request.status === COMPLETED;
  const found = useQuery({ ...candidatesQuery(request.id), enabled: !gone && request.email !== "" && reads });
  const subjects = useQuery({ ...subjectsQuery(request.id), enabled: standing === "done" });
  const stored = new Set(subjects.data?.filter((it) => it.byAddress).map((it) => it.subject));
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const act = useAct(request.id);
  const candidates = found.data ?? [];
  const names = new Set(candidates.map((it) => it.Name.toLowerCase().replace(/[^\p{L}]/gu, "")));
  const everybody = isForAddress(request);
  // One name is one person; of several the officer says which.
  const current = chosen ?? (stored.size > 0 ? stored : new Set(names.size > 1 && !everybody ? [] : candidates.map((it) => it.Subject)));
  const isOn = (it: Candidate) => everybody || current.has(it.Subject);
  const plan = () =>
    act.mutate({
      name: "assent_PlanRequest",
      body: everybody || candidates.length === 0 ? {} : { Subjects: candidates.filter(isOn).map((it) => it.Subject) },
      done: t("plan.made"),
      then: () => setChosen(null),
    });
  const said = gone
    ? t("person.wasFound", { count: subjects.data?.length ?? 0 })
    : found.data
      ? candidates.length === 0 ? t("person.nobody") : names.size > 1 && !everybody ? t("person.several", { count: candidates.length }) : t("person.found", { count: candidates.length })
      : "";
  return (
    <Step title={t("person.title")} said={said} standing={standing}>
      {gone && <Text>{t("person.gone")}</Text>}
      {!gone && (
        <>
          <Text>{t(everybody ? "person.ruleAddress" : "person.rule", { email: request.email })}</Text>
          {request.email === "" && <Text>{t("person.noAddress")}</Text>}
          {!reads && <Text>{t("person.notShown")}</Text>}
          {found.isFetching && !found.data && <Loading />}
          {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
          {found.data && candidates.length === 0 && <Text>{t("person.nobodyText")}</Text>}
          {names.size > 1 && !everybody && <Text weight="semibold">{t("person.choose")}</Text>}
          <ul className={styles.list}>
            {candidates.map((it) => {
              const kinds = Object.entries(it.Rows).map(([name, rows]) => `${entities.get(name)?.plural ?? name}: ${count(rows)}`);
              const label = `${it.Name || t("person.unnamed")} (${entities.get(it.Entity)?.label ?? it.Entity})`;
              return (
                <li key={it.Subject} className={styles.item}>
                  {everybody ? <Text className={styles.grow}>{label}</Text> : (
                    <Checkbox
                      className={styles.grow}
                      checked={isOn(it)}
                      disabled={!editable}
                      label={<>{label}<Text size={200} className={styles.rows}>{kinds.join(" · ")}</Text></>}
                      onChange={(_, { checked }) => {
                        const next = new Set(current);
                        if (checked === true) next.add(it.Subject);
                        else next.delete(it.Subject);
                        setChosen(next);
                      }}
                    />
                  )}
                  <Link to={`/record/${it.Entity}/${it.Id}`}>{t("person.open")}</Link>
                </li>
              );
            })}
          </ul>
          {editable && (
            <Button
              className={styles.start}
              appearance={standing === "now" ? "primary" : "secondary"}
              disabledFocusable={act.isPending || request.email === "" || !found.data || (candidates.length > 0 && !candidates.some(isOn))}
              onClick={plan}
            >
              {t(act.isPending ? "plan.making" : standing === "done" ? "plan.makeAgain" : "plan.make")}
            </Button>
          )}
        </>
      )}
    </Step>
  );
}
