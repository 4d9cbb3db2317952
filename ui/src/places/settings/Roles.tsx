/**
 * What each role may do: one role over all entities, or one privilege over all roles. A click on a circle sets another
 * depth; what goes beyond the product's own is marked. By keyboard: arrows move, Enter or space opens.
 */

import {
  Button, Field, Input, makeStyles, Menu, MenuDivider, MenuItem, MenuItemRadio, MenuList, MenuPopover, mergeClasses,
  SearchBox, Select, Switch, Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Entity, useEntities } from "../../api/metadata";
import { remove } from "../../api/row";
import { may, useSession } from "../../api/session";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Empty } from "../../shell/state";
import { Above } from "./Above";
import { Ask } from "../../shell/Ask";
import { Circle, DEPTHS } from "./Depth";
import { given, held, type Line, locked, make, matrixQuery, set } from "./matrix";
import { RoleActs } from "./RoleActs";
import { useRoleName } from "./roles";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  legend: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL, listStyleType: "none", margin: 0, padding: 0 },
  sample: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  box: { overflow: "auto", maxHeight: "max(300px, calc(100vh - 300px))", border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium },
  table: { borderCollapse: "collapse", width: "100%" },
  head: { position: "sticky", top: 0, zIndex: 1, backgroundColor: tokens.colorNeutralBackground3, padding: tokens.spacingHorizontalS, textAlign: "center", fontWeight: tokens.fontWeightSemibold },
  corner: { textAlign: "left" },
  name: { textAlign: "left", fontWeight: tokens.fontWeightRegular, padding: `0 ${tokens.spacingHorizontalS}`, minWidth: "180px" },
  cell: { textAlign: "center", padding: 0 },
  row: { borderTop: `1px solid ${tokens.colorNeutralStroke3}`, ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover } },
  button: {
    position: "relative", display: "inline-flex", alignItems: "center", justifyContent: "center", width: "36px", height: "32px", border: "none",
    backgroundColor: "transparent", borderRadius: tokens.borderRadiusMedium, cursor: "pointer",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Selected },
  },
  more: { position: "absolute", top: "1px", right: "2px", fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightBold, color: tokens.colorPaletteDarkOrangeForeground1 },
});

interface Cell {
  role: Line;
  entity: string;
  privilege: string;
  at: number;
}

