/* Major hazards as numbered pins, with the same numbers in the panel. */
"use strict";

wangge.pins = wangge.later(function (group, [id]) {
  const data = wangge.data(id);
  const section = wangge.legendOf(group);
  const list = wangge.el("ol");
  wangge.degrees(data.points).forEach((place, index) => {
    const [name, sub, ...sentences] = data.cards[index];
    const card = () => wangge.card(name, sub, [], sentences);
    const icon = L.divIcon({ className: "pin", html: String(index + 1), iconSize: [24, 24] });
    const pin = L.marker(place, { icon, alt: (index + 1) + " " + name }).addTo(group);
    pin.bindPopup(card, wangge.popupOptions);
    if (wangge.hovers) pin.bindTooltip(card, { direction: "top", offset: [0, -10], opacity: 1 });
    pin.on("click", () => pin.closeTooltip());
    list.append(wangge.pinButton(pin, index + 1, name));
  });
  section.append(wangge.el("h2", data.title), list);
  wangge.pinTable(group, data);
  if (data.note) section.append(wangge.el("p", data.note, "note"));
});

wangge.pinButton = function (pin, number, name) {
  const button = wangge.el("button");
  button.type = "button";
  button.append(wangge.el("b", String(number)), wangge.el("span", name));
  button.addEventListener("click", () => {
    pin._map.setView(pin.getLatLng(), Math.max(pin._map.getZoom(), 15));
    pin.openPopup();
  });
  const row = wangge.el("li");
  row.append(button);
  return row;
};
