/** How long is left until a date: in words, with a colour that says the same. */

import { Badge, type BadgeProps, makeStyles } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { day } from "../../api/row";
import { daysLeft, todayIn, type Urgency, urgency } from "./days";

const COLOURS: Record<Urgency, NonNullable<BadgeProps["color"]>> = { late: "danger", soon: "warning", calm: "informative" };

const useStyles = makeStyles({ badge: { alignSelf: "flex-start" } });

export function Due({ on, zone, label }: { on: string; zone: string; label: string }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  if (!on) return null;
  const left = daysLeft(on, todayIn(zone));
  const words = left === 0 ? t("days.today") : left < 0 ? t("days.late", { count: -left }) : t("days.left", { count: left });
  return (
    <Badge className={styles.badge} appearance="tint" color={COLOURS[urgency(left)]} shape="rounded" title={day(on)}>
      {label}: {words}
    </Badge>
  );
}
