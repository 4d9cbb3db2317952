/** What can be said of an element. What asks for consent is asked freely: it has no default, is not hidden, and shows its text. */

import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, Select, SpinButton, Switch, Text, Textarea, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import type { Cell } from "../../api/row";
import { ChoosePicture } from "../picture/ChoosePicture";
import { CONSENT, type Element, KIND, type Stored, wordOf, type Work } from "./model";

const useStyles = makeStyles({
  panel: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, border: "none", margin: 0, padding: 0, minWidth: 0 },
  heading: { margin: 0 },
});

/** Columns whose use is plain. */
const PLAIN = ["emailaddress1", CONSENT, "msgdpr_donottrack", "donotbulkemail", "donotemail", "msdyncrm_rememberme"];

export function ElementProperties({ element, label, stored, work, wording, prefills, locked, onValue, onList, onPicture, onPurpose, onWording, onShowWording }: {
  element: Element;
  label: string;
  stored: Stored;
  work: Work;
  wording: string;
  prefills: boolean;
  locked: boolean;
  onValue(name: string, value: Cell): void;
  onList(list: string): void;
  /** A picture of the library, with its words. */
  onPicture(path: string, alt: string): void;
  onPurpose(text: string): void;
  onWording(text: string): void;
  onShowWording(): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const contact = useEntity("contact");
  const lead = useEntity("lead");
  const own = useEntity("assent_formelement");
  const { kind, values } = element;
  const field = stored.fields.find((it) => it["msdyncrm_marketingformfieldid"] === element.field);
  const mapping = String(field?.["msdyncrm_contactmapping"] ?? "");
  const column = contact.column(mapping) ?? lead.column(String(field?.["msdyncrm_leadmapping"] ?? ""));
  const consent = mapping === CONSENT || kind === KIND.list;
  const decides = consent || mapping === "donotbulkemail" || kind === KIND.bulk;
  const input = kind === KIND.field;
  const text = (name: string, more: { hint?: string; max?: number } = {}) => (
    <Field label={own.column(name)?.label ?? name} hint={more.hint}>
      <Input value={String(values[name] ?? "")} maxLength={more.max ?? own.column(name)?.maxLength ?? 400} onChange={(_, { value }) => onValue(name, value || null)} />
    </Field>
  );
  const flag = (name: string, hint?: string) => (
    <Field hint={hint}>
      <Switch label={own.column(name)?.label ?? name} checked={values[name] === true} onChange={(_, { checked }) => onValue(name, checked)} />
    </Field>
  );
  const isText = column?.kind === "String" || column?.kind === "Memo";
  const shownWording = work.elements.some((it) => it.kind === KIND.text && wording && String(it.values["assent_text"] ?? "").includes(wording.trim()));
  return (
    <fieldset className={styles.panel} disabled={locked} aria-labelledby="element">
      <Text as="h2" id="element" weight="semibold" block className={styles.heading}>{t(`kind.${wordOf(kind)}`)}: {label}</Text>
      {consent && (
        <MessageBar intent="info" layout="multiline"><MessageBarBody>{t("consent.free")}</MessageBarBody></MessageBar>
      )}
      {kind === KIND.text ? (
        <Field label={t("kind.text")}>
          <Textarea rows={8} resize="vertical" value={String(values["assent_text"] ?? "")} onChange={(_, { value }) => onValue("assent_text", value || null)} />
        </Field>
      ) : kind === KIND.divider || kind === KIND.captcha ? (
        <Text>{t(`about.${wordOf(kind)}`)}</Text>
      ) : kind === KIND.friends ? (
        <>
          {flag("assent_asksname")}
          <Field label={own.column("assent_pairs")?.label ?? ""}>
            <SpinButton min={1} max={10} value={Number(values["assent_pairs"] ?? 3)} onChange={(_, { value }) => onValue("assent_pairs", Math.min(10, Math.max(1, value ?? 3)))} />
          </Field>
        </>
      ) : kind === KIND.image ? (
        <>
          <ChoosePicture onPick={({ path, alt }) => onPicture(path, alt || String(values["assent_label"] ?? ""))} />
          <Field label={t("image.source")} hint={t("image.hint")}>
            <Input value={String(values["assent_text"] ?? "")} onChange={(_, { value }) => onValue("assent_text", value || null)} />
          </Field>
          <Field label={t("image.alt")} required>
            <Input value={String(values["assent_label"] ?? "")} onChange={(_, { value }) => onValue("assent_label", value || null)} />
          </Field>
        </>
      ) : (
        text("assent_label", { hint: input || kind === KIND.list ? t("labelHint") : "" })
      )}
      {kind === KIND.list && (
        <Field label={t("kind.list")} hint={stored.lists.length === 0 ? t("noLists") : undefined}>
          <Select value={element.list ?? ""} onChange={(_, { value }) => onList(value)}>
            <option value="" disabled>{t("chooseList")}</option>
            {stored.lists.map((it) => <option key={String(it["listid"])} value={String(it["listid"])}>{String(it["listname"])}</option>)}
          </Select>
        </Field>
      )}
      {input && (
        <>
          {flag("assent_required", consent ? t("consent.required") : undefined)}
          {values["assent_required"] === true && text("assent_requiredmessage")}
          {isText && text("assent_placeholder")}
          {isText && (
            <Field label={own.column("assent_maxlength")?.label ?? ""}>
              <Input type="number" min={1} value={values["assent_maxlength"] === null ? "" : String(values["assent_maxlength"])} onChange={(_, { value }) => onValue("assent_maxlength", value ? Math.max(1, Math.round(Number(value))) : null)} />
            </Field>
          )}
          {!consent && flag("assent_prefill", prefills ? t("prefillHint") : t("prefillOff"))}
        </>
      )}
      {(input || kind === KIND.bulk || kind === KIND.list || kind === KIND.remember) && !consent && kind !== KIND.remember && (
        <>
          {column?.options.length ? (
            <Field label={own.column("assent_default")?.label ?? ""}>
              <Select value={String(values["assent_default"] ?? "")} onChange={(_, { value }) => onValue("assent_default", value || null)}>
                <option value="">{t("none")}</option>
                {column.options.map((it) => <option key={it.value} value={it.value}>{it.label}</option>)}
              </Select>
            </Field>
          ) : column?.kind === "Boolean" ? (
            <Switch label={t("ticked")} checked={values["assent_default"] === "on"} onChange={(_, { checked }) => onValue("assent_default", checked ? "on" : null)} />
          ) : input ? (
            text("assent_default")
          ) : null}
          {input && !decides && flag("assent_hidden", t("hiddenHint"))}
        </>
      )}
      {consent && (values["assent_default"] || values["assent_hidden"]) && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{t("consent.beforehand")} <Button size="small" onClick={() => { onValue("assent_default", null); onValue("assent_hidden", false); }}>{t("consent.mend")}</Button></MessageBarBody>
        </MessageBar>
      )}
      {consent && (
        <>
          <Field label={t("consent.wording")} hint={t("consent.wordingHint")} required>
            <Textarea rows={6} resize="vertical" value={wording} onChange={(_, { value }) => onWording(value)} />
          </Field>
          {wording && !shownWording && (
            <MessageBar intent="info" layout="multiline">
              <MessageBarBody>{t("consent.notShown")} <Button size="small" onClick={onShowWording}>{t("consent.show")}</Button></MessageBarBody>
            </MessageBar>
          )}
        </>
      )}
      {input && field && !PLAIN.includes(mapping) && (
        <Field label={t("purpose")} hint={t("purposeHint")}>
          <Textarea rows={2} value={work.purposes[element.field ?? ""] ?? String(field["assent_purpose"] ?? "")} maxLength={400} onChange={(_, { value }) => onPurpose(value)} />
        </Field>
      )}
      {input && field && (
        <Text size={200}>
          {t("maps")} {[mapping && `${contact.label}: ${contact.column(mapping)?.label ?? mapping}`, field["msdyncrm_leadmapping"] && `${lead.label}: ${lead.column(String(field["msdyncrm_leadmapping"]))?.label ?? String(field["msdyncrm_leadmapping"])}`].filter(Boolean).join(", ")}
        </Text>
      )}
    </fieldset>
  );
}
