// A check that is sent before the phone knows where it is: the position is waited for, unless the person goes on without.
import { button, element } from "/static/elements.js";
import * as position from "/static/position.js";

// Whether to go on, once there is a position, or the person says so; not where the form was closed meanwhile. Why there
// is none, where that was known before, stood in the form.
export async function awaited(dialog) {
  if (position.here() || position.why()) return true;
  const box = dialog.querySelector("[data-part=wait]"), told = element("p", "正在定位，定位到了就自动登记……");
  return new Promise((done) => {
    const over = (go) => {
      position.end("wait");
      dialog.removeEventListener("close", closed);
      box.replaceChildren();
      done(go);
    };
    const closed = () => over(false);
    dialog.addEventListener("close", closed);
    box.replaceChildren(told, button("不等了，没有定位也登记", () => over(true), "small"));
    box.scrollIntoView({ block: "center" });
    position.begin("wait", () => {
      if (position.here()) over(true);
      else if (position.why()) told.textContent = `没有定位：${position.why()}。还在等；也可以不等，会记成没有定位、不算核实。`;
    });
  });
}
