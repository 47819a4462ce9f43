// colours of the style sheet, for the chart
window.gr = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

window.grRem = (n) => n * parseFloat(getComputedStyle(document.documentElement).fontSize);

// clock times in the site's zone, wherever the browser is
window.grClock = (zone) => {
  const form = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  return (value) => form.format(value);
};

// the axis of a day: every third hour, on a narrow screen every sixth
window.grHours = (zone) => (value) => {
  const clock = window.grClock(zone)(value);
  return innerWidth < 600 && parseInt(clock) % 6 ? "" : clock;
};

// the width of a share of the day, on this screen: words that are longer are cut
window.grSpan = (share) => {
  const chart = document.querySelector(".day-chart");
  return Math.max(20, ((chart && chart.clientWidth) || innerWidth - 40) - 70) * share - 8;
};

// the table that follows the pointer over a chart
window.grTip = (zone, comma) => (rows) => {
  const told = rows
    .filter((row) => row.value && row.value[1] != null)
    .map((row) => `${row.marker} ${row.seriesName} <b>${row.value[1].toFixed(1).replace(".", comma)} °C</b>`);
  return told.length ? [window.grClock(zone)(rows[0].axisValue), ...told].join("<br>") : "";
};

// dark or light: as the browser wishes until a person chooses
(() => {
  const kept = localStorage.getItem("greenroom-theme");
  if (kept) document.documentElement.dataset.theme = kept;
  window.greenroomTheme = () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    localStorage.setItem("greenroom-theme", dark ? "light" : "dark");
    location.reload();
  };
})();

// what was shown before any script ran goes as soon as the live page is there
new MutationObserver((_, observer) => {
  const app = document.querySelector("#app");
  if (!app || !app.childElementCount) return;
  document.querySelector("#first")?.remove();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });

// what is on the screen is old when no picture has come for a while: say so, whatever became of the connection
(() => {
  let beat = null;
  let at = performance.now();
  setInterval(() => {
    const heart = document.querySelector("[data-beat]");
    if (!heart) return;
    if (heart.dataset.beat !== beat) {
      beat = heart.dataset.beat;
      at = performance.now();
    }
    const lost = performance.now() - at > Number(heart.dataset.patience);
    document.body.classList.toggle("lost", lost);
    const note = document.querySelector(".lost-note");
    if (note) note.textContent = lost ? note.dataset.text : "";
  }, 500);
})();

// a stretch of a zone's row in the week, drawn with the pointer: the server asks what is to hold then
(() => {
  const quarter = 15 * 60 * 1000;
  let drawing = null;
  const share = (event) => Math.min(1, Math.max(0, (event.clientX - drawing.box.left) / drawing.box.width));
  const end = () => {
    if (drawing) drawing.mark.remove();
    drawing = null;
  };
  addEventListener("pointerdown", (event) => {
    const track = event.target.closest && event.target.closest(".week.by-hand .track[data-zone]");
    if (!track || event.button !== 0 || event.target.closest("a")) return;
    const mark = document.createElement("i");
    mark.className = "drawn";
    track.append(mark);
    drawing = { box: track.getBoundingClientRect(), mark, week: track.closest(".week"), zone: track.dataset.zone };
    drawing.from = share(event);
    event.preventDefault();
  });
  addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const to = share(event);
    drawing.mark.style.insetInlineStart = `${100 * Math.min(drawing.from, to)}%`;
    drawing.mark.style.inlineSize = `${100 * Math.abs(to - drawing.from)}%`;
  });
  addEventListener("pointerup", (event) => {
    if (!drawing) return;
    const to = share(event);
    const [first, last] = [drawing.week.dataset.start, drawing.week.dataset.end].map(Number);
    const at = (part) => Math.round((first + part * (last - first)) / quarter) * quarter;
    const [from, until] = [Math.min(drawing.from, to), Math.max(drawing.from, to)].map(at);
    if (until > from) emitEvent("greenroom-span", { zone: drawing.zone, from, to: until });
    end();
  });
  addEventListener("pointercancel", end);
  addEventListener("keydown", (event) => event.key === "Escape" && end());
})();
