/* Light or dark ground: as the machine prefers, until somebody chooses; remembered by the open page alone. */
"use strict";

wangge.looks = {
  light: {
    land: "#faf8f3", water: "#c4dbe8", building: "#e4ddd0", outline: "#4a5258", casing: "#a79f90",
    roads: ["#d99a4e", "#c9a35f", "#b9b3a8", "#c3bdb2", "#cfcac0", "#d8d2c6"], wide: ["#f6c98b", "#fbe3b4", "#ffffff", "#ffffff", "#ffffff", "#f4efe4"],
    name: "#4d5459", halo: "#ffffff", pond: "#2f6690", unseen: 0xb0404040,
  },
  dark: {
    land: "#20262b", water: "#173449", building: "#2c343a", outline: "#8f9aa3", casing: "#14181c",
    roads: ["#a8763a", "#8a7446", "#5d666e", "#4a525a", "#3f474e", "#394046"], wide: ["#a8763a", "#8a7446", "#5d666e", "#4a525a", "#3f474e", "#394046"],
    name: "#d3dae0", halo: "#15191d", pond: "#8fc1e3", unseen: 0xb0b8b8b8,
  },
};
wangge.darkens = window.matchMedia("(prefers-color-scheme: dark)");
wangge.palette = () => wangge.looks[document.documentElement.dataset.look];

wangge.look = function (dark) {
  document.documentElement.dataset.look = dark ? "dark" : "light";
  for (const { map } of wangge.grounds) map.fire("wangge:look");
  if (!wangge.lookButton) return;
  wangge.lookButton.setAttribute("aria-pressed", String(dark));
};
document.documentElement.dataset.look = wangge.darkens.matches ? "dark" : "light";

/* Paper is light. */
window.addEventListener("beforeprint", () => {
  if (document.documentElement.dataset.look !== "dark") return;
  wangge.look(false);
  window.addEventListener("afterprint", () => wangge.look(true), { once: true });
});

/* A switch under the zoom buttons. */
wangge.lookSwitch = function (map) {
  const link = wangge.lookButton = wangge.el("a");
  link.append(wangge.icon("M7 1a6 6 0 1 0 0 12zM7 1a6 6 0 0 1 0 12"));
  link.querySelector("path").setAttribute("fill-rule", "evenodd");
  link.href = "#";
  link.title = "深色／浅色";
  link.setAttribute("role", "button");
  link.setAttribute("aria-label", "深色");
  link.setAttribute("aria-pressed", String(wangge.darkens.matches));
  let chosen = false;
  L.DomEvent.on(link, "click", (event) => {
    L.DomEvent.stop(event);
    chosen = true;
    wangge.look(document.documentElement.dataset.look !== "dark");
  });
  wangge.darkens.addEventListener("change", ({ matches }) => chosen || wangge.look(matches));
  map.zoomControl.getContainer().append(link);
};
