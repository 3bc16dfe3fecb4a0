// Pieces of a page: an element with a text, a button, a choice among several.
export function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function button(text, does, className) {
  const made = element("button", text, className);
  made.type = "button";
  made.addEventListener("click", does);
  return made;
}

export function choice(name, value, text) {
  const label = element("label"), input = element("input");
  Object.assign(input, { type: "radio", name, value });
  label.append(input, element("span", text || value));
  return label;
}
