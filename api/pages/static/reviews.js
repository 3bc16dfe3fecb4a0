// A person's word about a visit: posted, then the page is read again.
"use strict";
(function () {
  async function send(event) {
    event.preventDefault();
    const form = event.target;
    const said = form.querySelector("[role=status]");
    try {
      const answer = await fetch(form.dataset.address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(Object.fromEntries(new FormData(form))),
      });
      if (answer.ok) {
        location.reload();
        return;
      }
      said.textContent = (await answer.json()).detail;
    } catch (problem) {
      said.textContent = "没有写入：连不上服务（" + problem.message + "）。";
    }
  }
  for (const form of document.querySelectorAll("form.review")) form.addEventListener("submit", send);
})();
