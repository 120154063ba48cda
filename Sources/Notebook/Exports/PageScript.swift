/// What steps through a page as `--step` does in a terminal. Without it the page shows everything.
enum PageScript {
  static let text = """
    "use strict";
    (() => {
      const pages = [...document.querySelectorAll(".page")];
      const bar = document.querySelector("nav");
      if (!pages.length) return;
      const [back, place, next, all, save] = bar.children;
      // A step shows a cell, or what came of it.
      const steps = pages.flatMap((page) => {
        const result = page.querySelector(".result");
        return result ? [page, result] : [page];
      });
      const cells = pages.filter((page) => page.querySelector(".cell")).length;
      let step = 0;
      let isWhole = false;

      // What a reader expects of a cell is judged when it is run.
      const forms = [...document.querySelectorAll(".expectation")];
      const list = (form, text) => {
        if (text === "none") return "";
        const parts = text.split(form.dataset.kind === "shape" ? /[\\s,;()\\[\\]x×]+/ : /[\\s,;()\\[\\]]+/)
          .filter((part) => part);
        if (!parts.every((part) => /^\\d+$/.test(part))) return null;
        const numbers = parts.map(Number);
        if (form.dataset.kind === "shape") return numbers.join(" ");
        return [...new Set(numbers)].sort((a, b) => a - b).join(" ");
      };

      // How far a number may be off: as far as the digits that were typed round it.
      function room(form, text) {
        const within = Number(form.dataset.within);
        const parts = /^[-+]?\\d*\\.?(\\d*)(?:e([-+]?\\d+))?$/i.exec(text);
        if (form.dataset.rounds === undefined || !parts) return within;
        const half = 0.5 * 10 ** (Number(parts[2] ?? 0) - parts[1].length);
        return Math.max(within, Math.min(half, 0.01 * Math.abs(Number(form.dataset.truth))));
      }

      function verdict(form) {
        const { kind, truth } = form.dataset;
        const text = form.querySelector("input").value.trim();
        if (!text) return "";
        if (truth === undefined) return "the cell shows nothing to compare it with";
        const isRight = kind === "number"
          ? text === truth || Math.abs(Number(text) - Number(truth)) <= room(form, text)
          : list(form, text) === list(form, truth);
        return isRight ? "right" : `it is ${truth}`;
      }

      for (const form of forms) {
        form.addEventListener("submit", (event) => {
          event.preventDefault();
          go(step + 1);
        });
        form.addEventListener("input", () => show());
      }

      // The session with the answers, as dpu check --report reads it.
      save.onclick = () => {
        const template = document.querySelector("template");
        const lines = template.content.textContent.split("\\n").flatMap((line) => {
          const [mark, word, name] = line.split(/\\s+/);
          const form = forms.find((form) => form.dataset.name === name);
          if (mark !== "#?" || !form) return [line];
          if (word === "answer") return [];
          const answer = form.querySelector("input").value.trim();
          return answer ? [line, `#? answer ${name} ${answer}`] : [line];
        });
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([lines.join("\\n")], { type: "text/plain" }));
        link.download = `${template.dataset.name}.dpu`;
        link.click();
        URL.revokeObjectURL(link.href);
      };
      save.hidden = !forms.length;

      const later = (element, isLater) => element.classList.toggle("later", isLater);

      function show() {
        const page = steps[step].closest(".page");
        const at = pages.indexOf(page);
        for (const [index, element] of steps.entries()) {
          later(element, !isWhole && index > step);
        }
        const awaits = !isWhole && steps[step + 1]?.closest(".page") === page;
        const isEnd = isWhole || step === steps.length - 1;
        for (const form of forms) {
          const result = form.parentElement.querySelector(".result");
          const isRun = isWhole || !result || steps.indexOf(result) <= step;
          form.querySelector("output").textContent = isRun ? verdict(form) : "";
          // What was expected stays what it was once the cell has been run.
          if (isRun && !isWhole) form.querySelector("input").readOnly = true;
        }
        back.hidden = next.hidden = isWhole;
        back.disabled = step === 0;
        next.disabled = isEnd;
        next.textContent = awaits ? "Run" : "Next";
        all.textContent = isWhole ? "Step through" : "Show all";
        place.textContent =
          isWhole ? "" : page.querySelector(".cell") ? `cell ${at + 1} of ${cells}` : "the end";
        if (isWhole) return;
        history.replaceState(null, "", "#" + steps[step].id);
        steps[step].scrollIntoView({ block: "nearest" });
      }

      function go(to) {
        if (isWhole || to < 0 || to >= steps.length) return;
        step = to;
        show();
      }

      function toggle() {
        isWhole = !isWhole;
        show();
      }

      back.onclick = () => go(step - 1);
      next.onclick = () => go(step + 1);
      all.onclick = toggle;

      const keys = {
        "Enter": () => go(step + 1), " ": () => go(step + 1), "ArrowRight": () => go(step + 1),
        "ArrowLeft": () => go(step - 1), "Backspace": () => go(step - 1),
        "Home": () => go(0), "End": () => go(steps.length - 1), "a": toggle,
      };
      addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        if (isWhole && event.key !== "a") return;
        if (event.target.closest("input, select, textarea")) return;
        const action = keys[event.key];
        const presses = event.key === "Enter" || event.key === " ";
        if (!action || presses && event.target.closest("button")) return;
        event.preventDefault();
        action();
      });

      // A swipe to the left goes on, one to the right goes back, but where it scrolls a wide text.
      let start = null;
      addEventListener("touchstart", (event) => {
        const touch = event.touches.length === 1 ? event.touches[0] : null;
        const wide = [event.target.closest("pre"), event.target.closest(".value")];
        const scrolls = wide.some((element) => element && element.scrollWidth > element.clientWidth);
        start = touch && !scrolls ? [touch.clientX, touch.clientY] : null;
      }, { passive: true });
      addEventListener("touchend", (event) => {
        if (!start) return;
        const [x, y] = [event.changedTouches[0].clientX - start[0],
          event.changedTouches[0].clientY - start[1]];
        if (Math.abs(x) > 60 && Math.abs(x) > 2 * Math.abs(y)) go(step + (x < 0 ? 1 : -1));
      }, { passive: true });

      const wanted = steps.findIndex((element) => "#" + element.id === location.hash);
      step = Math.max(0, wanted);
      bar.hidden = false;
      show();
    })();
    """
}
