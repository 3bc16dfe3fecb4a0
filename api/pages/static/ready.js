/* The last script of a page: what only scripts answer can be pressed from now on, never before (a form that nobody
   listens to would be sent as an address, with what is written in it). */
for (const button of document.querySelectorAll("button[data-script]")) button.disabled = false;
