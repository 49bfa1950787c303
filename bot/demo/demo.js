// The bot's time passes by itself; the page shows it without being loaded again.
const shown = document.getElementById("time");
if (shown) {
  setInterval(async () => {
    try {
      const answer = await fetch("/time", { cache: "no-store" });
      if (answer.ok) shown.textContent = (await answer.json()).shown;
    } catch {
      shown.textContent = "The demo has ended.";
    }
  }, 5000);
  for (const form of document.querySelectorAll("form")) {
    form.addEventListener("submit", () => form.classList.add("busy"));
  }
}
// On a phone the bar of channels is wider than the screen: show where one is.
const here = document.querySelector(".demo-frame [aria-current]");
const showHere = () => here?.scrollIntoView({ inline: "center", block: "nearest" });
showHere();
window.addEventListener("resize", showHere);
