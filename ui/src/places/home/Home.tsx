/** The first page: what waits for the person, by their role, and where to begin. */

import { Card, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useEntities } from "../../api/metadata";
import { count, day, rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { Page } from "../../shell/page";
import { Begin } from "../start/Begin";

const useStyles = makeStyles({
  cards: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(auto-fill, minmax(180px, 1fr))" },
  number: { fontSize: tokens.fontSizeHero800, lineHeight: tokens.lineHeightHero800 },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

const COUNTED = ["contact", "lead", "msdyncrm_segment", "msdyncrm_customerjourney", "assent_datasubjectrequest"];

export default function Home() {
  const styles = useStyles();
  const { t } = useTranslation();
  const session = useSession();
  const entities = useEntities();
  const counted = COUNTED.filter((it) => may(session, "Read", it));
  const totals = useQuery({
    queryKey: ["home", "totals"],
    queryFn: async ({ signal }) => {
      const body = await call<{ EntityRecordCountCollection: { Keys: string[]; Values: number[] } }>(
        `RetrieveTotalRecordCount(EntityNames=@n)?@n=${encodeURIComponent(JSON.stringify(counted))}`,
        { signal },
      );
      const { Keys, Values } = body.EntityRecordCountCollection;
      return new Map(Keys.map((it, at) => [it, Values[at] ?? 0]));
    },
  });
  const mayRequests = may(session, "Read", "assent_datasubjectrequest");
  const due = useQuery({
    queryKey: ["home", "due"],
    enabled: mayRequests,
    queryFn: ({ signal }) =>
      rows("assent_datasubjectrequests", { $filter: "statecode eq 0", $orderby: "assent_dueon", $top: 8 }, signal),
  });
  return (
    <Page title={t("welcome", { name: session.name })}>
      <Begin />
      <div className={styles.cards}>
        {counted.map((name) => (
          <Card key={name}>
            <Link to={`/list/${name}`}>{entities.get(name)?.plural}</Link>
            <span className={styles.number}>{totals.data ? count(totals.data.get(name) ?? 0) : "…"}</span>
          </Card>
        ))}
      </div>
      {mayRequests && (
        <section aria-labelledby="due">
          <Text as="h2" id="due" size={500} weight="semibold">{t("homePage.due")}</Text>
          {due.data?.length === 0 && <Text block>{t("homePage.nothingDue")}</Text>}
          <ul className={styles.list}>
            {due.data?.map((it) => (
              <li key={String(it["assent_datasubjectrequestid"])}>
                <Link to={`/privacy/request/${String(it["assent_datasubjectrequestid"])}`}>{String(it["assent_name"])}</Link>
                {it["assent_dueon"] && ` – ${day(String(it["assent_dueon"]))}`}
              </li>
            ))}
          </ul>
        </section>
      )}
    </Page>
  );
}

