/** The settings of one tile, made from its kind. */

import {
  Button, Combobox, Field, Input, makeStyles, Option, Radio, RadioGroup, Select, Text, Textarea, tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import type { Row } from "../../api/row";
import { RowInput } from "../../record/RowInput";
import { links } from "../outbox/links";
import { AddIcon, RemoveIcon } from "../../shell/icons";
import { type Rule, rules, type Settings, shares, type Tile } from "./definition";
import { DurationInput } from "./DurationInput";
import { above, unbranch } from "./tree";
import { titleOf } from "./wording";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  rule: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS, padding: tokens.spacingHorizontalS, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium },
  line: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center" },
  share: { width: "96px" },
});

interface Props {
  tile: Tile;
  tiles: Tile[];
  locked: boolean;
  name(entity: string, id: string): string;
  onSet(settings: Settings, kind?: string): void;
  onTiles(tiles: Tile[]): void;
}

export function TileSettings(props: Props) {
  const { tile } = props;
  switch (tile.kind) {
    case "Segment":
      return <Item {...props} entity="msdyncrm_segment" place={(id) => `/segment/${id}`} />;
    case "MarketingForm":
      return <Item {...props} entity="msdyncrm_marketingform" place={(id) => `/form/${id}`} />;
    case "Email":
      return <Item {...props} entity="msdyncrm_marketingemail" place={(id) => `/email/${id}`} />;
    case "Scheduler":
      return <Wait {...props} />;
    case "Splitter":
      return <Split {...props} />;
    case "Trigger":
      return <Condition {...props} />;
    case "CreateCrmActivity":
      return <Task {...props} />;
  }
}

const text = (tile: Tile, name: string) => String(tile.settings[name] ?? "");

function Item({ tile, locked, entity, place, onSet }: Props & { entity: string; place(id: string): string }) {
  const { t } = useTranslation("journey");
  const id = text(tile, "ItemId");
  return (
    <>
      <Field label={t(`setting.${tile.kind}`)} required hint={t(`hint.${tile.kind}`)}>
        <RowInput entities={[entity]} required disabled={locked} value={id || null} onChange={(it) => onSet({ ItemId: it ?? undefined })} />
      </Field>
      {id && <Link to={place(id)} target="_blank">{t("openIt")}</Link>}
    </>
  );
}

function Wait({ tile, locked, onSet }: Props) {
  const { t } = useTranslation("journey");
  const isUntil = tile.settings["Until"] !== undefined;
  const now = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 16) + ":00Z";
  return (
    <>
      <RadioGroup value={isUntil ? "until" : "for"} disabled={locked} aria-label={t("kind.Scheduler")} onChange={(_, { value }) => onSet(value === "until" ? { Duration: undefined, Until: now() } : { Until: undefined, Duration: "P1D" })}>
        <Radio value="for" label={t("wait.for")} />
        <Radio value="until" label={t("wait.until")} />
      </RadioGroup>
      {isUntil ? (
        <Field label={t("wait.when")} required hint={t("wait.untilHint")}>
          <Input type="datetime-local" disabled={locked} value={local(text(tile, "Until"))} onChange={(_, { value }) => value && onSet({ Until: new Date(value).toISOString().replace(/\.\d+Z$/, "Z") })} />
        </Field>
      ) : (
        <Field label={t("wait.time")} required hint={t("wait.forHint")}>
          <DurationInput value={text(tile, "Duration")} disabled={locked} onChange={(Duration) => onSet({ Duration }, "duration")} />
        </Field>
      )}
    </>
  );
}

/** An instant as the person's clock shows it, for an input. */
function local(instant: string): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? "" : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function Split({ tile, tiles, locked, onSet, onTiles }: Props) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const all = shares(tile);
  const sum = all.reduce((sum, it) => sum + it, 0);
  const put = (shares: number[]) => onSet({ Branches: shares.map((it) => ({ Percentage: it })) }, "shares");
  const even = (count: number) => Array.from({ length: count }, (_, at) => Math.floor(100 / count) + (at < 100 % count ? 1 : 0));
  return (
    <>
      <Text>{t("hint.Splitter")}</Text>
      {all.map((share, at) => (
        <div key={at} className={styles.line}>
          <Field label={t("split.branch", { number: at + 1 })} orientation="horizontal">
            <Input
              className={styles.share} type="number" min={0} max={100} step={1} contentAfter="%" disabled={locked} value={String(share)}
              onChange={(_, { value }) => put(all.map((it, place) => (place === at ? Number(value) : it)))}
            />
          </Field>
          {all.length > 2 && <Button size="small" appearance="subtle" icon={<RemoveIcon />} disabled={locked} aria-label={t("split.remove", { number: at + 1 })} onClick={() => onTiles(unbranch(tiles, tile.id, at))} />}
        </div>
      ))}
      <Text role="status" weight={sum === 100 ? "regular" : "semibold"}>{t(sum === 100 ? "split.whole" : "split.sum", { sum })}</Text>
      <div className={styles.line}>
        <Button size="small" icon={<AddIcon />} disabled={locked} onClick={() => put([...all, Math.max(0, 100 - sum)])}>{t("split.add")}</Button>
        <Button size="small" disabled={locked} onClick={() => put(even(all.length))}>{t("split.even")}</Button>
      </div>
    </>
  );
}

