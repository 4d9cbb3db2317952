/** Moments that concern a person, as the reader's clock shows them and as the person's does. */

import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { moment, rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { clockOf, isZone, there, zoneName } from "../../api/zone";

const useStyles = makeStyles({ there: { color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" } });

const MINUTE = 60_000;

/** A moment in the reader's zone, and behind it what the clock showed there, where that is something else. */
export function When({ at, zone }: { at: string; zone: string }) {
  const styles = useStyles();
  const { t } = useTranslation("person");
  if (!at) return null;
  const time = there(new Date(at), zone);
  return (
    <>
      <time dateTime={at}>{moment(at)}</time>
      {time && <Text block size={200} className={styles.there} title={zoneName(zone)}>{t("there.at", { time })}</Text>}
    </>
  );
}

/** What the person's clock shows now. */
export function Now({ zone }: { zone: string }) {
  const { t } = useTranslation("person");
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const tick = setInterval(() => setNow(new Date()), MINUTE / 4);
    return () => clearInterval(tick);
  }, []);
  if (!isZone(zone)) return null;
  return <Text>{t("there.now", { time: clockOf(now, zone), zone: zoneName(zone) })}</Text>;
}

/** The zone of a contact that something else names; empty where it is not known, or not the reader's to know. */
export function useZoneOf(contact: string | null): string {
  const session = useSession();
  const found = useQuery({
    queryKey: ["zone", contact],
    enabled: contact !== null && may(session, "Read", "contact"),
    queryFn: async ({ signal }) => String((await rows("contacts", { $select: "assent_timezone", $filter: `contactid eq ${contact}` }, signal))[0]?.["assent_timezone"] ?? ""),
    staleTime: MINUTE,
  });
  return found.data ?? "";
}
