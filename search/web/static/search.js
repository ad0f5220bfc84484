// The key "/" goes to the search box. Everything else works without a script.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("q");
  const at = event.target;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box) return;
  if (at instanceof HTMLElement && at.matches("input, select, textarea, [contenteditable]")) return;
  event.preventDefault();
  box.focus();
  box.select();
});
