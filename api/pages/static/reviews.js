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
        const written = (await answer.json()).rows.at(-1).at.slice(0, 10);
        const shown = document.querySelector("form.filters [name=as_of]").value;
        if (written <= shown) {
          location.reload();
          return;
        }
        // a page of a past day does not show what was said after it
        form.reset();
        said.textContent = "已记下。本页截至 " + shown + "，把截止日改到 " + written + " 即可看到。";
        return;
      }
      said.textContent = (await answer.json()).detail;
    } catch (problem) {
      said.textContent = "没有提交：连不上服务（" + problem.message + "）。";
    }
  }
  for (const form of document.querySelectorAll("form.review")) form.addEventListener("submit", send);
})();
