// A person's decision about the risk of a place: posted with the proposal that was seen.
"use strict";
(function () {
  async function send(event) {
    event.preventDefault();
    const form = event.target;
    const said = form.querySelector("[role=status]");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.dataset.address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...Object.fromEntries(new FormData(form)), proposed: form.dataset.proposed }),
      });
      if (answer.ok) {
        const written = (await answer.json()).rows.at(-1);
        // a page of a past day goes on showing the risk of that day
        said.textContent = "已提交：" + (written.before || "未定级") + " → " + written.accepted + "（" + written.at.slice(0, 10) + "）。";
        form.querySelectorAll("label").forEach((label) => label.remove());
        button.remove();
        return;
      }
      said.textContent = (await answer.json()).detail;
    } catch (problem) {
      said.textContent = "没有提交：连不上服务（" + problem.message + "）。";
    }
    button.disabled = false;
  }
  for (const form of document.querySelectorAll("form.risk-form")) form.addEventListener("submit", send);
})();
