// Copies the link to exactly this view. Where a page may not write to the clipboard (http from another machine) the
// text is selected, and copied the old way.
const field = document.getElementById("permanent"), said = document.getElementById("copied");

async function copied() {
  field.select();
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(field.value);
    return true;
  }
  return document.execCommand("copy");
}

document.getElementById("copy").addEventListener("click", () => {
  copied().then(
    (done) => { said.textContent = done ? "已复制" : "请按 Ctrl+C 复制"; },
    () => { said.textContent = "请按 Ctrl+C 复制"; },
  );
});