const EVENTS = ["EmailOpened", "EmailClicked", "EmailSent"];

function Condition({ tile, tiles, locked, name, onSet }: Props) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const mails = above(tiles, tile.id).filter((it) => it.kind === "Email");
  const all = rules(tile);
  const put = (at: number, rule: Rule) => onSet({ Rules: all.map((it, place) => (place === at ? rule : it)) }, "rule");
  const titled = (it: Tile) => (it.settings["ItemId"] ? `${titleOf(it, t)}: ${name("msdyncrm_marketingemail", String(it.settings["ItemId"]))}` : titleOf(it, t));
  return (
    <>
      <Text>{t("hint.Trigger")}</Text>
      <Field label={t("condition.timeout")} required>
        <DurationInput value={text(tile, "Timeout")} disabled={locked} onChange={(Timeout) => onSet({ Timeout }, "timeout")} />
      </Field>
      {all.length > 1 && (
        <Field label={t("condition.operator")}>
          <Select disabled={locked} value={text(tile, "Operator") || "Or"} onChange={(_, { value }) => onSet({ Operator: value })}>
            <option value="Or">{t("condition.or")}</option>
            <option value="And">{t("condition.and")}</option>
          </Select>
        </Field>
      )}
      {mails.length === 0 && <Text weight="semibold">{t("condition.noMail")}</Text>}
      {all.map((rule, at) => (
        <fieldset key={at} className={styles.rule}>
          <legend>{t("condition.rule", { number: at + 1 })}</legend>
          <Field label={t("condition.source")} required>
            <Select disabled={locked} value={rule.Source} onChange={(_, { value }) => put(at, { ...rule, Source: value })}>
              {!mails.some((it) => it.id === rule.Source) && <option value={rule.Source}>{rule.Source || t("chooseOne")}</option>}
              {mails.map((it) => <option key={it.id} value={it.id}>{titled(it)}</option>)}
            </Select>
          </Field>
          <Field label={t("condition.event")} required>
            <Select disabled={locked} value={rule.Event} onChange={(_, { value }) => put(at, value === "EmailClicked" ? { ...rule, Event: value } : { Source: rule.Source, Event: value })}>
              {EVENTS.map((it) => <option key={it} value={it}>{t(`event.${it}`)}</option>)}
            </Select>
          </Field>
          {rule.Event === "EmailClicked" && (
            <LinkInput
              email={String(tiles.find((it) => it.id === rule.Source)?.settings["ItemId"] ?? "")} value={rule.Link ?? ""} disabled={locked}
              onChange={(Link) => put(at, Link ? { ...rule, Link } : { Source: rule.Source, Event: rule.Event })}
            />
          )}
          <Button size="small" icon={<RemoveIcon />} disabled={locked} onClick={() => onSet({ Rules: all.toSpliced(at, 1) })}>{t("condition.remove")}</Button>
        </fieldset>
      ))}
      <div>
        <Button size="small" icon={<AddIcon />} disabled={locked || mails.length === 0} onClick={() => onSet({ Rules: [...all, { Source: mails[0]?.id ?? "", Event: "EmailOpened" }] })}>{t("condition.add")}</Button>
      </div>
    </>
  );
}

/** A link of the mail, or any. */
function LinkInput({ email, value, disabled, onChange }: { email: string; value: string; disabled: boolean; onChange(link: string): void }) {
  const { t } = useTranslation("journey");
  const found = useQuery({
    queryKey: ["journey", "links", email],
    enabled: email !== "",
    queryFn: async ({ signal }) => {
      const row = await call<Row>(`msdyncrm_marketingemails(${email})?$select=msdyncrm_emailbody`, { signal });
      return links(String(row["msdyncrm_emailbody"] ?? ""), "");
    },
  });
  return (
    <Field label={t("condition.link")} hint={t("condition.linkHint")}>
      <Combobox freeform clearable disabled={disabled} value={value} selectedOptions={[value]} onChange={(event) => onChange(event.target.value)} onOptionSelect={(_, { optionValue }) => onChange(optionValue ?? "")}>
        {(found.data ?? []).map((it) => <Option key={it} value={it}>{it}</Option>)}
        {(found.data ?? []).length === 0 && <Option disabled value="" text="">{t("condition.noLinks")}</Option>}
      </Combobox>
    </Field>
  );
}

function Task({ tile, locked, onSet }: Props) {
  const { t } = useTranslation("journey");
  return (
    <>
      <Field label={t("task.subject")} required>
        <Input maxLength={200} disabled={locked} value={text(tile, "Subject")} onChange={(_, { value }) => onSet({ Subject: value }, "subject")} />
      </Field>
      <Field label={t("task.description")}>
        <Textarea resize="vertical" disabled={locked} value={text(tile, "Description")} onChange={(_, { value }) => onSet({ Description: value || undefined }, "description")} />
      </Field>
      <Field label={t("task.due")} hint={t("task.dueHint")}>
        <DurationInput optional value={text(tile, "DueIn")} disabled={locked} onChange={(DueIn) => onSet({ DueIn: DueIn || undefined }, "due")} />
      </Field>
      <Field label={t("task.owner")} hint={t("task.ownerHint")}>
        <RowInput entities={["systemuser"]} disabled={locked} value={text(tile, "Owner") || null} onChange={(Owner) => onSet({ Owner: Owner ?? undefined })} />
      </Field>
    </>
  );
}
