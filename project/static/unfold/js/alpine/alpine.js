// Stands in the place of unfold's Alpine.js, which would need 'unsafe-eval': the admin site loads
// Alpine's CSP build instead (project/explorer/assets.json). Here is what unfold's templates say that
// this build does not understand, in words that it does: it has no statements, no template literals,
// no globals, and a style must not be a string.

const SAID_ANEW = {
  // admin/nav_sidebar.html
  "if (resizing) { sidebarWidth = Math.min(max, Math.max(min, getComputedStyle($el).direction === 'rtl' ? document.getElementById('nav-sidebar').getBoundingClientRect().right - $event.clientX : $event.clientX)); localStorage.setItem('sidebarWidth', sidebarWidth); }":
    "resizing && resizeSidebar($event.clientX, min, max)",
  "`width: ${sidebarWidth}px`": "{ width: sidebarWidth + 'px' }",
  // admin/actions.html
  "'width: ' + changeListWidth + 'px'": "{ width: changeListWidth + 'px' }",
  // admin/change_form.html
  "activeTab && activeTab !== 'general' ? window.location.pathname + window.location.search + '#' + activeTab : window.location.pathname + window.location.search":
    "addressOfTab(activeTab)",
  // unfold/helpers/navigation_user.html
  "if (!$event.target.closest('a')) { openUserLinks = !openUserLinks }":
    "$event.target.closest('a') || (openUserLinks = !openUserLinks)",
  // unfold/helpers/command.html
  "if (!$event.metaKey && !$event.ctrlKey) selectItem(false, false)":
    "$event.metaKey || $event.ctrlKey || selectItem(false, false)",
};

const FOR_EXPRESSIONS = {
  getCurrentTab: () => getCurrentTab(),
  addressOfTab(tab) {
    const { pathname, search } = window.location;
    return pathname + search + (tab && tab !== "general" ? `#${tab}` : "");
  },
  resizeSidebar(position, min, max) {
    this.sidebarWidth = Math.min(max, Math.max(min, position));
    localStorage.setItem("sidebarWidth", this.sidebarWidth);
  },
};

document.addEventListener("alpine:init", () => {
  // unfold's own functions of these names, which x-data calls.
  const ofUnfold = { theme, searchCommand };
  Alpine.data("theme", (...given) => ({ ...ofUnfold.theme(...given), ...FOR_EXPRESSIONS }));
  Alpine.data("searchCommand", () => ofUnfold.searchCommand());

  for (const element of document.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      attribute.value = SAID_ANEW[attribute.value] ?? attribute.value;
    }
  }
});

// Where Alpine could not be fetched, the page is shown with less comfort.
window.addEventListener("load", () => {
  if (!window.Alpine) {
    document.documentElement.removeAttribute("x-cloak");
    document.documentElement.classList.add("without-alpine");
  }
});