export default function Roles() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const navigate = useNavigate();
  const writes = may(useSession(), "Write", "role");
  const entities = useEntities();
  const roleName = useRoleName();
  const { data: matrix } = useSuspenseQuery(matrixQuery);
  const said = useSearch({ strict: false }) as { role?: string; privilege?: string };
  const role = matrix.Roles.find((it) => it.Id === said.role) ?? matrix.Roles.find((it) => it.Name === "marketer") ?? matrix.Roles[0];
  const privilege = matrix.Privileges.find((it) => it === said.privilege);
  const [words, setWords] = useState("");
  const [changedOnly, setChangedOnly] = useState(false);
  const [grantedOnly, setGrantedOnly] = useState(false);
  const [open, setOpen] = useState<{ cell: Cell; target: HTMLElement } | null>(null);
  const [making, setMaking] = useState<"new" | "copy" | null>(null);
  const [removing, setRemoving] = useState(false);
  const renew = () => client.invalidateQueries({ queryKey: ["settings", "matrix"] });
  const say = (search: object) => void navigate({ to: ".", search: search as never, replace: true });
  const changing = useMutation({
    mutationFn: ({ cell, depth }: { cell: Cell; depth: number; before?: number }) =>
      set(cell.role, cell.entity, cell.privilege, depth, given(cell.role, cell.entity, cell.at)),
    onSuccess: async (_, { cell, depth, before }) => {
      await renew();
      const text = t("matrix.changed", { role: roleName(cell.role.Name), entity: entities.get(cell.entity)?.plural, privilege: t(`privilege.${cell.privilege}`), depth: t(`depth.${DEPTHS[depth]}`) });
      notices.done(text, before === undefined ? undefined : () => changing.mutate({ cell, depth: before }));
    },
    onError: notices.failed,
  });
  const deleting = useMutation({
    mutationFn: (id: string) => remove("roles", id),
    onSuccess: async () => { setRemoving(false); say({}); await renew(); notices.done(t("deleted")); },
    onError: notices.failed,
  });
  if (!role) return <Empty title={t("matrix.nothing")} />;
  const columns: Omit<Cell, "entity">[] = privilege
    ? matrix.Roles.map((it) => ({ role: it, privilege, at: matrix.Privileges.indexOf(privilege) }))
    : matrix.Privileges.map((it, at) => ({ role, privilege: it, at }));
  const differs = (entity: string) => columns.some((it) => it.role.BuiltIn && held(it.role, entity, it.at) > given(it.role, entity, it.at));
  const isGiven = (entity: string) => columns.some((it) => it.role.Name !== "system-administrator" && held(it.role, entity, it.at) > 0);
  const lines: Entity[] = [...entities.values()]
    .filter((it) => `${it.plural} ${it.name}`.toLowerCase().includes(words.toLowerCase()))
    .filter((it) => (!changedOnly || differs(it.name)) && (!grantedOnly || isGiven(it.name)))
    .sort((one, other) => one.plural.localeCompare(other.plural));
  return (
    <Page
      title={t("matrix.title")}
      above={<Above to="/settings/users" name={t("users.title")} />}
      commands={writes && (
        <>
          <Button onClick={() => setMaking("new")}>{t("matrix.new")}</Button>
          <Button disabled={role.Name === "system-administrator"} onClick={() => setMaking("copy")}>{t("matrix.copy", { role: roleName(role.Name) })}</Button>
          {!role.BuiltIn && <Button onClick={() => setRemoving(true)}>{t("matrix.delete", { role: role.Name })}</Button>}
        </>
      )}
    >
      <div className={styles.bar}>
        <Field label={t("matrix.show")}>
          <Select
            value={privilege ? `privilege ${privilege}` : `role ${role.Id}`}
            onChange={(_, { value }) => { const [kind = "", what] = value.split(" "); say({ [kind]: what }); }}
          >
            <optgroup label={t("matrix.byRole")}>
              {matrix.Roles.map((it) => <option key={it.Id} value={`role ${it.Id}`}>{roleName(it.Name)}</option>)}
            </optgroup>
            <optgroup label={t("matrix.byPrivilege")}>
              {matrix.Privileges.map((it) => <option key={it} value={`privilege ${it}`}>{t("matrix.allRoles", { privilege: t(`privilege.${it}`) })}</option>)}
            </optgroup>
          </Select>
        </Field>
        <Field label={t("matrix.find")}><SearchBox value={words} onChange={(_, { value }) => setWords(value)} /></Field>
        <Switch label={t("matrix.grantedOnly")} checked={grantedOnly} onChange={(_, { checked }) => setGrantedOnly(checked)} />
        <Switch label={t("matrix.changedOnly")} checked={changedOnly} onChange={(_, { checked }) => setChangedOnly(checked)} />
      </div>
      {!privilege && <RoleActs role={role} all={matrix.Acts} open={writes} />}
      <ul className={styles.legend} aria-label={t("matrix.legend")}>
        {DEPTHS.map((it, at) => <li key={it} className={styles.sample}><Circle depth={at} />{t(`depth.${it}`)}</li>)}
        <li className={styles.sample}><span aria-hidden style={{ fontWeight: 700 }}>+</span>{t("matrix.beyond")}</li>
      </ul>
      {lines.length === 0 ? (
        <Empty title={t("matrix.nothingFits")}>
          <Button onClick={() => { setWords(""); setChangedOnly(false); setGrantedOnly(false); }}>{t("showAll")}</Button>
        </Empty>
      ) : (
        <div className={styles.box} role="region" aria-label={t("matrix.title")} tabIndex={-1}>
          <Grid
            lines={lines}
            columns={columns}
            heads={privilege ? matrix.Roles.map((it) => roleName(it.Name)) : matrix.Privileges.map((it) => t(`privilege.${it}`))}
            onOpen={writes ? (cell, target) => setOpen({ cell, target }) : undefined}
          />
        </div>
      )}
      {open && (
        <Choose
          cell={open.cell}
          target={open.target}
          owned={entities.get(open.cell.entity)?.owned ?? false}
          onClose={() => { open.target.focus(); setOpen(null); }}
          onChoose={(depth) => changing.mutate({ cell: open.cell, depth, before: held(open.cell.role, open.cell.entity, open.cell.at) })}
        />
      )}
      <NewRole kind={making} like={role} privileges={matrix.Privileges} onClose={() => setMaking(null)} onMade={async (id) => { setMaking(null); await renew(); say({ role: id }); }} />
      <Ask open={removing} title={t("matrix.deleteTitle", { role: role.Name })} yes={t("delete")} busy={deleting.isPending} onNo={() => setRemoving(false)} onYes={() => deleting.mutate(role.Id)}>
        {t("matrix.deleteText")}
      </Ask>
    </Page>
  );
}

