/* Copies addresses and citations, marks the part that is being read, folds standard wording, and dates the printout.
   Everything here can be done without it: the links lead to pages that say the same. */
"use strict";

(() => {
  const said = document.querySelector(".said");
  const article = document.querySelector("article.decision");
  let silence = 0;

  const say = (words) => {
    if (!said) return;
    said.textContent = "";
    window.clearTimeout(silence);
    // A new text is announced only when it is one.
    window.setTimeout(() => { said.textContent = words; }, 30);
    silence = window.setTimeout(() => { said.textContent = ""; }, 5000);
  };

  const button = (words, about, copied) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = words;
    if (about) {
      const more = document.createElement("span");
      more.className = "unseen";
      more.textContent = " " + about;
      made.append(more);
    }
    made.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(await copied());
        say(words.replace("Copy", "Copied"));
      } catch {
        say("It could not be copied here");
      }
    });
    return made;
  };

  const fetched = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.text()).trim();
  };

  const beside = (para) => {
    const tools = para.querySelector(":scope > .tools");
    if (!tools || tools.querySelector("button")) return;
    const cite = tools.querySelector("a");
    const about = "of " + (tools.querySelector(".unseen")?.textContent ?? "this paragraph");
    const place = new URL(cite.href).searchParams.get("paragraph");
    const anchor = /^\d/.test(place) ? "p" + place : place;
    tools.append(
      button("Copy address", about, async () => article.dataset.permanent + "#" + anchor),
      button("Copy citation", about, () => fetched(cite.href + "&style=oscola")),
    );
  };

  if (navigator.clipboard) {
    if (article) {
      // A report may have thousands of paragraphs: the buttons come to the one that is looked at.
      for (const event of ["pointerover", "focusin"]) {
        article.addEventListener(event, (its) => {
          const para = its.target.closest(".para");
          if (para) beside(para);
        });
      }
    }
    for (const form of document.querySelectorAll(".form")) {
      const words = form.querySelector(".words");
      const name = form.querySelector("h2").textContent;
      const line = document.createElement("p");
      line.append(button("Copy", name, async () => words.textContent.trim()));
      words.after(line);
    }
  }

  if (!article) return;

  const fold = article.querySelector(".fold");
  const standard = article.querySelectorAll("details.standard");
  if (fold && standard.length) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    const name = () => {
      made.textContent = [...standard].some((one) => one.open)
        ? "Fold standard wording" : "Unfold standard wording";
    };
    made.addEventListener("click", () => {
      const open = ![...standard].some((one) => one.open);
      for (const one of standard) one.open = open;
      name();
    });
    name();
    fold.append(made);
    fold.hidden = false;
  }

  const links = new Map();
  for (const link of article.querySelectorAll(".contents a")) links.set(link.hash.slice(1), link);
  if (links.size && "IntersectionObserver" in window) {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target.id)?.setAttribute("aria-current", "true");
      }
    }, { rootMargin: "0px 0px -75% 0px" });
    for (const id of links.keys()) {
      const heading = document.getElementById(id);
      if (heading) seen.observe(heading);
    }
  }

  // A link to a paragraph that somebody has folded away opens it, in every browser.
  const unfold = () => {
    const target = document.getElementById(location.hash.slice(1));
    const folded = target?.closest("details:not([open])");
    if (folded) {
      folded.open = true;
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", unfold);
  unfold();

  window.addEventListener("beforeprint", () => {
    for (const day of article.querySelectorAll(".printed")) {
      day.textContent = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
    }
    for (const one of article.querySelectorAll("details")) one.open = true;
  });
})();
