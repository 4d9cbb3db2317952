/** At which hours of their own day somebody opens mails: a conclusion about them, drawn only where they allow profiling. */

import { Text } from "@fluentui/react-components";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { count } from "../../api/row";
import { zoneName } from "../../api/zone";
import { Loading } from "../../shell/state";
import { favourite, type Insights } from "./insight";
import { Unconcluded } from "./Recording";

const Columns = lazy(() => import("./Columns"));
const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

export function Hours({ insights }: { insights: Insights }) {
  const { t } = useTranslation("insight");
  const best = favourite(insights.hours);
  const at = useMemo(() => insights.hours.map((_, hour) => clock(hour)), [insights.hours]);
  const drawn = useMemo(() => [{ name: t("hours.opened"), values: insights.hours }], [insights.hours, t]);
  return (
    <section aria-labelledby="hours">
      <Text as="h3" id="hours" size={400} weight="semibold" block>{t("hours.title")}</Text>
      {!insights.conclusions.allowed ? (
        <Unconcluded insights={insights} />
      ) : !best ? (
        <Text block>{t("hours.none")}</Text>
      ) : (
        <>
          <Text block>{t("hours.best", { from: clock(best.from), to: clock(best.to), number: count(best.count), zone: zoneName(insights.zone) })}</Text>
          <Suspense fallback={<Loading />}><Columns label={t("hours.title")} at={at} series={drawn} /></Suspense>
          <details>
            <summary>{t("asTable")}</summary>
            <ul>
              {insights.hours.map((it, hour) => it > 0 && <li key={hour}>{clock(hour)}: {count(it)}</li>)}
            </ul>
          </details>
        </>
      )}
    </section>
  );
}