function Grid({ lines, columns, heads, onOpen }: {
  lines: Entity[];
  columns: Omit<Cell, "entity">[];
  heads: string[];
  onOpen: ((cell: Cell, target: HTMLElement) => void) | undefined;
}) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const roleName = useRoleName();
  const table = useRef<HTMLTableElement>(null);
  const [{ line, column }, setAt] = useState({ line: 0, column: 0 });
  const onKey = (event: KeyboardEvent) => {
    const moves: Record<string, [number, number]> = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const next = { line: Math.max(0, Math.min(lines.length - 1, line + move[0])), column: Math.max(0, Math.min(columns.length - 1, column + move[1])) };
    setAt(next);
    table.current?.querySelector<HTMLElement>(`[data-at="${next.line} ${next.column}"]`)?.focus();
  };
  return (
    <table ref={table} className={styles.table} role="grid" aria-label={t("matrix.title")} onKeyDown={onKey}>
      <thead>
        <tr>
          <th scope="col" className={mergeClasses(styles.head, styles.corner)}>{t("matrix.entity")}</th>
          {heads.map((it) => <th key={it} scope="col" className={styles.head}>{it}</th>)}
        </tr>
      </thead>
      <tbody>
        {lines.map((entity, atLine) => (
          <tr key={entity.name} className={styles.row}>
            <th scope="row" className={styles.name} title={entity.name}>{entity.plural}</th>
            {columns.map((it, atColumn) => {
              const cell = { ...it, entity: entity.name };
              // The administrator may everything, without rows that say so.
              const depth = it.role.Name === "system-administrator" ? 4 : held(it.role, entity.name, it.at);
              const beyond = it.role.BuiltIn && it.role.Name !== "system-administrator" && depth > given(it.role, entity.name, it.at);
              const label = t(beyond ? "matrix.cellBeyond" : "matrix.cell", { role: roleName(it.role.Name), entity: entity.plural, privilege: t(`privilege.${it.privilege}`), depth: t(`depth.${DEPTHS[depth]}`) });
              return (
                <td key={`${it.role.Id} ${it.privilege}`} className={styles.cell}>
                  <button
                    type="button"
                    className={styles.button}
                    data-at={`${atLine} ${atColumn}`}
                    aria-label={label}
                    title={label}
                    aria-haspopup={onOpen ? "menu" : undefined}
                    tabIndex={Math.min(line, lines.length - 1) === atLine && Math.min(column, columns.length - 1) === atColumn ? 0 : -1}
                    onFocus={() => setAt({ line: atLine, column: atColumn })}
                    onClick={(event) => onOpen?.(cell, event.currentTarget)}
                  >
                    <Circle depth={depth} />
                    {beyond && <span aria-hidden className={styles.more}>+</span>}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The depths that a privilege can have. */
function Choose({ cell, target, owned, onClose, onChoose }: {
  cell: Cell; target: HTMLElement; owned: boolean; onClose(): void; onChoose(depth: number): void;
}) {
  const { t } = useTranslation("settings");
  const now = held(cell.role, cell.entity, cell.at);
  const least = given(cell.role, cell.entity, cell.at);
  const why = locked(cell.role, cell.privilege);
  return (
    <Menu
      open
      positioning={{ target, position: "below", align: "start" }}
      checkedValues={{ depth: [String(now)] }}
      onOpenChange={(_, { open }) => { if (!open) onClose(); }}
      onCheckedValueChange={(_, { checkedItems: [value] }) => { if (Number(value) !== now) onChoose(Number(value)); }}
    >
      <MenuPopover>
        <MenuList>
          {DEPTHS.map((it, at) => {
            const known = at === 0 || at === 4 || owned;
            return known && (
              <MenuItemRadio key={it} name="depth" value={String(at)} disabled={why !== undefined || at < least} icon={<Circle depth={at} />}>
                {t(`depth.${it}`)}{at === least && least > 0 ? ` – ${t("matrix.product")}` : ""}
              </MenuItemRadio>
            );
          })}
          {(why || least > 0 || !owned) && <MenuDivider />}
          {why && <MenuItem disabled>{t(why)}</MenuItem>}
          {!why && least > 0 && <MenuItem disabled>{t("matrix.leastIsProduct")}</MenuItem>}
          {!why && !owned && <MenuItem disabled>{t("matrix.noOwner")}</MenuItem>}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function NewRole({ kind, like, privileges, onClose, onMade }: {
  kind: "new" | "copy" | null; like: Line; privileges: string[]; onClose(): void; onMade(id: string): Promise<void>;
}) {
  const { t } = useTranslation("settings");
  const notices = useNotices();
  const roleName = useRoleName();
  const [name, setName] = useState("");
  const making = useMutation({
    mutationFn: () => make(name.trim(), kind === "copy" ? like : undefined, privileges),
    onSuccess: async (id) => { setName(""); notices.done(t("created")); await onMade(id); },
    onError: notices.failed,
  });
  return (
    <FormDialog
      open={kind !== null}
      title={kind === "copy" ? t("matrix.copy", { role: roleName(like.Name) }) : t("matrix.new")}
      yes={t("matrix.make")}
      ready={name.trim() !== ""}
      busy={making.isPending}
      onYes={() => making.mutate()}
      onNo={onClose}
    >
      <Text block>{t(kind === "copy" ? "matrix.copyAbout" : "matrix.newAbout")}</Text>
      <Field label={t("name")} required><Input value={name} maxLength={100} onChange={(_, { value }) => setName(value)} /></Field>
    </FormDialog>
  );
}
