/** An element on the canvas. What it is filled in with is not of matter here, so nothing in it takes the focus. */

import { Badge, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import type { Row } from "../../api/row";
import { type Element, KIND } from "./model";

const useStyles = makeStyles({
  box: { border: `1px solid ${tokens.colorNeutralStrokeAccessible}`, borderRadius: tokens.borderRadiusSmall, minHeight: "32px", padding: "4px 8px", color: tokens.colorNeutralForeground3, marginTop: "4px" },
  check: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center" },
  square: { width: "16px", height: "16px", border: `1px solid ${tokens.colorNeutralStrokeAccessible}`, borderRadius: "2px", flexShrink: 0, textAlign: "center", lineHeight: "14px" },
  round: { borderRadius: "50%" },
  button: { display: "inline-block", padding: "6px 16px", borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand },
  quiet: { display: "inline-block", padding: "6px 16px", borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStrokeAccessible}` },
  text: { whiteSpace: "pre-wrap" },
});

export function ElementView({ element, label, field }: { element: Element; label: string; field: Row | undefined }) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const contact = useEntity("contact");
  const lead = useEntity("lead");
  const { values, kind } = element;
  const column = contact.column(String(field?.["msdyncrm_contactmapping"] ?? "")) ?? lead.column(String(field?.["msdyncrm_leadmapping"] ?? ""));
  const head = (
    <Text weight="semibold">
      {label} {values["assent_required"] === true && <Text size={200}>{t("required")}</Text>} {values["assent_hidden"] === true && <Badge appearance="outline">{t("hidden")}</Badge>}
    </Text>
  );
  const check = (
    <div className={styles.check}>
      <span className={styles.square} aria-hidden="true">{values["assent_default"] && !["false", "0", "no", "off"].includes(String(values["assent_default"])) ? "✓" : ""}</span> {head}
    </div>
  );
  switch (kind) {
    case KIND.text:
      return <div className={styles.text}>{String(values["assent_text"] ?? "") || "…"}</div>;
    case KIND.submit:
      return <span className={styles.button}>{label}</span>;
    case KIND.reset:
      return <span className={styles.quiet}>{label}</span>;
    case KIND.divider:
      return <hr />;
    case KIND.captcha:
      return <div>{t("captchaShown")}</div>;
    case KIND.image:
      return <div className={styles.box}>{label}: {String(values["assent_text"] ?? "") || "…"}</div>;
    case KIND.friends:
      return <div>{Array.from({ length: Number(values["assent_pairs"] ?? 3) }, (_, at) => <div key={at}>{t("friend", { number: at + 1 })}{values["assent_asksname"] === true ? ` ${t("friendName")}` : ""}<div className={styles.box} /></div>)}</div>;
    case KIND.list: case KIND.bulk: case KIND.remember:
      return check;
    default:
      if (column?.kind === "Boolean") return check;
      return (
        <div>
          {head}
          {column?.options.length ? (
            column.options.some((it) => it.description) ? (
              column.options.map((it) => (
                <div key={it.value} className={styles.check}>
                  <span className={`${styles.square} ${styles.round}`} aria-hidden="true">{values["assent_default"] === String(it.value) ? "•" : ""}</span> {it.label}
                </div>
              ))
            ) : (
              <div className={styles.box}>{column.options.find((it) => String(it.value) === values["assent_default"])?.label ?? "–"} ▾</div>
            )
          ) : (
            <div className={styles.box}>{String(values["assent_default"] ?? values["assent_placeholder"] ?? "")}</div>
          )}
        </div>
      );
  }
}
