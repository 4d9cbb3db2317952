/** How many contacts the filter finds now, while it is being written; exact, with a deadline, and it can be called off. */

import { Button, Card, Link as TextLink, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, invoke } from "../../api/http";
import { count, rows } from "../../api/row";
import { words } from "../../shell/notices";
import { useSettled } from "../../shell/settled";

const PAUSE = 500;
const DEADLINE = 8_000;
const PATIENT = 120_000;
const EXAMPLES = 5;

const useStyles = makeStyles({
  number: { fontSize: tokens.fontSizeHero800, lineHeight: tokens.lineHeightHero800, fontWeight: tokens.fontWeightSemibold },
  wrong: { color: tokens.colorPaletteRedForeground1, overflowWrap: "anywhere" },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

class TooLong extends Error {}

export function Estimate({ filter }: { filter: string }) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const client = useQueryClient();
  const asked = useSettled(filter.trim(), PAUSE);
  const [patient, setPatient] = useState("");
  const [examples, setExamples] = useState(false);
  const key = ["segment", "estimate", asked, patient === asked];
  const estimate = useQuery({
    queryKey: key,
    enabled: asked !== "",
    queryFn: async ({ signal }) => {
      const deadline = AbortSignal.timeout(patient === asked ? PATIENT : DEADLINE);
      try {
        const answer = await call<{ Count: number }>(invoke("assent_CountSegment", { Filter: asked }), { signal: AbortSignal.any([signal, deadline]) });
        return answer.Count;
      } catch (error) {
        if (deadline.aborted) throw new TooLong();
        throw error;
      }
    },
    retry: false,
    refetchOnWindowFocus: false,
    staleTime: 10_000,
  });
  const found = useQuery({
    queryKey: ["segment", "examples", asked],
    enabled: examples && estimate.isSuccess && estimate.data > 0,
    queryFn: ({ signal }) => rows("contacts", { $select: "fullname,emailaddress1", $filter: asked, $top: EXAMPLES }, signal),
    retry: false,
  });
  const settling = asked !== filter.trim();
  return (
    <Card>
      <Text as="h2" weight="semibold">{t("estimate.title")}</Text>
      <div role="status" aria-live="polite">
        {asked === "" && <Text>{t("estimate.nothing")}</Text>}
        {asked !== "" && (estimate.isFetching || settling) && <Spinner size="tiny" label={t("estimate.counting")} labelPosition="after" />}
        {estimate.isSuccess && !estimate.isFetching && !settling && (
          <>
            <span className={styles.number}>{count(estimate.data)}</span> <Text>{t("estimate.contacts", { count: estimate.data })}</Text>
          </>
        )}
        {estimate.isError && !estimate.isFetching && !settling && (
          <Text className={styles.wrong}>{estimate.error instanceof TooLong ? t("estimate.tooLong") : words(estimate.error, t)}</Text>
        )}
        {asked !== "" && !settling && estimate.isPending && estimate.fetchStatus === "idle" && <Text>{t("estimate.calledOff")}</Text>}
      </div>
      {estimate.isFetching && <Button size="small" onClick={() => void client.cancelQueries({ queryKey: key })}>{t("estimate.callOff")}</Button>}
      {estimate.error instanceof TooLong && !estimate.isFetching && <Button size="small" onClick={() => setPatient(asked)}>{t("estimate.patient")}</Button>}
      {asked !== "" && !settling && estimate.isPending && estimate.fetchStatus === "idle" && <Button size="small" onClick={() => void estimate.refetch()}>{t("again")}</Button>}
      {estimate.isSuccess && estimate.data > 0 && !settling && (
        <TextLink as="button" aria-expanded={examples} onClick={() => setExamples(!examples)}>{t("estimate.examples")}</TextLink>
      )}
      {examples && found.data && (
        <ul className={styles.list}>
          {found.data.map((it) => (
            <li key={String(it["contactid"])}>
              <Link to={`/record/contact/${String(it["contactid"])}`} target="_blank">{String(it["fullname"] ?? it["emailaddress1"] ?? it["contactid"])}</Link>
            </li>
          ))}
        </ul>
      )}
      <Text size={200}>{t("estimate.noPermit")}</Text>
    </Card>
  );
}
