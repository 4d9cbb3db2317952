import { Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { RowInput } from "../../record/RowInput";
import { type Behaviour, OFTEN } from "./rules";

/** What the product records of people, and which rows each names. */
const TYPES: Record<string, ("email" | "journey" | "form" | "page" | "link")[]> = {
  EmailOpened: ["email", "journey"], EmailClicked: ["email", "journey", "link"], EmailSent: ["email", "journey"],
  EmailBlocked: ["email", "journey"], EmailSendingFailed: ["email", "journey"], EmailForwarded: ["email"], FormSubmitted: ["form"],
  WebsiteVisited: ["page"],
  EmailSubscriptionSubmit: [], SegmentSubscribed: [], SegmentUnsubscribed: [], TrackingObjected: [],
};
const ROWS = { email: "msdyncrm_marketingemail", journey: "msdyncrm_customerjourney", form: "msdyncrm_marketingform", page: "msdyncrm_marketingpage" };

const useStyles = makeStyles({
  fields: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  number: { width: "96px" },
});

/** What somebody did, how often, within which time, with which mail, journey or form. */
export function BehaviourControl({ value, disabled, onChange }: { value: Behaviour; disabled: boolean; onChange(value: Behaviour): void }) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const names = TYPES[value.type] ?? [];
  return (
    <div className={styles.fields}>
      <Field label={t("behaviour.what")}>
        <Select value={value.type} disabled={disabled} onChange={(_, { value: type }) => onChange({ ...value, type, email: "", journey: "", form: "", page: "", link: "" })}>
          {!(value.type in TYPES) && <option value={value.type}>{value.type}</option>}
          {Object.keys(TYPES).map((it) => <option key={it} value={it}>{t(`interaction.${it}`)}</option>)}
        </Select>
      </Field>
      <Field label={t("behaviour.howOften")}>
        <Select
          value={value.often} disabled={disabled}
          onChange={(_, { value: often }) => onChange({ ...value, often: often as Behaviour["often"], times: often ? value.times || "3" : "" })}
        >
          {["", ...OFTEN].map((it) => <option key={it} value={it}>{t(`behaviour.oftenChoice.${it || "once"}`)}</option>)}
        </Select>
      </Field>
      {value.often && (
        <Field label={t("behaviour.times")}>
          <Input
            className={styles.number} type="number" min={value.often === "ge" ? 1 : 0} disabled={disabled} value={value.times}
            onChange={(_, { value: times }) => onChange({ ...value, times })}
          />
        </Field>
      )}
      <Field label={t("behaviour.when")}>
        <Select
          value={value.within} disabled={disabled}
          onChange={(_, { value: within }) => onChange({ ...value, within: within as Behaviour["within"], number: within ? value.number || "30" : "" })}
        >
          {["", "LastXHours", "LastXDays", "LastXMonths"].map((it) => <option key={it} value={it}>{t(`behaviour.within.${it || "ever"}`)}</option>)}
        </Select>
      </Field>
      {value.within && (
        <Field label={t("behaviour.number")}>
          <Input className={styles.number} type="number" min={1} disabled={disabled} value={value.number} onChange={(_, { value: number }) => onChange({ ...value, number })} />
        </Field>
      )}
      {names.map((it) => (
        <Field key={it} label={t(`behaviour.${it}`)}>
          {it === "link" ? (
            <Input disabled={disabled} value={value.link} onChange={(_, { value: link }) => onChange({ ...value, link })} />
          ) : (
            <RowInput entities={[ROWS[it]]} disabled={disabled} value={value[it] || null} onChange={(id) => onChange({ ...value, [it]: id ?? "" })} />
          )}
        </Field>
      ))}
    </div>
  );
}
