/** The frame around every page: the bar with search and account, the areas at the side. */

import {
  Button,
  makeStyles,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  mergeClasses,
  Text,
  tokens,
} from "@fluentui/react-components";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntities } from "../api/metadata";
import { useSession } from "../api/session";
import { choose, type Language, LANGUAGES } from "../text/i18n";
import { areas } from "./areas";
import { MenuIcon } from "./icons";
import { type Theme, useTheme } from "./look";
import { Search } from "./Search";

const NARROW = "@media (max-width: 800px)";

const useStyles = makeStyles({
  skip: {
    position: "absolute",
    left: "-100rem",
    ":focus": { left: tokens.spacingHorizontalM, zIndex: 10, backgroundColor: tokens.colorNeutralBackground1 },
  },
  bar: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    position: "sticky",
    top: 0,
    zIndex: 5,
  },
  brand: { color: "inherit", textDecorationLine: "none" },
  burger: { display: "none", [NARROW]: { display: "inline-flex" } },
  search: { flexGrow: 1, display: "flex", justifyContent: "center" },
  below: { display: "flex", minHeight: "calc(100vh - 53px)" },
  side: {
    width: "220px",
    flexShrink: 0,
    padding: tokens.spacingHorizontalM,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    [NARROW]: { display: "none" },
  },
  open: { [NARROW]: { display: "block", position: "absolute", zIndex: 4, minHeight: "100%" } },
  heading: { margin: `${tokens.spacingVerticalM} 0 ${tokens.spacingVerticalXS}`, color: tokens.colorNeutralForeground2 },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  item: {
    display: "block",
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    overflowWrap: "anywhere",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  here: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    fontWeight: tokens.fontWeightSemibold,
    borderLeft: `3px solid ${tokens.colorBrandStroke1}`,
  },
  main: { flexGrow: 1, minWidth: 0, padding: tokens.spacingHorizontalXL },
});

export function Frame() {
  const styles = useStyles();
  const { t } = useTranslation();
  const session = useSession();
  const entities = useEntities();
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (it) => it.location.pathname });
  useEffect(() => setOpen(false), [path]);
  const all = areas(session, entities);
  // Of a place and what lies below it, the one that is nearer is where the person is.
  const deepest = all
    .flatMap((it) => it.items.map((item) => item.to))
    .filter((it) => path === it || path.startsWith(`${it}/`))
    .sort((one, other) => other.length - one.length)[0];
  return (
    <>
      <a href="#main" className={styles.skip}>
        {t("skip")}
      </a>
      <header className={styles.bar}>
        <Button
          className={styles.burger}
          appearance="subtle"
          icon={<MenuIcon />}
          aria-label={t("navigation")}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
        <Link to="/" className={styles.brand}>
          <Text size={500} weight="bold">
            Assent
          </Text>
        </Link>
        <div className={styles.search}>
          <Search />
        </div>
        <Account name={session.name} />
      </header>
      <div className={styles.below}>
        <nav className={mergeClasses(styles.side, open && styles.open)} aria-label={t("navigation")}>
          <Link to="/" className={mergeClasses(styles.item, path === "/" && styles.here)}>
            {t("home")}
          </Link>
          {all.map((area) => (
            <section key={area.label} aria-labelledby={area.label}>
              <Text as="h2" size={200} weight="semibold" block id={area.label} className={styles.heading}>
                {t(area.label)}
              </Text>
              <ul className={styles.list}>
                {area.items.map((item) => {
                  const here = item.to === deepest || isRecordOf(path, item.entity);
                  return (
                    <li key={item.to}>
                      <Link
                        to={item.to}
                        className={mergeClasses(styles.item, here && styles.here)}
                        aria-current={here ? "page" : undefined}
                      >
                        {item.entity ? item.label : t(item.label)}
                      </Link>
                    </li>
                  );
                })}
              </ul>
            </section>
          ))}
        </nav>
        <main id="main" className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </>
  );
}

const isRecordOf = (path: string, entity: string | undefined) =>
  entity !== undefined && (path.startsWith(`/record/${entity}/`) || path === `/new/${entity}`);

function Account({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const { theme, choose: chooseTheme } = useTheme();
  const values = { language: [i18n.language], theme: [theme] };
  return (
    <Menu
      checkedValues={values}
      onCheckedValueChange={(_, { name, checkedItems: [value] }) => {
        if (name === "language") void choose(value as Language);
        if (name === "theme") chooseTheme(value as Theme);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle">{name}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => location.assign("/account")}>{t("account")}</MenuItem>
          <MenuDivider />
          {Object.entries(LANGUAGES).map(([value, label]) => (
            <MenuItemRadio key={value} name="language" value={value}>
              {label}
            </MenuItemRadio>
          ))}
          <MenuDivider />
          {(["system", "light", "dark"] as const).map((it) => (
            <MenuItemRadio key={it} name="theme" value={it}>
              {t(`theme.${it}`)}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
