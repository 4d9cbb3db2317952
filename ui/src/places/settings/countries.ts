/** Countries by their code (ISO 3166-1), with their names in the language in force. */

import i18n from "i18next";

const CODES =
  "AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GI GL GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS XK YE ZA ZM ZW";

export function countries(): [code: string, name: string][] {
  const names = new Intl.DisplayNames([i18n.language], { type: "region" });
  return CODES.split(" ")
    .map((it): [string, string] => [it, names.of(it) ?? it])
    .sort((one, other) => one[1].localeCompare(other[1]));
}

export const timeZones = (): [string, string][] => Intl.supportedValuesOf("timeZone").map((it) => [it, it.replaceAll("_", " ")]);
