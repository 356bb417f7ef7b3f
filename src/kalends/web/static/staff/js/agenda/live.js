// What others change shows in the open page: their columns are drawn anew, and what is new in them is outlined.

import { onAgendaChange } from "../live.js";
import { columns, isOwn, refresh } from "./grid.js";

const TOGETHER_MS = 250, LATER_MS = 5000;
let keys = new Set(), everything = false, timer = null;

onAgendaChange(({ schedules = [], days = [], all = false }) => {
  everything ||= all;
  for (const { dataset } of columns()) {
    if (schedules.includes(dataset.schedule) && days.includes(dataset.key.slice(0, 10))) keys.add(dataset.key);
  }
  if ((everything || keys.size) && timer === null) timer = setTimeout(draw, TOGETHER_MS);
});

function draw() {
  const wanted = everything ? null : [...keys];
  keys = new Set();
  everything = false;
  timer = null;
  refresh(wanted, { byOthers: !isOwn() }).catch(() => { everything = true; timer = setTimeout(draw, LATER_MS); });
}
