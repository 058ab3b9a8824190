// Swagger UI knows a dark look and asks for a class on the root: the one chosen here, or the system's.
const wanted = document.currentScript.dataset.look
const dark = matchMedia("(prefers-color-scheme: dark)")
const follow = () =>
  document.documentElement.classList.toggle("dark-mode", wanted ? wanted === "dark" : dark.matches)

follow()
dark.addEventListener("change", follow)
